import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import type { OcspReport } from '../../src/core/ocsp-report.js';
import { der, hex, oid } from './support/der-writer.js';
import {
  ask,
  caKey,
  DAY,
  expectInvalid,
  HOUR,
  issuer,
  leaf,
  mail,
  NOW,
  otherKey,
  otherLeaf,
  respond,
  respondWith,
  single,
} from './support/ocsp-cases.js';
import {
  byKey,
  certId,
  revoked,
  timeOf,
  UNKNOWN,
  type Digest,
  type SingleSpec,
} from './support/ocsp-writer.js';
import { ca, issue } from './verify/issue.js';

describe('the status of a certificate', () => {
  it('is good', () => {
    expect(ask(respond())).toEqual({
      result: 'good',
      reason: null,
      responder: 'CN=CA',
      producedAt: '2026-01-10T11:00:00.000Z',
      thisUpdate: '2026-01-10T11:00:00.000Z',
      nextUpdate: '2026-01-11T12:00:00.000Z',
      revokedAt: null,
      revocationReason: null,
    });
  });

  it('is revoked, with the time and the reason', () => {
    expect(ask(respondWith({ status: revoked(NOW - DAY, 1) }))).toMatchObject({
      result: 'revoked',
      revokedAt: '2026-01-09T12:00:00.000Z',
      revocationReason: 'keyCompromise',
    });
    expect(ask(respondWith({ status: revoked(NOW - DAY) })).revocationReason).toBeNull();
    expect(ask(respondWith({ status: revoked(NOW - DAY, 7) })).revocationReason).toBe('reason 7');
  });

  it('is unknown to the responder', () => {
    expect(ask(respondWith({ status: UNKNOWN })).result).toBe('unknown');
  });

  it.each<Digest>(['sha1', 'sha256', 'sha384', 'sha512'])('is looked up by %s', (digest) => {
    expect(ask(respondWith({ id: certId(leaf, issuer, digest) })).result).toBe('good');
  });

  it('is that of this certificate alone', () => {
    const rogue = issue({ subject: 'CA', key: otherKey, extensions: [ca()] }).cert;
    const namesake = issue({ subject: 'Another CA', key: caKey, extensions: [ca()] }).cert;
    const elsewhere = mail({ issuer: 'Another CA', serial: 77 });
    const md5 = der(
      0x30,
      der(0x30, oid('1.2.840.113549.2.5')),
      der(0x04),
      der(0x04),
      der(0x02, hex(leaf.serial)),
    );
    for (const id of [certId(otherLeaf, issuer), certId(leaf, rogue), certId(elsewhere, issuer), md5])
      expect(ask(respondWith({ id })).reason).toBe('it is about another certificate');
    expect(ask(respond({ singles: [] })).reason).toBe('it is about another certificate');
    expect(ask(respond({ responder: byKey(issuer) }), { issuer: namesake }).reason).toBe(
      'it is about another certificate',
    );
  });

  it('is the worst of those that are there, in any order', () => {
    const [good, unknown, stale, bad] = [
      single(),
      single({ status: UNKNOWN }),
      single({ nextUpdate: timeOf(NOW - HOUR + 1000) }),
      single({ status: revoked(NOW - DAY) }),
    ];
    const of = (...singles: SingleSpec[]): string => ask(respond({ singles })).result;
    expect([of(good, unknown), of(unknown, good)]).toEqual(['unknown', 'unknown']);
    expect([of(good, stale), of(stale, unknown)]).toEqual(['stale', 'stale']);
    expect([of(bad, good), of(stale, good, bad)]).toEqual(['revoked', 'revoked']);
    expect(of(single({ id: certId(otherLeaf, issuer), status: revoked(NOW) }), good)).toBe('good');
  });

  it('is not known without the issuer', () => {
    const input = { issuer: null };
    expectInvalid(ask(respond(), input), /issuer is not known/);
    expect(ask(respond(), { ...input, sent: [leaf, otherLeaf, issuer] }).result).toBe('good');
    // One of the issuer's name, who has not signed the leaf.
    const mimic = issue({ subject: 'CA', key: otherKey, extensions: [ca()] }).cert;
    const forged = respond({ key: otherKey, singles: [single({ id: certId(leaf, mimic) })] });
    expectInvalid(ask(forged, { ...input, sent: [leaf, mimic] }), /issuer is not known/);
  });
});

describe('the times', () => {
  const MINUTES = 60_000;

  it.each<[string, Partial<SingleSpec>, OcspReport['result']]>([
    ['out of date', { nextUpdate: timeOf(NOW - 6 * MINUTES) }, 'stale'],
    ['out of date by less than clocks differ', { nextUpdate: timeOf(NOW - 4 * MINUTES) }, 'good'],
    ['from the future', { thisUpdate: timeOf(NOW + 6 * MINUTES) }, 'invalid'],
    ['from the future by less than clocks differ', { thisUpdate: timeOf(NOW + 4 * MINUTES) }, 'good'],
    ['ending before it begins', { nextUpdate: timeOf(NOW - 2 * HOUR) }, 'invalid'],
    ['open-ended', { nextUpdate: null }, 'good'],
    ['open-ended and old', { nextUpdate: null, thisUpdate: timeOf(NOW - 16 * DAY) }, 'stale'],
  ])('a response %s', (_what, changes, result) => {
    const report = ask(respondWith(changes));
    expect(report.result).toBe(result);
    expect(report.reason === null).toBe(result === 'good' && changes.nextUpdate !== null);
  });

  it('say that there is no nextUpdate', () => {
    expect(ask(respondWith({ nextUpdate: null }))).toMatchObject({
      nextUpdate: null,
      reason: /no nextUpdate/,
    });
  });

  it('do not lift a revocation, unless it was a hold', () => {
    const old = { nextUpdate: timeOf(NOW - HOUR + 1000) };
    const report = ask(respondWith({ ...old, status: revoked(NOW - DAY, 4) }));
    expect(report).toMatchObject({ result: 'revoked', revocationReason: 'superseded', reason: /for good/ });
    expect(ask(respondWith({ ...old, status: revoked(NOW - DAY) })).result).toBe('revoked');
    expect(ask(respondWith({ ...old, status: revoked(NOW - DAY, 6) })).result).toBe('stale');
  });

  it('include when it was made', () => {
    expect(ask(respond({ producedAt: timeOf(NOW + 6 * MINUTES) })).reason).toMatch(/produced in the future/);
  });

  it.each([
    '20260110110000',
    '20260110110000+0000',
    '20260110110000.50Z',
    '202601101100Z',
    '20261310110000Z',
  ])('are universal and whole: not %s', (text) => {
    const thisUpdate = der(0x18, Buffer.from(text));
    expectInvalid(ask(respondWith({ thisUpdate })), /malformed OCSP response/);
  });

  it('have to be compared with one', () => {
    expect(() => ask(respond(), { now: NaN })).toThrow(SmtpcheckError);
  });
});

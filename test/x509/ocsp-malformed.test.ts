import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { contentOf, readElement } from '../../src/x509/der.js';
import { readOcsp } from '../../src/x509/ocsp.js';
import { der, hex, type ExtensionSpec } from './support/der-writer.js';
import {
  ask,
  basic,
  DAY,
  delegate,
  expectInvalid,
  HOUR,
  issuer,
  NOW,
  otherKey,
  otherLeaf,
  respond,
  responder,
  respondWith,
  single,
} from './support/ocsp-cases.js';
import {
  certId,
  errorDer,
  extensions,
  responseDer,
  revoked,
  timeOf,
  UNKNOWN,
} from './support/ocsp-writer.js';

describe('the shape', () => {
  it.each([
    [1, 'malformedRequest'],
    [2, 'internalError'],
    [3, 'tryLater'],
    [5, 'sigRequired'],
    [6, 'unauthorized'],
  ])('of error %d', (status, name) => {
    expectInvalid(ask(errorDer(status)), new RegExp(`the responder answered ${name}`));
  });

  it.each<[string, Uint8Array]>([
    ['an unknown status', errorDer(4)],
    ['success and nothing else', errorDer(0)],
    ['another type', responseDer(basic(), '1.3.6.1.5.5.7.48.1.2')],
    ['octets behind it', Buffer.concat([respond(), Buffer.of(0)])],
    ['octets behind the basic response', responseDer(Buffer.concat([basic(), Buffer.of(5, 0)]))],
    ['data behind the certificates', withTail(der(0xa0, der(0x30)), der(0x05))],
    ['two lists of certificates', withTail(der(0xa0, der(0x30), der(0x30)))],
    ['something else for certificates', withTail(der(0xa1, der(0x30)))],
    ['a status that is none', respondWith({ status: der(0x83) })],
    [
      'a status that is none beside a good one',
      respond({ singles: [single(), single({ status: der(0x83) })] }),
    ],
    ['another version', respond({ version: der(0xa0, der(0x02, [1])) })],
    ['a broken name', respond({ responder: der(0xa1, der(0x30, der(0x05))) })],
    ['nothing', new Uint8Array()],
    ['64 KiB of nothing', new Uint8Array(65_537)],
    ['indefinite length', hex('30 80 0a 01 03 00 00')],
    ['many statuses', respond({ singles: Array.from({ length: 65 }, () => single()) })],
    ['SEQUENCEs without end', nested(0x30)],
    ['OCTET STRINGs without end', responseDer(nested(0x04))],
  ])('with %s is refused', (_what, response) => {
    expectInvalid(ask(response), /^malformed OCSP response: /);
    expect(() => readOcsp(response)).toThrow(SmtpcheckError);
  });

  it('may spell out its version, which is the default', () => {
    const version = der(0xa0, der(0x02, [0]));
    expect(ask(respond({ version })).result).toBe('good');
    expect(ask(respond({ version, singles: [single(), single(), single()] })).result).toBe('good');
  });

  it('may have extensions, critical ones if they are known', () => {
    const nonce: ExtensionSpec = ['1.3.6.1.5.5.7.48.1.2', true, der(0x04, [1, 2])];
    const odd = (critical: boolean): ExtensionSpec => ['1.3.6.1.4.1.32473.1', critical, der(0x05)];
    expect(ask(respond({ extensions: extensions(nonce, odd(false)) })).result).toBe('good');
    expect(ask(respondWith({ extensions: extensions(odd(false)) })).result).toBe('good');
    expect(ask(respond({ extensions: extensions(odd(true)) })).reason).toMatch(/unknown critical extension/);
    expect(ask(respondWith({ extensions: extensions(odd(true)) })).result).toBe('invalid');
  });
});

/** A good response with more in its BasicOCSPResponse. */
function withTail(...tail: readonly Uint8Array[]): Uint8Array {
  return responseDer(der(0x30, contentOf(readElement(basic())), ...tail));
}

function nested(tag: number): Uint8Array {
  let inside: Uint8Array = new Uint8Array();
  for (let depth = 0; depth < 5000; depth++) inside = der(tag, inside);
  return inside;
}

describe('a changed response', () => {
  const byOther = delegate(responder());
  const BASES: readonly (readonly [string, Uint8Array])[] = [
    ['good', respond()],
    ['good', byOther],
    ['unknown', respondWith({ status: UNKNOWN })],
    ['revoked', respondWith({ status: revoked(NOW - DAY, 1) })],
    ['stale', respondWith({ nextUpdate: timeOf(NOW - HOUR + 1000) })],
    ['invalid', respondWith({ id: certId(otherLeaf, issuer) })],
    ['invalid', respond({ key: otherKey })],
  ];

  /** What was signed, or null where nothing can be read. Throws whatever is not ours to throw. */
  const signedData = (response: Uint8Array): Uint8Array | null => {
    try {
      return readOcsp(response).basic?.signedData ?? null;
    } catch (error) {
      if (error instanceof SmtpcheckError) return null;
      throw error;
    }
  };

  /** The verdict is of our words, and never better than the signed octets allow. */
  const expectHonest = (changed: Uint8Array, base: Uint8Array, result: string): boolean => {
    const report = ask(changed);
    const data = signedData(changed);
    if (report.result === 'invalid') return false;
    expect(report.result).toBe(result);
    expect(Buffer.from(data ?? []).equals(signedData(base) ?? Buffer.alloc(0))).toBe(true);
    return true;
  };

  const change = (base: Uint8Array, kind: number, at: number, octet: number): Uint8Array => {
    const [before, after] = [base.subarray(0, at), base.subarray(at + 1)];
    if (kind === 0) return Buffer.concat([before, Buffer.of((base[at] ?? 0) ^ octet), after]);
    if (kind === 1) return Buffer.concat([before, after]);
    if (kind === 2) return Buffer.concat([before, Buffer.of(octet), base.subarray(at)]);
    return Buffer.concat([before, base.subarray(at, at + octet), base.subarray(at)]);
  };

  it('starts from what it says', () => {
    for (const [result, base] of BASES) expect(ask(base).result).toBe(result);
  });

  it('is invalid with any octet of the signed data changed', () => {
    for (const base of [respond(), byOther]) {
      const data = signedData(base) ?? Buffer.alloc(0);
      const start = Buffer.from(base).indexOf(data);
      for (let at = start; at < start + data.length; at++) {
        expect(ask(change(base, 0, at, 1 << (at % 8))).result).toBe('invalid');
      }
    }
  });

  it('is invalid when it is cut short, wherever', () => {
    for (const [, base] of BASES)
      for (let end = 0; end < base.length; end++) expect(ask(base.subarray(0, end)).result).toBe('invalid');
  });

  it('never says more than was signed', () => {
    let believed = 0;
    fc.assert(
      fc.property(
        fc.constantFrom(...BASES),
        fc.nat(3),
        fc.nat(10_000),
        fc.integer({ min: 1, max: 255 }),
        ([result, base], kind, at, octet) => {
          believed += Number(expectHonest(change(base, kind, at % base.length, octet), base, result));
        },
      ),
      { seed: 6960, numRuns: 4000 },
    );
    // Changes within the certificates that came along, or in an algorithm's parameters, may go unpunished; few are.
    expect(believed).toBeLessThan(400);
  });
});

import { describe, expect, it } from 'vitest';
import { certificateHealth } from '../../src/checks/certificate-health.js';
import { chainHealth } from '../../src/checks/chain-health.js';
import { expiry } from '../../src/checks/expiry.js';
import { longestValidity } from '../../src/checks/validity-limits.js';
import type { ChainFacts } from '../../src/core/chain-facts.js';
import type { CertificateReport, VerifyReport } from '../../src/core/report.js';
import { certificate, E7 as SAMPLE_E7, LEAF, X1 } from '../report/sample-parts.js';
import { expectExplainedReferences } from './references.js';

/*
 * What is unwise about a chain that verifies. Each case says how the chain differs from a good one, and which finding that
 * makes, or that it makes none.
 */

const NOW = Date.parse('2026-02-01T00:00:00Z');

/** An intermediate that does not end with the leaf. */
const E7: CertificateReport = { ...SAMPLE_E7, notAfter: '2030-01-01T00:00:00.000Z' };

const VERIFY: VerifyReport = {
  code: 0,
  name: 'X509_V_OK',
  reason: 'ok',
  depth: 0,
  errors: [],
  judges: { openssl: 0, own: 0 },
  authLevel: 0,
  stores: ['test'],
  hostname: { name: null, result: 'not-checked', matched: null },
};

interface Changes {
  readonly sent?: readonly CertificateReport[];
  readonly path?: readonly CertificateReport[];
  readonly codes?: readonly (readonly [code: number, depth: number])[];
  readonly publicAnchor?: boolean;
  readonly source?: 'server' | 'file';
  readonly expiresWithinMs?: number | null;
  readonly judgeChain?: boolean;
  readonly now?: number;
}

function facts(changes: Changes = {}): ChainFacts {
  const {
    sent = [LEAF, E7],
    path = [LEAF, E7, X1],
    codes = [],
    publicAnchor = true,
    source = 'server',
  } = changes;
  const errors = codes.map(([code, depth]) => ({ code, name: `${code}`, depth, subject: '' }));
  return {
    source,
    chain: { sent, path },
    chainUnread: false,
    certificateSent: true,
    opensslAsked: true,
    verify: { ...VERIFY, errors },
    publicAnchor,
    ocsp: null,
    asked: {
      certificatePins: [],
      expiresWithinMs: changes.expiresWithinMs ?? null,
      judgeChain: changes.judgeChain ?? true,
      nameUnknown: false,
      now: changes.now ?? NOW,
    },
  };
}

const all = (changes: Changes): string[] =>
  [chainHealth, certificateHealth, expiry].flatMap((check) => {
    const found = check.judge(facts(changes));
    expectExplainedReferences(found);
    return found.map(({ id, severity }) => `${severity} ${id}`);
  });

const like = (cert: CertificateReport, changes: Partial<CertificateReport>): CertificateReport => ({
  ...cert,
  sha256: 'f'.repeat(64),
  ...changes,
});
const RSA_1024 = { type: 'rsa', bits: 1024, curve: null };
const SHA1 = 'sha1WithRSAEncryption';

describe('a chain that verifies', () => {
  it.each<readonly [string, Changes, readonly string[]]>([
    ['a good one', {}, []],
    ['the root sent as well', { sent: [LEAF, E7, X1] }, ['info root-sent']],
    [
      'a self-signed server certificate is no root that is sent',
      { sent: [like(LEAF, { selfSigned: true })], path: [like(LEAF, { selfSigned: true })] },
      [],
    ],
    ['an intermediate that only the store has', { sent: [LEAF] }, ['warning chain-incomplete']],
    ['in the wrong order', { sent: [LEAF, X1, E7] }, ['warning chain-misordered', 'info root-sent']],
    ['a certificate twice', { sent: [LEAF, E7, E7] }, ['info chain-surplus']],
    [
      'SHA-1 in the middle',
      path([LEAF, like(E7, { signatureAlgorithm: SHA1 }), X1]),
      ['warning weak-signature'],
    ],
    [
      'SHA-1 inside RSASSA-PSS, whose name does not say it',
      path([LEAF, like(E7, { signatureAlgorithm: 'rsassaPss', signatureDigest: 'sha1' }), X1]),
      ['warning weak-signature'],
    ],
    [
      'MD5 on the leaf',
      path([like(LEAF, { signatureAlgorithm: 'md5WithRSAEncryption' }), E7, X1]),
      ['warning weak-signature'],
    ],
    [
      'SHA-1 on the root, which nobody relies on',
      path([LEAF, E7, like(X1, { signatureAlgorithm: SHA1 })]),
      [],
    ],
    [
      'SHA-512, which begins alike',
      path([like(LEAF, { signatureAlgorithm: 'sha512WithRSAEncryption' }), E7, X1]),
      [],
    ],
    ['RSA of 1024 bits', path([like(LEAF, { key: RSA_1024 }), E7, X1]), ['warning short-rsa-key']],
    ['no names', path([like(LEAF, { san: ['email:a@example.org'] }), E7, X1]), ['warning san-missing']],
    [
      'no purpose, a public CA',
      path([like(LEAF, { extendedKeyUsage: null }), E7, X1]),
      ['warning server-auth-missing'],
    ],
    [
      'no purpose, a CA of their own',
      { ...path([like(LEAF, { extendedKeyUsage: null }), E7, X1]), publicAnchor: false },
      ['info server-auth-missing'],
    ],
    ['a CA for a server', path([like(LEAF, { ca: true }), E7, X1]), ['warning leaf-is-ca']],
    [
      'the file upside down',
      {
        sent: [{ ...E7, san: LEAF.san, extendedKeyUsage: ['serverAuth'] }, LEAF],
        path: [{ ...E7, san: LEAF.san, extendedKeyUsage: ['serverAuth'] }, X1],
        publicAnchor: false,
      },
      ['info chain-surplus', 'error leaf-is-ca'],
    ],
    [
      'one key for the leaf and its CA',
      path([like(LEAF, { spkiSha256: E7.spkiSha256 }), E7, X1]),
      ['warning key-shared'],
    ],
    [
      'one key in two certificates of one name, as cross-signing makes them',
      { sent: [LEAF, E7, like(E7, { issuer: 'CN=Other Root' })] },
      ['info chain-surplus'],
    ],
  ])('%s', (_what, changes, expected) => {
    expect(all(changes)).toEqual(expected);
  });

  /** The path, all of it sent but the root. */
  function path(certs: readonly CertificateReport[]): Changes {
    return { sent: certs.slice(0, -1), path: certs };
  }

  it('is not told twice what verification has said', () => {
    const weak = like(LEAF, { key: RSA_1024, signatureAlgorithm: SHA1 });
    expect(all(path([weak, E7, X1]))).toEqual(['warning weak-signature', 'warning short-rsa-key']);
    expect(
      all({
        ...path([weak, E7, X1]),
        codes: [
          [66, 0],
          [68, 0],
        ],
      }),
    ).toEqual([]);
  });
});

describe('a chain whose issuer is missing', () => {
  const url = 'http://e7.i.lencr.org/';
  const leaf = like(LEAF, { caIssuers: [url] });

  it('is told where browsers would fetch it', () => {
    const [finding] = chainHealth.judge(facts({ sent: [leaf], path: [leaf], codes: [[20, 0]] }));
    expect(finding).toMatchObject({ id: 'chain-incomplete', severity: 'error', evidence: url });
    expect(finding?.fix).toContain(url);
  });

  /** With a DANE-EE record that matches, a private CA that says where its certificate is made the whole fail. */
  it('is no error where the chain does not decide', () => {
    const changes = facts({ sent: [leaf], path: [leaf], codes: [[20, 0]], judgeChain: false });
    expect(chainHealth.judge(changes)).toMatchObject([{ id: 'chain-incomplete', severity: 'warning' }]);
  });

  it('has no second finding where the certificate does not say', () => {
    expect(chainHealth.judge(facts({ sent: [LEAF], path: [LEAF], codes: [[20, 0]] }))).toEqual([]);
  });
});

describe('how long a certificate may be valid', () => {
  it.each([
    ['2018-02-28', null],
    ['2018-03-01', 825],
    ['2020-09-01', 398],
    ['2026-03-14', 398],
    ['2026-03-15', 200],
    ['2027-03-15', 100],
    ['2029-03-15', 47],
  ])('issued on %s: %s days', (day, days) => {
    expect(longestValidity(Date.parse(day))).toBe(days);
  });

  it('is judged for public CAs alone', () => {
    const long = like(LEAF, { notBefore: '2026-04-01T00:00:00.000Z', notAfter: '2026-10-19T00:00:00.000Z' });
    const changes = { sent: [long, E7], path: [long, E7, X1] };
    expect(all(changes)).toEqual(['warning validity-too-long']);
    expect(all({ ...changes, publicAnchor: false })).toEqual([]);
    const exact = like(long, { notAfter: '2026-10-18T00:00:00.000Z' });
    expect(all({ sent: [exact, E7], path: [exact, E7, X1] })).toEqual([]);
  });
});

describe('what expires soon', () => {
  const days = (count: number): number => Date.parse(LEAF.notAfter) - count * 86_400_000;

  it('is a warning two weeks before, for a leaf of ninety days', () => {
    expect(all({ now: days(15) })).toEqual([]);
    expect(all({ now: days(13) })).toContain('warning certificate-expiring');
  });

  it('is a warning a month before, for a CA', () => {
    const ca = certificate(E7.subject, E7.issuer, '2', {
      notAfter: '2026-04-10T00:00:00.000Z',
      notBefore: '2025-01-01T00:00:00.000Z',
    });
    const leaf = like(LEAF, { notAfter: '2027-01-01T00:00:00.000Z' });
    const changes = { sent: [leaf, ca], path: [leaf, ca, X1], publicAnchor: false };
    expect(all({ ...changes, now: days(31) })).toEqual([]);
    expect(all({ ...changes, now: days(29) })).toEqual(['warning certificate-expiring']);
  });

  it('leaves certificates of six days alone until the last of them', () => {
    const short = like(LEAF, { notBefore: '2026-04-04T00:00:00.000Z' });
    const changes = {
      sent: [short, E7],
      path: [short, E7, X1],
    };
    expect(all({ ...changes, now: days(2) })).not.toContain('warning certificate-expiring');
    expect(all({ ...changes, now: days(1) })).toContain('warning certificate-expiring');
  });

  it('is an error within the time that was asked for, and nothing beyond it', () => {
    const day = 86_400_000;
    expect(all({ now: days(20), expiresWithinMs: 21 * day })).toContain('error certificate-expiring');
    expect(all({ now: days(10), expiresWithinMs: 5 * day })).toEqual([]);
  });

  it('is not what has expired already: that is the verdict', () => {
    expect(all({ now: days(-1) })).toEqual([]);
  });

  // With a DANE-EE record or --no-verify no verdict is judged, and what had expired passed where what was about to failed.
  it('is what has expired already where the verdict is not judged, when a time was asked for', () => {
    const gone = { now: days(-1), judgeChain: false, sent: [LEAF], path: [LEAF], publicAnchor: false };
    expect(all({ ...gone, expiresWithinMs: 0 })).toEqual(['error certificate-expiring']);
    expect(expiry.judge(facts({ ...gone, expiresWithinMs: 0 }))[0]?.message).toContain('expired 1 day ago');
    expect(all(gone)).toEqual([]);
    expect(all({ ...gone, expiresWithinMs: 0, judgeChain: true })).toEqual([]);
  });

  it('is what does not say when it ends, under the same conditions', () => {
    const endless = [like(LEAF, { notAfter: 'invalid' })];
    const changes = { sent: endless, path: endless, publicAnchor: false, expiresWithinMs: 0 };
    expect(expiry.judge(facts({ ...changes, judgeChain: false }))).toHaveLength(1);
    expect(expiry.judge(facts(changes))).toEqual([]);
  });

  it('is not what is not valid yet', () => {
    const early = { now: Date.parse(LEAF.notBefore) - 86_400_000, expiresWithinMs: 0, judgeChain: false };
    expect(expiry.judge(facts({ ...early, sent: [LEAF], path: [LEAF] }))).toEqual([]);
  });
});

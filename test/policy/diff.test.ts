import { describe, expect, it } from 'vitest';
import type { Difference } from '../../src/core/diff-report.js';
import type { CertificateReport, Report } from '../../src/core/report.js';
import type { RuleResult } from '../../src/core/policy-report.js';
import type { ScanFacts, ScanProtocolReport, ScanSuite } from '../../src/core/scan-report.js';
import { diffReports } from '../../src/policy/diff.js';
import { pass } from '../report/samples.js';

/*
 * What changed between two reports. The one rule that everything here stands on: what was not found out on a side is not known
 * there, and never gone, or the report of a throttled scan would read as a server that was mended overnight.
 */

type Deep<T> = { readonly [K in keyof T]?: unknown };

/** A copy of the good report with some of it otherwise. */
const but = (changes: Deep<Report>): Report => ({ ...pass, ...changes }) as Report;

const leafOf = (report: Report): CertificateReport => {
  const [leaf] = report.chain?.sent ?? [];
  if (leaf === undefined) throw new Error('the sample has a chain');
  return leaf;
};

const withLeaf = (changes: Partial<CertificateReport>): Report =>
  but({
    chain: {
      path: pass.chain?.path,
      sent: [{ ...leafOf(pass), ...changes }, ...(pass.chain?.sent.slice(1) ?? [])],
    },
  });

/** A line for each difference: sign, area, what, before and after, and what it is. */
function lines(before: Report, after: Report): string[] {
  return diffReports([before], [after]).map(line);
}

function line({ area, kind, what, before, after, worse }: Difference): string {
  const sign = { added: '+', removed: '-', changed: '~' }[kind];
  const judged = worse === null ? '' : worse ? ' (worse)' : ' (better)';
  return `${sign} ${area} ${what}: ${before ?? 'null'} -> ${after ?? 'null'}${judged}`;
}

const suite = (id: string, iana: string): ScanSuite => ({
  name: iana,
  iana,
  id,
  bits: 128,
  keyExchange: null,
  group: null,
  groupBits: null,
  certificate: null,
});

const AES = suite('0xc02f', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256');
const RC4 = suite('0x0005', 'TLS_RSA_WITH_RC4_128_SHA');
const DES3 = suite('0x000a', 'TLS_RSA_WITH_3DES_EDE_CBC_SHA');

const version = (
  name: ScanProtocolReport['name'],
  answer: ScanProtocolReport['answer'],
  rest: Partial<ScanProtocolReport> = {},
): ScanProtocolReport => ({
  name,
  answer,
  evidence: answer === 'inconclusive' ? 'closed (421)' : 'seen',
  suites: answer === 'accepted' ? [AES] : [],
  order: 'server',
  unknown: null,
  ...rest,
});

const scanned = (facts: ScanFacts, rest: Deep<Report> = {}): Report =>
  but({
    command: 'scan',
    scan: {
      connections: {},
      checks: ['protocols', 'groups'],
      unknown: [],
      ...facts,
    },
    ...rest,
  });

const group = (name: string, bits: number | null = 253) =>
  ({ name, id: name, bits, answer: 'accepted' }) as const;

const groupList = (accepted: readonly ReturnType<typeof group>[], rest: object = {}): ScanFacts => ({
  groups: [{ protocol: 'TLSv1.3', accepted, unknown: null, notOffered: [], skipped: null, ...rest }],
});

describe('a report and itself', () => {
  it('have no difference', () => {
    expect(lines(pass, pass)).toEqual([]);
    expect(lines(pass, but({ startedAt: '2030-01-01T00:00:00Z', timings: {}, connections: 9 }))).toEqual([]);
  });

  it('have none a day later', () => {
    expect(lines(pass, withLeaf({ daysLeft: 60 }))).toEqual([]);
  });

  it('have none where the greeting tells the time', () => {
    expect(lines(pass, but({ smtp: { ...pass.smtp, banner: 'mx ESMTP 12:00:01' } }))).toEqual([]);
  });
});

describe('a certificate', () => {
  it('was renewed with the same key', () => {
    expect(lines(pass, withLeaf({ sha256: '9'.repeat(64), notAfter: '2026-07-10T00:00:00.000Z' }))).toEqual([
      '~ certificate certificate: until 2026-04-10, sha256 1111111111111111 -> until 2026-07-10, sha256 9999999999999999 (better)',
    ]);
  });

  it('was replaced by an older one, with another key, issuer and name', () => {
    const found = lines(
      pass,
      withLeaf({
        sha256: '9'.repeat(64),
        notAfter: '2026-03-10T00:00:00.000Z',
        spkiSha256: `${'9'.repeat(43)}=`,
        key: { type: 'rsa', bits: 2048, curve: null },
        issuer: 'CN=Other CA',
        san: ['DNS:mx.example.org', 'DNS:new.example.org'],
      }),
    );
    expect(found).toEqual([
      '~ certificate certificate: until 2026-04-10, sha256 1111111111111111 -> until 2026-03-10, sha256 9999999999999999 (worse)',
      `~ certificate key: ec 256 prime256v1, spki-sha256 ${'1'.repeat(43)}= -> rsa 2048, spki-sha256 ${'9'.repeat(43)}=`,
      "~ certificate issuer: CN=E7,O=Let's Encrypt,C=US -> CN=Other CA",
      '- certificate name DNS:mail.example.org: there -> null (worse)',
      '+ certificate name DNS:new.example.org: null -> there (better)',
    ]);
  });

  /** Of two chains with an EC key beside the RSA one, with SNI and without, only the first was compared. */
  it('is compared with each of its kind that other clients are shown', () => {
    const shown = (...digests: string[]): Report =>
      scanned({
        certificates: digests.map((digit) => ({
          answer: 'accepted',
          evidence: null,
          main: false,
          key: 'ec prime256v1',
          servernames: [null],
          chain: { path: [], sent: [{ ...leafOf(pass), sha256: digit.repeat(64) }] },
          verify: null,
        })),
      });
    const of = (digit: string): string => `until 2026-04-10, sha256 ${digit.repeat(16)}`;
    expect(lines(shown('1', '2'), shown('2', '1'))).toEqual([]);
    expect(lines(shown('1', '2'), shown('1', '3'))).toEqual([
      `~ certificate other ec certificate: ${of('2')} -> ${of('3')}`,
    ]);
    expect(lines(shown('1', '2'), shown('1'))).toEqual([
      `- certificate other ec certificate: ${of('2')} -> null`,
    ]);
  });

  it('does not verify any more', () => {
    const verify = { ...pass.verify, code: 10, name: 'X509_V_ERR_CERT_HAS_EXPIRED' };
    expect(lines(pass, but({ outcome: 'fail', verify }))).toEqual([
      '~ verdict outcome: pass -> fail (worse)',
      '~ verdict verification: X509_V_OK -> X509_V_ERR_CERT_HAS_EXPIRED (worse)',
    ]);
  });
});

describe('what a scan found', () => {
  it.each<[string, readonly ScanProtocolReport[], readonly ScanProtocolReport[], string[]]>([
    [
      'an old version gone',
      [version('TLSv1', 'accepted')],
      [version('TLSv1', 'rejected')],
      ['- protocol TLSv1: accepted -> null (better)', `- suite TLSv1 ${AES.iana ?? ''}: accepted -> null`],
    ],
    [
      'a new version there',
      [version('TLSv1.3', 'rejected')],
      [version('TLSv1.3', 'accepted')],
      [
        '+ protocol TLSv1.3: null -> accepted (better)',
        `+ suite TLSv1.3 ${AES.iana ?? ''}: null -> accepted`,
      ],
    ],
    [
      'a version about which nothing is known any more',
      [version('TLSv1', 'accepted')],
      [version('TLSv1', 'inconclusive')],
      ['~ protocol TLSv1: accepted -> not known: closed (421)'],
    ],
    [
      'a weak suite there',
      [version('TLSv1.2', 'accepted')],
      [version('TLSv1.2', 'accepted', { suites: [AES, RC4] })],
      ['+ suite TLSv1.2 TLS_RSA_WITH_RC4_128_SHA: null -> accepted (worse)'],
    ],
    [
      'suites of which it is not known whether they are still there',
      [version('TLSv1.2', 'accepted', { suites: [AES, RC4, DES3] })],
      [version('TLSv1.2', 'accepted', { unknown: { count: 80, reason: '421' } })],
      ['~ suite TLSv1.2 TLS_RSA_WITH_RC4_128_SHA, TLS_RSA_WITH_3DES_EDE_CBC_SHA: accepted -> not known: 421'],
    ],
    [
      'suites for which the other did not ask',
      [version('TLSv1.2', 'accepted', { suites: [AES, RC4, DES3] })],
      [version('TLSv1.2', 'accepted', { suites: [], partial: true, asked: ['0x0005'] })],
      ['- suite TLSv1.2 TLS_RSA_WITH_RC4_128_SHA: accepted -> null (better)'],
    ],
    [
      'another order',
      [version('TLSv1.2', 'accepted')],
      [version('TLSv1.2', 'accepted', { order: 'client' })],
      ['~ order TLSv1.2: who decides among suites: server -> client'],
    ],
    ['a version that the other did not ask for', [version('TLSv1', 'accepted')], [], []],
  ])('has %s', (_what, before, after, expected) => {
    expect(lines(scanned({ protocols: before }), scanned({ protocols: after }))).toEqual(expected);
  });

  it.each<[string, ScanFacts, ScanFacts, string[]]>([
    [
      'a post-quantum group there',
      groupList([group('x25519')]),
      groupList([group('x25519'), group('X25519MLKEM768', null)]),
      ['+ group TLSv1.3 X25519MLKEM768: null -> accepted (better)'],
    ],
    [
      'a group of which nothing is known',
      groupList([group('x25519'), group('secp256r1')]),
      groupList([group('x25519')], { unknown: { count: 3, reason: 'reset' } }),
      ['~ group TLSv1.3 secp256r1: accepted -> not known: reset'],
    ],
    ['no groups asked for', groupList([group('x25519')]), groupList([], { skipped: 'no TLS 1.3' }), []],
    [
      'a gate that asked for others',
      groupList([group('x25519')]),
      groupList([], { asked: ['secp160r1'] }),
      [],
    ],
    [
      'a prime gone',
      { dhPrimes: [{ bits: 1024, name: 'RFC 2409 group 2', prime: true, sha256: 'aa' }], protocols: [] },
      { dhPrimes: [], protocols: [] },
      ['- dh-prime RFC 2409 group 2, 1024 bits: used -> null (better)'],
    ],
    [
      'a prime that was not looked for far enough',
      { dhPrimes: [{ bits: 1024, name: null, prime: true, sha256: 'ab'.repeat(32) }], protocols: [] },
      { dhPrimes: [], protocols: [version('TLSv1', 'inconclusive')] },
      ['~ dh-prime sha256 abababababababab, 1024 bits: used -> not known: closed (421)'],
    ],
    [
      'an attack that is possible now',
      { attacks: [{ id: 'poodle', name: 'POODLE', cve: [], answer: 'no', evidence: '' }] },
      { attacks: [{ id: 'poodle', name: 'POODLE', cve: [], answer: 'yes', evidence: '' }] },
      ['~ attack poodle: no -> yes (worse)'],
    ],
    [
      'an attack of which nothing is known now',
      { attacks: [{ id: 'poodle', name: 'POODLE', cve: [], answer: 'yes', evidence: '' }] },
      { attacks: [{ id: 'poodle', name: 'POODLE', cve: [], answer: 'unknown', evidence: '421' }] },
      ['~ attack poodle: yes -> not known: 421'],
    ],
    [
      'another property',
      { extensions: [{ id: 'alpn', answer: 'no', evidence: '' }] },
      { extensions: [{ id: 'alpn', answer: 'yes', evidence: '' }] },
      ['~ trait alpn: no -> yes'],
    ],
  ])('has %s', (_what, before, after, expected) => {
    expect(lines(scanned(before), scanned(after))).toEqual(expected);
  });
});

describe('SMTP', () => {
  const ehlo = (...words: string[]): { keyword: string; params: string[] }[] =>
    words.map((text) => {
      const [keyword = '', ...params] = text.split(' ');
      return { keyword, params };
    });

  it('offers other things', () => {
    const before = but({
      smtp: {
        banner: 'x',
        starttls: 'offered',
        ehlo: ehlo('SIZE 1', 'DSN', 'STARTTLS'),
        ehloAfterTls: ehlo('AUTH PLAIN LOGIN'),
      },
    });
    const after = but({
      smtp: {
        banner: 'x',
        starttls: 'offered',
        ehlo: ehlo('size 2', 'AUTH PLAIN', 'STARTTLS'),
        ehloAfterTls: ehlo('AUTH PLAIN', 'AUTH=PLAIN', 'CHUNKING'),
      },
    });
    expect(lines(before, after)).toEqual([
      '~ smtp SIZE before TLS: 1 -> 2',
      '- smtp DSN before TLS: offered -> null',
      '+ auth AUTH PLAIN before TLS: null -> offered (worse)',
      '+ smtp AUTH=PLAIN inside TLS: null -> offered',
      '+ smtp CHUNKING inside TLS: null -> offered',
      '- auth AUTH LOGIN inside TLS: offered -> null',
    ]);
  });

  it('has no STARTTLS any more, and so nothing is known of what was inside', () => {
    const after = but({
      outcome: 'fail',
      smtp: { banner: 'x', starttls: 'not-offered', ehlo: pass.smtp?.ehlo, ehloAfterTls: null },
      tls: null,
      chain: null,
      verify: null,
      error: { code: 'starttls-not-offered', phase: 'starttls', message: 'no STARTTLS' },
    });
    expect(lines(pass, after)).toEqual([
      '~ verdict outcome: pass -> fail (worse)',
      '+ verdict error: null -> starttls-not-offered',
      '~ session handshake: TLSv1.3 TLS_AES_256_GCM_SHA384 -> not known: no STARTTLS',
      '~ smtp STARTTLS: offered -> not-offered (worse)',
    ]);
  });

  it('was silent', () => {
    const after = but({
      outcome: 'inconclusive',
      smtp: null,
      tls: null,
      chain: null,
      verify: null,
      error: { code: 'silent', phase: 'banner', message: 'it said nothing' },
    });
    expect(lines(pass, after)).toEqual([
      '~ verdict outcome: pass -> inconclusive',
      '+ verdict error: null -> silent',
      '~ session handshake: TLSv1.3 TLS_AES_256_GCM_SHA384 -> not known: it said nothing',
      '~ smtp STARTTLS: offered -> not known',
    ]);
  });
});

describe('findings', () => {
  const finding = (id: string, severity: string): object => ({ id, severity, message: 'x' });
  const found = (...findings: object[]): Report => but({ findings });

  it('come, go and grow', () => {
    expect(
      lines(
        found(finding('hostname-mismatch', 'error'), finding('certificate-expiring', 'warning')),
        found(finding('certificate-expiring', 'error'), finding('session-not-resumed', 'info')),
      ),
    ).toEqual([
      '- finding hostname-mismatch: error -> null (better)',
      '~ finding certificate-expiring: warning -> error (worse)',
      '+ finding session-not-resumed: null -> info',
    ]);
  });

  it('are not gone where the probe ended early', () => {
    const after = but({ error: { code: 'silent', phase: 'ehlo', message: 'x' } });
    expect(lines(found(finding('hostname-mismatch', 'error')), after)).toEqual([
      '+ verdict error: null -> silent',
      '~ finding hostname-mismatch: error -> not known',
    ]);
  });

  it('that only a scan makes are not new after a tls', () => {
    const after = scanned({}, { findings: [finding('tls-1-0-accepted', 'error')] });
    expect(lines(pass, after)).toEqual([]);
    expect(lines(scanned({}), after)).toEqual(['+ finding tls-1-0-accepted: null -> error (worse)']);
  });
});

describe('a policy', () => {
  const rule = (id: string, result: RuleResult['result'], items: string[] = []): object => ({
    id,
    title: id,
    severity: 'error',
    result,
    required: null,
    measured: items.length === 0 ? null : items.join(', '),
    items,
    source: 'x',
  });
  const judged = (name: string, ...rules: object[]): Report =>
    but({
      command: 'gate',
      policy: {
        profile: { name, version: '1', title: name },
        rules,
        budget: { connections: 1, limit: 1 },
        inconclusive: 'inconclusive',
      },
    });

  /** The second of two groups that have to be there was gone, and nothing had changed. */
  it('may have several rules of one name', () => {
    const before = judged('own', rule('group-missing', 'fail', ['a']), rule('group-missing', 'pass'));
    const after = judged('own', rule('group-missing', 'fail', ['a']), rule('group-missing', 'fail', ['b']));
    expect(lines(before, after)).toEqual(['~ policy group-missing: pass -> fail: b (worse)']);
  });

  it('has rules that are broken now, more, less, or of which nothing is known', () => {
    const before = judged(
      'mx',
      rule('a', 'pass'),
      rule('b', 'fail', ['x']),
      rule('c', 'fail', ['x', 'y']),
      rule('d', 'fail', ['x']),
      rule('e', 'inconclusive'),
    );
    const after = judged(
      'mx',
      rule('a', 'fail', ['x']),
      rule('b', 'fail', ['x', 'y']),
      rule('c', 'fail', ['x']),
      rule('d', 'inconclusive'),
      rule('e', 'inconclusive'),
    );
    expect(lines(before, after)).toEqual([
      '~ policy a: pass -> fail: x (worse)',
      '~ policy b: fail: x -> fail: x, y (worse)',
      '~ policy c: fail: x, y -> fail: x (better)',
      '~ policy d: fail: x -> not known',
    ]);
  });

  it('is another one', () => {
    expect(lines(judged('mx', rule('a', 'pass')), judged('submission', rule('b', 'pass')))).toEqual([
      '~ policy profile: mx (1) -> submission (1)',
      '- policy a: pass -> null',
      '+ policy b: null -> pass',
    ]);
  });
});

describe('several targets', () => {
  const at = (host: string, address: string | null = null, rest: Deep<Report> = {}): Report =>
    but({ target: { ...pass.target, host, address }, ...rest });

  it('are matched by name, in whatever order; one may be on one side alone', () => {
    const found = diffReports(
      [at('a'), at('b'), at('c')],
      [at('c'), at('a', null, { outcome: 'fail' }), at('d')],
    );
    expect(found.map((one) => `${one.target} ${line(one)}`)).toEqual([
      'a:25 ~ verdict outcome: pass -> fail (worse)',
      'b:25 - target tls: pass -> null',
      'd:25 + target tls: null -> pass',
    ]);
  });

  it('are matched by address where a name has several', () => {
    const found = diffReports(
      [at('a', '192.0.2.1'), at('a', '192.0.2.2')],
      [at('a', '192.0.2.2', { outcome: 'fail' }), at('a', '192.0.2.1')],
    );
    expect(found.map((one) => `${one.target} ${line(one)}`)).toEqual([
      'a:25 (192.0.2.2) ~ verdict outcome: pass -> fail (worse)',
    ]);
  });

  it('may move to another address', () => {
    expect(diffReports([at('a', '192.0.2.1')], [at('a', '192.0.2.9')])).toEqual([]);
  });

  it('are matched by command first', () => {
    const auth = at('a', null, { command: 'auth', outcome: 'fail' });
    expect(diffReports([at('a'), auth], [auth, at('a')])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { CertificateReport } from '../../src/core/report.js';
import type { ScanFacts, ScanSuite } from '../../src/core/scan-report.js';
import { suitesIn } from '../../src/checks/scan/known-names.js';
import type { Profile } from '../../src/policy/profile.js';
import { profileByName } from '../../src/policy/profiles/index.js';
import type { Expect } from '../../src/policy/expect.js';
import { certificate, E7, keywords, LEAF, pass } from '../report/sample-parts.js';
import { GOOD_SCAN, judged, notPassed, protocols, ruleOf, scanned, suite, version } from './support.js';

const profile = (name: string): Profile => {
  const found = profileByName(name);
  if (found === undefined) throw new Error(`no profile ${name}`);
  return found;
};

/** Rules that do not pass for a scan with these facts. */
const outcome = (name: string, facts: ScanFacts): string[] =>
  notPassed(judged(scanned(facts), profile(name)));

const TLS12 = version('TLSv1.2', ['ECDHE-ECDSA-AES128-GCM-SHA256']);
const TLS13 = version('TLSv1.3', ['TLS_AES_128_GCM_SHA256']);

describe('a server that does everything well', () => {
  it.each(['mx', 'submission', 'intermediate', 'ncsc-nl-2025-05', 'rfc9325'])('passes %s', (name) => {
    const report = judged(
      scanned(
        { smtp: [{ id: 'tls-enforced', answer: name === 'submission' ? 'yes' : 'no', evidence: '' }] },
        name === 'submission' ? { target: { ...pass.target, port: 587 } as never } : {},
      ),
      profile(name),
    );
    expect(notPassed(report)).toEqual([]);
    expect(report).toMatchObject({
      outcome: 'pass',
      exitCode: 0,
      command: 'gate',
      error: null,
      findings: [],
    });
  });
});

describe('rules about versions', () => {
  it('fail for what may not be there, and warn of what is to go', () => {
    const old = version('TLSv1', ['ECDHE-RSA-AES128-SHA']);
    expect(outcome('mx', { protocols: protocols(old, TLS12, TLS13) })).toEqual(['warning tls-1-0-accepted']);
    expect(outcome('submission', { protocols: protocols(old, TLS12, TLS13) })).toContain(
      'fail tls-1-0-accepted',
    );
    expect(outcome('modern', {})).toContain('fail tls-1-2-accepted');
  });

  it('fail for what has to be there', () => {
    const facts = { protocols: protocols(TLS12, version('TLSv1.3', [])) };
    const without13 = { ...pass.tls, protocol: 'TLSv1.2' } as never;
    const report = judged(scanned(facts, { tls: without13 }), profile('intermediate'));
    expect(notPassed(report)).toContain('fail tls-1-3-missing');
    expect(notPassed(judged(scanned(facts, { tls: without13 }), profile('rfc9325')))).toContain(
      'warning tls-1-3-missing',
    );
  });

  it('are not known when nobody answered, and never pass then', () => {
    const open = version('TLSv1', [], { answer: 'inconclusive', evidence: '421' });
    const smtp = [{ id: 'tls-enforced', answer: 'yes', evidence: '530' }] as const;
    const report = judged(scanned({ protocols: protocols(open, TLS12, TLS13), smtp }), profile('submission'));
    expect(ruleOf(report, 'tls-1-0-accepted')).toMatchObject({ result: 'inconclusive', measured: '421' });
    expect(report).toMatchObject({ outcome: 'inconclusive', exitCode: 4 });
  });
});

describe('rules about suites', () => {
  const bad = version('TLSv1.2', ['ECDHE-ECDSA-AES128-GCM-SHA256', 'AES128-SHA']);

  it('name each one that is not allowed, and where', () => {
    const report = judged(scanned({ protocols: protocols(bad, TLS13) }), profile('intermediate'));
    expect(ruleOf(report, 'suite-not-allowed')).toMatchObject({
      result: 'fail',
      items: ['AES128-SHA (TLSv1.2)'],
    });
  });

  it('pass nothing that was not asked for', () => {
    const partial = version('TLSv1.2', ['ECDHE-ECDSA-AES128-GCM-SHA256'], {
      partial: true,
      asked: ['0xc02b'],
    });
    const report = judged(scanned({ protocols: protocols(partial, TLS13) }), profile('intermediate'));
    expect(ruleOf(report, 'suite-not-allowed').result).toBe('inconclusive');
  });

  it('pass no primes of DHE with a kind of key that was not asked for', () => {
    const suites = suitesIn('TLSv1.2');
    const asked = suites.filter(({ name }) => !name.startsWith('TLS_DHE_DSS_')).map(({ id }) => id);
    const prime = { bits: 2048, name: 'ffdhe2048', prime: true, sha256: 'ab' };
    for (const [known, result] of [
      [asked, 'inconclusive'],
      [suites.map(({ id }) => id), 'pass'],
    ] as const) {
      const some = version('TLSv1.2', ['DHE-RSA-AES256-GCM-SHA384'], { partial: true, asked: known });
      const facts = { protocols: protocols(some, TLS13), dhPrimes: [prime] };
      expect(ruleOf(judged(scanned(facts), profile('submission')), 'dh-prime-short').result).toBe(result);
    }
  });

  it('are not known where some suites are not', () => {
    const open = version('TLSv1.2', ['ECDHE-ECDSA-AES128-GCM-SHA256'], {
      unknown: { count: 200, reason: '421 again' },
    });
    expect(outcome('intermediate', { protocols: protocols(open, TLS13) })).toEqual(
      expect.arrayContaining(['inconclusive suite-not-allowed', 'inconclusive rc4-suites-accepted']),
    );
  });

  it.each([
    ['server', 'pass'],
    ['client', 'warning'],
    ['unknown', 'inconclusive'],
  ] as const)('say whose order decides: %s, %s', (order, result) => {
    const two = version('TLSv1.2', ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'], {
      order,
    });
    const report = judged(scanned({ protocols: protocols(two, TLS13) }), profile('old'));
    expect(ruleOf(report, 'server-order-missing').result).toBe(result);
  });
});

describe('rules about groups, primes and signatures', () => {
  const list = (protocol: 'TLSv1.2' | 'TLSv1.3', ...names: string[]) => ({
    protocol,
    accepted: names.map((name) => ({ name, id: '0x0000', bits: null, answer: 'accepted' as const })),
    unknown: null,
    notOffered: [],
    skipped: null,
  });

  it('count a group that is used without being offered too', () => {
    const used = { ...list('TLSv1.3', 'x25519'), notOffered: list('TLSv1.3', 'sect163k1').accepted };
    const report = judged(scanned({ groups: [used] }), profile('intermediate'));
    expect(ruleOf(report, 'group-not-allowed')).toMatchObject({
      result: 'fail',
      items: ['sect163k1 (TLSv1.3)'],
    });
  });

  it('leave FFDHE up to TLS 1.2 to its primes', () => {
    expect(outcome('intermediate', { groups: [list('TLSv1.2', 'x25519', 'ffdhe2048')] })).toEqual([]);
    expect(outcome('intermediate', { groups: [list('TLSv1.3', 'x25519', 'ffdhe2048')] })).toEqual([
      'fail group-not-allowed',
    ]);
    expect(outcome('ncsc-nl-2025-05', { groups: [list('TLSv1.3', 'ffdhe4096')] })).toEqual([
      'warning group-phase-out',
    ]);
  });

  const prime = (bits: number, name: string | null) => ({ bits, name, prime: true, sha256: 'ab'.repeat(32) });
  const dhe = protocols(
    version('TLSv1.2', ['DHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES128-GCM-SHA256']),
    TLS13,
  );

  it.each([
    [prime(1024, null), 'rfc9325', ['fail dh-prime-short']],
    [prime(2048, 'RFC 3526 group 14'), 'rfc9325', []],
    [prime(2048, 'ffdhe2048'), 'ncsc-nl-2025-05', ['fail dh-prime-short', 'fail dh-group-not-allowed']],
    [prime(3072, 'ffdhe3072'), 'ncsc-nl-2025-05', ['warning dh-group-phase-out']],
    [prime(4096, null), 'ncsc-nl-2025-05', ['fail dh-group-not-allowed']],
  ])('judge a prime by its size and its name', (found, name, expected) => {
    const results = outcome(name, { protocols: dhe, dhPrimes: [found] }).filter((line) =>
      line.includes(' dh-'),
    );
    expect(results).toEqual(expected);
  });

  it('leave the primes of anonymous suites to the rule about those', () => {
    const anonymous = { ...suite('ADH-AES128-SHA'), groupBits: 1024 };
    const others = { ...suite('DHE-RSA-AES128-GCM-SHA256'), groupBits: 2048 };
    const result = (...suites: ScanSuite[]): string => {
      const facts = {
        protocols: protocols({ ...version('TLSv1.2', ['AES128-SHA']), suites }, TLS13),
        dhPrimes: [prime(1024, null), prime(2048, null)],
      };
      return ruleOf(judged(scanned(facts), profile('submission')), 'dh-prime-short').result;
    };
    expect(result(anonymous, others)).toBe('pass');
    expect(result(anonymous, { ...others, groupBits: 1024 })).toBe('fail');
  });

  it('leave the primes of a version that may not be there to the rule about that', () => {
    // judge failed a whole scan for DHE of TLS 1.0 alone, where gate, which does not ask for it, had nothing to say.
    const old = { ...suite('DHE-RSA-AES128-SHA'), groupBits: 1024 };
    const result = (...suites: ScanSuite[]): string => {
      const facts = {
        protocols: protocols(
          { ...version('TLSv1', ['DHE-RSA-AES128-SHA']), suites: [old] },
          { ...version('TLSv1.2', ['AES128-SHA']), suites },
          TLS13,
        ),
        dhPrimes: [prime(1024, null)],
      };
      return ruleOf(judged(scanned(facts), profile('submission')), 'dh-prime-short').result;
    };
    expect(result(suite('AES128-SHA'))).toBe('not-applicable');
    expect(result(old)).toBe('fail');
  });

  it('take a pattern for the names of primes', () => {
    const dh = { minBits: 2048, allowed: ['ffdhe*'] };
    const own = { ...profile('mx'), requirements: { dh } };
    const result = (name: string | null): string =>
      ruleOf(judged(scanned({ protocols: dhe, dhPrimes: [prime(3072, name)] }), own), 'dh-group-not-allowed')
        .result;
    expect([result('ffdhe3072'), result('RFC 3526 group 15'), result(null)]).toEqual([
      'pass',
      'fail',
      'fail',
    ]);
  });

  it('do not pass DHE whose prime nobody has read', () => {
    expect(outcome('rfc9325', { protocols: dhe, dhPrimes: [] })).toContain('inconclusive dh-prime-short');
  });

  it('judge how the key exchange is signed', () => {
    const signed = (...names: string[]): ScanFacts => ({
      signatureSchemes: [{ ...list('TLSv1.2'), accepted: names.map((name) => ({ name, id: '0x0000' })) }],
    });
    expect(outcome('ncsc-nl-2025-05', signed('rsa_pkcs1_sha256', 'rsa_pkcs1_sha1'))).toEqual([
      'fail signature-scheme-not-allowed',
    ]);
    expect(outcome('ncsc-nl-2025-05', signed('ecdsa_sha224'))).toEqual([
      'warning signature-scheme-phase-out',
    ]);
  });
});

describe('rules about certificates', () => {
  const showing = (leaf: CertificateReport, ...more: CertificateReport[]) => {
    const chain = { sent: [leaf, ...more], path: [leaf, ...more] };
    const [main] = GOOD_SCAN.certificates ?? [];
    if (main === undefined) throw new Error('no certificate');
    return scanned({ certificates: [{ ...main, chain }] }, { chain });
  };
  const rsa = (bits: number, rest: Partial<CertificateReport> = {}) =>
    certificate('CN=mx.example.org', 'CN=CA', '7', {
      ca: false,
      key: { type: 'rsa', bits, curve: null },
      signatureAlgorithm: 'sha256WithRSAEncryption',
      ...rest,
    });
  const results = (report: ReturnType<typeof scanned>, name: string) =>
    notPassed(judged(report, profile(name))).filter((line) => line.includes(' certificate-'));

  it.each([
    [rsa(2048), 'intermediate', []],
    [rsa(2048), 'modern', ['fail certificate-key-not-allowed']],
    [rsa(1024), 'mx', ['fail certificate-key-not-allowed']],
    [rsa(2048), 'ncsc-nl-2025-05', ['warning certificate-key-phase-out']],
    [rsa(3072), 'ncsc-nl-2025-05', []],
    [
      rsa(2048, { signatureAlgorithm: 'sha1WithRSAEncryption' }),
      'intermediate',
      ['fail certificate-digest-not-allowed'],
    ],
    [
      rsa(3072, { signatureAlgorithm: 'sha224WithRSAEncryption' }),
      'ncsc-nl-2025-05',
      ['warning certificate-digest-phase-out'],
    ],
    // Its digest is in parameters. They were not in the report, and a gate could not pass a server with such a certificate.
    [rsa(2048, { signatureAlgorithm: 'rsassaPss', signatureDigest: 'sha256' }), 'intermediate', []],
    [
      rsa(2048, { signatureAlgorithm: 'rsassaPss', signatureDigest: 'sha1' }),
      'intermediate',
      ['fail certificate-digest-not-allowed'],
    ],
    [
      rsa(2048, { signatureAlgorithm: 'rsassaPss', signatureDigest: 'sha512-256' }),
      'intermediate',
      ['fail certificate-digest-not-allowed'],
    ],
    ...[{}, { signatureDigest: null }].map((digest): [CertificateReport, string, string[]] => [
      rsa(2048, { signatureAlgorithm: 'rsassaPss', ...digest }),
      'intermediate',
      ['inconclusive certificate-digest-not-allowed'],
    ]),
    [
      certificate('CN=m', 'CN=CA', '8', { key: { type: 'ec', bits: 256, curve: 'secp256k1' } }),
      'intermediate',
      ['fail certificate-key-not-allowed'],
    ],
    [
      certificate('CN=m', 'CN=CA', '8', {
        key: { type: 'ed25519', bits: 256, curve: null },
        signatureAlgorithm: 'ED25519',
      }),
      'mx',
      [],
    ],
    [
      rsa(2048, { notAfter: '2027-02-01T00:00:00.000Z' }),
      'intermediate',
      ['warning certificate-lifespan-too-long'],
    ],
  ])('%# judge key, digest and lifespan', (leaf, name, expected) => {
    expect(results(showing(leaf), name)).toEqual(expected);
  });

  /** A pattern was read as a regular expression, and `*` ended the gate with a stack trace when all had been measured. */
  it.each([
    ['*', 'sha256WithRSAEncryption', 'pass'],
    ['sha2*', 'sha256WithRSAEncryption', 'pass'],
    ['sha2*', 'sha1WithRSAEncryption', 'fail'],
    ['sha256', 'ecdsa-with-SHA256', 'pass'],
    ['sha256', 'ecdsa_with_SHA3-256', 'fail'],
    ['sha3-256', 'ecdsa_with_SHA3-256', 'pass'],
    ['sha512', 'sha512-256WithRSAEncryption', 'fail'],
    ['sha1', 'sha1WithRSA', 'pass'],
  ])('take a digest by its name or a pattern: %s, %s', (digest, signatureAlgorithm, expected) => {
    const asked = { keysOf: 'leaf', keys: [{ type: 'rsa' }], digests: [digest] } as const;
    const own = { ...profile('mx'), requirements: { certificate: asked } };
    const report = judged(showing(rsa(2048, { signatureAlgorithm })), own);
    expect(ruleOf(report, 'certificate-digest-not-allowed').result).toBe(expected);
  });

  it('judge every certificate but a root where the profile says so', () => {
    const weak = { ...E7, key: { type: 'rsa', bits: 2048, curve: null } };
    expect(results(showing(LEAF, weak), 'ncsc-nl-2025-05')).toEqual(['warning certificate-key-phase-out']);
    expect(results(showing(LEAF, { ...weak, selfSigned: true }), 'ncsc-nl-2025-05')).toEqual([]);
  });

  it('judge the chains that are shown to others too', () => {
    const [main] = GOOD_SCAN.certificates ?? [];
    const second = { ...main, main: false, chain: { sent: [rsa(1024)], path: [] } } as never;
    expect(results(scanned({ certificates: [main as never, second] }), 'mx')).toEqual([
      'fail certificate-key-not-allowed',
    ]);
  });

  it('are not known when a chain is not', () => {
    const [main] = GOOD_SCAN.certificates ?? [];
    const open = {
      answer: 'inconclusive',
      evidence: '421',
      main: false,
      key: null,
      servernames: [null],
      chain: null,
      verify: null,
    } as const;
    expect(results(scanned({ certificates: [main as never, open] }), 'mx')).toEqual([
      'inconclusive certificate-key-not-allowed',
    ]);
  });
});

describe('rules that a finding breaks', () => {
  it('count as the check has it, or as the profile says', () => {
    const expired = {
      id: 'certificate-expired',
      severity: 'error',
      message: 'it has expired',
      evidence: 'notAfter',
    } as const;
    const of = (name: string) =>
      ruleOf(judged(scanned({}, { findings: [expired] }), profile(name)), 'certificate-expired');
    expect(of('mx')).toMatchObject({ result: 'fail', measured: 'it has expired' });
    expect(of('ncsc-nl-2025-05').result).toBe('warning');
  });

  /** The check tells submission from MX by the port: on port 2525 a server that takes mail without TLS met `submission`. */
  it.each([
    ['submission', 'no', 'fail tls-not-enforced'],
    ['submission', 'yes', ''],
    ['mx', 'yes', 'fail tls-required-on-mx'],
    ['mx', 'no', ''],
    // No role of theirs: it counts as the check has it.
    ['intermediate', 'no', ''],
    ['intermediate', 'yes', ''],
  ] as const)(
    'know the role of a server from %s, on any port: TLS enforced, %s',
    (name, answer, expected) => {
      const target = { ...pass.target, port: 2525 } as never;
      const report = scanned({ smtp: [{ id: 'tls-enforced', answer, evidence: '' }] }, { target });
      expect(notPassed(judged(report, profile(name))).join()).toBe(expected);
    },
  );

  it('are not known where the probe did not come so far', () => {
    const report = judged(scanned({}, { tls: null, verify: null, chain: null }), profile('mx'));
    expect(ruleOf(report, 'chain-untrusted').result).toBe('inconclusive');
    expect(ruleOf(report, 'starttls-not-offered').result).toBe('pass');
    expect(report.exitCode).toBe(4);
  });

  it('are decided by the trait that they are about, and no other', () => {
    const smtp = [
      { id: 'tls-enforced', answer: 'unknown', evidence: '421' },
      { id: 'capabilities-lost', answer: 'no', evidence: 'none' },
    ] as const;
    const report = judged(scanned({ smtp }), profile('mx'));
    expect(ruleOf(report, 'tls-required-on-mx').result).toBe('inconclusive');
    expect(ruleOf(report, 'capabilities-lost').result).toBe('pass');
  });

  it('put up with client renegotiation that has a limit (NCSC-NL 3.4.2)', () => {
    const finding = {
      id: 'client-renegotiation-accepted',
      severity: 'warning',
      message: 'it does',
      evidence: '3 in one session',
    } as const;
    const of = (limited: 'yes' | 'no') =>
      ruleOf(
        judged(
          scanned(
            {
              renegotiation: [
                { id: 'client-renegotiation', answer: 'yes', evidence: '' },
                { id: 'client-renegotiation-limited', answer: limited, evidence: '' },
              ],
            },
            { findings: [finding] },
          ),
          profile('ncsc-nl-2025-05'),
        ),
        'client-renegotiation-accepted',
      ).result;
    // Failed a server for what the guidelines call a thing to be phased out.
    expect([of('yes'), of('no')]).toEqual(['pass', 'warning']);
  });

  it('know compression and renegotiation by what a ServerHello says', () => {
    const extensions = [
      { id: 'compression', answer: 'yes', evidence: 'DEFLATE in 3 ServerHellos' },
      { id: 'secure-renegotiation', answer: 'no', evidence: 'no renegotiation_info' },
      { id: 'extended-master-secret', answer: 'yes', evidence: '' },
    ] as const;
    expect(outcome('mx', { extensions })).toEqual(
      ['warning insecure-renegotiation', 'fail tls-compression'].sort((a, b) => (a < b ? 1 : -1)),
    );
  });
});

describe('what a target is expected to be', () => {
  const results = (expect: Expect, facts: ScanFacts = {}, rest: Parameters<typeof scanned>[1] = {}) =>
    notPassed(judged(scanned(facts, rest), profile('mx'), { expect })).filter((line) =>
      line.includes(' expected-'),
    );

  it.each<[string, Expect, ScanFacts, string[]]>([
    ['nothing older', { minTls: '1.2' }, {}, []],
    ['something older', { minTls: '1.3' }, {}, ['fail expected-min-tls']],
    ['it was not asked', { minTls: '1.2' }, { protocols: [] }, ['inconclusive expected-min-tls']],
    ['a group', { groups: ['x25519mlkem768'] }, {}, []],
    ['a group that is not there', { groups: ['secp384r1'] }, {}, ['fail expected-groups']],
    ['a group of DHE that is not there', { groups: ['ffdhe2048'] }, {}, ['fail expected-groups']],
    // It was called not accepted, and nobody had asked: a server up to TLS 1.2 may have it.
    [
      'a group of DHE, of a server up to TLS 1.2',
      { groups: ['ffdhe2048'] },
      { groups: GOOD_SCAN.groups?.filter(({ protocol }) => protocol === 'TLSv1.2') ?? [] },
      ['inconclusive expected-groups'],
    ],
    ['the certificate', { certSha256: ['9'.repeat(64), '1'.repeat(64)] }, {}, []],
    ['another certificate', { certSha256: ['9'.repeat(64)] }, {}, ['fail expected-certificate']],
    ['the key', { spkiSha256: [`${'1'.repeat(43)}=`] }, {}, []],
    ['mechanisms', { authMechanisms: ['LOGIN', 'PLAIN'] }, {}, []],
    ['one mechanism too many', { authMechanisms: ['PLAIN'] }, {}, ['fail expected-auth-mechanisms']],
    [
      'one too few',
      { authMechanisms: ['LOGIN', 'PLAIN', 'SCRAM-SHA-256'] },
      {},
      ['fail expected-auth-mechanisms'],
    ],
    ['STARTTLS', { starttls: 'offered' }, {}, []],
    ['STARTTLS that is not enforced', { starttls: 'required' }, {}, ['fail expected-starttls']],
    [
      'STARTTLS that is enforced',
      { starttls: 'required' },
      { smtp: [{ id: 'tls-enforced', answer: 'yes', evidence: '530' }] },
      [],
    ],
    ['no STARTTLS', { starttls: 'absent' }, {}, ['fail expected-starttls']],
  ])('%s', (_what, expected, facts, lines) => {
    expect(results(expected, facts)).toEqual(lines);
  });

  it('counts mechanisms over all AUTH lines of EHLO inside TLS', () => {
    const smtp = { ...pass.smtp, ehloAfterTls: keywords('auth plain', 'AUTH LOGIN PLAIN') } as never;
    expect(results({ authMechanisms: ['LOGIN', 'PLAIN'] }, {}, { smtp })).toEqual([]);
  });
});

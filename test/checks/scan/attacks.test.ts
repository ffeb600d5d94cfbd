import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attacks, knownAttacks } from '../../../src/checks/scan/attacks.js';
import type {
  ScanAttack,
  ScanFacts,
  ScanProtocol,
  ScanProtocolReport,
  ScanSuite,
  ScanTrait,
} from '../../../src/core/scan-report.js';
import { allSuites, hexId, suiteById } from '../../../src/wire/names.js';
import { NOTHING_ASKED } from './support.js';
import { expectExplainedReferences } from '../references.js';

const OLD: readonly ScanProtocol[] = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const AES_CBC = 0x002f;
const AES_GCM = 0x009c;
const DHE_GCM = 0x009e;
const TLS13_AES = 0x1301;

function suite(id: number, bits: number | null = null): ScanSuite {
  const { iana = null, openssl = null, bits: strength = null } = suiteById(id) ?? {};
  const name = openssl ?? iana ?? hexId(id);
  const [, words = ''] = /^TLS_(.+?)_WITH_/.exec(iana ?? '') ?? [];
  return {
    name,
    iana,
    id: hexId(id),
    bits: strength,
    keyExchange: words.includes('anon') ? `${words.split('_')[0] ?? ''} anon` : (words.split('_')[0] ?? null),
    group: null,
    groupBits: bits,
    certificate: null,
  };
}

const report = (
  name: ScanProtocol,
  suites: readonly ScanSuite[],
  more: Partial<ScanProtocolReport> = {},
): ScanProtocolReport => ({
  name,
  answer: suites.length > 0 ? 'accepted' : 'rejected',
  evidence: suites.length > 0 ? 'ServerHello' : 'alert 70 (protocol_version)',
  suites,
  order: 'unknown',
  unknown: null,
  ...more,
});

type Has = Partial<Record<ScanProtocol, readonly (number | ScanSuite)[]>>;

const protocolsOf = (has: Has): ScanProtocolReport[] =>
  OLD.map((name) =>
    report(
      name,
      (has[name] ?? []).map((one) => (typeof one === 'number' ? suite(one) : one)),
    ),
  );

const trait = (id: string, answer: ScanTrait['answer']): ScanTrait => ({
  id,
  answer,
  evidence: `${id}: ${answer}`,
});
/** The traits of an everyday server. */
const GOOD: Pick<ScanFacts, 'extensions' | 'renegotiation' | 'dhPrimes'> = {
  extensions: [
    trait('compression', 'no'),
    trait('secure-renegotiation', 'yes'),
    trait('encrypt-then-mac', 'yes'),
  ],
  renegotiation: [trait('client-renegotiation', 'no'), trait('insecure-renegotiation', 'no')],
  dhPrimes: [],
};
const MODERN: Has = { 'TLSv1.2': [0xc02f], 'TLSv1.3': [TLS13_AES] };

const answersOf = (list: readonly ScanAttack[]): Record<string, string> =>
  Object.fromEntries(list.map(({ id, answer }) => [id, answer]));
const of = (
  has: Has,
  more: Partial<ScanFacts> = GOOD,
  session: boolean | null = null,
): Record<string, string> => answersOf(knownAttacks({ protocols: protocolsOf(has), ...more }, session));

const ALL = [
  'poodle',
  'beast',
  'sweet32',
  'rc4',
  'freak',
  'anonymous',
  'null',
  'lucky13',
  'logjam',
  'drown',
  'crime',
  'insecure-renegotiation',
];

describe('known attacks', () => {
  it('leave a modern server alone', () => {
    expect(of(MODERN)).toEqual(Object.fromEntries(ALL.map((id) => [id, 'no'])));
  });

  it('name a CVE each, but for those that have none, and what was seen', () => {
    for (const { id, cve, evidence, name } of knownAttacks(
      { protocols: protocolsOf(MODERN), ...GOOD },
      null,
    )) {
      expect(cve.length > 0).toBe(id !== 'anonymous' && id !== 'null');
      for (const one of cve) expect(one).toMatch(/^CVE-\d{4}-\d{4,}$/);
      expect([evidence, name]).not.toContain('');
    }
  });

  it.each<[string, Has, string[]]>([
    ['SSLv3 with CBC', { SSLv3: [AES_CBC] }, ['poodle', 'beast']],
    ['SSLv3 with RC4 alone', { SSLv3: [0x0005] }, ['rc4']],
    ['TLS 1.0 with CBC', { TLSv1: [AES_CBC] }, ['beast']],
    ['TLS 1.1 with CBC and encrypt-then-MAC', { 'TLSv1.1': [AES_CBC] }, []],
    ['3DES', { 'TLSv1.2': [0x000a] }, ['sweet32']],
    ['IDEA', { 'TLSv1.2': [0x0007] }, ['sweet32']],
    ['RC4', { 'TLSv1.2': [0xc011] }, ['rc4']],
    ['RSA_EXPORT', { TLSv1: [0x0003] }, ['freak', 'rc4']],
    ['DHE_EXPORT', { TLSv1: [0x0014] }, ['logjam', 'sweet32', 'beast']],
    ['an anonymous suite', { 'TLSv1.2': [0x00a6] }, ['anonymous']],
    ['an anonymous curve', { 'TLSv1.2': [0xc018] }, ['anonymous']],
    ['NULL', { 'TLSv1.2': [0x003b] }, ['null']],
    ['integrity alone in TLS 1.3', { 'TLSv1.3': [0xc0b4] }, ['null']],
    [
      'SSLv2',
      {
        SSLv2: [{ ...suite(0), name: 'SSL_CK_RC4_128_WITH_MD5', iana: null, bits: 128, keyExchange: 'RSA' }],
      },
      ['drown', 'rc4'],
    ],
    ['DHE of 1024 bits', { 'TLSv1.2': [suite(DHE_GCM, 1024)] }, ['logjam']],
    ['DHE of 1025 bits', { 'TLSv1.2': [suite(DHE_GCM, 1025)] }, []],
    ['anonymous DH of 768 bits', { 'TLSv1.2': [suite(0x00a6, 768)] }, ['logjam', 'anonymous']],
    ['AES-GCM', { 'TLSv1.2': [AES_GCM] }, []],
  ])('%s', (_, has, expected) => {
    const found = of(has);
    const open = Object.keys(found).filter((id) => found[id] === 'yes');
    expect(open.sort()).toEqual([...expected].sort());
  });

  it('LUCKY13 hangs on encrypt-then-MAC', () => {
    const cbc: Has = { 'TLSv1.2': [AES_CBC] };
    const mac = (answer: ScanTrait['answer']): Partial<ScanFacts> => ({
      ...GOOD,
      extensions: [trait('encrypt-then-mac', answer)],
    });
    expect(of(cbc, mac('yes'))['lucky13']).toBe('no');
    expect(of(cbc, mac('no'))['lucky13']).toBe('yes');
    expect(of(cbc, mac('unknown'))['lucky13']).toBe('unknown');
    expect(of(cbc, { extensions: [] })['lucky13']).toBe('unknown');
    // Nobody asked.
    expect(of(cbc, {})).not.toHaveProperty('lucky13');
    expect(of({ 'TLSv1.2': [AES_GCM] }, {})['lucky13']).toBe('no');
  });

  it('a prime that was not seen is not known, one that was seen is', () => {
    expect(of({ 'TLSv1.2': [DHE_GCM] })['logjam']).toBe('unknown');
    const dhPrimes = [{ bits: 1024, name: 'RFC 2409 group 2', prime: true, sha256: 'aa' }];
    const found = knownAttacks({ protocols: protocolsOf({ 'TLSv1.2': [DHE_GCM] }), ...GOOD, dhPrimes }, null);
    expect(found.find(({ id }) => id === 'logjam')).toMatchObject({
      answer: 'yes',
      evidence: 'RFC 2409 group 2, 1024 bits',
    });
  });

  it('CRIME hangs on compression', () => {
    for (const answer of ['yes', 'no', 'unknown'] as const)
      expect(of(MODERN, { extensions: [trait('compression', answer)] })['crime']).toBe(answer);
    expect(of(MODERN, { extensions: [] })['crime']).toBe('unknown');
    expect(of(MODERN, {})).not.toHaveProperty('crime');
  });
});

describe('insecure renegotiation', () => {
  const old: Has = { 'TLSv1.2': [0xc02f] };
  const facts = (
    secure: ScanTrait['answer'] | null,
    done: ScanTrait['answer'] | null,
  ): Partial<ScanFacts> => ({
    ...(secure === null ? {} : { extensions: [trait('secure-renegotiation', secure)] }),
    ...(done === null ? {} : { renegotiation: [trait('insecure-renegotiation', done)] }),
  });

  it.each<[ScanTrait['answer'] | null, ScanTrait['answer'] | null, boolean | null, string | undefined]>([
    ['yes', 'no', null, 'no'],
    ['yes', null, null, 'no'],
    ['no', 'yes', null, 'yes'],
    // Who renegotiates with nobody is open to nothing.
    ['no', 'no', null, 'no'],
    ['no', 'unknown', null, 'unknown'],
    ['no', null, null, 'yes'],
    ['unknown', 'no', null, 'unknown'],
    [null, 'yes', null, 'yes'],
    [null, null, true, 'no'],
    [null, null, false, 'yes'],
    [null, null, null, undefined],
  ])('RFC 5746 %s, carried out %s, first session %s: %s', (secure, done, session, expected) => {
    expect(of(old, facts(secure, done), session)['insecure-renegotiation']).toBe(expected);
  });

  it('cannot be in TLS 1.3', () => {
    expect(of({ 'TLSv1.3': [TLS13_AES] }, {})['insecure-renegotiation']).toBe('no');
  });
});

describe('the findings', () => {
  const idsOf = (scan: ScanFacts): string[] => {
    const data = knownAttacks(scan, null);
    const target = { host: 'mail.example.org', port: 25, mode: 'starttls', literal: 0 } as const;
    const found = attacks.judge(data, { target, scan: { ...scan, attacks: data }, asked: NOTHING_ASKED });
    for (const { id } of found) expect(attacks.ids).toContain(id);
    expectExplainedReferences(found);
    return found.map(({ id, severity }) => `${severity} ${id}`);
  };

  it('are those that no other check makes', () => {
    const protocols = protocolsOf({ SSLv3: [AES_CBC, 0x0005], TLSv1: [AES_CBC, 0x0003, 0x000a, 0x003b] });
    expect(idsOf({ protocols, ...GOOD })).toEqual([]);
  });

  it.each<[string, Partial<ScanFacts>, string]>([
    [
      'compression',
      { extensions: [trait('compression', 'yes'), trait('secure-renegotiation', 'yes')] },
      'error tls-compression',
    ],
    [
      'no RFC 5746',
      { extensions: [trait('compression', 'no'), trait('secure-renegotiation', 'no')] },
      'warning insecure-renegotiation',
    ],
    [
      'renegotiation without it',
      { ...GOOD, renegotiation: [trait('insecure-renegotiation', 'yes')] },
      'error insecure-client-renegotiation',
    ],
  ])('%s', (_, more, expected) => {
    expect(idsOf({ protocols: protocolsOf({ 'TLSv1.2': [0xc02f] }), ...more })).toEqual([expected]);
  });

  it.each([
    [1024, ['warning weak-dh']],
    [768, ['error weak-dh']],
    [2048, []],
  ])('DHE of %i bits, where its primes were not looked at', (bits, expected) => {
    const protocols = protocolsOf({ 'TLSv1.2': [suite(DHE_GCM, bits)] });
    const { extensions } = GOOD;
    expect(idsOf({ protocols, ...(extensions === undefined ? {} : { extensions }) })).toEqual(expected);
    expect(idsOf({ protocols, ...GOOD })).toEqual([]);
  });
});

describe('what is not known', () => {
  it('is one line', () => {
    const protocols = OLD.map((name) =>
      report(name, [], { answer: 'inconclusive', evidence: '421 too many' }),
    );
    const data = knownAttacks({ protocols, ...GOOD }, null);
    expect(attacks.unknown(data)).toEqual([
      'attacks: POODLE, BEAST, SWEET32, RC4, FREAK, anonymous suites, NULL suites, LUCKY13, LOGJAM, DROWN, insecure renegotiation (whether it has SSLv3 is not known: 421 too many)',
    ]);
    expect(attacks.unknown(knownAttacks({ protocols: protocolsOf(MODERN), ...GOOD }, null))).toEqual([]);
  });

  /* The worst that can happen: a throttled scan that calls a server safe. */
  it('never turns a yes into a no', () => {
    const pool = allSuites()
      .filter(({ tls13 }) => !tls13)
      .map(({ id }) => id);
    const some = fc.uniqueArray(fc.constantFrom(...pool), { maxLength: 8 });
    const dh = fc.constantFrom(512, 1024, 2048);
    const version = fc.record({
      suites: fc
        .array(fc.tuple(some, dh), { maxLength: 3 })
        .map((lists) => lists.flatMap(([ids, bits]) => ids.map((id) => suite(id, bits)))),
      hide: fc.constantFrom('nothing', 'all', 'some'),
      keep: fc.nat(8),
    });
    const answer = fc.constantFrom<ScanTrait['answer']>('yes', 'no');
    fc.assert(
      fc.property(
        fc.tuple(version, version, version, version),
        answer,
        answer,
        answer,
        fc.subarray(['compression', 'secure-renegotiation', 'encrypt-then-mac', 'insecure-renegotiation']),
        (versions, compression, secure, mac, hidden) => {
          const names = ['SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2'] as const;
          const whole = names.map((name, i) => report(name, versions[i]?.suites ?? []));
          const seen = whole.map((one, i) => hide(one, versions[i]));
          const traits = [
            trait('compression', compression),
            trait('secure-renegotiation', secure),
            trait('encrypt-then-mac', mac),
          ];
          const veil = (list: readonly ScanTrait[]): ScanTrait[] =>
            list.map((one) => (hidden.includes(one.id) ? { ...one, answer: 'unknown' } : one));
          const done = [trait('insecure-renegotiation', secure === 'no' ? 'yes' : 'no')];
          const truth = answersOf(
            knownAttacks({ protocols: whole, extensions: traits, renegotiation: done, dhPrimes: [] }, null),
          );
          const told = answersOf(
            knownAttacks(
              { protocols: seen, extensions: veil(traits), renegotiation: veil(done), dhPrimes: [] },
              null,
            ),
          );
          for (const [id, value] of Object.entries(told))
            if (value !== 'unknown') expect([id, value]).toEqual([id, truth[id]]);
        },
      ),
      { numRuns: 1000, seed: 20_265 },
    );
  });
});

function hide(
  whole: ScanProtocolReport,
  how: { readonly hide: string; readonly keep: number } | undefined,
): ScanProtocolReport {
  if (how === undefined || how.hide === 'nothing') return whole;
  const suites = how.hide === 'all' ? [] : whole.suites.slice(0, how.keep);
  if (suites.length === 0) return { ...whole, suites, answer: 'inconclusive', evidence: '421' };
  return { ...whole, suites, unknown: { count: 300, reason: '421' } };
}

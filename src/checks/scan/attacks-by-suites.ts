import type {
  ScanAttack,
  ScanFacts,
  ScanProtocol,
  ScanProtocolReport,
  ScanSuite,
} from '../../core/scan-report.js';
import { traitOf } from './trait.js';

/** An attack on certain suites with certain versions. */
interface SuiteAttack {
  readonly id: string;
  readonly name: string;
  readonly cve: readonly string[];
  /** Default all that have a list of suites. */
  readonly versions?: readonly ScanProtocol[];
  readonly test: (suite: ScanSuite) => boolean;
  /** What the suites are, for the evidence. */
  readonly what: string;
}

const named =
  (pattern: RegExp) =>
  ({ iana, name }: ScanSuite): boolean =>
    pattern.test(iana ?? name);

const isCbc = named(/CBC/);
/** RFC 4346 section F.3 and RFC 7457 section 2: up to TLS 1.0 the last block of one record is the IV of the next. */
const CHAINED: readonly ScanProtocol[] = ['SSLv3', 'TLSv1'];
const UP_TO_TLS12: readonly ScanProtocol[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2'];

const LUCKY13: SuiteAttack = {
  id: 'lucky13',
  name: 'LUCKY13',
  cve: ['CVE-2013-0169'],
  versions: UP_TO_TLS12,
  test: isCbc,
  what: 'CBC suites',
};

const ATTACKS: readonly SuiteAttack[] = [
  {
    id: 'poodle',
    name: 'POODLE',
    cve: ['CVE-2014-3566'],
    versions: ['SSLv3'],
    test: isCbc,
    what: 'CBC suites',
  },
  { id: 'beast', name: 'BEAST', cve: ['CVE-2011-3389'], versions: CHAINED, test: isCbc, what: 'CBC suites' },
  {
    id: 'sweet32',
    name: 'SWEET32',
    cve: ['CVE-2016-2183', 'CVE-2016-6329'],
    test: named(/DES|IDEA|RC2/),
    what: 'suites with blocks of 64 bits',
  },
  { id: 'rc4', name: 'RC4', cve: ['CVE-2013-2566', 'CVE-2015-2808'], test: named(/RC4/), what: 'RC4 suites' },
  {
    id: 'freak',
    name: 'FREAK',
    cve: ['CVE-2015-0204', 'CVE-2015-1637', 'CVE-2015-1067'],
    versions: ['SSLv3', ...UP_TO_TLS12],
    // EXP1024-… without DHE were never registered; their RSA key has 1024 bits, and 512 were broken.
    test: named(/^TLS_RSA_EXPORT_/),
    what: 'suites with an RSA key of 512 bits',
  },
  {
    id: 'anonymous',
    name: 'anonymous suites',
    cve: [],
    test: named(/_anon_|^A(?:EC)?DH-/),
    what: 'suites without a certificate',
  },
  {
    id: 'null',
    name: 'NULL suites',
    cve: [],
    test: ({ bits, ...suite }) => bits === 0 || named(/NULL/)({ bits, ...suite }),
    what: 'suites that do not encrypt',
  },
];

/** POODLE, BEAST, SWEET32, RC4, FREAK, anonymous and NULL suites, LUCKY13, LOGJAM, DROWN. */
export function bySuites({ protocols = [], extensions, dhPrimes }: Readonly<ScanFacts>): ScanAttack[] {
  return [
    ...ATTACKS.map((attack) => ofSuites(attack, protocols)),
    ...lucky13(protocols, extensions),
    logjam(protocols, dhPrimes),
    drown(protocols),
  ];
}

function ofSuites(attack: SuiteAttack, protocols: readonly ScanProtocolReport[]): ScanAttack {
  const { id, name, cve, what, test, versions } = attack;
  const relevant = protocols.filter((one) => versions === undefined || versions.includes(one.name));
  const hits = relevant.flatMap((one) => {
    const suites = one.suites.filter(test);
    return suites.length === 0 ? [] : [`${one.name}: ${shown(suites)}`];
  });
  const about = { id, name, cve };
  if (hits.length > 0) return { ...about, answer: 'yes', evidence: hits.join('; ') };
  const doubt = doubtOf(relevant);
  if (doubt !== null) return { ...about, answer: 'unknown', evidence: doubt };
  const accepted = relevant.filter(({ answer }) => answer === 'accepted').map((one) => one.name);
  const where = (versions ?? protocols.map((one) => one.name)).join(', ');
  return {
    ...about,
    answer: 'no',
    evidence: accepted.length === 0 ? `${where} not accepted` : `no ${what} with ${accepted.join(', ')}`,
  };
}

/** Why there could be more suites than are known; null when there cannot. */
function doubtOf(protocols: readonly ScanProtocolReport[]): string | null {
  for (const { name, answer, evidence, unknown } of protocols) {
    if (answer === 'inconclusive') return `whether it has ${name} is not known: ${evidence}`;
    if (unknown !== null) return `${unknown.count} suites of ${name} are not known: ${unknown.reason}`;
  }
  return null;
}

const SHOWN = 3;

function shown(suites: readonly ScanSuite[]): string {
  const names = suites.slice(0, SHOWN).map(({ name }) => name);
  return `${names.join(', ')}${suites.length > SHOWN ? ` and ${suites.length - SHOWN} more` : ''}`;
}

/** CBC suites are open to it without encrypt-then-MAC, unless the implementation takes care, which cannot be seen from here. */
function lucky13(
  protocols: readonly ScanProtocolReport[],
  extensions: ScanFacts['extensions'],
): ScanAttack[] {
  const attack = ofSuites(LUCKY13, protocols);
  if (attack.answer !== 'yes') return [attack];
  if (extensions === undefined) return [];
  const found = traitOf(extensions, 'encrypt-then-mac');
  const mac = found?.evidence ?? 'whether encrypt-then-MAC is used is not known';
  const evidence = `${attack.evidence}; ${mac}`;
  if (found?.answer === 'no')
    return [{ ...attack, evidence: `${evidence}; whether the implementation takes care cannot be seen` }];
  return [{ ...attack, answer: found?.answer === 'yes' ? 'no' : 'unknown', evidence }];
}

const BREAKABLE_BITS = 1024;
const isDhe = ({ keyExchange }: ScanSuite): boolean => /^DHE|^DH anon/.test(keyExchange ?? '');
const isDheExport = named(/^TLS_DHE?_.*EXPORT|^EXP(?:1024)?-(?:A|E)?DHE?-/);

/** Bits of the smallest group that DHE was seen with; infinite where there is none. */
export function leastDhBits(protocols: readonly ScanProtocolReport[]): number {
  const bits = protocols.flatMap(({ suites }) => suites.filter(isDhe).map(({ groupBits }) => groupBits));
  return Math.min(...bits.map((one) => one ?? Infinity));
}

function logjam(protocols: readonly ScanProtocolReport[], primes: ScanFacts['dhPrimes'] = []): ScanAttack {
  const about = { id: 'logjam', name: 'LOGJAM', cve: ['CVE-2015-4000'] };
  const suites = protocols.flatMap((one) => one.suites.filter(isDhe));
  const exported = suites.filter(isDheExport);
  if (exported.length > 0) return { ...about, answer: 'yes', evidence: `EXPORT: ${shown(exported)}` };
  const weak = primes.filter(({ bits }) => bits <= BREAKABLE_BITS);
  if (weak.length > 0)
    return {
      ...about,
      answer: 'yes',
      evidence: weak.map(({ bits, name }) => `${name ?? 'a prime of its own'}, ${bits} bits`).join('; '),
    };
  const small = suites.filter(({ groupBits }) => groupBits !== null && groupBits <= BREAKABLE_BITS);
  if (small.length > 0)
    return { ...about, answer: 'yes', evidence: `${small[0]?.groupBits ?? ''} bits with ${shown(small)}` };
  const unseen = suites.filter(({ groupBits }) => groupBits === null);
  if (unseen.length > 0)
    return { ...about, answer: 'unknown', evidence: `the prime was not seen of ${shown(unseen)}` };
  const doubt = doubtOf(protocols.filter(({ name }) => name !== 'SSLv2' && name !== 'TLSv1.3'));
  if (doubt !== null) return { ...about, answer: 'unknown', evidence: doubt };
  const least = leastDhBits(protocols);
  return {
    ...about,
    answer: 'no',
    evidence: suites.length === 0 ? 'no DHE suites' : `no DHE below ${least} bits`,
  };
}

/** Whoever accepts SSLv2 is, and so is every other server with the same key, which cannot be seen from here. */
function drown(protocols: readonly ScanProtocolReport[]): ScanAttack {
  const about = { id: 'drown', name: 'DROWN', cve: ['CVE-2016-0800', 'CVE-2016-0703', 'CVE-2015-3197'] };
  const sslv2 = protocols.find(({ name }) => name === 'SSLv2');
  if (sslv2 === undefined) return { ...about, answer: 'unknown', evidence: 'SSLv2 was not asked for' };
  const evidence = `SSLv2: ${sslv2.evidence}`;
  if (sslv2.answer === 'accepted') return { ...about, answer: 'yes', evidence };
  return sslv2.answer === 'rejected'
    ? { ...about, answer: 'no', evidence: `${evidence} (another server with the same key may have it)` }
    : { ...about, answer: 'unknown', evidence };
}

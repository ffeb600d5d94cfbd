import { weaknessesOf } from '../../checks/scan/weak-suites.js';
import type { Report } from '../../core/report.js';
import type {
  ScanFacts,
  ScanGroup,
  ScanList,
  ScanProtocolReport,
  ScanReport,
  ScanScheme,
  ScanTrait,
} from '../../core/scan-report.js';
import {
  changed,
  NOT_ASKED,
  NOT_THERE,
  notKnown,
  presence,
  THERE,
  union,
  type Change,
  type Known,
} from './change.js';

/** Everything that a scan found on both sides; a check that one of them did not run says nothing. */
export function compareScans({ scan: old }: Report, { scan: fresh }: Report): readonly Change[] {
  if (old === undefined || fresh === undefined) return [];
  return [
    ...both(old, fresh, 'protocols', compareProtocols),
    ...both(old, fresh, 'groups', compareGroups),
    ...comparePrimes(old, fresh),
    ...both(old, fresh, 'signatureSchemes', compareSchemes),
    ...TRAITS.flatMap((key) => both(old, fresh, key, (a, b) => compareTraits('trait', a, b))),
    ...both(old, fresh, 'injection', (a, b) => compareTraits('attack', a, b)),
    ...both(old, fresh, 'attacks', (a, b) => compareTraits('attack', a, b)),
  ];
}

const TRAITS = ['extensions', 'sessions', 'renegotiation', 'tolerance', 'smtp'] as const;

function both<Key extends keyof ScanFacts>(
  old: ScanReport,
  fresh: ScanReport,
  key: Key,
  compare: (old: NonNullable<ScanFacts[Key]>, fresh: NonNullable<ScanFacts[Key]>) => Change[],
): Change[] {
  const [a, b] = [old[key], fresh[key]];
  return a === undefined || b === undefined
    ? []
    : compare(a as NonNullable<ScanFacts[Key]>, b as NonNullable<ScanFacts[Key]>);
}

/** Versions that nobody should have any more (RFC 8996, RFC 7568, RFC 6176); to have one of the others is good. */
const OLD_VERSIONS: readonly string[] = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1'];

function compareProtocols(
  old: readonly ScanProtocolReport[],
  fresh: readonly ScanProtocolReport[],
): Change[] {
  return union(
    old.map(({ name }) => name),
    fresh.map(({ name }) => name),
  ).flatMap((name) => {
    const a = old.find((one) => one.name === name);
    const b = fresh.find((one) => one.name === name);
    if (a === undefined || b === undefined) return [];
    const ofVersion = presence('protocol', name, versionIn(a), versionIn(b), OLD_VERSIONS.includes(name));
    if (a.answer === 'inconclusive' || b.answer === 'inconclusive') return ofVersion;
    return [...ofVersion, ...compareSuites(a, b), ...compareOrder(a, b)];
  });
}

function versionIn({ answer, evidence }: ScanProtocolReport): Known {
  return answer === 'accepted' ? THERE : answer === 'rejected' ? NOT_THERE : notKnown(evidence);
}

function compareSuites(old: ScanProtocolReport, fresh: ScanProtocolReport): Change[] {
  const suites = new Map([...old.suites, ...fresh.suites].map((suite) => [suite.id, suite]));
  const states = [...suites.values()].map((suite) => ({
    name: suite.iana ?? suite.name,
    a: suiteIn(old, suite.id),
    b: suiteIn(fresh, suite.id),
  }));
  const isOpen = ({ a, b }: (typeof states)[number]): boolean =>
    a.state === 'not-known' || b.state === 'not-known';
  const known = states.filter((one) => !isOpen(one));
  return [
    ...known.flatMap(({ name, a, b }) =>
      presence('suite', `${old.name} ${name}`, a, b, weaknessesOf(name).length > 0 ? true : null),
    ),
    ...openOnes('suite', old.name, states.filter(isOpen)),
  ];
}

function suiteIn({ suites, answer, partial, asked = [], unknown }: ScanProtocolReport, id: string): Known {
  if (suites.some((suite) => suite.id === id)) return THERE;
  if (answer === 'rejected') return NOT_THERE;
  if (partial === true && !asked.includes(id)) return NOT_ASKED;
  return unknown === null ? NOT_THERE : notKnown(unknown.reason);
}

/** One line for all that are not known of on a side: there can be ninety of them. */
function openOnes(
  area: Change['area'],
  where: string,
  states: readonly { readonly name: string; readonly a: Known; readonly b: Known }[],
): Change[] {
  const first = states.find(({ a, b }) => presence(area, '', a, b, null).length > 0);
  if (first === undefined) return [];
  const alike = states.filter(({ a, b }) => a.state === first.a.state && b.state === first.b.state);
  const others = states.filter((one) => !alike.includes(one));
  const what = `${where} ${alike.map(({ name }) => name).join(', ')}`;
  return [...presence(area, what, first.a, first.b, null), ...openOnes(area, where, others)];
}

function compareOrder(old: ScanProtocolReport, fresh: ScanProtocolReport): Change[] {
  if (old.answer !== 'accepted' || fresh.answer !== 'accepted') return [];
  const words = ({ order, partial }: ScanProtocolReport): string | null =>
    order === 'unknown' ? (partial === true ? null : 'not known') : order;
  const [a, b] = [words(old), words(fresh)];
  if (a === null || b === null) return [];
  return changed('order', `${old.name}: who decides among suites`, a, b);
}

const MIN_GROUP_BITS = 224;

function compareGroups(old: readonly ScanList<ScanGroup>[], fresh: readonly ScanList<ScanGroup>[]): Change[] {
  return compareLists('group', old, fresh, ({ name, bits }) => {
    if (/MLKEM|Kyber/i.test(name)) return false;
    return bits !== null && bits < MIN_GROUP_BITS ? true : null;
  });
}

function compareSchemes(
  old: readonly ScanList<ScanScheme>[],
  fresh: readonly ScanList<ScanScheme>[],
): Change[] {
  return compareLists('signature-scheme', old, fresh, ({ name }) =>
    /md5|sha1(?![0-9])/i.test(name) ? true : null,
  );
}

/** `worseWhenThere`: true for what nobody should have, false for what is good to have. */
function compareLists<T extends ScanScheme>(
  area: 'group' | 'signature-scheme',
  old: readonly ScanList<T>[],
  fresh: readonly ScanList<T>[],
  worseWhenThere: (item: T) => boolean | null,
): Change[] {
  return old.flatMap((a) => {
    const b = fresh.find(({ protocol }) => protocol === a.protocol);
    if (b === undefined) return [];
    const items = new Map([...a.accepted, ...b.accepted].map((item) => [item.id, item]));
    const states = [...items.values()].map((item) => ({
      item,
      name: item.name,
      a: itemIn(a, item.id),
      b: itemIn(b, item.id),
    }));
    const isOpen = (one: (typeof states)[number]): boolean =>
      one.a.state === 'not-known' || one.b.state === 'not-known';
    return [
      ...states
        .filter((one) => !isOpen(one))
        .flatMap((one) =>
          presence(area, `${a.protocol} ${one.name}`, one.a, one.b, worseWhenThere(one.item)),
        ),
      ...openOnes(area, a.protocol, states.filter(isOpen)),
    ];
  });
}

function itemIn<T extends ScanScheme>(list: ScanList<T>, id: string): Known {
  if (list.accepted.some((item) => item.id === id)) return THERE;
  if (list.skipped !== null || list.asked?.includes(id) === false) return NOT_ASKED;
  return list.unknown === null ? NOT_THERE : notKnown(list.unknown.reason);
}

const SHORT_PRIME = 2048;

function comparePrimes(old: ScanReport, fresh: ScanReport): Change[] {
  const [a, b] = [old.dhPrimes, fresh.dhPrimes];
  if (a === undefined || b === undefined) return [];
  const primes = new Map([...a, ...b].map((prime) => [prime.sha256, prime]));
  return [...primes.values()].flatMap(({ name, bits, sha256 }) => {
    const label = `${name ?? `sha256 ${sha256.slice(0, 16)}`}, ${bits} bits`;
    const has = (list: typeof a, scan: ScanReport): Known =>
      list.some((prime) => prime.sha256 === sha256) ? { state: 'there', as: 'used' } : withoutPrime(scan);
    return presence('dh-prime', label, has(a, old), has(b, fresh), bits < SHORT_PRIME ? true : null);
  });
}

/** A prime that was not seen is gone only where all suites were asked for, and answered. */
function withoutPrime({ protocols = [] }: ScanReport): Known {
  if (protocols.some(({ partial }) => partial === true)) return NOT_ASKED;
  const open = protocols.find(({ answer, unknown }) => answer === 'inconclusive' || unknown !== null);
  return open === undefined ? NOT_THERE : notKnown(open.unknown?.reason ?? open.evidence);
}

function compareTraits(
  area: 'trait' | 'attack',
  old: readonly ScanTrait[],
  fresh: readonly ScanTrait[],
): Change[] {
  return old.flatMap((a) => {
    const b = fresh.find(({ id }) => id === a.id);
    if (b === undefined || a.answer === b.answer) return [];
    const open = a.answer === 'unknown' || b.answer === 'unknown';
    const worse = area === 'attack' && !open ? b.answer === 'yes' : null;
    return changed(area, a.id, traitWords(a), traitWords(b), worse);
  });
}

const traitWords = ({ answer, evidence }: ScanTrait): string =>
  answer === 'unknown' ? `not known: ${evidence}` : answer;

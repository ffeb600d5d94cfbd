import type { CertificateReport, EhloKeyword, Report } from '../../core/report.js';
import type { ScanCertificate, ScanList, ScanReport, ScanTrait } from '../../core/scan-report.js';

/** What can differ between the addresses of a server. */
export type Topic =
  | 'starttls'
  | 'certificates'
  | 'verification'
  | 'protocols'
  | 'suites'
  | 'groups'
  | 'schemes'
  | 'capabilities'
  | 'behaviour';

/** Something that was seen at one address, as words to be compared with those of another. */
export interface Observation {
  readonly topic: Topic;
  /** Observations with the same key are compared. */
  readonly key: string;
  readonly values: ReadonlyMap<string, string>;
  /** What it means that an item is not among the values; null when it means nothing. */
  readonly otherwise: string | null;
}

/** All that a report knows for certain. */
export function observe(report: Report): Observation[] {
  return [
    ...starttls(report),
    ...shownCertificate(report),
    ...verification(report),
    ...(report.scan === undefined ? [] : ofScan(report.scan)),
    ...capabilities('EHLO', report.smtp?.ehlo),
    ...capabilities('EHLO inside TLS', report.smtp?.ehloAfterTls),
  ];
}

const one = (topic: Topic, item: string, value: string): Observation[] => [
  { topic, key: `${topic} ${item}`, values: new Map([[item, value]]), otherwise: null },
];

function starttls({ smtp }: Report): Observation[] {
  const said = smtp?.starttls ?? null;
  return said === null ? [] : one('starttls', 'STARTTLS', said);
}

function verification({ verify }: Report): Observation[] {
  return verify === null ? [] : one('verification', 'verification', `${verify.code} ${verify.name}`);
}

/** As much of a fingerprint as tells two certificates apart. */
const SHORT = 16;
const short = ({ sha256 }: CertificateReport): string => sha256.slice(0, SHORT);

function chainWords(sent: readonly CertificateReport[]): string {
  const [leaf, ...others] = sent.map(short);
  return others.length === 0 ? `${leaf ?? ''} alone` : `${leaf ?? ''} with ${others.join(', ')}`;
}

/** The chain of the first session: the same client asked for it everywhere. */
function shownCertificate({ chain }: Report): Observation[] {
  const sent = chain?.sent ?? [];
  const [leaf] = sent;
  if (leaf === undefined) return [];
  const { type, bits, curve } = leaf.key;
  const key = [type, curve ?? bits].filter((word) => word !== null).join(' ');
  return one('certificates', 'certificate', `${key} ${chainWords(sent)}`);
}

function ofScan(scan: ScanReport): Observation[] {
  return [
    ...allCertificates(scan.certificates),
    ...protocols(scan),
    ...suites(scan),
    ...lists('groups', scan.groups),
    ...lists('schemes', scan.signatureSchemes),
    ...[
      scan.extensions,
      scan.sessions,
      scan.renegotiation,
      scan.tolerance,
      scan.smtp,
      scan.injection,
    ].flatMap(traits),
  ];
}

function allCertificates(certificates: readonly ScanCertificate[] | undefined): Observation[] {
  if (certificates === undefined) return [];
  const values = new Map<string, string>();
  for (const { key, chain } of certificates) {
    if (chain === null) continue;
    const name = key ?? 'a key of an unknown kind';
    values.set(name, [values.get(name), chainWords(chain.sent)].filter(Boolean).sort().join(' and '));
  }
  const complete = certificates.every(({ answer }) => answer !== 'inconclusive');
  return [{ topic: 'certificates', key: 'all certificates', values, otherwise: complete ? 'none' : null }];
}

function protocols({ protocols: all = [] }: ScanReport): Observation[] {
  const known = all.filter(({ answer }) => answer !== 'inconclusive');
  const values = new Map(known.map(({ name, answer }) => [name, answer]));
  return [{ topic: 'protocols', key: 'protocols', values, otherwise: null }];
}

/** Of a version that only one of them accepts, the version is the difference, and not each of its suites. */
function suites({ protocols: all = [] }: ScanReport): Observation[] {
  return all
    .filter(({ answer }) => answer === 'accepted')
    .flatMap(({ name: version, suites: list, order, unknown }) => [
      {
        topic: 'suites' as const,
        key: `suites of ${version}`,
        values: new Map(list.map(({ name }) => [`${version} ${name}`, 'yes'])),
        otherwise: unknown === null ? 'no' : null,
      },
      ...(order === 'unknown' ? [] : one('suites', `order with ${version}`, order)),
    ]);
}

function lists(
  topic: 'groups' | 'schemes',
  all: readonly ScanList<{ readonly name: string }>[] = [],
): Observation[] {
  return all
    .filter(({ skipped }) => skipped === null)
    .map(({ protocol, accepted, unknown }) => ({
      topic,
      key: `${topic} of ${protocol}`,
      values: new Map(accepted.map(({ name }) => [`${protocol} ${name}`, 'yes'])),
      otherwise: unknown === null ? 'no' : null,
    }));
}

function traits(list: readonly ScanTrait[] | undefined): Observation[] {
  return (list ?? [])
    .filter(({ id, answer }) => answer !== 'unknown' && !TOLD_OTHERWISE.includes(id))
    .flatMap(({ id, answer }) => one('behaviour', id, answer));
}

/** Traits of what EHLO says are compared word by word. */
const TOLD_OTHERWISE: readonly string[] = [
  'starttls-offered',
  'capabilities-lost',
  'capabilities-gained',
  'auth-offered-before-tls',
  'auth-offered-inside-tls',
];

function capabilities(where: string, ehlo: readonly EhloKeyword[] | null | undefined): Observation[] {
  if (ehlo === null || ehlo === undefined) return [];
  const values = new Map<string, string>();
  for (const { keyword, params } of ehlo) {
    const word = `${where} ${keyword.toUpperCase()}`;
    const said = [...params].sort().join(' ').slice(0, 100);
    values.set(word, [values.get(word), said].filter(Boolean).join(' ') || 'offered');
  }
  return [{ topic: 'capabilities', key: where, values, otherwise: 'missing' }];
}

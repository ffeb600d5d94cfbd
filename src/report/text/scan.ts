import type { Report } from '../../core/report.js';
import type {
  Answer,
  ScanAttack,
  ScanCertificate,
  ScanConnections,
  ScanDhPrime,
  ScanGroup,
  ScanList,
  ScanProtocolReport,
  ScanReport,
  ScanScheme,
  ScanSuite,
  ScanTrait,
} from '../../core/scan-report.js';
import { type Block, type Cell, field, type Row } from '../layout.js';
import type { Tone } from '../style.js';
import { plural } from './names.js';

const LEAD = '   ';

/** Everything that a server accepts: a line a protocol, a matrix of suites, and lists. What is not known is a `?`, never a blank. */
export function scanBlocks({ scan, policy }: Report, verbose: boolean): Block[] {
  if (scan === undefined) return [];
  return [
    ...protocolBlocks(scan.protocols ?? [], policy === undefined ? QUICK : BY_PROFILE),
    ...suiteBlocks(scan.protocols ?? []),
    ...listBlocks('groups', scan.groups, groupText),
    ...primeBlocks(scan.dhPrimes ?? []),
    ...listBlocks('signatures', scan.signatureSchemes, ({ name }: ScanScheme) => name),
    ...certificateBlocks(scan.certificates ?? []),
    ...TRAITS.flatMap(([key, title]) => traitBlocks(title, scan[key] ?? [], verbose)),
    ...attackBlocks(scan.attacks ?? [], verbose),
    ...unknownBlocks(scan),
    connectionBlock(scan.connections),
  ];
}

const TRAITS = [
  ['extensions', 'extensions'],
  ['sessions', 'sessions'],
  ['renegotiation', 'renegotiation'],
  ['tolerance', 'tolerance'],
  ['smtp', 'SMTP'],
  ['injection', 'injection'],
] as const;

const heading = (title: string): Block => ({ kind: 'line', lead: ` ${title}`, leadTone: 'dim', text: '' });

const WORDS: Readonly<Record<Answer, { readonly text: string; readonly tone: Tone }>> = {
  accepted: { text: 'yes', tone: 'plain' },
  rejected: { text: 'no', tone: 'dim' },
  inconclusive: { text: '?', tone: 'warn' },
};

/** Which suites were asked for, where not all were. */
const QUICK = 'weak suites alone were asked for';
const BY_PROFILE = 'asked for suites that the profile is about';

function protocolBlocks(protocols: readonly ScanProtocolReport[], asked: string): Block[] {
  if (protocols.length === 0) return [];
  const rows = protocols.map((one): Row => {
    const old = one.answer === 'accepted' && !/^TLSv1\.[23]$/.test(one.name);
    const { text, tone } = WORDS[one.answer];
    return {
      lead: LEAD,
      cells: [{ text: one.name }, { text, tone: old ? 'bad' : tone }, { text: protocolDetail(one, asked) }],
    };
  });
  return [heading('protocols'), { kind: 'table', rows }];
}

const ORDERS = { server: "the server's order", client: "the client's order", unknown: null } as const;

function protocolDetail(
  { answer, evidence, suites, order, unknown, partial }: ScanProtocolReport,
  asked: string,
): string {
  const count = partial === true ? asked : plural(suites.length, 'suite');
  const known = answer === 'accepted' ? count : evidence;
  const open = unknown === null ? null : `${unknown.count} not known (${unknown.reason})`;
  return [known, ORDERS[order], open].filter((part) => part !== null).join(', ');
}

/** A row a suite, a column a version: `+` accepted, `-` rejected, `?` not known. */
function suiteBlocks(protocols: readonly ScanProtocolReport[]): Block[] {
  const versions = protocols.filter(({ suites }) => suites.length > 0);
  const all = new Map<string, ScanSuite>();
  for (const version of [...versions].reverse())
    for (const suite of bestFirst(version)) if (!all.has(suite.id)) all.set(suite.id, suite);
  if (all.size === 0) return [];
  const rows = [...all.values()].map((suite): Row => ({
    lead: LEAD,
    cells: [
      { text: suite.name },
      ...versions.map((version) => mark(version, suite)),
      { text: suiteDetail(suite) },
    ],
  }));
  const names = versions.map(({ name }): Cell => ({ text: shortName(name), tone: 'dim' }));
  const head: Row = { lead: LEAD, cells: [{ text: '' }, ...names, { text: '' }] };
  return [heading('suites'), { kind: 'table', rows: [head, ...rows] }];
}

/** As the server prefers them; where it has no say, the strong ones, which are offered last, come first. */
const bestFirst = ({ suites, order }: ScanProtocolReport): readonly ScanSuite[] =>
  order === 'server' ? suites : [...suites].reverse();

const shortName = (name: string): string => name.replace(/^TLSv/, '').replace(/^1$/, '1.0');

function mark({ suites, unknown, partial }: ScanProtocolReport, { id }: ScanSuite): Cell {
  if (suites.some((suite) => suite.id === id)) return { text: '+' };
  if (partial === true) return { text: '', tone: 'dim' };
  return unknown === null ? { text: '-', tone: 'dim' } : { text: '?', tone: 'warn' };
}

function suiteDetail({ bits, keyExchange, group, groupBits, certificate }: ScanSuite): string {
  const exchange = [keyExchange, group ?? (groupBits === null ? null : String(groupBits))];
  const words = [
    bits === null ? null : `${bits} bits`,
    exchange.filter((part) => part !== null).join(' '),
    certificate,
  ];
  return words.filter((part) => part !== null && part !== '').join(', ');
}

function listBlocks<T>(
  title: string,
  lists: readonly ScanList<T>[] | undefined,
  textOf: (item: T) => string,
): Block[] {
  return (lists ?? []).map(({ protocol, accepted, notOffered, unknown, skipped }) => {
    const found = [...accepted.map(textOf), ...notOffered.map((item) => `${textOf(item)} unasked`)];
    const open = unknown === null ? [] : [`? ${unknown.count} not known (${unknown.reason})`];
    const text = [...found, ...open].join(', ');
    return field(
      `${title} ${shortName(protocol)}`,
      text === '' ? (skipped ?? 'none') : text,
      unknown === null ? 'plain' : 'warn',
    );
  });
}

const groupText = ({ name, bits }: ScanGroup): string => (bits === null ? name : `${name} (${bits})`);

function primeBlocks(primes: readonly ScanDhPrime[]): Block[] {
  if (primes.length === 0) return [];
  const text = primes.map(({ bits, name }) => `${bits} bits, ${name ?? 'of its own'}`).join('; ');
  return [field('DH primes', text)];
}

function certificateBlocks(certificates: readonly ScanCertificate[]): Block[] {
  return certificates.map(({ answer, evidence, key, servernames, chain, verify }) => {
    const names = servernames.map((name) => (name === null ? 'no SNI' : `SNI ${name}`)).join(', ');
    if (answer !== 'accepted') {
      const what = answer === 'rejected' ? 'none' : '?';
      return field('certificate', `${what}; ${names}; ${evidence ?? ''}`, 'warn');
    }
    const leaf = chain?.sent[0]?.subject ?? 'a certificate that cannot be read';
    const verdict = verify === null ? (evidence ?? 'not verified') : `${verify.code} ${verify.name}`;
    return field(
      'certificate',
      `${key ?? 'unknown key'}: ${leaf}; ${names}; verify ${verdict}`,
      verify?.code === 0 ? 'plain' : 'bad',
    );
  });
}

const TRAIT_WORDS = { yes: 'yes', no: 'no', unknown: '?' } as const;

function traitBlocks(title: string, traits: readonly ScanTrait[], verbose: boolean): Block[] {
  if (traits.length === 0) return [];
  const rows = traits.map(({ id, answer, evidence }): Row => ({
    lead: LEAD,
    cells: [
      { text: id },
      { text: TRAIT_WORDS[answer], tone: answer === 'unknown' ? 'warn' : 'plain' },
      { text: verbose || answer === 'unknown' ? evidence : '' },
    ],
  }));
  return [heading(title), { kind: 'table', rows }];
}

function attackBlocks(attacks: readonly ScanAttack[], verbose: boolean): Block[] {
  if (attacks.length === 0) return [];
  const words = { yes: 'open', no: 'no', unknown: '?' } as const;
  const tones: Readonly<Record<ScanAttack['answer'], Tone>> = { yes: 'bad', no: 'plain', unknown: 'warn' };
  const rows = attacks.map(({ name, answer, cve, evidence }): Row => ({
    lead: LEAD,
    cells: [
      { text: name },
      { text: words[answer], tone: tones[answer] },
      { text: verbose || answer !== 'no' ? [evidence, ...cve].join(', ') : '' },
    ],
  }));
  return [heading('known attacks'), { kind: 'table', rows }];
}

function unknownBlocks({ unknown }: ScanReport): Block[] {
  return unknown.map((text) => field('not known', text, 'warn'));
}

function connectionBlock({ made, quit, halfOpen, throttled, waitedMs, leftUndone }: ScanConnections): Block {
  const parts = [
    `${quit} ended with QUIT`,
    `${halfOpen} left in the handshake`,
    ...(throttled > 0 ? [`${throttled} put off by the server`] : []),
    ...(waitedMs > 0 ? [`${Math.round(waitedMs / 1000)} s waited for it`] : []),
    ...(leftUndone > 0 ? [`${plural(leftUndone, 'question')} left unasked`] : []),
  ];
  return field('connections', `${made}: ${parts.join(', ')}`);
}

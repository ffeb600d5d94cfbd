import type {
  CipherReport,
  EhloKeyword,
  Report,
  TargetReport,
  Timings,
  TlsReport,
} from '../../core/report.js';
import type { ResumptionKind, ResumptionReport } from '../../core/resumption-report.js';
import type { TargetMode } from '../../core/target.js';
import { type Block, field, quote } from '../layout.js';
import { plural } from './names.js';

const MODES: Readonly<Record<TargetMode, string>> = {
  starttls: 'SMTP with STARTTLS',
  implicit: 'implicit TLS',
  lmtp: 'LMTP with STARTTLS',
};

/** Where we went, and what the server said first. */
export function connectionBlocks({ target, smtp, error }: Report): Block[] {
  const blocks: Block[] = [];
  const tried = target?.tried?.filter((attempt) => attempt.address !== target.address) ?? [];
  if (tried.length > 0) {
    blocks.push(field('tried', tried.map((attempt) => `${attempt.address} (${attempt.result})`).join(', ')));
  }
  if (target !== null && (target.address !== null || (target.proxy !== undefined && smtp !== null))) {
    const sni = target.servername === null ? 'no SNI' : `SNI ${target.servername}`;
    blocks.push(field('connected', `${describeWay(target)}, ${MODES[target.mode]}, ${sni}`));
  }
  const banner = smtp?.banner ?? null;
  // A greeting that ended the probe is shown with the error.
  if (banner !== null && banner.trim() !== error?.serverSaid?.trim()) blocks.push(...quote('banner', banner));
  return blocks;
}

/** The address, and the proxy that led there. */
function describeWay({ address, family, proxy }: TargetReport): string {
  const where = address === null ? 'an address that the proxy found' : address;
  const direct = family === null ? where : `${where} (IPv${family})`;
  if (proxy === undefined) return direct;
  const host = proxy.host.includes(':') ? `[${proxy.host}]` : proxy.host;
  return `${direct} through ${proxy.protocol}://${host}:${proxy.port}`;
}

/** What EHLO offered before TLS and, as the difference, after it. */
export function ehloBlocks({ smtp }: Report, verbose: boolean): Block[] {
  if (smtp === null) return [];
  const blocks: Block[] = [];
  if (smtp.ehlo !== null) blocks.push(field('ehlo', listKeywords(smtp.ehlo)));
  if (smtp.starttls === 'not-offered' || smtp.starttls === 'refused') {
    blocks.push(field('starttls', smtp.starttls.replace('-', ' '), 'bad'));
  }
  if (smtp.ehloAfterTls !== null) {
    const after = smtp.ehlo === null || verbose ? null : describeChange(smtp.ehlo, smtp.ehloAfterTls);
    blocks.push(field('after TLS', after ?? listKeywords(smtp.ehloAfterTls)));
  }
  return blocks;
}

function spell({ keyword, params }: EhloKeyword): string {
  return [keyword, ...params].join(' ');
}

function listKeywords(keywords: readonly EhloKeyword[]): string {
  return keywords.length === 0 ? '(no keywords)' : keywords.map(spell).join(', ');
}

/** What changed in few words, or null when the whole list is no longer than the change. */
function describeChange(before: readonly EhloKeyword[], after: readonly EhloKeyword[]): string | null {
  const was = new Set(before.map(spell));
  const is = new Set(after.map(spell));
  const gone = [...was].filter((keyword) => !is.has(keyword));
  const added = [...is].filter((keyword) => !was.has(keyword));
  if (added.length + gone.length >= after.length) return null;
  const parts = ['the same'];
  if (gone.length > 0) parts.push(`without ${gone.join(', ')}`);
  if (added.length > 0) parts.push(`plus ${added.join(', ')}`);
  return parts.join(', ');
}

/** What was negotiated. */
export function tlsBlocks({ tls }: Report, verbose: boolean): Block[] {
  if (tls === null) return [];
  const bits = tls.groupBits === null ? '' : ` (${tls.groupBits} bits)`;
  const group = tls.group ?? (tls.groupBits === null ? 'none' : 'unnamed');
  const extras = describeExtras(tls, verbose);
  return [
    field('protocol', tls.protocol),
    field('cipher', describeCipher(tls.cipher)),
    field('group', group + bits),
    field('signature', tls.signatureScheme ?? 'none'),
    ...(extras.length > 0 ? [field('session', extras.join(', '))] : []),
    ...(tls.resumption === undefined ? [] : [field('resumed', describeResumption(tls.resumption))]),
  ];
}

const KINDS: Readonly<Record<ResumptionKind, string>> = {
  'session-id': 'session ID',
  ticket: 'ticket',
  psk: 'ticket (PSK)',
};

/** `yes, by ticket (PSK), lifetime 7200 s`: what a second connection came to. */
function describeResumption(found: ResumptionReport): string {
  const { offered, resumed, reason, ticketsIssued, lifetimeHintSeconds } = found;
  const lifetime = lifetimeHintSeconds === null ? [] : [`lifetime ${lifetimeHintSeconds} s`];
  if (resumed === true)
    return ['yes', ...(offered === null ? [] : [`by ${KINDS[offered]}`]), ...lifetime].join(', ');
  const offer = offered === null ? [] : [`${KINDS[offered]} offered`];
  const tickets = ticketsIssued === 0 ? [] : [`${plural(ticketsIssued, 'ticket')} issued`];
  const details = [...offer, ...tickets, ...lifetime].join(', ');
  return `${resumed === null ? 'not known' : 'no'}: ${reason ?? ''}${details === '' ? '' : ` (${details})`}`;
}

function describeCipher({ name, iana, id, bits }: CipherReport): string {
  const numbers = [id, bits === null ? null : `${bits} bits`].filter((part) => part !== null);
  const both = iana === null || iana === name ? name : `${name} = ${iana}`;
  return numbers.length === 0 ? both : `${both} (${numbers.join(', ')})`;
}

/** What stands out about the session; the usual protections by name with `verbose`. */
function describeExtras(tls: TlsReport, verbose: boolean): string[] {
  // Encrypt-then-MAC says nothing about AEAD suites, so its absence is no news.
  const protections: [string, boolean | null, boolean][] = [
    ['extended master secret', tls.extendedMasterSecret, true],
    ['secure renegotiation', tls.secureRenegotiation, true],
    ['encrypt-then-MAC', tls.encryptThenMac, false],
  ];
  const oddities: [string, boolean][] = [
    ['compression', tls.compression],
    ['OCSP stapled', tls.ocspStapled],
    ['session resumed', tls.sessionResumed],
    ['client certificate requested', tls.clientCertificateRequested],
  ];
  return [
    ...(tls.alpn === null ? [] : [`ALPN ${tls.alpn}`]),
    ...protections.flatMap(([name, value, missed]) => {
      if (value === true) return verbose ? [name] : [];
      return value === false && (missed || verbose) ? [`no ${name}`] : [];
    }),
    ...oddities.flatMap(([name, value]) => (value ? [name] : [])),
  ];
}

const PHASES: readonly [keyof Timings, string][] = [
  ['dnsMs', 'dns'],
  ['connectMs', 'connect'],
  ['bannerMs', 'banner'],
  ['starttlsMs', 'starttls'],
  ['handshakeMs', 'handshake'],
  ['totalMs', 'total'],
];

/** Milliseconds by phase and the number of connections, on one line. */
export function timeBlocks({ command, timings, connections }: Report): Block[] {
  if (command === 'cert') return [];
  const spent = PHASES.flatMap(([key, name]) => {
    const ms = timings[key];
    return ms === undefined ? [] : [`${name} ${roundMs(ms)}`];
  });
  if (spent.length === 0 && connections === 0) return [];
  const times = spent.length === 0 ? '' : `${spent.join(', ')} ms; `;
  return [field('time', times + plural(connections, 'connection'))];
}

/** Whole milliseconds, or one decimal under ten. */
function roundMs(ms: number): string {
  return ms < 10 ? String(Math.round(ms * 10) / 10) : String(Math.round(ms));
}

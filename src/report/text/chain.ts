import type { OcspReport } from '../../core/ocsp-report.js';
import type { CertificateReport, HostnameReport, Report, VerifyReport } from '../../core/report.js';
import { BLANK, type Block, field, type Line, type Row } from '../layout.js';
import type { Tone } from '../style.js';
import { describeKey, describeLife, describeSignature, shortName } from './names.js';

/** Deeper than this the tree grows downward only: a server may send 32 certificates. */
const DEEPEST_INDENT = 6;
/** Fewer days than this catch the eye; whether they are a finding is for the checks to say. */
const SOON_DAYS = 14;
/** X509_V_ERR numbers that mean a path which ended for want of an issuer. */
const NO_ISSUER: ReadonlySet<number> = new Set([2, 20, 21]);

/** The chain as a tree from the leaf to the anchor, then what was sent besides. */
export function chainBlocks(report: Report): Block[] {
  const { chain } = report;
  if (chain === null || (chain.sent.length === 0 && chain.path.length === 0)) return [];
  const asPath = chain.path.length > 0;
  const certificates = asPath ? chain.path : chain.sent;
  const rows = certificates.map((certificate, depth) => certificateRow(report, certificate, depth));
  const missing = asPath ? missingRow(report) : [];
  const title = asPath ? 'chain' : 'chain as sent, not verified';
  return [
    { kind: 'line', lead: ` ${title}`, leadTone: 'dim', text: '' },
    { kind: 'table', rows: [...rows, ...missing] },
    ...(asPath ? surplusBlocks(chain.sent, chain.path) : []),
  ];
}

/** The mark of a certificate at fault, its depth as the verify line counts, and its branch. */
function treeLead(depth: number, fault: boolean): string {
  const branch = depth === 0 ? '' : `${'   '.repeat(Math.min(depth - 1, DEEPEST_INDENT))}└─ `;
  return ` ${fault ? '✗' : ' '} ${depth} ${branch}`;
}

function certificateRow(report: Report, certificate: CertificateReport, depth: number): Row {
  const fault = isAtFault(report.verify, depth);
  const sent = report.chain?.sent.some((other) => other.sha256 === certificate.sha256) === true;
  const facts = [
    describeKey(certificate.key),
    describeSignature(certificate),
    ...(sent ? [] : [certificate.selfSigned || report.command !== 'cert' ? 'from store' : 'not in the file']),
  ];
  return {
    lead: treeLead(depth, fault),
    leadTone: fault ? 'bad' : 'dim',
    cells: [
      { text: shortName(certificate.subject), tone: fault ? 'bad' : 'plain' },
      { text: describeLife(certificate, report.startedAt), tone: lifeTone(certificate, report.startedAt) },
      { text: facts.join(', ') },
    ],
  };
}

function lifeTone(certificate: CertificateReport, startedAt: string): Tone {
  if (!(certificate.daysLeft >= 0) || Date.parse(certificate.notBefore) > Date.parse(startedAt)) return 'bad';
  return certificate.daysLeft < SOON_DAYS ? 'warn' : 'plain';
}

/** Whether any error of the verification points at the certificate of this depth. */
function isAtFault(verify: VerifyReport | null, depth: number): boolean {
  if (verify === null) return false;
  return (
    (verify.code !== 0 && verify.depth === depth) || verify.errors.some((error) => error.depth === depth)
  );
}

/** A last row for the issuer that could not be found. */
function missingRow({ chain, verify }: Report): Row[] {
  const last = chain?.path.at(-1);
  if (verify === null || last === undefined || last.subject === last.issuer) return [];
  const codes = [verify.code, ...verify.errors.map((error) => error.code)];
  if (!codes.some((code) => NO_ISSUER.has(code))) return [];
  const text = `issuer not found: ${shortName(last.issuer)}`;
  return [{ lead: treeLead(chain?.path.length ?? 0, true), leadTone: 'bad', cells: [{ text, tone: 'bad' }] }];
}

function surplusBlocks(sent: readonly CertificateReport[], path: readonly CertificateReport[]): Block[] {
  const used = new Set(path.map((certificate) => certificate.sha256));
  const seen = new Set<string>();
  const unused: string[] = [];
  const repeated: string[] = [];
  for (const certificate of sent) {
    if (seen.has(certificate.sha256)) repeated.push(shortName(certificate.subject));
    else if (!used.has(certificate.sha256)) unused.push(shortName(certificate.subject));
    seen.add(certificate.sha256);
  }
  return [
    ...(unused.length > 0 ? [field('sent, unused', unused.join(', '), 'warn')] : []),
    ...(repeated.length > 0 ? [field('sent again', repeated.join(', '), 'warn')] : []),
  ];
}

/** OpenSSL's verdict in its own number, name and words, every further error, the name and the trusted CAs. */
export function verifyBlocks({ verify, chain, ocsp }: Report, verbose: boolean): Block[] {
  if (verify === null) return [];
  const at = verify.code === 0 ? '' : ` at depth ${verify.depth}`;
  const line = `${verify.code} ${verify.name} (${verify.reason})${at}`;
  const further = verify.errors.filter((error) => error.code !== verify.code || error.depth !== verify.depth);
  const judges = `openssl ${verify.judges.openssl ?? 'unknown'}, own ${verify.judges.own}`;
  return [
    field('verify', line, verify.code === 0 ? 'plain' : 'bad'),
    ...further.map((error) => field('also', `${error.code} ${error.name} at depth ${error.depth}`, 'bad')),
    ...(verify.hostnames ?? [verify.hostname]).map((one) => hostnameLine(one, chain?.sent[0])),
    ...(ocsp === undefined ? [] : [ocspLine(ocsp)]),
    field('trusted CAs', `${verify.stores.join(', ') || 'none'}; auth level ${verify.authLevel}`),
    ...(verbose ? [field('judges', judges)] : []),
  ];
}

function ocspLine({ result, reason, thisUpdate, nextUpdate, revokedAt }: OcspReport): Line {
  const until = nextUpdate === null ? '' : ` to ${nextUpdate}`;
  const parts = [
    `stapled, ${result}`,
    ...(revokedAt === null ? [] : [`since ${revokedAt}`]),
    ...(thisUpdate === null ? [] : [`from ${thisUpdate}${until}`]),
    ...(reason === null ? [] : [reason]),
  ];
  return field('OCSP', parts.join(', '), result === 'good' ? 'plain' : result === 'revoked' ? 'bad' : 'warn');
}

function hostnameLine(hostname: HostnameReport, leaf: CertificateReport | undefined): Line {
  const name = hostname.name ?? 'no name';
  const names = `the certificate is for ${leaf === undefined || leaf.san.length === 0 ? 'no name' : leaf.san.join(', ')}`;
  switch (hostname.result) {
    case 'match':
      return field('hostname', `${name} matches ${hostname.matched ?? 'the certificate'}`);
    case 'mismatch':
      return field('hostname', `${name} does not match; ${names}`, 'bad');
    case 'not-checked':
      return field('hostname', `${hostname.name === null ? '' : `${name} `}not checked; ${names}`, 'warn');
  }
}

/** Every certificate in full, for `verbose`: the path, then what was sent besides. */
export function certificateBlocks({ chain }: Report): Block[] {
  if (chain === null) return [];
  const known = new Set(chain.path.map((certificate) => certificate.sha256));
  const all = [...chain.path, ...chain.sent.filter((certificate) => !known.has(certificate.sha256))];
  return all.flatMap((certificate, index) => [
    ...(index === 0 ? [] : [BLANK]),
    ...certificateFields(certificate),
  ]);
}

function certificateFields(certificate: CertificateReport): Block[] {
  const { key } = certificate;
  return [
    field('subject', certificate.subject),
    field('issuer', certificate.issuer),
    field('serial', certificate.serial),
    field('valid', `${certificate.notBefore} to ${certificate.notAfter}`),
    field('key', describeKey(key) + (key.curve === null ? '' : ` (${key.curve})`)),
    field('names', certificate.san.join(', ') || 'none'),
    field('CA', certificate.ca ? 'yes' : 'no'),
    field('sha256', certificate.sha256),
    field('spki-sha256', certificate.spkiSha256),
  ];
}

/** The certificates as sent in PEM, where the report holds them (`--show-certs`). */
export function pemBlocks({ chain }: Report): Block[] {
  const shown = chain?.sent.filter((certificate) => certificate.pem !== undefined) ?? [];
  return shown.flatMap((certificate, index) => [
    { kind: 'line', lead: `# ${index} `, leadTone: 'dim', hang: '#   ', text: certificate.subject } as const,
    ...(certificate.pem ?? '')
      .trimEnd()
      .split('\n')
      .map((text): Line => ({ kind: 'line', lead: '', text })),
  ]);
}

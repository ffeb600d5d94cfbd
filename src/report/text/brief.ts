import type { Report, TlsReport, VerifyReport } from '../../core/report.js';
import type { ScanProtocolReport } from '../../core/scan-report.js';
import { type Block, field } from '../layout.js';
import { chainBlocks, verifyBlocks } from './chain.js';
import { connectionBlocks } from './connection.js';
import { describeLife, shortName } from './names.js';

/** What was measured, in a line each: for a gate, whose rules say what of it matters. The chain is drawn where it does not hold. */
export function briefBlocks(report: Report): Block[] {
  const { smtp, tls, scan } = report;
  // The banner is no fact that a profile is about.
  const way = connectionBlocks({ ...report, smtp: smtp === null ? null : { ...smtp, banner: null } });
  return [
    ...way,
    ...protocolBlocks(scan?.protocols ?? []),
    ...(tls === null ? [] : [field('session', describeSession(tls))]),
    ...certificateBlocks(report),
  ];
}

function protocolBlocks(protocols: readonly ScanProtocolReport[]): Block[] {
  if (protocols.length === 0) return [];
  const of = (answer: ScanProtocolReport['answer']): string =>
    protocols
      .filter((protocol) => protocol.answer === answer)
      .map(({ name }) => name)
      .join(', ');
  const open = of('inconclusive');
  const accepted = of('accepted') || 'none accepted';
  return [
    field(
      'protocols',
      open === '' ? accepted : `${accepted}; not known: ${open}`,
      open === '' ? 'plain' : 'warn',
    ),
  ];
}

const describeSession = ({ protocol, cipher, group }: TlsReport): string =>
  [protocol, cipher.name, ...(group === null ? [] : [group])].join(', ');

function certificateBlocks(report: Report): Block[] {
  const { chain, verify } = report;
  const leaf = chain?.sent[0];
  if (verify === null || leaf === undefined || !holds(verify))
    return [...chainBlocks(report), ...verifyBlocks(report, false)];
  const { name, code, hostname } = verify;
  const text = `${shortName(leaf.subject)}, ${describeLife(leaf, report.startedAt)}; verify ${code} ${name}`;
  const matches =
    hostname.result === 'match' ? `, ${hostname.name ?? 'the name'} matches` : ', name not checked';
  return [field('certificate', text + matches)];
}

const holds = ({ code, errors, hostname }: VerifyReport): boolean =>
  code === 0 && errors.length === 0 && hostname.result !== 'mismatch';

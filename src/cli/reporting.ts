import type { SmtpcheckError } from '../core/errors.js';
import { exitCodeOf } from '../core/outcome.js';
import type { CertificateReport, Report } from '../core/report.js';
import { VERSION } from '../core/version.js';
import { FORMATS, type Format } from '../report/index.js';
import type { OutputArgs } from './args/output.js';
import { wantsColor, type Io } from './io.js';
import { sayError } from './say.js';

/** A usage error: on stderr, and with --json as the one object that was promised too. */
export function refuse(error: SmtpcheckError, command: Report['command'], json: boolean, io: Io): number {
  const report = usageReport(error, command);
  if (json) io.stdout(FORMATS.json.render(report));
  else sayError(io, error);
  return report.exitCode;
}

/** The report of a command line that could not be used: nothing was sent. */
function usageReport(error: SmtpcheckError, command: Report['command']): Report {
  return {
    schemaVersion: 1,
    smtpcheck: VERSION,
    command,
    target: null,
    outcome: 'error',
    exitCode: exitCodeOf('error', error.toReport()),
    startedAt: new Date().toISOString(),
    timings: {},
    connections: 0,
    smtp: null,
    tls: null,
    chain: null,
    verify: null,
    findings: [],
    error: error.toReport(),
  };
}

/** Prints one report; `more` says that another one came before. */
export function printReport(report: Report, args: OutputArgs, io: Io, more: boolean): void {
  if (args.quiet) return;
  const format: Format = args.json ? FORMATS.json : FORMATS.text;
  const shown = args.showCerts ? report : withoutPem(report, args.showLeaf === true ? 1 : 0);
  const text = format.render(shown, {
    color: !args.json && wantsColor(io),
    width: io.stdoutIsTty ? io.columns : 120,
    verbose: args.verbose,
  });
  io.stdout(`${more ? format.between : ''}${text}`);
}

/** PEM is there for --save-chain too, and --show-leaf shows the first certificate alone. */
function withoutPem(report: Report, keep: number): Report {
  if (report.chain === null) return report;
  const { sent, path } = report.chain;
  return {
    ...report,
    chain: {
      sent: [...sent.slice(0, keep), ...sent.slice(keep).map(stripPem)],
      path: path.map(stripPem),
    },
  };
}

function stripPem(certificate: CertificateReport): CertificateReport {
  const facts = Object.entries(certificate).filter(([key]) => key !== 'pem');
  return Object.fromEntries(facts) as unknown as CertificateReport;
}

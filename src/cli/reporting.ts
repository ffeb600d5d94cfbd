import { SmtpcheckError } from '../core/errors.js';
import { combineExitCodes, exitCodeOf } from '../core/outcome.js';
import type { CertificateReport, Report } from '../core/report.js';
import { VERSION } from '../core/version.js';
import type { RenderOptions } from '../report/format.js';
import { renderJson } from '../report/json.js';
import { renderSections } from '../report/text/sections.js';
import type { OutputArgs } from './args/output.js';
import { wantsColor, type Io } from './io.js';
import { sayError } from './say.js';

/** Where the reports of one run go. */
export interface Output {
  /** Takes one report, in the order of the targets. What is rendered report by report is printed at once. */
  readonly add: (report: Report) => void;
  /** One of several could not be judged at all: a file that cannot be read. Gives its exit code. */
  readonly addRefused: (error: SmtpcheckError, command: Report['command']) => number;
  /** No more will come: documents of the whole run are written. Gives the exit code of the run. */
  readonly end: (codes: readonly number[]) => number;
}

/** What a command knows of the run beside its reports. */
export type About = Pick<RenderOptions, 'artifact' | 'describe' | 'expiresWithinMs'>;

/** Commands whose reports hold the verdict of a profile. */
const JUDGING: readonly string[] = ['gate', 'judge'];

/**
 * Opens what --format and --output ask for, before anything is sent. Without them nothing is loaded for it, but by `gate` and `judge`. `argv` has the order,
 * which says what goes where.
 * @throws SmtpcheckError `usage` or `file-unreadable`
 */
export async function openOutput(
  args: OutputArgs & { readonly expiresWithinMs?: number },
  argv: readonly string[],
  io: Io,
  about: About = {},
): Promise<Output> {
  const plain = args.formats.length === 0 && args.outputFiles.length === 0;
  if (plain && !JUDGING.includes(argv[0] ?? '')) return plainOutput(args, io);
  const { openOutputs } = await import('./outputs.js');
  return openOutputs(args, argv, io, { expiresWithinMs: args.expiresWithinMs, ...about });
}

/** What a command opens before anything is sent; or the exit code, where its arguments or files cannot be used. */
export async function openOrRefuse<Opened extends object>(
  command: Report['command'],
  argv: readonly string[],
  io: Io,
  open: () => Promise<Opened>,
): Promise<Opened | number> {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return refuse(error, command, argv, io);
  }
}

/** yargs takes one dash and two for the same. */
export const asksForJson = (word: string): boolean => /^--?json$/.test(word);

/** A usage error: on stderr, and in every format that was asked for too, as it was promised. */
export async function refuse(
  error: SmtpcheckError,
  command: Report['command'],
  argv: readonly string[],
  io: Io,
): Promise<number> {
  const report = usageReport(error, command);
  if (argv.some((word) => /^--?(?:format|output|o)(?:=|$)/.test(word))) {
    const { refuseInFormats } = await import('./outputs.js');
    return refuseInFormats(error, report, argv, io);
  }
  if (argv.some(asksForJson)) io.stdout(renderJson(report));
  else sayError(io, error);
  return report.exitCode;
}

/** The report of a command line that could not be used: nothing was sent. */
export function usageReport(error: SmtpcheckError, command: Report['command']): Report {
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

/** Text or JSON on stdout, of commands that ask no profile. */
function plainOutput(args: OutputArgs, io: Io): Output {
  let printed = 0;
  const print = (report: Report): void => {
    if (args.quiet) return;
    if (args.json) io.stdout(renderJson(shown(report, args)));
    else {
      const text = renderSections(shown(report, args), screenLook(args, io), []);
      io.stdout(`${printed > 0 ? '\n' : ''}${text}`);
    }
    printed += 1;
  };
  return {
    add: print,
    addRefused(error, command) {
      const report = usageReport(error, command);
      if (args.json) print(report);
      else sayError(io, error);
      return report.exitCode;
    },
    end: combineExitCodes,
  };
}

/** How text looks on stdout. */
export function screenLook(args: Pick<OutputArgs, 'verbose'>, io: Io): RenderOptions {
  return {
    color: wantsColor(io),
    width: io.stdoutIsTty ? io.columns : FILE_COLUMNS,
    verbose: args.verbose,
  };
}

/** Of text that is not for a terminal. */
export const FILE_COLUMNS = 120;

/** A report as it may be printed: PEM is there for --save-chain too, and --show-leaf shows the first certificate alone. */
export function shown(report: Report, args: OutputArgs): Report {
  return args.showCerts ? report : withoutPem(report, args.showLeaf === true ? 1 : 0);
}

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

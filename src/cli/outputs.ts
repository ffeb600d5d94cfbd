import { SmtpcheckError } from '../core/errors.js';
import { combineExitCodes, EXIT } from '../core/outcome.js';
import type { Report } from '../core/report.js';
import { FORMATS, renderAll, renderText, type Format, type RenderOptions } from '../report/index.js';
import { nagiosStatus } from '../report/nagios.js';
import type { OutputArgs } from './args/output.js';
import type { Io } from './io.js';
import { outputRequests, STDOUT, type OutputRequest } from './output-requests.js';
import { FILE_COLUMNS, screenLook, shown, usageReport, type About, type Output } from './reporting.js';
import { sayError } from './say.js';
import { checkWritable, writeWhole } from './whole-file.js';

/* What --format and --output ask for. A bundle of its own: most runs have neither. */

/** Opens every file before anything is sent. @throws SmtpcheckError `usage` or `file-unreadable` */
export function openOutputs(args: OutputArgs, argv: readonly string[], io: Io, about: About): Output {
  const requests = outputRequests(argv, args.quiet);
  for (const { file } of requests) if (file !== STDOUT) checkWritable(file);
  return new Outputs(requests, args, io, about);
}

/** A usage error, in the formats that were asked for as far as that can be told. Gives the exit code. */
export function refuseInFormats(
  error: SmtpcheckError,
  report: Report,
  argv: readonly string[],
  io: Io,
): number {
  const quiet = argv.some((word) => /^--?(?:quiet|q)$/.test(word));
  let requests: readonly OutputRequest[];
  try {
    requests = outputRequests(argv, quiet);
  } catch (other) {
    if (!(other instanceof SmtpcheckError)) throw other;
    sayError(io, error);
    return report.exitCode;
  }
  const args = { json: false, formats: [], outputFiles: [], quiet, showCerts: false, verbose: false };
  const outputs = new Outputs(requests, args, io, {});
  outputs.refused(error, report);
  return outputs.end([report.exitCode]);
}

class Outputs implements Output {
  private readonly reports: Report[] = [];
  /** Something went to stdout, or is going to. */
  private readonly stdout: OutputRequest | undefined;
  private printed = 0;
  /** What stderr has: the file that a run was refused for cannot be written at its end either. */
  private readonly said = new Set<string>();

  constructor(
    private readonly requests: readonly OutputRequest[],
    private readonly args: OutputArgs,
    private readonly io: Io,
    private readonly about: About,
  ) {
    this.stdout = requests.find(({ file }) => file === STDOUT);
  }

  readonly add = (report: Report): void => {
    const safe = shown(report, this.args);
    this.reports.push(safe);
    this.print(safe);
  };

  readonly addRefused = (error: SmtpcheckError, command: Report['command']): number => {
    const report = usageReport(error, command);
    this.refused(error, report);
    return report.exitCode;
  };

  /** Text on stdout leaves it to stderr, where a usage error is said. */
  refused(error: SmtpcheckError, report: Report): void {
    this.reports.push(report);
    if (this.stdout === undefined || this.stdout.format === 'text') this.say(error);
    else this.print(report);
  }

  private say(error: SmtpcheckError): void {
    if (this.said.has(error.message)) return;
    this.said.add(error.message);
    sayError(this.io, error);
  }

  readonly end = (codes: readonly number[]): number => {
    const lost = this.requests.flatMap((request) => this.write(request, combineExitCodes(codes)));
    const code = combineExitCodes([...codes, ...lost]);
    const format = this.stdout === undefined ? undefined : formatOf(this.stdout);
    if (format?.kind === 'whole') this.io.stdout(format.render(this.reports, this.look(STDOUT, code)));
    if (format?.kind === 'each') this.io.stdout(format.end?.(this.reports, this.look(STDOUT, code)) ?? '');
    return this.stdout?.format === 'nagios' ? nagiosStatus(this.reports, code).exit : code;
  };

  private print(report: Report): void {
    const format = this.stdout === undefined ? undefined : formatOf(this.stdout);
    if (format?.kind !== 'each') return;
    this.io.stdout(`${this.printed > 0 ? format.between : ''}${format.render(report, this.look(STDOUT))}`);
    this.printed += 1;
  }

  /** An exit code of its own: a file that was asked for and is not there may not look like success. */
  private write(request: OutputRequest, exitCode: number): number[] {
    const { file } = request;
    if (file === STDOUT) return [];
    const text = renderAll(formatOf(request), this.reports, this.look(file, exitCode));
    try {
      writeWhole(file, text);
      return [];
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      this.say(error);
      // What was measured is not lost with it.
      if (this.stdout === undefined)
        for (const report of this.reports) this.io.stdout(renderText(report, this.look(STDOUT)));
      return [EXIT.usage];
    }
  }

  private look(file: string, exitCode?: number): RenderOptions {
    const screen = screenLook(this.args, this.io);
    return {
      ...(file === STDOUT ? screen : { ...screen, color: false, width: FILE_COLUMNS }),
      ...this.about,
      exitCode,
    };
  }
}

function formatOf({ format }: OutputRequest): Format {
  return FORMATS[format];
}

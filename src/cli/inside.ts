import { usageError, type Phase } from '../core/errors.js';
import type { Report } from '../core/report.js';
import type { Target } from '../core/target.js';
import type { ProbeTlsOptions } from '../probe/options.js';
import { escapeForTerminal } from '../report/escape.js';
import type { InsideArgs } from './args/inside.js';
import { hexDump } from './hexdump.js';
import type { Io } from './io.js';
import { sayWarning } from './say.js';

/** Who is told of the dialogue with one target. */
export type OnDialogue = NonNullable<ProbeTlsOptions['onDialogue']>;

/** The dialogue with one target, on its way to a file. */
export interface Section {
  readonly onDialogue: OnDialogue;
  readonly end: (report: Report | null) => void;
}

/** The files of INSIDE_OPTIONS, opened. */
export interface InsideFiles {
  readonly onKeylog?: (line: string) => void;
  readonly section?: (target: Target) => Section;
  /** Says what could not be written; resolves to exit codes for it: a file that is not there may not look like success. */
  readonly close: () => number[];
}

/** What the options of INSIDE_OPTIONS ask for. */
export interface Inside extends Pick<InsideFiles, 'section' | 'close'> {
  readonly options: Pick<ProbeTlsOptions, 'onBytes' | 'observeTls' | 'onKeylog'>;
  /** To be told of each phase of a probe. */
  readonly onPhase: (phase: Phase) => void;
  /** Text of several connections side by side would be unreadable. */
  readonly oneByOne: boolean;
}

/** Nothing is to be seen. */
export const NOTHING_INSIDE: Inside = {
  options: {},
  onPhase: () => undefined,
  oneByOne: false,
  close: () => [],
};

const NO_FILES: InsideFiles = { close: () => [] };

/**
 * Opens what shows the wire: a trace loads its decoder, and files are opened. `secrets`: a password or a token is going to be sent.
 * @throws SmtpcheckError `usage` for a file that cannot be written: nothing was sent then.
 */
export async function openInside(args: InsideArgs, io: Io, secrets: boolean): Promise<Inside> {
  const { debug } = args;
  const { onKeylog, section, close } = await openFiles(args, io, secrets);
  const trace = args.trace ? new (await import('./trace/index.js')).Trace(io) : null;
  return {
    options: {
      ...(debug ? { onBytes: (direction, chunk) => io.stderr(hexDump(direction, chunk)) } : {}),
      ...(trace === null ? {} : { observeTls: (connection) => trace.observe(connection) }),
      ...(onKeylog === undefined ? {} : { onKeylog }),
    },
    onPhase: (phase) => trace?.onPhase(phase),
    oneByOne: debug || trace !== null,
    ...(section === undefined ? {} : { section }),
    close,
  };
}

async function openFiles(args: InsideArgs, io: Io, secrets: boolean): Promise<InsideFiles> {
  const { transcriptFile, keylogFile, debug } = args;
  const fromEnvironment = io.env['SSLKEYLOGFILE'] ?? '';
  if (transcriptFile === undefined && keylogFile === undefined && fromEnvironment === '') return NO_FILES;
  const { openInsideFiles } = await import('./inside-files.js');
  const opened = openInsideFiles({ transcriptFile, keylogFile, fromEnvironment }, io);
  if ('problem' in opened) throw usageError(opened.problem);
  if (secrets && opened.onKeylog !== undefined && (debug || transcriptFile !== undefined)) {
    const other = debug ? 'what --debug shows' : 'a capture of the dialogue';
    sayWarning(io, `with the key log, ${other} can be decrypted, and the password with it: guard both`);
  }
  return opened;
}

/** Runs a probe with its dialogue going where the options say. */
export async function withDialogue<R extends Report>(
  { section }: Inside,
  { debug }: InsideArgs,
  io: Io,
  target: Target,
  run: (onDialogue: OnDialogue | undefined) => Promise<R>,
): Promise<R> {
  const written = section?.(target);
  if (written === undefined && !debug) return run(undefined);
  let report: R | null = null;
  try {
    report = await run((line) => {
      written?.onDialogue(line);
      if (debug && line.startsWith('-- ')) io.stderr(`${escapeForTerminal(line)}\n`);
    });
    return report;
  } finally {
    written?.end(report);
  }
}

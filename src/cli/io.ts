import { EXIT } from '../core/outcome.js';
import type { Readable } from 'node:stream';
import { isatty, type ReadStream, type WriteStream } from 'node:tty';

/** What a command may touch of the process; tests hand in their own. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Asks for a secret, hidden; null when the user broke off. Absent where there is no terminal to ask on. */
  readonly askSecret?: (question: string) => Promise<string | null>;
  /** Standard input, for commands that read it as it comes. A function: to touch it opens it. */
  readonly input?: () => Readable;
  /** Octets of standard input that were read already. */
  readonly early?: Uint8Array;
  /** Where lines can be edited; absent where there is no terminal to type on, or none to draw on. */
  readonly terminal?: () => Terminal;
  /** True where what is typed on standard input is seen. */
  readonly stdinIsTty?: boolean;
}

export interface Terminal {
  readonly input: ReadStream;
  readonly output: WriteStream;
}

const FALLBACK_COLUMNS = 80;

/** The real process. Its stderr is not touched before there is something to say: a probe that has nothing saves 1 ms. */
export function processIo(): Io & { readonly flush: () => Promise<void> } {
  let stderr: NodeJS.WriteStream | undefined;
  const stdout = tolerant(process.stdout);
  const columns = stdout.columns as number | undefined;
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => {
      stderr ??= tolerant(process.stderr);
      stderr.write(text);
    },
    stdoutIsTty: stdout.isTTY,
    stderrIsTty: isatty(STDERR),
    columns: columns === undefined || columns === 0 ? FALLBACK_COLUMNS : columns,
    env: process.env,
    ...(isatty(STDIN) && isatty(STDERR)
      ? { askSecret: async (question) => (await import('./prompt.js')).askSecret(question) }
      : {}),
    input: () => process.stdin,
    stdinIsTty: isatty(STDIN),
    ...(isatty(STDIN) && (isatty(STDERR) || stdout.isTTY)
      ? { terminal: () => ({ input: process.stdin, output: isatty(STDERR) ? process.stderr : stdout }) }
      : {}),
    flush: async () => {
      await flushed(stdout);
      if (stderr !== undefined) await flushed(stderr);
    },
  };
}

const STDIN = 0;
const STDERR = 2;

/** A reader that closes its end early (`| head`) is no fault of ours, and no reason for a stack trace. */
function tolerant(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    // A full disk is no bug of ours; but a report that was not written may not look like a pass.
    if (stream !== process.stderr)
      process.stderr.write(`smtpcheck: error: cannot write the report (${error.code ?? error.message})\n`);
    process.exit(EXIT.usage);
  });
}

/** Resolves when everything written so far has left, or cannot leave because the reader has gone. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/** Colours: on a terminal that can, unless NO_COLOR is set to anything (no-color.org). */
export function wantsColor(io: Io, isTty = io.stdoutIsTty): boolean {
  const { NO_COLOR: noColor, TERM: term } = io.env;
  return isTty && (noColor === undefined || noColor === '') && term !== 'dumb';
}

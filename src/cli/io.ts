/** What a command may touch of the process; tests hand in their own. */
export interface Io {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly stdoutIsTty: boolean;
  readonly stderrIsTty: boolean;
  readonly columns: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const FALLBACK_COLUMNS = 80;

/** The real process. */
export function processIo(): Io {
  // A reader that closes its end early (`| head`) is no fault of ours, and no reason for a stack trace.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const columns = process.stdout.columns as number | undefined;
  return {
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    stdoutIsTty: process.stdout.isTTY,
    stderrIsTty: process.stderr.isTTY,
    columns: columns === undefined || columns === 0 ? FALLBACK_COLUMNS : columns,
    env: process.env,
  };
}

/** Colours: on a terminal that can, unless NO_COLOR is set to anything (no-color.org). */
export function wantsColor(io: Io): boolean {
  const { NO_COLOR: noColor, TERM: term } = io.env;
  return io.stdoutIsTty && (noColor === undefined || noColor === '') && term !== 'dumb';
}

import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';

const STDIN = 0;

/** What of stdin was read to find out whether there is anything to say. */
export interface Ahead {
  readonly hasInput: boolean;
  /** Not lost: what reads on has to begin with these. */
  readonly bytes: Buffer;
}

/**
 * How long a pipe may stay silent before somebody is taken to stand behind it. `(sleep 2; echo QUIT) |` is no dialogue; a longer
 * wait would be one for programs that speak only when they were spoken to.
 */
const PATIENCE_MS = 3000;

/** Of the process. Who sits at a terminal wants to say something. */
export function aheadOfStdin(signal: AbortSignal): Promise<Ahead> {
  return isatty(STDIN)
    ? Promise.resolve({ hasInput: true, bytes: Buffer.alloc(0) })
    : readAhead(process.stdin, PATIENCE_MS, signal);
}

/** A line that ends the session and says nothing: what people give s_client so that it does not wait for them. */
const FAREWELL = /^\s*(?:q|quit)?\s*$/i;

/**
 * Reads stdin as far as it takes to know whether it has anything for the server: not when it ends without, or says Q or QUIT
 * first, which are s_client's own commands. The stream is left paused.
 */
export function readAhead(stdin: Readable, patienceMs: number, signal?: AbortSignal): Promise<Ahead> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const decide = (hasInput: boolean): void => {
      clearTimeout(timer);
      stdin.off('data', onData).off('end', onEnd).off('error', onEnd);
      signal?.removeEventListener('abort', onEnd);
      stdin.pause();
      resolve({ hasInput, bytes: Buffer.concat(chunks) });
    };
    const onData = (chunk: Buffer | string): void => {
      chunks.push(Buffer.from(chunk));
      const said = judge(Buffer.concat(chunks).toString('latin1'));
      if (said !== null) decide(said);
    };
    // One that cannot be read, such as a directory, has nothing to say either.
    const onEnd = (): void => decide(false);
    const timer = setTimeout(() => decide(true), patienceMs);
    stdin.on('data', onData).on('end', onEnd).on('error', onEnd);
    signal?.addEventListener('abort', onEnd);
  });
}

/** Whether this is something for the server; null as long as nobody knows. */
function judge(text: string): boolean | null {
  const lines = text.split('\n');
  const last = lines.pop() ?? '';
  const first = lines.find((line) => line.trim() !== '');
  if (first !== undefined) return !FAREWELL.test(first);
  // A line that has only begun: as long as it can become a farewell.
  return /^\s*(?:q(?:u(?:i(?:t\s*)?)?)?)?$/i.test(last) ? null : true;
}

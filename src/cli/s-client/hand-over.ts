import type { Readable } from 'node:stream';

/**
 * Hands a dialogue over to `smtpcheck connect`: `words` are its arguments, `ahead` is what was read of stdin to see that there is
 * one. It goes back to the front of the stream, which is paused behind it, so that whoever reads stdin has all of it.
 */
export function handOver(
  words: readonly string[],
  ahead: Buffer,
  run: (argv: readonly string[]) => Promise<number>,
  stdin: Readable = process.stdin,
): Promise<number> {
  if (ahead.length > 0) stdin.unshift(ahead);
  return run(['connect', ...words]);
}

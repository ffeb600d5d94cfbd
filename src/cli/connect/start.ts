import { runFull } from '../full.js';
import type { Io } from '../io.js';

/**
 * Starts `smtpcheck connect` from another command. `words` are what would stand behind `connect` on a command line; `early` is what
 * was read of stdin already, and is typed before the rest of it.
 */
export function startConnect(
  words: readonly string[],
  early: Uint8Array,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  return runFull(['connect', ...words], { ...io, early }, signal);
}

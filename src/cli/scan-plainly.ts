import type { Io } from './io.js';
import { runScan } from './commands/scan.js';
import { SCAN_OPTIONS } from './options/scan.js';
import { readPlainArgs } from './plain-args.js';

/** `scan` without yargs, where there is nothing to say about its arguments; otherwise null. Its own bundle. */
export async function scanPlainly(
  argv: readonly string[],
  io: Io,
  signal: AbortSignal,
): Promise<number | null> {
  const plain = readPlainArgs(argv.slice(1), SCAN_OPTIONS);
  return plain === null ? null : runScan(plain, plain.targets, io, signal, argv);
}

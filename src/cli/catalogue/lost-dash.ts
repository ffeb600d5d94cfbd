import { usageError } from '../../core/errors.js';
import type { RawArgs } from '../args/getter.js';

/** yargs loses a "-" among the files, and what is not judged would look like a pass. @throws SmtpcheckError `usage` */
export function refuseLostDash(raw: RawArgs, argv: readonly string[]): void {
  const dashes = (words: readonly unknown[]): number => words.filter((word) => word === '-').length;
  if (dashes(argv) > dashes(Object.values(raw).flat())) {
    throw usageError('"-" cannot be told from the other words here', 'name it /dev/stdin');
  }
}

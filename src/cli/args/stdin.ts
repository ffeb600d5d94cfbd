import { usageError } from '../../core/errors.js';

/**
 * How many of the files that were named are standard input. It can be read once: a second file would be empty, without a word.
 * @throws SmtpcheckError `usage` for more than one.
 */
export function stdinFiles(files: readonly (string | undefined)[]): number {
  const count = files.filter((file) => file === '-').length;
  if (count > 1) throw usageError('only one file can come from standard input');
  return count;
}

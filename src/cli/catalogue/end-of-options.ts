import { usageError } from '../../core/errors.js';

/**
 * The command line with what stands behind `--` right behind the command. yargs drops it without a word, and what nobody judged looked
 * like a pass: `tls a -- b` had asked a alone, and `gate -- strict.yaml` was the gate of smtpcheck.yaml.
 * @throws SmtpcheckError `usage`
 */
export function withWordsInFront(argv: readonly string[]): readonly string[] {
  const end = argv.indexOf('--');
  if (end === -1) return argv;
  const before = argv.slice(0, end);
  const words = argv.slice(end + 1);
  const dashed = words.find((word) => word.startsWith('-') && word !== '-');
  if (dashed !== undefined)
    throw usageError(
      `${JSON.stringify(dashed)} stands behind "--", where options do not, and is no name`,
      'options go before it; a file whose name begins with a dash is ./-NAME',
    );
  const command = before.findIndex((word) => !word.startsWith('-'));
  return [...before.slice(0, command + 1), ...words, ...before.slice(command + 1)];
}

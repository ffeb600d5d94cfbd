import { usageError } from '../../core/errors.js';

/**
 * The command line with what stands behind `--` behind the other words, whose order `diff` and `profiles show` go by. yargs drops it
 * without a word, and what nobody judged looked like a pass: `tls a -- b` had asked a alone, and `gate -- strict.yaml` was the gate of
 * smtpcheck.yaml.
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
  // An option that ends the line and lacks its value does not take the first of them for it.
  const last = before.at(-1) ?? '';
  const place = last.startsWith('-') && last !== '-' ? before.length - 1 : before.length;
  return [...before.slice(0, place), ...words, ...before.slice(place)];
}

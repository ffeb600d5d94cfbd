import { SmtpcheckError, usageError } from '../../core/errors.js';
import { EXIT } from '../../core/outcome.js';
import { EXPLAINED_NAMES, EXPLANATIONS, explanationOf } from '../../policy/explain/index.js';
import type { Explanation } from '../../policy/explain/explanation.js';
import { nearestNames } from '../../wire/nearest.js';
import type { RawArgs } from '../args/getter.js';
import { explanationText, listText } from '../explain/text.js';
import { wantsColor, type Io } from '../io.js';
import { EXPLAIN_OPTIONS } from '../options/explain.js';
import { readPlainArgs } from '../plain-args.js';
import { sayError } from '../say.js';

/** `smtpcheck explain`. Its own bundle: nothing but the words is loaded. */
export function runExplain(raw: RawArgs, words: readonly string[], io: Io): number {
  try {
    const all = raw['list'] === true;
    if (all && words.length > 0) throw usageError('--list goes without an id');
    print(all ? null : words.map(find), raw['json'] === true, io);
    return EXIT.pass;
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    // An explanation is no report: what is on stdout with --json is explanations, or nothing.
    sayError(io, error);
    return EXIT.usage;
  }
}

/** `explain` without yargs, where there is nothing to say about its arguments; otherwise null. */
export function explainPlainly(argv: readonly string[], io: Io): number | null {
  const list = argv.filter((word) => word === '--list').length === 1;
  // A word in the place of --list, since there is none with it.
  const plain = readPlainArgs(
    list ? [...argv.filter((word) => word !== '--list'), 'all'] : argv,
    EXPLAIN_OPTIONS,
  );
  if (plain === null) return null;
  return list && plain.targets.length === 1
    ? runExplain({ ...plain, list: true }, [], io)
    : runExplain({ ...plain, ...(list ? { list } : {}) }, plain.targets, io);
}

/** Null is all of them. */
function print(those: readonly Explanation[] | null, json: boolean, io: Io): void {
  if (json) {
    io.stdout((those ?? EXPLANATIONS).map((one) => `${JSON.stringify(one)}\n`).join(''));
    return;
  }
  const options = { color: wantsColor(io), width: io.columns };
  io.stdout(
    those === null
      ? listText(EXPLANATIONS, options)
      : those.map((one) => explanationText(one, options)).join('\n'),
  );
}

const NEAR = 3;

function find(word: string): Explanation {
  const found = explanationOf(word);
  if (found !== undefined) return found;
  const near = nearestNames(word, EXPLAINED_NAMES, NEAR);
  const those = [...near, ...containing(word)].filter((id, i, all) => all.indexOf(id) === i).slice(0, NEAR);
  throw usageError(
    `there is nothing to explain under ${JSON.stringify(word)}`,
    those.length === 0
      ? 'smtpcheck explain --list has everything; numbers are verify codes, 0 to 95'
      : `did you mean ${those.join(', ')}?`,
  );
}

/** Who types `renegotiation` means one of them. */
function containing(word: string): string[] {
  const wanted = word.toLowerCase();
  if (wanted.length < 3) return [];
  return EXPLAINED_NAMES.filter((id) => id.toLowerCase().includes(wanted));
}

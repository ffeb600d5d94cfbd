import { SmtpcheckError } from '../../core/errors.js';

/** One thing that is wrong with a file. */
export interface Problem {
  /** From 1; of the column too. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Problems that are named; more of them say only that it is the wrong file. */
const MAX_NAMED = 20;

/** All that is wrong with a file, in its order, as one error; `untold` are more of them. A hint is given once. */
export function faultyFile(file: string, problems: readonly Problem[], untold = 0): SmtpcheckError {
  const hints = new Set<string>();
  const once = (hint: string | undefined): string | undefined => {
    if (hint === undefined || hints.has(hint)) return undefined;
    hints.add(hint);
    return hint;
  };
  const parts = inOrder(problems).map(({ line, column, message, hint }) => ({
    message: `${file}:${line}:${column}: ${message}`,
    hint: once(hint),
  }));
  const named = parts.slice(0, MAX_NAMED);
  const more = parts.length - named.length + untold;
  if (more > 0)
    named.push({ message: `${file}: and ${more} more ${more === 1 ? 'error' : 'errors'}`, hint: undefined });
  return new SmtpcheckError('usage', 'arguments', named.map(({ message }) => message).join('; '), {
    hint: named[0]?.hint,
    parts: named,
  });
}

function inOrder(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Set<string>();
  return [...problems]
    .sort((a, b) => a.line - b.line || a.column - b.column)
    .filter(({ line, column, message }) => {
      const key = `${line}:${column}:${message}`;
      return !seen.has(key) && seen.add(key);
    });
}

import { SmtpcheckError, usageError } from '../core/errors.js';
import { parseTarget } from '../core/parse-target.js';
import type { Target } from '../core/target.js';
import type { TlsArgs } from './args/tls.js';
import { readOptionText } from './files.js';

/** Octets of a list of targets: room for thirty thousand. */
const MAX_FILE = 1024 * 1024;

/** A name has 253 octets at most; what is much longer is no list of names, and is not repeated on a terminal. */
const MAX_LINE = 500;

/** Bad lines that are named; more of them say only that it is the wrong file. */
const MAX_NAMED = 50;

/**
 * The arguments with the targets of --targets-file behind their own; one that is there already is not probed twice.
 * @throws SmtpcheckError `usage` that names all lines that are no target, or says that there is none; `file-unreadable`
 */
export function withListedTargets<Args extends TlsArgs>(
  args: Args,
  file: string,
  check: (args: Args) => void,
): Args {
  const listed = readList(readOptionText('--targets-file', file, MAX_FILE), file, args);
  const targets = [...args.targets];
  for (const target of listed) if (!targets.some((known) => isSame(known, target))) targets.push(target);
  const all = { ...args, targets };
  check(all);
  return all;
}

function readList(text: string, file: string, { targetDefaults }: TlsArgs): Target[] {
  const targets: Target[] = [];
  const bad: string[] = [];
  let hint: string | undefined;
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const word = line.replace(/(?:^|\s)#.*$/s, '').trim();
    if (word === '') continue;
    try {
      if (word.length > MAX_LINE) throw usageError(`longer than ${MAX_LINE} characters`);
      if (/\s/.test(word))
        throw usageError(`${JSON.stringify(word)} is more than one word`, 'one target a line');
      targets.push(parseTarget(word, targetDefaults));
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      hint ??= error.hint;
      bad.push(`line ${i + 1}: ${error.message}`);
    }
  }
  if (bad.length > 0) throw usageError(`--targets-file: ${file}: ${listed(bad)}`, hint);
  if (targets.length === 0)
    throw usageError(`--targets-file: ${file}: it names no target`, 'one target a line; # begins a comment');
  return targets;
}

function listed(bad: readonly string[]): string {
  const more = bad.length - MAX_NAMED;
  return `${bad.slice(0, MAX_NAMED).join('; ')}${more > 0 ? `; and ${more} more lines` : ''}`;
}

function isSame(a: Target, b: Target): boolean {
  return a.host === b.host && a.port === b.port && a.mode === b.mode;
}

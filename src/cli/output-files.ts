import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from '../core/errors.js';
import { DEFAULT_FILES } from './gate/default-files.js';
import { GATE_OPTIONS } from './options/gate.js';

/**
 * Refuses a file that two reports, or one and what another option writes, would go to, of which one would be lost; and one that is
 * read: a report in the place of the gate's file or of a certificate is no use to anybody, and a gate that writes over its own baseline
 * knows at its next run whatever it has just failed for.
 * @throws SmtpcheckError `usage`
 */
export function refuseFilesInUse(files: readonly string[], argv: readonly string[]): void {
  const places = files.map(placeOf);
  const twice = files.find((_, i) => places.indexOf(places[i] ?? '') !== i);
  if (twice !== undefined)
    throw usageError(`two reports cannot go to one file: ${twice}`, 'each -o takes a file of its own');
  const written = new Set(valuesOf(WRITING, argv).map(placeOf));
  const both = files.find((_, i) => written.has(places[i] ?? ''));
  if (both !== undefined)
    throw usageError(`-o ${both} would write over what another option writes`, 'give each a file of its own');
  const read = new Set(filesRead(argv).map(placeOf));
  const over = files.find((_, i) => read.has(places[i] ?? ''));
  if (over !== undefined)
    throw usageError(
      `-o ${over} would write over a file that is read`,
      'give the report a file of its own; a baseline is replaced when the gate has passed',
    );
}

/** One name for one file, however it was spelled: where it is there, links to it included. */
function placeOf(file: string): string {
  try {
    const there = statSync(file, { throwIfNoEntry: false });
    if (there !== undefined) return `${there.dev}:${there.ino}`;
  } catch {
    // Whoever writes it says what is wrong with it.
  }
  return resolve(file);
}

/** Commands whose words are files; those of the others are servers, which may be called as a file is. */
const OF_FILES = ['gate', 'judge', 'cert'];

/** Options of those others whose values are files that are read, and options of all whose values are files that are written. */
const READING = /^--?(?:cert|key|[a-z]+-file)(?:=(.*))?$/s;
const WRITING = /^--?(?:transcript|keylog|save-chain|session-out)(?:=(.*))?$/s;

/** Every word that may be a file which is read. What is no file is none that a report could go to. */
function filesRead([command = '', ...words]: readonly string[]): string[] {
  if (!OF_FILES.includes(command)) return valuesOf(READING, words);
  const named = words.flatMap((word, i) => {
    if (!word.startsWith('-')) return /^--?(?:o|output)$/.test(words[i - 1] ?? '') ? [] : [word];
    const [, name = '', value] = /^--?([^=]+)=(.*)$/s.exec(word) ?? [];
    return value === undefined || name === 'o' || name === 'output' ? [] : [value];
  });
  if (command !== 'gate' || words.some((word, i) => isFile(word, words[i - 1] ?? ''))) return named;
  return [...named, ...DEFAULT_FILES.filter((name) => existsSync(name)).slice(0, 1)];
}

function valuesOf(options: RegExp, words: readonly string[]): string[] {
  return words.flatMap((word, i) => {
    const option = options.exec(word);
    return option === null ? [] : [option[1] ?? words[i + 1] ?? ''];
  });
}

/** Whether a word is the gate's file, by what stands before it: a switch takes no value. */
function isFile(word: string, before: string): boolean {
  if (word.startsWith('-') && word !== '-') return false;
  if (!before.startsWith('-') || before.includes('=')) return true;
  const name = before.replace(/^--?/, '');
  return Object.entries(GATE_OPTIONS).some(
    ([option, { type, alias }]) => type === 'boolean' && [option, alias ?? []].flat().includes(name),
  );
}

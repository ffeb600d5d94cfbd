import type { CliOptions } from './options/option.js';

/** A command line as yargs would give it: options by name, arrays where one came twice. */
export interface PlainArgs {
  readonly targets: readonly string[];
  readonly [option: string]: unknown;
}

/**
 * Reads the arguments of a command when they are of the plainest kind: options that exist, with values that can only be
 * values. Null for everything else, so that yargs, which costs as much to load as a probe, says what is to be said. What
 * is read here is what yargs-parser reads with our configuration; a test compares the two. `takesStdin` lets a "-" be a
 * target, which yargs loses.
 */
export function readPlainArgs(
  argv: readonly string[],
  options: CliOptions,
  takesStdin = false,
): PlainArgs | null {
  const targets: string[] = [];
  const read = new Map<string, string | true | string[]>();
  for (let i = 0; i < argv.length; i += 1) {
    const arg = argv[i] ?? '';
    if (!arg.startsWith('-') || (arg === '-' && takesStdin)) {
      if (!isPlainValue(arg)) return null;
      targets.push(arg);
      continue;
    }
    const [, dashes = '', given = '', attached] = /^(--?)([^=]+)(?:=(.*))?$/s.exec(arg) ?? [];
    const name = nameOf(given, options);
    // One dash goes with one letter, two with a word.
    if (name === null || (dashes === '-') !== (given.length === 1)) return null;
    const isSwitch = options[name]?.type === 'boolean';
    if (isSwitch) {
      if (attached !== undefined || read.has(name) || /^(?:true|false)$/.test(argv[i + 1] ?? '')) return null;
      read.set(name, true);
      continue;
    }
    if (attached === undefined) i += 1;
    const value = attached ?? argv[i] ?? '';
    if (!isPlainValue(value)) return null;
    read.set(name, append(read.get(name), value));
  }
  return targets.length === 0 && !read.has('targets-file') ? null : { ...Object.fromEntries(read), targets };
}

/** Not empty, no option, and without the quotes that yargs would take off. */
function isPlainValue(text: string): boolean {
  return text !== '' && (text === '-' || !text.startsWith('-')) && !/^["']/.test(text);
}

function nameOf(given: string, options: CliOptions): string | null {
  if (Object.hasOwn(options, given)) return given;
  for (const [name, { alias }] of Object.entries(options)) {
    if (alias === given || (Array.isArray(alias) && alias.includes(given))) return name;
  }
  return null;
}

function append(before: string | true | string[] | undefined, value: string): string | string[] {
  if (before === undefined || before === true) return value;
  return [before, value].flat();
}

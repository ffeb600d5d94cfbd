import type { CommandSpec } from '../catalogue/spec.js';
import type { CliOption } from '../options/option.js';

/*
 * What a shell has to know to complete a command line: the catalogue, without what is only for people or only for the parser.
 */

/** What stands behind an option, or behind the command. */
export interface Value {
  readonly kind: 'file' | 'directory' | 'host' | 'text';
  /** As in `--help`. */
  readonly label: string;
  /** Offered as they stand. */
  readonly words: readonly string[];
}

export interface CompletionOption {
  /** With their dashes. */
  readonly names: readonly string[];
  readonly describe: string;
  /** Null: a switch. */
  readonly value: Value | null;
  readonly repeatable: boolean;
}

export interface CompletionCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletionOption[];
  /** What stands behind the command; null when nothing does. */
  readonly words: Value | null;
}

const HELP: CompletionOption = {
  names: ['--help', '-h'],
  describe: 'show help',
  value: null,
  repeatable: false,
};

/** In place of a command. */
export const TOP_OPTIONS: readonly CompletionOption[] = [
  HELP,
  { names: ['--version'], describe: 'show the version', value: null, repeatable: false },
];

export function completionModel(commands: readonly CommandSpec[]): CompletionCommand[] {
  return commands.map(({ name, summary, words, options }) => ({
    name,
    summary,
    options: [...Object.entries(options).map(([long, option]) => completionOption(long, option)), HELP],
    words: words === undefined ? null : valueOf(words.name.toUpperCase(), words.choices ?? words.suggests),
  }));
}

function completionOption(long: string, option: CliOption): CompletionOption {
  const { type, describe, choices, suggests, placeholder = 'VALUE', repeatable = false } = option;
  return {
    names: [long, ...[option.alias ?? []].flat()].map(withDashes),
    describe,
    value: type === 'boolean' ? null : valueOf(placeholder, choices ?? suggests),
    repeatable,
  };
}

export function withDashes(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

const KINDS: Readonly<Record<string, Value['kind']>> = { FILE: 'file', DIR: 'directory', TARGET: 'host' };

function valueOf(label: string, words: readonly string[] = []): Value {
  return { kind: KINDS[label] ?? 'text', label, words };
}

/** A shell's string without any expansion. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

import type { CommandSpec } from '../catalogue/spec.js';
import type { CliOption } from '../options/option.js';
import { literal, sentence, tagList, text, word } from './mdoc.js';

/** A line of the SYNOPSIS. */
export function synopsis({ name, options, words }: CommandSpec): string {
  const parts = [`.Nm smtpcheck`, `.Cm ${word(name)}`];
  if (Object.keys(options).length > 0) parts.push('.Op Ar option ...');
  if (words !== undefined) {
    const those = `Ar ${word(words.name)} ...`;
    parts.push(words.orOption === undefined && words.optional !== true ? `.${those}` : `.Op ${those}`);
  }
  return parts.join('\n');
}

/** One command: what it does, what stands behind it, and its options by group. */
export function commandSection(spec: CommandSpec, before: readonly CommandSpec[]): string {
  const { name, summary, words } = spec;
  return [
    `.Ss smtpcheck ${word(name)}`,
    sentence(summary),
    ...(words === undefined ? [] : ['.Pp', `.Ar ${word(words.name)} :`, text(`${words.describe}.`)]),
    ...groupsOf(spec).flatMap((group) => groupLines(group, spec, before)),
  ].join('\n');
}

function groupsOf({ options }: CommandSpec): string[] {
  return [...new Set(Object.values(options).map(({ group }) => group))];
}

/** Options that an earlier command has, the very same, are named; the others are explained. */
function groupLines(group: string, { options }: CommandSpec, before: readonly CommandSpec[]): string[] {
  const all = Object.entries(options).filter(([, option]) => option.group === group);
  const known = all.map(([name, option]) => ({
    name,
    option,
    from: before.find((other) => other.options[name] === option)?.name,
  }));
  const own = known.filter(({ from }) => from === undefined);
  const sources = [...new Set(known.flatMap(({ from }) => (from === undefined ? [] : [from])))];
  return [
    '.Pp',
    `.Sy ${word(group)}`,
    ...(own.length === 0
      ? []
      : [tagList(own.map(({ name, option }) => ({ term: term(name, option), body: body(option) })))]),
    ...sources.flatMap((source) => [
      ...(own.length === 0 ? [] : ['.Pp']),
      own.length === 0 ? 'as with' : 'As with',
      `.Cm ${word(source)} :`,
      known
        .filter(({ from }) => from === source)
        .map(({ name }, i, those) => `.Fl ${flag(name)}${i + 1 < those.length ? ' ,' : '.'}`)
        .join('\n')
        .replace(/\.$/, ' .'),
    ]),
  ];
}

/** Without the first dash, which the macro makes. */
function flag(name: string): string {
  return literal(name.length === 1 ? name : `-${name}`);
}

/** The option in all its names, with what stands for its value. */
function term(name: string, { alias, type, choices, placeholder = 'VALUE' }: CliOption): string {
  const value =
    type === 'boolean' ? '' : ` ${choices === undefined ? `Ar ${word(placeholder)}` : oneOf(choices)}`;
  const names = [name, ...[alias ?? []].flat()].sort((a, b) => a.length - b.length);
  return names.map((each) => `Fl ${flag(each)}${value}`).join(' , ');
}

function oneOf(choices: readonly string[]): string {
  return `Cm ${choices.map(word).join(' | ')}`;
}

function body({ describe }: CliOption): string {
  return sentence(describe);
}

/** The examples of a command, each with what it is for. */
export function exampleLines({ examples }: CommandSpec): string[] {
  return examples.flatMap(({ line, what }) => [
    '.Pp',
    sentence(/[.?!]$/.test(what) ? what : `${what}:`).replace(/:\.$/, ':'),
    `.Dl $ smtpcheck ${literal(line)}`,
  ]);
}

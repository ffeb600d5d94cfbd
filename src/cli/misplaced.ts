import { nearestNames } from '../wire/nearest.js';
import { COMMANDS } from './catalogue/index.js';
import { isOfTheFile } from './gate/file-keys.js';

/** How the gate's file says what these options say. */
const IN_THE_FILE: Readonly<Record<string, string>> = {
  profile: "write profile: NAME into the gate's file, at the top or at a target; judge takes --profile",
  'targets-file':
    'the targets stand in the gate\'s file, under "targets"; smtpcheck init TARGET... writes one',
  address: "write address: IP at the target in the gate's file",
  'min-tls': 'write expect: { min-tls: "1.2" } at the target in the gate\'s file',
  groups: "write expect: { groups: [...] } at the target in the gate's file",
  pin: "write expect: { cert-sha256: ... } or spki-sha256 at the target in the gate's file",
};

/**
 * What to do with an option that other commands have and this one has not; null when it is none.
 */
export function misplacedHint(command: string | undefined, option: string): string | null {
  const spec = COMMANDS.find(({ name }) => name === command);
  if (spec === undefined || command === undefined || has(spec.options, option)) return null;
  const [known] = COMMANDS.filter(({ options }) => has(options, option));
  if (known === undefined) return null;
  const name = nameOf(known.options, option);
  if (command === 'gate') {
    if (Object.hasOwn(IN_THE_FILE, name)) return IN_THE_FILE[name] ?? null;
    if (isOfTheFile(name)) return `write ${name} into the gate's file, under "defaults" or at a target`;
    return `what a gate asks is in its profile and its file; smtpcheck ${known.name} has ${dashed(option)}`;
  }
  const others = COMMANDS.filter(({ options }) => has(options, option)).map((one) => one.name);
  return `that is an option of ${others.join(', ')}; smtpcheck ${command} --help lists its own`;
}

/**
 * What yargs says of a value, in words of ours: which option, what it takes, and what came. Null for all else.
 */
export function valueMistake(message: string): { readonly message: string; readonly hint?: string } | null {
  const [, bare] = /^Not enough arguments following: (\S+)$/.exec(message) ?? [];
  if (bare !== undefined) {
    const [spec] = COMMANDS.filter(({ options }) => has(options, bare));
    const placeholder = spec?.options[nameOf(spec.options, bare)]?.placeholder ?? 'VALUE';
    return { message: `${dashed(bare)} needs a value`, hint: `such as: ${dashed(bare)} ${placeholder}` };
  }
  const choice = /^Invalid values:\s+Argument: (\S+), Given: "([^"]*)"[^\n]*, Choices: ([^\n]*)/.exec(
    message,
  );
  if (choice === null) return null;
  const [, name = '', given = '', choices = ''] = choice;
  const names = choices.replaceAll('"', '').split(', ');
  const said = `${dashed(name)} takes ${names.join(' or ')}, not ${JSON.stringify(given)}`;
  if (name === 'format' && /^xml$/i.test(given))
    return { message: said, hint: 'JUnit XML is --format junit' };
  const [near] = nearestNames(given, names, 1);
  return { message: said, ...(near === undefined ? {} : { hint: `did you mean ${near}?` }) };
}

type Options = (typeof COMMANDS)[number]['options'];

const aliases = (options: Options, name: string): readonly string[] => [options[name]?.alias ?? []].flat();

const nameOf = (options: Options, word: string): string =>
  Object.keys(options).find((name) => name === word || aliases(options, name).includes(word)) ?? word;

const has = (options: Options, word: string): boolean => Object.hasOwn(options, nameOf(options, word));

const dashed = (word: string): string => (word.length === 1 ? `-${word}` : `--${word}`);

import type { SchemaProblem } from '../schema/validator.js';
import { faultyFile, type Problem } from './problems.js';
import { meant, type Vocabulary } from './vocabulary.js';
import type { Located, Path } from './yaml-text.js';

/** What the schemas of our files say of their values, beside the words of JSON Schema. */
interface Words {
  readonly errorMessage?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: string | number | boolean;
  readonly anyOf?: readonly unknown[];
  readonly properties?: Readonly<Record<string, unknown>>;
}

/** Of a key that is not known: where it belongs, for one that belongs elsewhere. */
export type Elsewhere = (key: string, path: Path) => string | undefined;

/** A problem, and the path of what it is about. */
export interface PathProblem extends Problem {
  readonly path: Path;
}

/** What is wrong with a file of ours is told in full; what has more is another kind of file, of which this much is looked at. */
const MANY = 300;

/** What a schema says is wrong, in words for people, each with its place; of very much, its beginning, and nothing else is worth a look. */
export function schemaProblems(
  file: string,
  problems: readonly SchemaProblem[],
  { value, at }: Located,
  words: Pick<Vocabulary, 'nearest'> & { readonly elsewhere: Elsewhere },
): readonly PathProblem[] {
  const told = plainest(problems.slice(0, MANY)).map((problem) => {
    const path = pathOf(problem.instancePath, value);
    const { keyword } = problem;
    if (keyword === 'additionalProperties') return { path, ...unknownKey(problem, path, at, words) };
    if (keyword === 'required') {
      const key = (problem.params as { missingProperty: string }).missingProperty;
      return { path, ...at(path), message: `${nameOf(path)} has no "${key}"`, hint: MISSING[key] };
    }
    return { path, ...at(path), ...wrongValue(problem, path, words) };
  });
  if (problems.length > MANY) throw faultyFile(file, told, problems.length - MANY);
  return told;
}

const MISSING: Readonly<Record<string, string>> = {
  version: 'the file begins with: version: 1',
  host: 'such as host: mx1.example.org:25',
  until: 'a waiver ends: the last day on which it holds, such as until: 2027-03-31',
  reason: 'a waiver says why, for whoever comes after you: reason: "fax gateway, ticket 4711"',
  rule: 'such as rule: tls-1-0-accepted',
  extends: 'such as extends: intermediate',
  keysOf: 'keysOf: leaf, or keysOf: chain',
};

/** Where alternatives did not fit, what is said is the one that came nearest, or else that none did. */
function plainest(problems: readonly SchemaProblem[]): readonly SchemaProblem[] {
  const unions = problems.filter(({ keyword }) => keyword === 'anyOf');
  return problems.filter((problem) => {
    const union = unions.find(({ instancePath }) => problem.instancePath === instancePath);
    if (union === undefined) return true;
    const { data } = union as { data?: unknown };
    const deeper = problems.some((one) => one !== problem && isInside(one, union));
    if (isObject(data)) {
      const closer = (one: SchemaProblem): boolean =>
        one.instancePath === union.instancePath && ['additionalProperties', 'required'].includes(one.keyword);
      if (closer(problem)) return true;
      return problem === union && !deeper && !problems.some(closer);
    }
    return problem === union && !deeper;
  });
}

function isInside(problem: SchemaProblem, union: SchemaProblem): boolean {
  return problem.instancePath.startsWith(`${union.instancePath}/`);
}

/** A JSON Pointer (RFC 6901) as a path. */
function pathOf(pointer: string, root: unknown): Path {
  let value = root;
  return pointer
    .split('/')
    .slice(1)
    .map((step) => {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      const isEntry = Array.isArray(value);
      value = (value as Readonly<Record<string, unknown>>)[key];
      return isEntry ? Number(key) : key;
    });
}

function unknownKey(
  { params, parentSchema }: SchemaProblem,
  path: Path,
  at: Located['at'],
  { nearest, elsewhere }: Pick<Vocabulary, 'nearest'> & { readonly elsewhere: Elsewhere },
): Problem {
  const key = (params as { additionalProperty: string }).additionalProperty;
  const known = Object.keys((parentSchema as Words | undefined)?.properties ?? {}).filter(
    (one) => one !== '$schema',
  );
  const what = path.at(-1) === 'expect' ? 'unknown expectation' : 'unknown key';
  const near = nearest(key, known, 1).map((one) => `"${one}"`);
  const comment = /^\/[/*]/.test(key) ? 'a comment begins with # here, and JSON has none' : undefined;
  return {
    ...at([...path, key], 'key'),
    message: `${what} ${quote(key)} ${path.length === 0 ? 'at the top of the file' : `in ${nameOf(path)}`}`,
    hint: comment ?? elsewhere(key, path) ?? meant(near, `there are ${known.join(', ')}`),
  };
}

function wrongValue(
  problem: SchemaProblem,
  path: Path,
  { nearest }: Pick<Vocabulary, 'nearest'>,
): Pick<Problem, 'message' | 'hint'> {
  const words = (problem.parentSchema ?? {}) as Words;
  const { data } = problem as { data?: unknown };
  const message = `${nameOf(path)} ${words.errorMessage ?? expectedOf(words)}, not ${describe(data)}`;
  return { message, hint: hintFor(data, words, nearest) };
}

function expectedOf({ type, const: only, enum: choices }: Words): string {
  if (only !== undefined) return `takes ${String(only)} or is left out`;
  if (choices !== undefined)
    return `takes ${choices
      .map(String)
      .join(', ')
      .replace(/, ([^,]*)$/, ' or $1')}`;
  const kinds: Readonly<Record<string, string>> = {
    boolean: 'takes true or false',
    string: 'takes text',
    array: 'takes a list',
    object: 'takes a mapping of keys to values',
    integer: 'takes a whole number',
    number: 'takes a number',
  };
  return kinds[typeof type === 'string' ? type : ''] ?? 'takes something else';
}

function hintFor(data: unknown, words: Words, nearest: Vocabulary['nearest']): string | undefined {
  const wanted = words.errorMessage ?? '';
  if (/duration/.test(wanted) && /^[0-9]+$/.test(String(data))) return `with its unit: ${String(data)}s`;
  if (/connections a minute/.test(wanted) && /^[0-9]+$/.test(String(data)))
    return `with its unit: ${String(data)}/m`;
  if (words.const === 1 && typeof data === 'number' && data > 1) return 'a newer smtpcheck may know it';
  if (words.type === 'boolean' && typeof data === 'string' && /^(?:yes|no|on|off)$/i.test(data))
    return `write ${/^(?:yes|on)$/i.test(data) ? 'true' : 'false'}`;
  const choices = words.enum ?? (words.anyOf === undefined ? [] : choicesOf(wanted));
  // The number next to one is another value, and no other spelling of it.
  if (typeof data === 'string' && !/^[0-9.]+$/.test(data)) {
    const near = nearest(data, choices.map(String), 1);
    if (near.length > 0) return meant(near, '');
  }
  const isText = words.type === 'string' && words.enum === undefined;
  if ((isText || /hexadecimal/.test(wanted)) && (typeof data === 'number' || typeof data === 'boolean'))
    return 'in quotes it is text';
  return undefined;
}

/** A union says its choices in words alone. */
function choicesOf(wanted: string): readonly string[] {
  return /^takes ([\w-]+(?:, [\w-]+)* or [\w-]+)(?:,|$)/.exec(wanted)?.[1]?.split(/, | or /) ?? [];
}

/** What stands at a path, as a person would call it: `"timeout"`, `target 2`, `"expect" of target 2`. */
export function nameOf(path: Path): string {
  if (path.length === 0) return 'the file';
  const [list, index, ...rest] = path;
  if (typeof index === 'number' && (list === 'targets' || list === 'waivers')) {
    const entry = `${list === 'targets' ? 'target' : 'waiver'} ${index + 1}`;
    return rest.length === 0 ? entry : `${keyName(rest)} of ${entry}`;
  }
  return keyName(path);
}

function keyName(path: Path): string {
  const keys = path.filter((step) => typeof step === 'string');
  const last = path.at(-1);
  const name = `"${keys.at(-1) ?? ''}"`;
  return typeof last === 'number' ? `entry ${last + 1} of ${name}` : name;
}

/** A value as it is called in a message: short, and on one line. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return isObject(value) ? 'a mapping' : 'nothing';
  }
}

const LONGEST = 60;

export function quote(text: string): string {
  return JSON.stringify(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One `ok(verify(…))` of OpenSSL's test/recipes/25-test_verify.t. */
export interface RecipeCase {
  readonly description: string;
  readonly accept: boolean;
  /** Base names of files below test/certs. */
  readonly certificate: string;
  /** `sslserver`, `sslclient`, or empty for none. */
  readonly purpose: string;
  readonly trusted: readonly string[];
  readonly untrusted: readonly string[];
  /** Options of `openssl verify`, as they stand. */
  readonly options: readonly string[];
}

/** The unpacked source tree that OPENSSL_SOURCE names, or null when there is none. */
export function opensslSource(): string | null {
  const tree = process.env['OPENSSL_SOURCE'] ?? '';
  return tree !== '' && existsSync(join(tree, RECIPE)) ? tree : null;
}

const RECIPE = 'test/recipes/25-test_verify.t';

/** `"a"`, `["a", "b"]`, `[qw(a b)]` or `@prov`, up to the comma or the bracket that ends it. */
const ARGUMENT = /\s*(?:"([^"]*)"|\[\s*(?:qw\(([^)]*)\)|((?:"[^"]*"\s*,?\s*)*))\s*\]|(@\w+))\s*,?/y;

function readArguments(text: string): (string | readonly string[])[] {
  const found: (string | readonly string[])[] = [];
  ARGUMENT.lastIndex = 0;
  for (let match = ARGUMENT.exec(text); match !== null; match = ARGUMENT.exec(text)) {
    const [, word, quoted, list, variable] = match;
    if (word !== undefined) found.push(word);
    else if (variable !== undefined) found.push(variable);
    else if (quoted !== undefined) found.push(quoted.split(/\s+/).filter(Boolean));
    else found.push([...(list ?? '').matchAll(/"([^"]*)"/g)].map(([, one = '']) => one));
    if (ARGUMENT.lastIndex === text.length) break;
  }
  return found;
}

const word = (value: unknown): string => {
  if (typeof value !== 'string')
    throw new Error(`the recipe has ${JSON.stringify(value)} where a word should be`);
  return value;
};
const words = (value: unknown): readonly string[] => {
  if (!Array.isArray(value))
    throw new Error(`the recipe has ${JSON.stringify(value)} where a list should be`);
  return value as readonly string[];
};

/** Within this, `ok(verify(…))` means that openssl ends with another exit status than 0. */
const REFUSALS = /with\(\{ exit_checker => sub \{ return shift == 2; \} \},[^]*?\n\s*\}\);/g;

/** Every call of `verify` within `ok` or `ok_nofips`, in the order of the file. */
export function readRecipe(tree: string): RecipeCase[] {
  const text = readFileSync(join(tree, RECIPE), 'utf8')
    .replace(/#[^"\n]*$/gm, '')
    .replace(REFUSALS, (block) => block.replaceAll('ok(verify(', 'ok(!verify('));
  const calls = text.matchAll(/\bok(?:_nofips)?\((!?)verify\(([^()]*(?:\([^()]*\)[^()]*)*)\),\s*"([^"]*)"/g);
  return [...calls].map(([, not = '', args = '', description = '']) => {
    const [certificate, purpose, trusted, untrusted, ...options] = readArguments(args);
    return {
      description,
      accept: not === '',
      certificate: word(certificate),
      purpose: word(purpose),
      trusted: words(trusted),
      untrusted: words(untrusted),
      options: options.map(word),
    };
  });
}

/** How often the recipe calls `verify` in such a test at all: what `readRecipe` must have found. */
export function countCalls(tree: string): number {
  const text = readFileSync(join(tree, RECIPE), 'utf8');
  return [...text.matchAll(/\bok(?:_nofips)?\(!?verify\(/g)].length;
}

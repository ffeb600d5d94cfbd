import { textOf, type Name } from '../x509/name.js';

/** One word of a name in every way that the octets of a certificate can spell it: one, two and four octets a letter. */
export type CanonicalWord = readonly string[];

/** Shorter runs of letters turn up in random octets by chance, and tell nothing. */
const WORD = /[a-z0-9]{4,}/g;

/** Enough to leave a handful of candidates out of two hundred. */
const MAX_WORDS = 4;

/**
 * Words that stand in the DER, in lower case, of every certificate whose subject equals `name` in canonical form: that form
 * changes the case of ASCII letters, blanks and the string type, and nothing else about a run of ASCII letters and digits.
 */
export function canonicalWords(name: Name): CanonicalWord[] {
  const texts = name.attributes.map(({ value }) => textOf(value) ?? '');
  const words = texts.flatMap(
    (text) => text.replace(/[A-Z]+/g, (run) => run.toLowerCase()).match(WORD) ?? [],
  );
  return words
    .sort((a, b) => b.length - a.length)
    .slice(0, MAX_WORDS)
    .map((word) => [word, spread(word, '\0'), spread(word, '\0\0\0')]);
}

function spread(word: string, zeros: string): string {
  return Array.from(word, (letter) => zeros + letter).join('');
}

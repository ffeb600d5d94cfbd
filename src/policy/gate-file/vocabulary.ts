import { matches } from '../allowed.js';

/** A registry of names: where to find one however it was spelled, and what was meant by one that is not there. */
export interface Names {
  /** The name as the registry spells it; undefined where there is none. */
  readonly find: (name: string) => string | undefined;
  readonly nearest: (name: string) => readonly string[];
  /** Whether a pattern, in which `*` stands for any part of a name, stands for any of them. */
  readonly matches: (pattern: string) => boolean;
}

/** What the words of a file are checked against. It is handed in: the tables belong to other layers. */
export interface Vocabulary {
  /** Ids that a waiver or a profile may name. */
  readonly rules: Names;
  /** The profiles that come with smtpcheck. */
  readonly profiles: Names;
  /** IANA's names, found by OpenSSL's too. */
  readonly suites: Names;
  readonly groups: Names;
  readonly schemes: Names;
  /** Well-known Diffie-Hellman primes. */
  readonly primes: Names;
  /** At most `n` of the candidates that may be what was meant. */
  readonly nearest: (word: string, candidates: Iterable<string>, n: number) => readonly string[];
  readonly isEhloName: (name: string) => boolean;
}

/** Names as they are spelled, in upper or lower case; `find` may know more spellings of them. */
export function namesOf(
  names: Iterable<string>,
  nearest: Vocabulary['nearest'],
  more: Partial<Pick<Names, 'find' | 'nearest'>> = {},
): Names {
  const bySpelling = new Map([...names].map((name) => [name.toLowerCase(), name]));
  return {
    find: (name) => bySpelling.get(name.toLowerCase()),
    nearest: (name) => nearest(name, bySpelling.values(), 3),
    matches: (pattern) => [...bySpelling.values()].some((name) => matches(pattern, name)),
    ...more,
  };
}

/** The hint for a name that is not known. */
export function meant(near: readonly string[], otherwise: string): string {
  return near.length === 0 ? otherwise : `did you mean ${near.join(', ')}?`;
}

import { SmtpcheckError, usageError } from '../../../core/errors.js';
import { nearestSuiteNames, suiteByName } from '../../../wire/names.js';
import type { SClientLine } from '../parse.js';
import { NOTHING, type Part } from './part.js';
import { TLS13, type VersionRange } from './versions.js';

/** What the OpenSSL of Node.js makes of -cipher, where that is more than names. */
export interface Expansion {
  /** Suites by name; null when it has none for the list. */
  readonly suites: readonly string[] | null;
  /** Those that are offered when nothing is asked for. */
  readonly usual: readonly string[];
}

/** What s_client offers of TLS 1.3 unless -ciphersuites says otherwise. */
const USUAL_13 = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];

const SECLEVEL = /@SECLEVEL=([0-9])/i;

/** The list without its security level, divided as OpenSSL divides it. */
function wordsOf(list: string): string[] {
  return list
    .replace(new RegExp(SECLEVEL, 'gi'), '')
    .split(/[:,;\s]+/)
    .filter((word) => word !== '');
}

/** The list to be expanded, or null where it names suites and nothing else. */
export function listToExpand({ flags }: SClientLine): string | null {
  const words = wordsOf(flags.get('cipher') ?? '');
  return words.every((word) => suiteByName(word) !== undefined) ? null : words.join(':');
}

/** `@SECLEVEL=N` in -cipher, which in OpenSSL is how strictly certificates are judged as well. */
export function securityLevel({ flags }: SClientLine): string | undefined {
  return SECLEVEL.exec(flags.get('cipher') ?? '')?.[1];
}

interface Asked {
  /** Of TLS up to 1.2; null where that is free. */
  readonly old: readonly string[] | null;
  /** They are all that is usual, and more: nobody meant to leave TLS 1.3 out. */
  readonly wide: boolean;
  /** Of TLS 1.3; null where that is free. */
  readonly tls13: readonly string[] | null;
  readonly notes: readonly string[];
}

/**
 * -cipher is about TLS up to 1.2 and -ciphersuites about TLS 1.3; each leaves the other free in s_client. Here what is named is
 * what is offered.
 * @throws SmtpcheckError `usage`; `library-cannot-offer` for a list that OpenSSL has nothing for.
 */
export function translateCiphers(line: SClientLine, range: VersionRange, expansion: Expansion | null): Part {
  const asked = suitesAskedFor(line, expansion);
  if (asked.old === null && asked.tls13 === null) return { words: [], notes: asked.notes };
  if (range.min === TLS13) return only13(asked);
  if (range.max < TLS13) return onlyOld(asked);
  return both(asked, expansion?.usual ?? []);
}

function suitesAskedFor({ flags }: SClientLine, expansion: Expansion | null): Asked {
  const suites13 = flags.get('ciphersuites');
  const tls13 = suites13 === undefined ? null : wordsOf(suites13);
  if (tls13?.length === 0) throw usageError('-ciphersuites names no suite');
  const list = flags.get('cipher');
  if (list === undefined) return { old: null, wide: false, tls13, notes: [] };
  const words = wordsOf(list);
  if (words.length === 0) {
    throw usageError('-cipher names no suite', 'for the level alone, as OpenSSL has it: DEFAULT@SECLEVEL=0');
  }
  if (expansion !== null) return { ...expanded(list, words, expansion), tls13 };
  const is13 = (word: string): boolean => suiteByName(word)?.tls13 === true;
  const misplaced = words.filter(is13);
  if (misplaced.length === 0) return { old: words, wide: false, tls13, notes: [] };
  const old = words.filter((word) => !is13(word));
  return {
    old: old.length === 0 ? null : old,
    wide: false,
    tls13: [...(tls13 ?? []), ...misplaced],
    notes: [
      `-cipher takes no suites of TLS 1.3 in s_client, which want -ciphersuites; here ${misplaced.join(', ')} is taken as meant`,
    ],
  };
}

function expanded(
  list: string,
  words: readonly string[],
  { suites, usual }: Expansion,
): Omit<Asked, 'tls13'> {
  const version = `the OpenSSL ${process.versions.openssl} of Node.js`;
  for (const word of words) refuseMisspelt(word);
  if (suites === null) {
    throw new SmtpcheckError(
      'library-cannot-offer',
      'handshake',
      `${version} has no suite for -cipher ${list}`,
      {
        hint: 'nothing is known about the server from this; look with another tool',
      },
    );
  }
  const wide = usual.every((name) => suites.includes(name));
  if (wide && suites.length === usual.length) return { old: null, wide, notes: [] };
  return {
    old: suites,
    wide,
    notes: [
      `-cipher ${list}: the suites that ${version} has for it are named in its place (${suites.length})`,
    ],
  };
}

/** OpenSSL leaves out what it does not know, without a word. */
function refuseMisspelt(word: string): void {
  if (!/^[A-Z0-9]+(?:-[A-Z0-9]+)+$/.test(word) || suiteByName(word) !== undefined) return;
  const near = nearestSuiteNames(word, 3);
  throw usageError(
    `-cipher has the unknown cipher ${JSON.stringify(word)}, which OpenSSL passes over in silence`,
    near.length === 0 ? undefined : `did you mean ${near.join(', ')}?`,
  );
}

function only13({ old, wide, tls13, notes }: Asked): Part {
  if (old !== null && !wide) {
    throw usageError(
      '-cipher is about TLS up to 1.2, and these flags leave TLS 1.3 alone: s_client would pass over it in silence',
      'suites of TLS 1.3 go with -ciphersuites',
    );
  }
  return tls13 === null ? NOTHING : { words: cipher(tls13), notes };
}

function onlyOld({ old, tls13, notes }: Asked): Part {
  if (old === null) {
    throw usageError(
      '-ciphersuites is about TLS 1.3, which these flags exclude: s_client would pass over it in silence',
      'suites up to TLS 1.2 go with -cipher',
    );
  }
  const idle = tls13 === null ? [] : ['-ciphersuites says nothing without TLS 1.3, as in s_client'];
  return { words: cipher(old), notes: [...notes, ...idle] };
}

function both({ old, wide, tls13, notes }: Asked, usual: readonly string[]): Part {
  if (tls13 === null) {
    if (wide) return { words: cipher([...USUAL_13, ...(old ?? [])]), notes };
    const free =
      's_client leaves TLS 1.3 free beside -cipher; here what is named is all that is offered: add -ciphersuites for TLS 1.3';
    return { words: cipher(old ?? []), notes: [...notes, free] };
  }
  if (old !== null) return { words: cipher([...tls13, ...old]), notes };
  // A list that means what is usual was given, so that nothing is left out by it.
  if (wide) return { words: cipher([...tls13, ...usual]), notes };
  const free =
    's_client leaves TLS 1.2 free beside -ciphersuites; here what is named is all that is offered: add -cipher for TLS 1.2';
  return { words: cipher(tls13), notes: [...notes, free] };
}

function cipher(names: readonly string[]): string[] {
  return ['--cipher', names.join(':')];
}

import type { Explanation, Setting } from './explanation.js';

/** An explanation before it knows its id and kind. */
export type Words = Omit<Explanation, 'id' | 'kind' | 'number' | 'refs'> & {
  readonly refs?: readonly string[];
};

export function rules(all: Readonly<Record<string, Words>>): readonly Explanation[] {
  return Object.entries(all).map(([id, words]) => ({
    id,
    kind: 'rule',
    ...words,
    refs: words.refs ?? [],
  }));
}

export function errors(all: Readonly<Record<string, Words>>): readonly Explanation[] {
  return Object.entries(all).map(([id, words]) => ({
    id,
    kind: 'error',
    ...words,
    refs: words.refs ?? [],
  }));
}

/** By OpenSSL's name, each with its number; the title is OpenSSL's own words. */
export function verifyCodes(
  all: Readonly<Record<string, Words & { readonly number: number }>>,
): readonly Explanation[] {
  return Object.entries(all).map(([id, words]) => ({
    id,
    kind: 'verify',
    ...words,
    refs: words.refs ?? [],
  }));
}

/** Commands that change Postfix's settings, and the one that makes it read them. */
export function postfix(lines: readonly string[], manual: string, note?: string): Setting {
  return {
    lines: [...lines, 'postfix reload'],
    manual: `postconf(5), ${manual}`,
    ...(note === undefined ? {} : { note }),
  };
}

/** Lines of Exim's configuration, by the names that its specification has for them. */
export function exim(lines: readonly string[], manual: string, note?: string): Setting {
  return {
    lines,
    manual: `Exim specification, ${manual}`,
    ...(note === undefined ? {} : { note }),
  };
}

/** Lines for Exim that depend on the library that it was built with. */
export function eximBuiltWith(
  { gnutls, openssl }: { readonly gnutls: readonly string[]; readonly openssl: readonly string[] },
  manual: string,
  note?: string,
): Setting {
  return exim(
    [`# built with GnuTLS, as Debian's is:`, ...gnutls, '# built with OpenSSL:', ...openssl],
    manual,
    note,
  );
}

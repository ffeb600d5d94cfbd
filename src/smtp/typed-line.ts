/** A command that somebody typed, as far as it has to be understood here; all else is the server's business. */
export type TypedLine =
  /** With the initial response as it was typed, null where there is none. */
  | { readonly kind: 'auth'; readonly mechanism: string; readonly initial: string | null }
  /** So many octets follow the line (RFC 3030 section 2). */
  | { readonly kind: 'bdat'; readonly octets: number; readonly last: boolean }
  | { readonly kind: 'other'; readonly verb: string };

// Servers pass over blanks, and some over control characters, before and between the words.
const AUTH = /^([\0-\x20]*auth[\0-\x20]+([^\0-\x20]+)(?:[\0-\x20]+|$))(.*)$/is;
const BDAT = /^[\0-\x20]*bdat[\0-\x20]+([0-9]{1,15})(?:[\0-\x20]+(last))?[\0-\x20]*$/i;

/** Reads a command line without its line end. */
export function readTypedLine(text: string): TypedLine {
  const auth = AUTH.exec(text);
  if (auth !== null) {
    const [, , mechanism = '', initial = ''] = auth;
    return { kind: 'auth', mechanism: mechanism.toUpperCase(), initial: initial === '' ? null : initial };
  }
  const bdat = BDAT.exec(text);
  if (bdat !== null) return { kind: 'bdat', octets: Number(bdat[1]), last: bdat[2] !== undefined };
  return { kind: 'other', verb: /[^\0-\x20]+/.exec(text)?.[0].toUpperCase() ?? '' };
}

/** How many characters of a line may be seen: all of them, unless an initial response (RFC 4954 section 4) stands behind. */
export function openPart(text: string): number {
  return AUTH.exec(text)?.[1]?.length ?? text.length;
}

/** A command line as a transcript may show it. */
export function shownLine(text: string): string {
  const open = openPart(text);
  return open === text.length ? text : `${text.slice(0, open)}<initial response hidden>`;
}

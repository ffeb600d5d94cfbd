/**
 * Everything a terminal might act on, or that a reader cannot see: C0, DEL and C1 controls (Cc), bidi controls,
 * zero-width and other format characters (Cf), line and paragraph separators (Zl, Zp), lone surrogates (Cs),
 * private use (Co), characters that are drawn as nothing (Default_Ignorable_Code_Point), and the backslash, so that
 * an escape can never be mistaken for server text.
 */
const inert = (): RegExp => /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}\\]/gu;

/** ASCII without controls and without the backslash: nearly all of what is printed. The classes above cost 1 ms to build. */
const PLAIN = /^[ -[\]-~]*$/;

const NAMED: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes any text safe to print on a terminal: what could move the cursor, change colours, reverse the reading order
 * or hide itself becomes a visible escape (`\x1b`, `\u202e`, `\u{e0001}`, `\r`, `\\`). Printable text is left as it is.
 */
export function escapeForTerminal(text: string): string {
  return PLAIN.test(text) ? text : text.replace(inert(), escapeCharacter);
}

function escapeCharacter(character: string): string {
  const named = NAMED[character];
  if (named !== undefined) return named;
  const value = character.codePointAt(0) ?? 0;
  const hex = value.toString(16);
  if (value <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return value <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

/**
 * Certificates hold text that a stranger wrote. Control characters, line separators, and the invisible characters that
 * reorder text (Unicode categories Cc, Cf, Zl, Zp, and lone surrogates) never reach a report as they are.
 */
const PLAIN_ASCII = /^[ -~]*$/;

// Built on first use: most certificates are plain ASCII.
let unsafe: RegExp | undefined;

/** Nothing in `text` needs escaping. */
export function isPlainText(text: string): boolean {
  return PLAIN_ASCII.test(text) || !(unsafe ??= /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u).test(text);
}

/** One character as the octets of its UTF-8, each `\xx` in hexadecimal (RFC 4514 section 2.4). */
export function escapeCharacter(character: string): string {
  return Buffer.from(character, 'utf8').toString('hex').toUpperCase().replace(/../g, '\\$&');
}

/** An IA5String as it came, one character an octet: everything outside printable ASCII, and the backslash, as `\xx`. */
export function escapeIa5(text: string): string {
  return text.replace(
    /[^ -~]|\\/g,
    (c) => `\\${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}

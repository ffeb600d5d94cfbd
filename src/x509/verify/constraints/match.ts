import type { VerifyCodeName } from '../../verify-codes.js';

/** Whether a name lies in a subtree, or why that cannot be said. */
export type Match =
  | 'inside'
  | 'outside'
  | Extract<
      VerifyCodeName,
      | 'X509_V_ERR_UNSPECIFIED'
      | 'X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE'
      | 'X509_V_ERR_UNSUPPORTED_NAME_SYNTAX'
    >;

export const matchIf = (inside: boolean): Match => (inside ? 'inside' : 'outside');

/** RFC 4343: letters of ASCII have no case; other octets are compared as they are, whatever the locale says. */
const lower = (code: number): number => (code >= 0x41 && code <= 0x5a ? code + 0x20 : code);

/** Whether `text` ends with `suffix`, without regard to case. Nothing is copied: a hostile chain has it called a million times. */
export function endsWithIgnoringCase(text: string, suffix: string): boolean {
  const offset = text.length - suffix.length;
  if (offset < 0) return false;
  for (let i = 0; i < suffix.length; i++) {
    if (lower(text.charCodeAt(offset + i)) !== lower(suffix.charCodeAt(i))) return false;
  }
  return true;
}

export function equalsIgnoringCase(a: string, b: string): boolean {
  return a.length === b.length && endsWithIgnoringCase(a, b);
}

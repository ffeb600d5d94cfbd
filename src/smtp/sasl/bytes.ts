import { timingSafeEqual } from 'node:crypto';
import { SmtpcheckError } from '../../core/errors.js';

/**
 * A challenge that breaks a rule. The message says which, without the server's words: a server that knows the password could
 * put it there.
 */
export function protocolError(message: string): SmtpcheckError {
  return new SmtpcheckError('sasl-protocol', 'auth', message);
}

/** Credentials that a mechanism cannot carry; the message names the rule, never the value. */
export function credentialsError(message: string, hint?: string): SmtpcheckError {
  return new SmtpcheckError('credentials-unusable', 'auth', message, { hint });
}

export function utf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}

/** Text of bytes that must be UTF-8; null when they are not. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/**
 * Strict base64 (RFC 4648 section 4): the alphabet alone, padded, no blanks or line ends, and no bits hidden in the padding
 * (section 3.5); null for anything else. `Buffer` alone would pass over what it does not know.
 */
export function decodeBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

/** Whether two values agree, in a time that does not tell where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

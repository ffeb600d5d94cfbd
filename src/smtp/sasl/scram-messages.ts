import { decodeBase64, decodeUtf8, protocolError } from './bytes.js';
import type { ChannelBinding } from './types.js';

/** SCRAM's messages (RFC 5802 sections 5.1 and 7): written and read, without any cryptography. */

/**
 * PBKDF2 iterations that a server may ask for: stops a server from burning minutes of CPU (RFC 5802 section 9), and bounds what
 * a Ctrl-C waits for, since Node.js lets a running pbkdf2 end before it exits. 5 million take 1.1 s with SHA-1 and SHA-256 and
 * 2.6 s with SHA-512 (measured with Node.js 20); the highest count in common advice is 1.3 million (OWASP, for SHA-1).
 */
export const MOST_ITERATIONS = 5_000_000;

/** Servers SHOULD announce at least this many (RFC 5802 section 5.1, RFC 7677 section 4). Fewer are used all the same. */
export const ADVISED_ITERATIONS = 4096;

/** The errors that a server can name (RFC 5802 section 7); one that is not here counts as `other-error`. */
const SERVER_ERRORS: readonly string[] = [
  'invalid-encoding',
  'extensions-not-supported',
  'invalid-proof',
  'channel-bindings-dont-match',
  'server-does-support-channel-binding',
  'channel-binding-not-supported',
  'unsupported-channel-binding-type',
  'unknown-user',
  'invalid-username-encoding',
  'no-resources',
];

export interface ServerFirst {
  readonly nonce: string;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** A message of the server, or the error it sent in the place of one. */
export type OrError<T> = { readonly message: T } | { readonly error: string };

/** A saslname: `,` separates attributes and `=` escapes (RFC 5802 section 5.1, attribute n). */
export function escapeSaslName(name: string): string {
  return name.replaceAll('=', '=3D').replaceAll(',', '=2C');
}

/** The GS2 header (RFC 5802 section 7; RFC 5801 section 4): what is said about channel binding, and the authorization identity. */
export function gs2Header(binding: ChannelBinding, authzid: string | undefined): string {
  return `${channelBindingFlag(binding)},${authzid === undefined ? '' : `a=${escapeSaslName(authzid)}`},`;
}

function channelBindingFlag(binding: ChannelBinding): string {
  if (binding === 'not-supported') return 'n';
  if (binding === 'supported-but-not-offered') return 'y';
  return `p=${binding.type}`;
}

/**
 * server-first-message (RFC 5802 section 7): `r=NONCE,s=SALT,i=COUNT`, in this order, and extensions that are passed over.
 * @throws SmtpcheckError `sasl-protocol`
 */
export function parseServerFirst(bytes: Uint8Array, clientNonce: string): OrError<ServerFirst> {
  const attributes = parseAttributes(bytes);
  const error = serverError(attributes);
  if (error !== null) return { error };
  const [r, s, i] = attributes;
  if (r?.name !== 'r' || s?.name !== 's' || i?.name !== 'i') {
    throw protocolError(
      'the first message of the server does not hold r=, s= and i= in this order (RFC 5802 section 7)',
    );
  }
  const nonce = checkNonce(r.value, clientNonce);
  const salt = decodeBase64(s.value);
  if (salt === null) throw protocolError('the salt is not base64 (RFC 5802 section 5.1)');
  return { message: { nonce, salt, iterations: parseIterations(i.value) } };
}

/**
 * server-final-message (RFC 5802 section 7): `v=SIGNATURE` or `e=ERROR`, and extensions. Gives the signature.
 * @throws SmtpcheckError `sasl-protocol`
 */
export function parseServerFinal(bytes: Uint8Array): OrError<Uint8Array> {
  const attributes = parseAttributes(bytes);
  const error = serverError(attributes);
  if (error !== null) return { error };
  const [v] = attributes;
  if (v?.name !== 'v') {
    throw protocolError('the last message of the server holds no signature, v= (RFC 5802 section 7)');
  }
  const signature = decodeBase64(v.value);
  if (signature === null)
    throw protocolError('the signature of the server is not base64 (RFC 5802 section 5.1)');
  return { message: signature };
}

interface Attribute {
  readonly name: string;
  readonly value: string;
}

function parseAttributes(bytes: Uint8Array): Attribute[] {
  const text = decodeUtf8(bytes);
  if (text === null) throw protocolError('a SCRAM message of the server is not UTF-8 (RFC 5802 section 5)');
  return text.split(',').map((part) => {
    const match = /^([A-Za-z])=([^\0]+)$/.exec(part);
    if (match?.[1] === undefined || match[2] === undefined) {
      throw protocolError('a SCRAM message of the server is not a list of x=value (RFC 5802 section 7)');
    }
    // A mandatory extension could change the meaning of all the rest: who does not know it must not go on.
    if (match[1] === 'm') {
      throw protocolError('the server demands an extension, m=, that does not exist (RFC 5802 section 5.1)');
    }
    return { name: match[1], value: match[2] };
  });
}

function serverError([first]: readonly Attribute[]): string | null {
  if (first?.name !== 'e') return null;
  return SERVER_ERRORS.includes(first.value) ? first.value : 'other-error';
}

/** A nonce that is not ours and more could be that of an old exchange, replayed (RFC 5802 section 5.1, attribute r). */
function checkNonce(nonce: string, clientNonce: string): string {
  if (!/^[\x21-\x2b\x2d-\x7e]+$/.test(nonce)) {
    throw protocolError('the nonce holds characters that RFC 5802 section 7 does not allow');
  }
  if (!nonce.startsWith(clientNonce)) {
    throw protocolError(
      "the server's nonce does not begin with ours: a replay, or another exchange (RFC 5802 section 5.1)",
    );
  }
  if (nonce.length === clientNonce.length) {
    throw protocolError('the server added nothing to our nonce (RFC 5802 section 5.1)');
  }
  return nonce;
}

function parseIterations(text: string): number {
  // At most nine digits are read as a number at all; a longer one is too large whatever it says.
  if (!/^[1-9][0-9]*$/.test(text)) {
    throw protocolError('the iteration count is not a positive number (RFC 5802 section 7)');
  }
  const iterations = text.length <= 9 ? Number(text) : Infinity;
  if (iterations > MOST_ITERATIONS) {
    const asked = Number.isFinite(iterations) ? `${iterations}` : `a number of ${text.length} digits`;
    throw protocolError(
      `the server asks for ${asked} iterations, and more than ${MOST_ITERATIONS} are refused (RFC 5802 section 9)`,
    );
  }
  return iterations;
}

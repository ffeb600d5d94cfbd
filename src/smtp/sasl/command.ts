import { credentialsError, encodeBase64 } from './bytes.js';
import type { MechanismName } from './choose.js';
import { MOST_LINE_OCTETS } from './reply.js';
import type { SaslResponse } from './types.js';

/** One line to send, and the line as a transcript may show it (design section 8). */
export interface AuthLine {
  /** With its line end. */
  readonly text: string;
  /** Without it, and with `<… hidden>` in the place of what is secret. */
  readonly shown: string;
}

/** Octets of a command line, its line end included (RFC 5321 section 4.5.3.1.4), which holds for AUTH too (RFC 4954 section 4). */
const MOST_COMMAND_OCTETS = 512;

/** Cancels the exchange; the server answers 501 (RFC 4954 section 4). */
export const CANCEL: AuthLine = { text: '*\r\n', shown: '*' };

/** Whether an initial response fits into the AUTH command; one that does not, such as a long token, waits for an empty 334. */
export function fitsCommand(name: MechanismName, initial: SaslResponse): boolean {
  return withInitial(name, initial).length <= MOST_COMMAND_OCTETS;
}

/** `AUTH NAME` alone or with an initial response, an empty one being `=` (RFC 4954 section 4). */
export function authCommand(name: MechanismName, initial: SaslResponse | null): AuthLine {
  if (initial === null) return { text: `AUTH ${name}\r\n`, shown: `AUTH ${name}` };
  const text = withInitial(name, initial);
  return {
    text,
    shown: initial.secret ? `AUTH ${name} <initial response hidden>` : text.trimEnd(),
  };
}

function withInitial(name: MechanismName, { bytes }: SaslResponse): string {
  return `AUTH ${name} ${encodeBase64(bytes) || '='}\r\n`;
}

/**
 * The line that answers a 334.
 * @throws SmtpcheckError `credentials-unusable` when it is longer than RFC 4954 section 4 lets a server expect.
 */
export function responseLine({ bytes, secret }: SaslResponse): AuthLine {
  const encoded = encodeBase64(bytes);
  if (encoded.length + '\r\n'.length > MOST_LINE_OCTETS) {
    throw credentialsError(`the response is longer than ${MOST_LINE_OCTETS} octets (RFC 4954 section 4)`);
  }
  return { text: `${encoded}\r\n`, shown: secret ? '<response hidden>' : encoded };
}

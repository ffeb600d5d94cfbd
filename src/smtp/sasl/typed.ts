import { decodeText } from '../reply.js';
import { createRedactor, type Redactor } from './redact.js';

/**
 * The secrets of an AUTH that somebody types. Which of the responses is the password only the typist knows, so that all of them
 * are taken for secret, and what stands in them too.
 */
export class TypedSecrets {
  // Private at run time too: nothing that prints the object prints the password.
  readonly #redactors: Redactor[] = [];

  /** A response is about to be sent, in base64 as it was typed. */
  add(response: string): void {
    const decoded = decodeText(Buffer.from(response, 'base64'));
    for (const value of [response, decoded, ...partsOf(decoded)]) {
      this.#redactors.push(createRedactor({ kind: 'password', value }));
    }
  }

  /** True when the server may know a secret. */
  get heard(): boolean {
    return this.#redactors.length > 0;
  }

  clean(text: string): string {
    return this.#redactors.reduce((rest, redactor) => redactor.clean(rest), text);
  }
}

/** What a response is made of: the password is the last part of PLAIN (RFC 4616 section 2), a word of all others. */
function partsOf(decoded: string): string[] {
  const password = decoded.split('\0').at(-1) ?? '';
  return [password, ...password.split(/[\x01 ]+/)];
}

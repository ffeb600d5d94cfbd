import { encodeBase64, utf8 } from './bytes.js';
import type { Secret, SaslResponse } from './types.js';

/*
 * Servers repeat what they were sent: `500 unrecognized command: AHVzZXIAcGFzcw==`. Their words go into reports and
 * transcripts, so the secret is taken out of them first (design section 8).
 */

const HIDDEN = '<hidden>';

/** Characters of a secret that is looked for as it is: a shorter one is in every other word, and hiding it would give it away. */
const FEWEST_CHARACTERS = 4;

export interface Redactor {
  /** From now on, this response is hidden too. */
  add(response: SaslResponse): void;
  /** Text of the server without the secret, its base64 and the secret responses. */
  clean(text: string): string;
}

export function createRedactor(secret: Secret): Redactor {
  const needles = new Set<string>();
  const add = (text: string): void => {
    if (text.length >= FEWEST_CHARACTERS) needles.add(text);
  };
  if (secret.kind !== 'certificate') {
    for (const text of formsOf(secret.value)) add(text);
  }
  return {
    add: (response) => {
      if (!response.secret) return;
      add(encodeBase64(response.bytes));
      add(Buffer.from(response.bytes).toString('utf8'));
    },
    // The longest first, so that a response goes whole and not only the password's part of it.
    clean: (text) =>
      [...needles]
        .sort((a, b) => b.length - a.length)
        .reduce((rest, needle) => rest.replace(anyCase(needle), HIDDEN), text),
  };
}

/** A secret as a server may give it back before it is known to have heard it: a run before this one may have told it. */
function formsOf(value: string): string[] {
  const bytes = utf8(value);
  return [
    value,
    value.trim(),
    Array.from(value).reverse().join(''),
    encodeURIComponent(value),
    Buffer.from(bytes).toString('latin1'),
    Buffer.from(bytes).toString('hex'),
    ...base64Within(bytes),
  ];
}

function anyCase(needle: string): RegExp {
  return new RegExp(needle.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'gi');
}

/**
 * The characters that stand for these octets in the base64 of a longer message, wherever in it they begin: three ways, without
 * the characters that they share with their neighbours.
 */
function base64Within(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((before) => {
    const text = encodeBase64(Buffer.concat([new Uint8Array(before), bytes])).replace(/=+$/, '');
    const shared = (before + bytes.length) % 3 === 0 ? 0 : 1;
    return text.slice(Math.ceil((before * 8) / 6), text.length - shared);
  });
}

import { credentialsError } from './bytes.js';
import type { Credentials, SecretKind } from './types.js';

/** Octets of a user name, password or token: what may go into one line of an exchange (RFC 4954 section 4), before base64. */
const MOST_OCTETS = 9 * 1024;

/** What one mechanism can carry. */
export interface Carries {
  readonly mechanism: string;
  readonly authzid: boolean;
  /** True where NUL separates the parts of a message (RFC 4616 section 2), or may not be in it (RFC 5802 section 7). */
  readonly nulForbidden: boolean;
}

/**
 * Refuses, before anything is sent, what could never be sent truly: a password that became a different one on the way would
 * read as a wrong password.
 * @throws SmtpcheckError `credentials-unusable`, naming the rule and not the value.
 */
export function checkCredentials({ user, authzid, secret }: Credentials, carries: Carries): void {
  checkText(user, 'user name', carries);
  if (authzid !== undefined) {
    if (!carries.authzid) {
      throw credentialsError(`${carries.mechanism} cannot carry an authorization identity (--authzid)`);
    }
    checkText(authzid, 'authorization identity', carries);
  }
  if (secret.kind !== 'certificate') checkText(secret.value, secret.kind, carries);
}

function checkText(text: string, what: string, { mechanism, nulForbidden }: Carries): void {
  // Servers behind LDAP take an empty password for an anonymous bind that succeeds (RFC 4513 section 5.1.2).
  if (text === '') throw credentialsError(`the ${what} is empty`);
  // A lone surrogate would be sent as U+FFFD.
  if (/\p{Surrogate}/u.test(text)) throw credentialsError(`the ${what} is not valid Unicode`);
  if (nulForbidden && text.includes('\0')) {
    throw credentialsError(`the ${what} holds a NUL, which ${mechanism} cannot carry`);
  }
  if (Buffer.byteLength(text) > MOST_OCTETS) {
    throw credentialsError(`the ${what} is longer than ${MOST_OCTETS} octets`);
  }
}

/**
 * The value of the secret, if it is of the kind that the mechanism sends.
 * @throws SmtpcheckError `credentials-unusable` for a secret of another kind.
 */
export function secretValue({ secret }: Credentials, kind: 'password' | 'token', mechanism: string): string {
  if (secret.kind === kind) return secret.value;
  throw credentialsError(`${mechanism} takes ${article(kind)}, and ${article(secret.kind)} was given`);
}

function article(kind: SecretKind): string {
  return kind === 'certificate' ? 'a client certificate' : `a ${kind}`;
}

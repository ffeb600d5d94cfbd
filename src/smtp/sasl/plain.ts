import { protocolError, utf8 } from './bytes.js';
import type { MechanismName } from './choose.js';
import { checkCredentials, secretValue } from './credentials.js';
import type { Credentials, SaslMechanism, SaslResponse } from './types.js';

/**
 * PLAIN (RFC 4616 section 2): `[authzid] NUL authcid NUL passwd` in one message. The strings go as they are: it is the server
 * that prepares them before it compares.
 */
export function createPlain(credentials: Credentials): SaslMechanism {
  checkCredentials(credentials, { mechanism: 'PLAIN', authzid: true, nulForbidden: true });
  const password = secretValue(credentials, 'password', 'PLAIN');
  const message = utf8(`${credentials.authzid ?? ''}\0${credentials.user}\0${password}`);
  return oneMessage('PLAIN', { bytes: message, secret: true });
}

/** A mechanism that has said everything with its initial response: any challenge after that is one too many. */
export function oneMessage(name: MechanismName, initial: SaslResponse): SaslMechanism {
  return {
    name,
    initial,
    secretChallenges: false,
    step: () => Promise.reject(protocolError(`${name} has one message, and the server asks for a second`)),
    finish: () => ({ result: 'accepted' }),
    facts: () => ({}),
  };
}

import { protocolError, utf8 } from './bytes.js';
import { checkCredentials, secretValue } from './credentials.js';
import type { Credentials, SaslMechanism } from './types.js';

/**
 * LOGIN (draft-murchison-sasl-login-00 section 2): the server prompts twice, the client answers with the user name and then
 * the password. Clients must not look at the prompts, which differ between servers.
 */
export function createLogin(credentials: Credentials): SaslMechanism {
  checkCredentials(credentials, { mechanism: 'LOGIN', authzid: false, nulForbidden: true });
  const answers = [
    { bytes: utf8(credentials.user), secret: false },
    { bytes: utf8(secretValue(credentials, 'password', 'LOGIN')), secret: true },
  ];
  let given = 0;
  return {
    name: 'LOGIN',
    initial: null,
    secretChallenges: false,
    step() {
      const answer = answers[given];
      if (answer === undefined) {
        return Promise.reject(protocolError('LOGIN has two prompts, and the server sent a third'));
      }
      given += 1;
      return Promise.resolve(answer);
    },
    finish: () =>
      given === answers.length
        ? { result: 'accepted' }
        : { result: 'not-attempted', reason: 'the server said success before it had asked for the password' },
    facts: () => ({}),
  };
}

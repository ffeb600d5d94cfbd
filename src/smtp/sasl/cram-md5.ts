import { createHmac } from 'node:crypto';
import { SmtpcheckError } from '../../core/errors.js';
import { protocolError, utf8 } from './bytes.js';
import { checkCredentials, secretValue } from './credentials.js';
import type { Credentials, SaslMechanism } from './types.js';

/** CRAM-MD5 (RFC 2195 section 2): `user digest`, the digest being HMAC-MD5 over the server's challenge. */
export function createCramMd5(credentials: Credentials): SaslMechanism {
  checkCredentials(credentials, { mechanism: 'CRAM-MD5', authzid: false, nulForbidden: true });
  const password = secretValue(credentials, 'password', 'CRAM-MD5');
  let answered = false;
  return {
    name: 'CRAM-MD5',
    initial: null,
    secretChallenges: false,
    // Async so that what is thrown is a rejection, as in every other mechanism.
    // eslint-disable-next-line @typescript-eslint/require-await
    async step(challenge) {
      if (answered) throw protocolError('CRAM-MD5 has one challenge, and the server sent a second');
      // The digest of nothing would be the same at every login, and good for a replay.
      if (challenge.length === 0) throw protocolError('the CRAM-MD5 challenge is empty (RFC 2195 section 2)');
      answered = true;
      return { bytes: utf8(`${credentials.user} ${hmacMd5(password, challenge)}`), secret: true };
    },
    finish: () =>
      answered
        ? { result: 'accepted' }
        : { result: 'not-attempted', reason: 'the server said success before it had sent a challenge' },
    facts: () => ({}),
  };
}

function hmacMd5(key: string, data: Uint8Array): string {
  try {
    return createHmac('md5', utf8(key)).update(data).digest('hex');
  } catch {
    // OpenSSL in FIPS mode.
    throw new SmtpcheckError('library-cannot-offer', 'auth', 'this Node.js has no MD5, which CRAM-MD5 needs');
  }
}

import { credentialsError, utf8 } from './bytes.js';
import { checkCredentials } from './credentials.js';
import { bearerExchange, bearerToken } from './oauth.js';
import type { Credentials, SaslMechanism } from './types.js';

/** XOAUTH2 (Google's "OAuth 2.0 Mechanism", which Microsoft and others took over): two fields, each ended by 0x01. */
export function createXoauth2(credentials: Credentials): SaslMechanism {
  checkCredentials(credentials, { mechanism: 'XOAUTH2', authzid: false, nulForbidden: true });
  const token = bearerToken(credentials, 'XOAUTH2');
  // It would end the user's field, and what follows would be read as fields of its own.
  if (credentials.user.includes('\x01')) throw credentialsError('the user name holds an octet 0x01');
  const message = utf8(`user=${credentials.user}\x01auth=Bearer ${token}\x01\x01`);
  return bearerExchange({ name: 'XOAUTH2', message, answerToError: new Uint8Array() });
}

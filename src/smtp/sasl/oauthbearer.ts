import { credentialsError, utf8 } from './bytes.js';
import { checkCredentials } from './credentials.js';
import { bearerExchange, bearerToken } from './oauth.js';
import { escapeSaslName } from './scram-messages.js';
import type { Credentials, SaslMechanism } from './types.js';

/** The server as the client was told to reach it (RFC 7628 section 3.1). */
export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * OAUTHBEARER (RFC 7628 section 3.1): a GS2 header that names the user, then fields ended by 0x01. The token says who
 * authenticates, so the name in the header is the authorization identity where there is one, else the user.
 */
export function createOauthBearer(credentials: Credentials, server: ServerAddress | null): SaslMechanism {
  checkCredentials(credentials, { mechanism: 'OAUTHBEARER', authzid: true, nulForbidden: true });
  const token = bearerToken(credentials, 'OAUTHBEARER');
  const name = credentials.authzid ?? credentials.user;
  // It would end the header, and what follows would be read as fields of its own.
  if (name.includes('\x01')) throw credentialsError('the user name holds an octet 0x01');
  const where = server === null ? '' : `host=${server.host}\x01port=${server.port}\x01`;
  const message = utf8(`n,a=${escapeSaslName(name)},\x01${where}auth=Bearer ${token}\x01\x01`);
  return bearerExchange({ name: 'OAUTHBEARER', message, answerToError: utf8('\x01') });
}

import { utf8 } from './bytes.js';
import { checkCredentials } from './credentials.js';
import { oneMessage } from './plain.js';
import type { Credentials, SaslMechanism } from './types.js';

/**
 * EXTERNAL (RFC 4422 appendix A): the server knows the user from the client certificate. The message is the authorization
 * identity, or empty for the one that belongs to the certificate. Whatever secret there is stays here.
 */
export function createExternal(credentials: Credentials): SaslMechanism {
  checkCredentials(credentials, { mechanism: 'EXTERNAL', authzid: true, nulForbidden: true });
  return oneMessage('EXTERNAL', { bytes: utf8(credentials.authzid ?? ''), secret: false });
}

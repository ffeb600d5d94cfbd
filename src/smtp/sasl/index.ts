import type { MechanismName } from './choose.js';
import { createCramMd5 } from './cram-md5.js';
import { createExternal } from './external.js';
import { createLogin } from './login.js';
import { createOauthBearer, type ServerAddress } from './oauthbearer.js';
import { createPlain } from './plain.js';
import { createScram } from './scram.js';
import type { ChannelBinding, Credentials, SaslMechanism } from './types.js';
import { createXoauth2 } from './xoauth2.js';

export {
  channelBindingFor,
  chooseMechanism,
  isMechanismName,
  MECHANISMS,
  takesSecret,
  usableMechanisms,
  type Choice,
  type MechanismName,
} from './choose.js';
export type * from './types.js';

export interface MechanismOptions {
  /** SCRAM: see channelBindingFor. */
  readonly channelBinding?: ChannelBinding;
  /** SCRAM, for tests: the client's nonce. */
  readonly nonce?: string;
  /** OAUTHBEARER: the server as it was asked for. */
  readonly server?: ServerAddress;
}

/**
 * A new exchange of one mechanism. Credentials are prepared and judged here, before anything is sent.
 * @throws SmtpcheckError `credentials-unusable`, naming the rule and never the value.
 */
// Async throughout, so that a refusal is a rejection whatever the mechanism.
export async function createMechanism(
  name: MechanismName,
  credentials: Credentials,
  options: MechanismOptions = {},
): Promise<SaslMechanism> {
  switch (name) {
    case 'EXTERNAL':
      return createExternal(credentials);
    case 'SCRAM-SHA-512-PLUS':
    case 'SCRAM-SHA-256-PLUS':
    case 'SCRAM-SHA-1-PLUS':
    case 'SCRAM-SHA-512':
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-1': {
      const { channelBinding = 'not-supported', nonce } = options;
      return createScram(name, credentials, { channelBinding, ...(nonce === undefined ? {} : { nonce }) });
    }
    case 'CRAM-MD5':
      return createCramMd5(credentials);
    case 'PLAIN':
      return createPlain(credentials);
    case 'LOGIN':
      return createLogin(credentials);
    case 'OAUTHBEARER':
      return createOauthBearer(credentials, options.server ?? null);
    case 'XOAUTH2':
      return createXoauth2(credentials);
  }
}

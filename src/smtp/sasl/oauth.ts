import { credentialsError, decodeUtf8, protocolError } from './bytes.js';
import { secretValue } from './credentials.js';
import type { Credentials, SaslMechanism } from './types.js';

/** The errors of bearer tokens (RFC 6750 section 3.1). Any other word could be the token itself, sent back. */
const STATUSES: readonly string[] = ['invalid_request', 'invalid_token', 'insufficient_scope'];
const UNREADABLE = 'error without a known status';

/**
 * The bearer token.
 * @throws SmtpcheckError `credentials-unusable` where it holds a blank or a control character, which no token does (RFC 6750
 * section 2.1); 0x01 would end its field and start another.
 */
export function bearerToken(credentials: Credentials, mechanism: string): string {
  const token = secretValue(credentials, 'token', mechanism);
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw credentialsError(
      'the token holds a blank, a control character or one beyond ASCII (RFC 6750 section 2.1)',
      'give the access token alone, without "Bearer" and on one line',
    );
  }
  return token;
}

export interface BearerExchange {
  readonly name: 'OAUTHBEARER' | 'XOAUTH2';
  readonly message: Uint8Array;
  /** What is sent back for an error, so that the server can end the exchange with its 535. */
  readonly answerToError: Uint8Array;
}

/**
 * One message with a token. A server that refuses it may say why in a challenge, which the client answers for form's sake
 * before the 535 comes (RFC 7628 section 3.2.3; Google's XOAUTH2, "SASL error response").
 */
export function bearerExchange({ name, message, answerToError }: BearerExchange): SaslMechanism {
  let status: string | null = null;
  return {
    name,
    initial: { bytes: message, secret: true },
    secretChallenges: false,
    step(challenge) {
      if (status !== null) {
        return Promise.reject(protocolError(`${name} has one error message, and the server sent a second`));
      }
      status = errorStatus(challenge);
      return Promise.resolve({ bytes: answerToError, secret: false });
    },
    finish: () =>
      status === null
        ? { result: 'accepted' }
        : { result: 'rejected', reason: `the server refused the token (${status}) and then said success` },
    facts: () => (status === null ? {} : { serverError: status }),
  };
}

/**
 * `status` of the server's JSON. An error that cannot be read is still an error: the 535 behind it tells more than a broken
 * exchange would.
 */
function errorStatus(challenge: Uint8Array): string {
  try {
    const error: unknown = JSON.parse(decodeUtf8(challenge) ?? '');
    const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : null;
    const text = typeof status === 'number' ? String(status) : status;
    if (typeof text !== 'string') return UNREADABLE;
    if (STATUSES.includes(text) || /^[1-5][0-9]{2}$/.test(text)) return text;
  } catch {
    // Not JSON.
  }
  return UNREADABLE;
}

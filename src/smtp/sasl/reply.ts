import { SmtpcheckError } from '../../core/errors.js';
import type { Reply } from '../reply.js';
import { decodeBase64, protocolError } from './bytes.js';
import type { AuthResult } from '../../core/auth-report.js';

/** Octets of one line of an exchange, its code and line end included (RFC 4954 section 4): what an endless challenge meets. */
export const MOST_LINE_OCTETS = 12_288;

/** What a reply to AUTH, or to a line of the exchange, means. */
export type AuthReply =
  | { readonly kind: 'challenge'; readonly challenge: Uint8Array }
  /** 235: the server's claim, for the mechanism to judge. */
  | { readonly kind: 'success' }
  | {
      readonly kind: 'failure';
      readonly result: Exclude<AuthResult, 'accepted' | 'not-attempted' | 'server-not-authenticated'>;
      /** What the code stands for, in the words of RFC 4954 section 6 where it is there. */
      readonly meaning: string;
    };

type Failure = Omit<Extract<AuthReply, { kind: 'failure' }>, 'kind'>;

const FAILURES: Readonly<Record<number, Failure>> = {
  421: { result: 'temporary-failure', meaning: 'service closing' },
  432: { result: 'temporary-failure', meaning: 'a password transition is needed' },
  454: { result: 'temporary-failure', meaning: 'temporary authentication failure' },
  // RFC 5321 section 4.2.1 and RFC 4954 section 4: the command, the mechanism, or AUTH at this point is not known.
  500: { result: 'not-offered', meaning: 'command not recognized' },
  501: { result: 'mechanism-refused', meaning: 'the server could not read the response' },
  502: { result: 'not-offered', meaning: 'command not implemented' },
  503: { result: 'not-offered', meaning: 'AUTH is not allowed here, or not enabled' },
  504: { result: 'not-offered', meaning: 'unrecognized authentication type' },
  // RFC 5248 section 2.4 gives 525 to X.7.13.
  525: { result: 'rejected', meaning: 'user account disabled' },
  // RFC 4954 never answers AUTH with it; RFC 3207 section 4 does: "Must issue a STARTTLS command first".
  530: { result: 'encryption-required', meaning: 'STARTTLS is demanded first' },
  534: { result: 'mechanism-refused', meaning: 'authentication mechanism is too weak' },
  535: { result: 'rejected', meaning: 'authentication credentials invalid' },
  538: {
    result: 'encryption-required',
    meaning: 'encryption required for requested authentication mechanism',
  },
};

/** Enhanced codes of RFC 4954 section 6 and RFC 5248, for replies whose first code says less. */
const ENHANCED: Readonly<Record<string, Failure>> = {
  '5.5.6': { result: 'mechanism-refused', meaning: 'authentication exchange line is too long' },
  '5.7.8': { result: 'rejected', meaning: 'authentication credentials invalid' },
  '5.7.9': { result: 'mechanism-refused', meaning: 'authentication mechanism is too weak' },
  '5.7.10': { result: 'encryption-required', meaning: 'encryption needed' },
  '5.7.11': {
    result: 'encryption-required',
    meaning: 'encryption required for requested authentication mechanism',
  },
  '5.7.13': { result: 'rejected', meaning: 'user account disabled' },
};

/** What counts against the account, whatever the first code says: no other mechanism may follow it. */
const DEFINITIVE: readonly string[] = ['5.7.8', '5.7.13'];

/** Codes that many causes share: there the enhanced code decides. */
const VAGUE: readonly number[] = [500, 501, 503, 530, 550, 554];

/**
 * Reads a reply inside an AUTH exchange (RFC 4954 sections 4 and 6).
 * @throws SmtpcheckError `sasl-protocol` for a challenge that is not one line of base64, `reply-out-of-turn` for a code that
 * has no meaning here. The exchange must then be cancelled with `*`.
 */
export function readAuthReply(reply: Reply): AuthReply {
  if (reply.code === 235) return { kind: 'success' };
  if (reply.code === 334) return { kind: 'challenge', challenge: readChallenge(reply) };
  const { enhanced } = reply;
  const decides =
    enhanced !== null && (VAGUE.includes(reply.code) || (reply.code >= 500 && DEFINITIVE.includes(enhanced)));
  const byEnhanced = decides ? ENHANCED[enhanced] : undefined;
  const known = byEnhanced ?? FAILURES[reply.code];
  if (known !== undefined) return { kind: 'failure', ...known };
  if (reply.code >= 500)
    return { kind: 'failure', result: 'rejected', meaning: 'permanent failure (RFC 5321 section 4.2.1)' };
  if (reply.code >= 400) {
    return {
      kind: 'failure',
      result: 'temporary-failure',
      meaning: 'temporary failure (RFC 5321 section 4.2.1)',
    };
  }
  throw new SmtpcheckError(
    'reply-out-of-turn',
    'auth',
    `${reply.code} is no reply to AUTH (RFC 4954 section 4)`,
  );
}

function readChallenge({ lines }: Reply): Uint8Array {
  const [text = ''] = lines;
  if (lines.length > 1) {
    throw protocolError(`a challenge is one line, and this 334 has ${lines.length} (RFC 4954 section 4)`);
  }
  if ('334 '.length + text.length + '\r\n'.length > MOST_LINE_OCTETS) {
    throw protocolError(`the challenge is longer than ${MOST_LINE_OCTETS} octets (RFC 4954 section 4)`);
  }
  const challenge = decodeBase64(text);
  if (challenge === null) throw protocolError('the challenge is not base64 (RFC 4954 section 4)');
  return challenge;
}

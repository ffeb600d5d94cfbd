import type { OcspReport } from '../core/ocsp-report.js';
import { SmtpcheckError } from '../core/errors.js';
import type { Certificate } from './certificate-types.js';
import { isIdOf } from './ocsp/cert-id.js';
import { readOcsp } from './ocsp/read.js';
import { judgeSigner } from './ocsp/responder.js';
import { judgeStatus } from './ocsp/status.js';
import type { BasicResponse, OcspResponse } from './ocsp/types.js';
import { isSignedBy } from './verify/check-signatures.js';
import { likelyIssued } from './verify/issued.js';

export { readOcsp } from './ocsp/read.js';
export type * from './ocsp/types.js';

/**
 * A bundle of its own, for a library comes with it: load it with import() when a server sent a staple. verifyOcsp answers for
 * all bytes.
 */

/** A response may speak of one certificate more than once: the worst counts. */
const SEVERITY: readonly OcspReport['result'][] = ['revoked', 'invalid', 'stale', 'unknown', 'good'];

export interface VerifyOcspInput {
  /** DER of the OCSPResponse, as stapled. */
  readonly response: Uint8Array;
  readonly leaf: Certificate;
  /** The leaf's issuer as path validation found it, or null when it found none. */
  readonly issuer: Certificate | null;
  /** Milliseconds. */
  readonly now: number;
  /** 0 to 5, for the strength of signatures and of the responder's key. */
  readonly authLevel: number;
  /** The chain as sent: where an issuer is looked for when there is none. */
  readonly sent: readonly Certificate[];
}

/** Verifies a stapled OCSP response (RFC 6960 section 3.2). Never throws for what the bytes are. */
export function verifyOcsp(input: VerifyOcspInput): OcspReport {
  // NaN compares as false with everything: nothing would ever be stale.
  if (!Number.isFinite(input.now)) {
    throw new SmtpcheckError('internal', 'verify', 'verifyOcsp: the time to verify at is not a time');
  }
  let response: OcspResponse;
  try {
    response = readOcsp(input.response);
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return invalid(error.message);
  }
  if (response.basic === null) return invalid(`the responder answered ${response.status}`);
  return verifyBasic(response.basic, input);
}

/** Who has no right to speak is not quoted: their dates and reasons would pass for the issuer's. */
function invalid(reason: string, responder: string | null = null): OcspReport {
  return {
    result: 'invalid',
    reason,
    responder,
    producedAt: null,
    thisUpdate: null,
    nextUpdate: null,
    revokedAt: null,
    revocationReason: null,
  };
}

function verifyBasic(
  basic: BasicResponse,
  { leaf, sent, now, authLevel, ...input }: VerifyOcspInput,
): OcspReport {
  const issuer = input.issuer ?? issuerAmong(sent, leaf);
  if (issuer === null)
    return invalid("the certificate's issuer is not known, so nobody is known to speak for it");
  const { responder, fault } = judgeSigner(basic, { issuer, now, authLevel });
  if (fault !== null) return invalid(fault, responder);
  const verdicts = basic.responses
    .filter(({ id }) => isIdOf(id, leaf, issuer))
    .map((single) => judgeStatus(single, basic, now));
  const verdict = SEVERITY.flatMap((result) => verdicts.filter((one) => one.result === result))[0];
  if (verdict === undefined) return invalid('it is about another certificate', responder);
  return { ...verdict, responder };
}

/** The issuer of a certificate whose path could not be built: the first that was sent and has signed it. */
function issuerAmong(sent: readonly Certificate[], leaf: Certificate): Certificate | null {
  return sent.find((cert) => likelyIssued(cert, leaf) && isSignedBy(leaf, cert)) ?? null;
}

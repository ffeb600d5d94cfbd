import type { OcspReport } from '../../core/ocsp-report.js';
import type { SingleResponse } from './types.js';

/** How far clocks may be apart: the default of openssl ocsp's -validity_period. */
const SKEW_MS = 300_000;

/**
 * How long a response without nextUpdate counts. RFC 6960 section 4.2.2.1 has it mean that there is always newer word to be had,
 * which nobody asks for who is handed a staple; OpenSSL takes it for ever, GnuTLS for these 15 days.
 */
const OPEN_ENDED_MS = 15 * 86_400_000;

/** CRLReason (RFC 5280 section 5.3.1); 7 is not used. */
const REASONS: Readonly<Record<number, string>> = {
  0: 'unspecified',
  1: 'keyCompromise',
  2: 'cACompromise',
  3: 'affiliationChanged',
  4: 'superseded',
  5: 'cessationOfOperation',
  6: 'certificateHold',
  8: 'removeFromCRL',
  9: 'privilegeWithdrawn',
  10: 'aACompromise',
};

/** Revocations that are lifted again, or lift one. */
const NOT_FOR_GOOD: readonly (number | null)[] = [6, 8];

/** Critical extensions that take nothing away from a status (RFC 6960 section 4.4): nonce, CRL, archive cutoff, extended revoked. */
const UNDERSTOOD: readonly string[] = [
  '1.3.6.1.5.5.7.48.1.2',
  '1.3.6.1.5.5.7.48.1.3',
  '1.3.6.1.5.5.7.48.1.6',
  '1.3.6.1.5.5.7.48.1.9',
];

/** What one SingleResponse comes to. */
export type StatusVerdict = Omit<OcspReport, 'responder'>;

interface Response {
  readonly producedAt: number;
  readonly criticalExtensions: readonly string[];
}

/** Judges a status of a response whose signer has been believed. */
export function judgeStatus(single: SingleResponse, response: Response, now: number): StatusVerdict {
  const { status, thisUpdate, nextUpdate } = single;
  const revoked = status.type === 'revoked' ? status : null;
  return {
    ...believe(single, response, now),
    producedAt: isoTime(response.producedAt),
    thisUpdate: isoTime(thisUpdate),
    nextUpdate: nextUpdate === null ? null : isoTime(nextUpdate),
    revokedAt: revoked === null ? null : isoTime(revoked.at),
    revocationReason: revoked === null || revoked.reason === null ? null : reasonName(revoked.reason),
  };
}

type Belief = Pick<OcspReport, 'result' | 'reason'>;

function believe(single: SingleResponse, response: Response, now: number): Belief {
  const { status } = single;
  const fault = contradiction(single, response, now);
  if (fault !== null) return { result: 'invalid', reason: fault };
  const age = outOfDate(single, now);
  if (age === null) return { result: status.type, reason: noteOn(single) };
  // Old word of a revocation is still word of it, and a server has no reason to keep it other than to be overlooked.
  if (status.type === 'revoked' && !NOT_FOR_GOOD.includes(status.reason)) {
    return { result: 'revoked', reason: `${age}, but revocation is for good` };
  }
  return { result: 'stale', reason: age };
}

/** OpenSSL's OCSP_check_validity, and the same for producedAt; then RFC 6960 section 4.4 on what is critical and unknown. */
function contradiction(single: SingleResponse, response: Response, now: number): string | null {
  const { thisUpdate, nextUpdate } = single;
  const { producedAt } = response;
  const latest = now + SKEW_MS;
  if (thisUpdate > latest) return `it is not valid yet: thisUpdate is ${isoTime(thisUpdate)}`;
  if (producedAt > latest) return `it was produced in the future: producedAt is ${isoTime(producedAt)}`;
  if (nextUpdate !== null && nextUpdate < thisUpdate) return 'its nextUpdate is before its thisUpdate';
  const unknown = [...response.criticalExtensions, ...single.criticalExtensions].find(
    (oid) => !UNDERSTOOD.includes(oid),
  );
  return unknown === undefined ? null : `it has an unknown critical extension: ${unknown}`;
}

function outOfDate({ thisUpdate, nextUpdate }: SingleResponse, now: number): string | null {
  if (nextUpdate !== null) {
    return nextUpdate < now - SKEW_MS ? `it is out of date: nextUpdate was ${isoTime(nextUpdate)}` : null;
  }
  return thisUpdate < now - OPEN_ENDED_MS
    ? `it has no nextUpdate, and its thisUpdate, ${isoTime(thisUpdate)}, is more than 15 days ago`
    : null;
}

function noteOn({ nextUpdate }: SingleResponse): string | null {
  return nextUpdate === null ? 'it has no nextUpdate, so it does not say how long it may be used' : null;
}

function reasonName(reason: number): string {
  return REASONS[reason] ?? `reason ${reason}`;
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}

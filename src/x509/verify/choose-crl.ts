import type { Certificate } from '../certificate-types.js';
import type { Crl } from '../crl-types.js';
import { nameEquals } from '../name.js';
import { reasonsInScope } from './crl-scope.js';
import { matchesAuthorityKeyId } from './issued.js';
import { certificateAt, type VerifyState } from './state.js';

/** The list that a certificate is looked up in, and what speaks for it. */
export interface CrlChoice {
  readonly crl: Crl;
  /** Whose key must have signed it. */
  readonly issuer: Certificate;
  /** The certificate is one that the list is about. */
  readonly inScope: boolean;
  /** All reasons that are known of once it has been looked up here. */
  readonly reasons: number;
  readonly score: number;
}

/** What speaks for a list, the weightiest first (OpenSSL's CRL_SCORE_*, without those that all lists here have). */
const SCORE = { understood: 8, inScope: 4, current: 2, issuedByIssuer: 1 } as const;

/**
 * The list that fits best, of equals the newer one, or null when none can be used (OpenSSL's get_crl_sk). `known` are the
 * reasons that other lists have told of. Of lists without a readable thisUpdate the first one stands; OpenSSL compares some
 * of those times all the same, with code that is more lenient than its judgement on them (15).
 */
export function chooseCrl(
  state: VerifyState,
  crls: readonly Crl[],
  depth: number,
  known: number,
): CrlChoice | null {
  let best: CrlChoice | null = null;
  for (const crl of crls) {
    const choice = rate(state, crl, depth, known);
    if (choice === null) continue;
    const better =
      best === null ||
      choice.score > best.score ||
      (choice.score === best.score && crl.thisUpdate > best.crl.thisUpdate);
    if (better) best = choice;
  }
  return best;
}

/** OpenSSL's get_crl_score. */
function rate(state: VerifyState, crl: Crl, depth: number, known: number): CrlChoice | null {
  const cert = certificateAt(state, depth);
  if (!isComplete(crl) || !nameEquals(crl.issuer, cert.issuer)) return null;
  const issuer = findIssuer(state, crl, depth);
  if (issuer === null) return null;
  const covered = reasonsInScope(cert, crl);
  // In scope, but with nothing to say that is not known.
  if (covered !== null && (covered & ~known) === 0) return null;
  const score =
    (crl.unknownCritical ? 0 : SCORE.understood) +
    (covered === null ? 0 : SCORE.inScope) +
    (isCurrentCrl(state, crl) ? SCORE.current : 0) +
    (issuer === presumedIssuer(state, depth) ? SCORE.issuedByIssuer : 0);
  return { crl, issuer, inScope: covered !== null, reasons: known | (covered ?? 0), score };
}

/**
 * Whether the list by itself says that a certificate is not revoked: no delta, none of some reasons, and none of other
 * issuers' certificates (those are X509_V_FLAG_EXTENDED_CRL_SUPPORT). OpenSSL passes over the extensions of a list that it
 * cannot read, and so may take it for more than it is; here such a list is none.
 */
function isComplete({ isDelta, malformedExtension, issuingPoint: point }: Crl): boolean {
  if (isDelta || malformedExtension) return false;
  if (point === null) return true;
  const kinds = [point.onlyUserCerts, point.onlyCaCerts, point.onlyAttributeCerts].filter(Boolean);
  return kinds.length <= 1 && !point.indirect && point.reasons === null;
}

/** The certificate above, or the last one itself. */
function presumedIssuer(state: VerifyState, depth: number): Certificate {
  return certificateAt(state, Math.min(depth + 1, state.path.length - 1));
}

/** OpenSSL's crl_akid_check: the certificate of the path whose key the list names, or null. */
function findIssuer(state: VerifyState, crl: Crl, depth: number): Certificate | null {
  const presumed = presumedIssuer(state, depth);
  if (matchesAuthorityKeyId(presumed, crl)) return presumed;
  const further = state.path
    .slice(depth + 2)
    .find((cert) => nameEquals(cert.subject, crl.issuer) && matchesAuthorityKeyId(cert, crl));
  return further ?? null;
}

/** Whether the list is valid now. As with certificates, the very second of nextUpdate is no longer part of it. */
export function isCurrentCrl({ now }: VerifyState, { thisUpdate, nextUpdate }: Crl): boolean {
  return thisUpdate <= now && (nextUpdate === null || nextUpdate > now);
}

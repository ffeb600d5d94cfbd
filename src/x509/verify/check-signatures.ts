import type { Certificate } from '../certificate-types.js';
import { likelyIssued, signingForbidden } from './issued.js';
import { certificateAt, report, topOf, type VerifyState } from './state.js';
import { checkTime } from './time.js';

/**
 * OpenSSL's internal_verify: signatures and validity, from the top of the path down to the leaf. The top's own signature
 * is not looked at, for nobody relies on it, and neither is the time of one that is not its own issuer, unless any
 * certificate may be the top (partial chains).
 */
export function checkSignatures(state: VerifyState): void {
  let depth = state.path.length - 1;
  const top = topOf(state);
  if (likelyIssued(top, top) || state.partialChain) {
    checkTime(state, top, depth);
  } else if (depth === 0) {
    report(state, 'X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE', 0);
    checkTime(state, top, 0);
  }
  for (depth -= 1; depth >= 0; depth--) {
    checkSignature(state, certificateAt(state, depth), depth);
    checkTime(state, certificateAt(state, depth), depth);
  }
}

/** The signature that the certificate one above must have made. What is wrong with the issuer is reported at its depth. */
function checkSignature(state: VerifyState, subject: Certificate, depth: number): void {
  const issuer = certificateAt(state, depth + 1);
  const forbidden = signingForbidden(issuer, subject);
  if (forbidden !== null) report(state, forbidden, depth + 1);
  if (issuer.publicKey === null) {
    report(state, 'X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', depth + 1);
  } else if (!isSignedBy(subject, issuer)) {
    report(state, 'X509_V_ERR_CERT_SIGNATURE_FAILURE', depth);
  }
}

/** X509_verify. It refuses a certificate whose two signature algorithms differ; that is asked here too, not left to it. */
export function isSignedBy(subject: Certificate, issuer: Certificate): boolean {
  if (!subject.signatureAlgorithmsAgree || issuer.publicKey === null) return false;
  try {
    return subject.node.verify(issuer.publicKey);
  } catch {
    // Node throws where OpenSSL cannot even begin, as with an algorithm that it has not.
    return false;
  }
}

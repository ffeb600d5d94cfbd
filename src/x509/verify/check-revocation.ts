import type { KeyObject } from 'node:crypto';
import type { Certificate } from '../certificate-types.js';
import { KEY_USAGE } from '../certificate-types.js';
import { ALL_REASONS, type Crl, type RevocationInput } from '../crl-types.js';
import { verifySignature } from '../signature.js';
import { chooseCrl, isCurrentCrl, type CrlChoice } from './choose-crl.js';
import { flagsOf, keyUsageForbids } from './flags.js';
import { certificateAt, report, type VerifyState } from './state.js';

/** removeFromCRL (RFC 5280 section 5.3.1): the certificate was on hold, and no longer is. */
const REMOVE_FROM_CRL = 8;

/**
 * OpenSSL's check_revocation (RFC 5280 section 6.3), without X509_V_FLAG_EXTENDED_CRL_SUPPORT and X509_V_FLAG_USE_DELTAS:
 * only complete lists of the certificate's own issuer count. What is wrong with a list is reported at the depth of the
 * certificate that is looked up. The codes 5, 33, 41 and 54 belong to what is left out. Like OpenSSL, the authentication
 * level is not asked about a list's signature.
 */
export function checkRevocation(state: VerifyState, revocation: RevocationInput | undefined): void {
  if (revocation === undefined) return;
  const last = revocation.scope === 'all' ? state.path.length - 1 : 0;
  for (let depth = 0; depth <= last; depth++) checkCertificate(state, revocation.crls, depth);
}

/** OpenSSL's check_cert: looks in one list after another until every reason is known of. */
function checkCertificate(state: VerifyState, crls: readonly Crl[], depth: number): void {
  const cert = certificateAt(state, depth);
  // Proxy certificates (RFC 3820) are not in the lists of a CA.
  if (flagsOf(cert).proxy) return;
  let known = 0;
  while (known !== ALL_REASONS) {
    const choice = chooseCrl(state, crls, depth, known);
    if (choice !== null) {
      checkCrl(state, choice, depth);
      lookUp(state, choice.crl, cert, depth);
    }
    if (choice === null || choice.reasons === known) {
      report(state, 'X509_V_ERR_UNABLE_TO_GET_CRL', depth);
      return;
    }
    known = choice.reasons;
  }
}

/** OpenSSL's check_crl: whether the list can be believed. */
function checkCrl(state: VerifyState, { crl, issuer, inScope }: CrlChoice, depth: number): void {
  if (keyUsageForbids(issuer, KEY_USAGE.cRLSign)) report(state, 'X509_V_ERR_KEYUSAGE_NO_CRL_SIGN', depth);
  if (!inScope) report(state, 'X509_V_ERR_DIFFERENT_CRL_SCOPE', depth);
  if (!isCurrentCrl(state, crl)) reportTimes(state, crl, depth);
  if (issuer.publicKey === null) report(state, 'X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY', depth);
  else if (!isCrlSignedBy(crl, issuer.publicKey)) report(state, 'X509_V_ERR_CRL_SIGNATURE_FAILURE', depth);
}

/** OpenSSL's check_crl_time. */
function reportTimes(state: VerifyState, { thisUpdate, nextUpdate }: Crl, depth: number): void {
  if (Number.isNaN(thisUpdate)) report(state, 'X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD', depth);
  else if (thisUpdate > state.now) report(state, 'X509_V_ERR_CRL_NOT_YET_VALID', depth);
  if (nextUpdate === null) return;
  if (Number.isNaN(nextUpdate)) report(state, 'X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD', depth);
  else if (nextUpdate <= state.now) report(state, 'X509_V_ERR_CRL_HAS_EXPIRED', depth);
}

/** X509_CRL_verify (RFC 5280 section 5.1.1.3). */
function isCrlSignedBy(crl: Crl, key: KeyObject): boolean {
  if (!crl.signatureAlgorithmsAgree || crl.signature === null) return false;
  const algorithm = { oid: crl.signatureOid, params: crl.signatureParams };
  return verifySignature(key, algorithm, crl.signedData, crl.signature);
}

/** OpenSSL's cert_crl. */
function lookUp(state: VerifyState, crl: Crl, cert: Certificate, depth: number): void {
  // What is not understood may change what an entry means (RFC 5280 section 5.2).
  if (crl.unknownCritical) report(state, 'X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION', depth);
  const entry = crl.revoked(cert.serial, cert.issuer);
  if (entry !== null && entry.reason !== REMOVE_FROM_CRL) report(state, 'X509_V_ERR_CERT_REVOKED', depth);
}

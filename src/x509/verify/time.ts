import type { Certificate } from '../certificate-types.js';
import { report, type VerifyState } from './state.js';

/** Whether the certificate is valid now. As in OpenSSL, the very second of notAfter is no longer part of it. */
export function isCurrent(state: VerifyState, cert: Certificate): boolean {
  return cert.notBefore <= state.now && cert.notAfter > state.now;
}

/** OpenSSL's ossl_x509_check_cert_time: both ends are judged, and a time that cannot be read is an error of its own. */
export function checkTime(state: VerifyState, cert: Certificate, depth: number): void {
  if (Number.isNaN(cert.notBefore)) report(state, 'X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD', depth);
  else if (cert.notBefore > state.now) report(state, 'X509_V_ERR_CERT_NOT_YET_VALID', depth);
  if (Number.isNaN(cert.notAfter)) report(state, 'X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD', depth);
  else if (cert.notAfter <= state.now) report(state, 'X509_V_ERR_CERT_HAS_EXPIRED', depth);
}

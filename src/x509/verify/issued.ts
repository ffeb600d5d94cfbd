import type { Certificate } from '../certificate-types.js';
import { KEY_USAGE } from '../certificate-types.js';
import { sameBytes } from '../der.js';
import { nameEquals } from '../name.js';
import type { VerifyCodeName } from '../verify-codes.js';
import { keyKindOf, signatureKindOf } from './algorithms.js';
import { flagsOf, keyUsageForbids } from './flags.js';

/**
 * Whether `issuer` may have issued `subject`, going by names, key identifiers and algorithms, without the signature and
 * without keyUsage (OpenSSL's ossl_x509_likely_issued).
 */
export function likelyIssued(issuer: Certificate, subject: Certificate): boolean {
  return (
    nameEquals(issuer.subject, subject.issuer) &&
    !flagsOf(issuer).invalid &&
    !flagsOf(subject).invalid &&
    matchesAuthorityKeyId(issuer, subject) &&
    keyCanHaveSigned(issuer, subject)
  );
}

/** OpenSSL's X509_check_akid (RFC 5280 section 4.2.1.1): whatever the identifier names must be the issuer's. Lists have it too. */
export function matchesAuthorityKeyId(
  issuer: Certificate,
  subject: Pick<Certificate, 'authorityKeyId'>,
): boolean {
  const aki = subject.authorityKeyId;
  if (aki === null) return true;
  if (aki.keyId !== null && issuer.subjectKeyId !== null && !sameBytes(aki.keyId, issuer.subjectKeyId))
    return false;
  if (aki.serial !== null && aki.serial !== issuer.serial) return false;
  const named = aki.issuer?.find((name) => name.type === 'directory');
  return named?.type !== 'directory' || nameEquals(named.name, issuer.issuer);
}

/** OpenSSL's check_sig_alg_match. An ordinary RSA key also makes RSASSA-PSS signatures. */
function keyCanHaveSigned(issuer: Certificate, subject: Certificate): boolean {
  if (issuer.publicKey === null) return false;
  const wanted = signatureKindOf(subject);
  const kind = keyKindOf(issuer);
  return wanted !== null && (kind === wanted || (kind === 'rsa' && wanted === 'rsa-pss'));
}

/** Whether the certificate counts as self-signed: EXFLAG_SS. The signature itself is not verified (X509_self_signed). */
export function isSelfSigned(cert: Certificate): boolean {
  return cert.selfIssued && likelyIssued(cert, cert);
}

/** Why the issuer's keyUsage does not let it sign this certificate (OpenSSL's ossl_x509_signing_allowed), or null. */
export function signingForbidden(issuer: Certificate, subject: Certificate): VerifyCodeName | null {
  if (flagsOf(subject).proxy) {
    const forbidden = keyUsageForbids(issuer, KEY_USAGE.digitalSignature);
    return forbidden ? 'X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE' : null;
  }
  return keyUsageForbids(issuer, KEY_USAGE.keyCertSign) ? 'X509_V_ERR_KEYUSAGE_NO_CERTSIGN' : null;
}

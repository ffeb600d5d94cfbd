import { KEY_USAGE, type Certificate } from '../certificate-types.js';
import { EXTENSION } from '../oid.js';
import type { VerifyCodeName } from '../verify-codes.js';
import { criticalOids } from './flags.js';
import { report, type VerifyState } from './state.js';

/** What OpenSSL asks of one certificate with X509_V_FLAG_X509_STRICT, in its order: RFC 5280 to the letter. */
export function checkStrictly(state: VerifyState, cert: Certificate, depth: number): void {
  const isLast = depth === state.path.length - 1;
  const all = [...constraintFaults(cert), ...nameFaults(cert), ...identifierFaults(cert, isLast)];
  for (const fault of all) report(state, fault, depth);
}

/** RFC 5280 sections 4.2.1.9 and 4.2.1.3. */
function* constraintFaults(cert: Certificate): Generator<VerifyCodeName> {
  const { basicConstraints, keyUsage } = cert;
  const isCa = basicConstraints?.ca === true;
  const signs = ((keyUsage ?? 0) & KEY_USAGE.keyCertSign) !== 0;
  if (basicConstraints !== null && basicConstraints.pathLen !== null) {
    if (!isCa) yield 'X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA';
    if (!signs) yield 'X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN';
  }
  if (isCa && !criticalOids(cert).has(EXTENSION.basicConstraints)) yield 'X509_V_ERR_CA_BCONS_NOT_CRITICAL';
  if (isCa && keyUsage === null) yield 'X509_V_ERR_CA_CERT_MISSING_KEY_USAGE';
  if (!isCa && signs) yield 'X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA';
}

/** RFC 5280 sections 4.1.2.4, 4.1.2.6, 4.2.1.6. */
function* nameFaults(cert: Certificate): Generator<VerifyCodeName> {
  const { subject, issuer, subjectAltNames, keyUsage } = cert;
  const isCa = cert.basicConstraints?.ca === true;
  const signsCrls = ((keyUsage ?? 0) & KEY_USAGE.cRLSign) !== 0;
  const nameless = subject.attributes.length === 0;
  if (issuer.attributes.length === 0) yield 'X509_V_ERR_ISSUER_NAME_EMPTY';
  if (nameless && (isCa || signsCrls || subjectAltNames === null)) yield 'X509_V_ERR_SUBJECT_NAME_EMPTY';
  if (nameless && subjectAltNames !== null && !criticalOids(cert).has(EXTENSION.subjectAltName)) {
    yield 'X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL';
  }
  if (subjectAltNames?.length === 0) yield 'X509_V_ERR_EMPTY_SUBJECT_ALT_NAME';
  if (!cert.signatureAlgorithmsAgree) yield 'X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY';
}

/** RFC 5280 sections 4.2.1.1, 4.2.1.2 and 4.1.2.1. */
function* identifierFaults(cert: Certificate, isLast: boolean): Generator<VerifyCodeName> {
  const { authorityKeyId, subjectKeyId } = cert;
  const critical = criticalOids(cert);
  if (authorityKeyId !== null && critical.has(EXTENSION.authorityKeyIdentifier)) {
    yield 'X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL';
  }
  if (subjectKeyId !== null && critical.has(EXTENSION.subjectKeyIdentifier)) {
    yield 'X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL';
  }
  if (cert.version >= 2) {
    if (!isLast && (authorityKeyId?.keyId ?? null) === null) {
      yield 'X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER';
    }
    if (cert.basicConstraints?.ca === true && subjectKeyId === null) {
      yield 'X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER';
    }
  } else if (cert.extensions.length > 0) {
    yield 'X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3';
  }
}

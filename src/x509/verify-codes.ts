/**
 * OpenSSL's verdicts on a certificate chain: number, constant and words, as in include/openssl/x509_vfy.h.in and
 * crypto/x509/x509_txt.c of OpenSSL 3.0.22; 95 came with 3.2. Taken down in November 2026.
 */
const TABLE = {
  X509_V_OK: [0, 'ok'],
  X509_V_ERR_UNSPECIFIED: [1, 'unspecified certificate verification error'],
  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT: [2, 'unable to get issuer certificate'],
  X509_V_ERR_UNABLE_TO_GET_CRL: [3, 'unable to get certificate CRL'],
  X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE: [4, "unable to decrypt certificate's signature"],
  X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE: [5, "unable to decrypt CRL's signature"],
  X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY: [6, 'unable to decode issuer public key'],
  X509_V_ERR_CERT_SIGNATURE_FAILURE: [7, 'certificate signature failure'],
  X509_V_ERR_CRL_SIGNATURE_FAILURE: [8, 'CRL signature failure'],
  X509_V_ERR_CERT_NOT_YET_VALID: [9, 'certificate is not yet valid'],
  X509_V_ERR_CERT_HAS_EXPIRED: [10, 'certificate has expired'],
  X509_V_ERR_CRL_NOT_YET_VALID: [11, 'CRL is not yet valid'],
  X509_V_ERR_CRL_HAS_EXPIRED: [12, 'CRL has expired'],
  X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD: [13, "format error in certificate's notBefore field"],
  X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD: [14, "format error in certificate's notAfter field"],
  X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD: [15, "format error in CRL's lastUpdate field"],
  X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD: [16, "format error in CRL's nextUpdate field"],
  X509_V_ERR_OUT_OF_MEM: [17, 'out of memory'],
  X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: [18, 'self-signed certificate'],
  X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN: [19, 'self-signed certificate in certificate chain'],
  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [20, 'unable to get local issuer certificate'],
  X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE: [21, 'unable to verify the first certificate'],
  X509_V_ERR_CERT_CHAIN_TOO_LONG: [22, 'certificate chain too long'],
  X509_V_ERR_CERT_REVOKED: [23, 'certificate revoked'],
  X509_V_ERR_NO_ISSUER_PUBLIC_KEY: [24, "issuer certificate doesn't have a public key"],
  X509_V_ERR_PATH_LENGTH_EXCEEDED: [25, 'path length constraint exceeded'],
  X509_V_ERR_INVALID_PURPOSE: [26, 'unsuitable certificate purpose'],
  X509_V_ERR_CERT_UNTRUSTED: [27, 'certificate not trusted'],
  X509_V_ERR_CERT_REJECTED: [28, 'certificate rejected'],
  X509_V_ERR_SUBJECT_ISSUER_MISMATCH: [29, 'subject issuer mismatch'],
  X509_V_ERR_AKID_SKID_MISMATCH: [30, 'authority and subject key identifier mismatch'],
  X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH: [31, 'authority and issuer serial number mismatch'],
  X509_V_ERR_KEYUSAGE_NO_CERTSIGN: [32, 'key usage does not include certificate signing'],
  X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER: [33, 'unable to get CRL issuer certificate'],
  X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION: [34, 'unhandled critical extension'],
  X509_V_ERR_KEYUSAGE_NO_CRL_SIGN: [35, 'key usage does not include CRL signing'],
  X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION: [36, 'unhandled critical CRL extension'],
  X509_V_ERR_INVALID_NON_CA: [37, 'invalid non-CA certificate (has CA markings)'],
  X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED: [38, 'proxy path length constraint exceeded'],
  X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE: [39, 'key usage does not include digital signature'],
  X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED: [
    40,
    'proxy certificates not allowed, please set the appropriate flag',
  ],
  X509_V_ERR_INVALID_EXTENSION: [41, 'invalid or inconsistent certificate extension'],
  X509_V_ERR_INVALID_POLICY_EXTENSION: [42, 'invalid or inconsistent certificate policy extension'],
  X509_V_ERR_NO_EXPLICIT_POLICY: [43, 'no explicit policy'],
  X509_V_ERR_DIFFERENT_CRL_SCOPE: [44, 'different CRL scope'],
  X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE: [45, 'unsupported extension feature'],
  X509_V_ERR_UNNESTED_RESOURCE: [46, "RFC 3779 resource not subset of parent's resources"],
  X509_V_ERR_PERMITTED_VIOLATION: [47, 'permitted subtree violation'],
  X509_V_ERR_EXCLUDED_VIOLATION: [48, 'excluded subtree violation'],
  X509_V_ERR_SUBTREE_MINMAX: [49, 'name constraints minimum and maximum not supported'],
  X509_V_ERR_APPLICATION_VERIFICATION: [50, 'application verification failure'],
  X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE: [51, 'unsupported name constraint type'],
  X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX: [52, 'unsupported or invalid name constraint syntax'],
  X509_V_ERR_UNSUPPORTED_NAME_SYNTAX: [53, 'unsupported or invalid name syntax'],
  X509_V_ERR_CRL_PATH_VALIDATION_ERROR: [54, 'CRL path validation error'],
  X509_V_ERR_PATH_LOOP: [55, 'path loop'],
  X509_V_ERR_SUITE_B_INVALID_VERSION: [56, 'Suite B: certificate version invalid'],
  X509_V_ERR_SUITE_B_INVALID_ALGORITHM: [57, 'Suite B: invalid public key algorithm'],
  X509_V_ERR_SUITE_B_INVALID_CURVE: [58, 'Suite B: invalid ECC curve'],
  X509_V_ERR_SUITE_B_INVALID_SIGNATURE_ALGORITHM: [59, 'Suite B: invalid signature algorithm'],
  X509_V_ERR_SUITE_B_LOS_NOT_ALLOWED: [60, 'Suite B: curve not allowed for this LOS'],
  X509_V_ERR_SUITE_B_CANNOT_SIGN_P_384_WITH_P_256: [61, 'Suite B: cannot sign P-384 with P-256'],
  X509_V_ERR_HOSTNAME_MISMATCH: [62, 'hostname mismatch'],
  X509_V_ERR_EMAIL_MISMATCH: [63, 'email address mismatch'],
  X509_V_ERR_IP_ADDRESS_MISMATCH: [64, 'IP address mismatch'],
  X509_V_ERR_DANE_NO_MATCH: [65, 'no matching DANE TLSA records'],
  X509_V_ERR_EE_KEY_TOO_SMALL: [66, 'EE certificate key too weak'],
  X509_V_ERR_CA_KEY_TOO_SMALL: [67, 'CA certificate key too weak'],
  X509_V_ERR_CA_MD_TOO_WEAK: [68, 'CA signature digest algorithm too weak'],
  X509_V_ERR_INVALID_CALL: [69, 'invalid certificate verification context'],
  X509_V_ERR_STORE_LOOKUP: [70, 'issuer certificate lookup error'],
  X509_V_ERR_NO_VALID_SCTS: [71, 'Certificate Transparency required, but no valid SCTs found'],
  X509_V_ERR_PROXY_SUBJECT_NAME_VIOLATION: [72, 'proxy subject name violation'],
  X509_V_ERR_OCSP_VERIFY_NEEDED: [73, 'OCSP verification needed'],
  X509_V_ERR_OCSP_VERIFY_FAILED: [74, 'OCSP verification failed'],
  X509_V_ERR_OCSP_CERT_UNKNOWN: [75, 'OCSP unknown cert'],
  X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM: [76, 'Cannot find certificate signature algorithm'],
  X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH: [
    77,
    'subject signature algorithm and issuer public key algorithm mismatch',
  ],
  X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY: [78, 'cert info signature and signature algorithm mismatch'],
  X509_V_ERR_INVALID_CA: [79, 'invalid CA certificate'],
  X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA: [80, 'Path length invalid for non-CA cert'],
  X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN: [81, 'Path length given without key usage keyCertSign'],
  X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA: [82, 'Key usage keyCertSign invalid for non-CA cert'],
  X509_V_ERR_ISSUER_NAME_EMPTY: [83, 'Issuer name empty'],
  X509_V_ERR_SUBJECT_NAME_EMPTY: [84, 'Subject name empty'],
  X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER: [85, 'Missing Authority Key Identifier'],
  X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER: [86, 'Missing Subject Key Identifier'],
  X509_V_ERR_EMPTY_SUBJECT_ALT_NAME: [87, 'Empty Subject Alternative Name extension'],
  X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL: [
    88,
    'Subject empty and Subject Alt Name extension not critical',
  ],
  X509_V_ERR_CA_BCONS_NOT_CRITICAL: [89, 'Basic Constraints of CA cert not marked critical'],
  X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL: [90, 'Authority Key Identifier marked critical'],
  X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL: [91, 'Subject Key Identifier marked critical'],
  X509_V_ERR_CA_CERT_MISSING_KEY_USAGE: [92, 'CA cert does not include key usage extension'],
  X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3: [93, 'Using cert extension requires at least X509v3'],
  X509_V_ERR_EC_KEY_EXPLICIT_PARAMS: [94, 'Certificate public key has explicit ECC parameters'],
  X509_V_ERR_RPK_UNTRUSTED: [95, 'Raw public key untrusted, no trusted keys configured'],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

/** One of OpenSSL's constants. */
export type VerifyCodeName = keyof typeof TABLE;

/** What a verify code means. */
export interface VerifyCode {
  readonly code: number;
  /** OpenSSL's constant; `X509_V_ERR_<number>` for a number that is not in the table. */
  readonly name: string;
  /** What X509_verify_cert_error_string says. */
  readonly reason: string;
}

/** Every code of the table, in the order of their numbers. */
export function verifyCodes(): readonly VerifyCode[] {
  return Object.entries(TABLE).map(([name, [code, reason]]) => ({ code, name, reason }));
}

/** The meaning of a verify code, whatever the number: a newer OpenSSL may know more of them. */
export function verifyCode(code: number): VerifyCode {
  // Most are asked for 0, which comes first: no map is worth its making.
  for (const [name, [number, reason]] of Object.entries(TABLE)) {
    if (number === code) return { code, name, reason };
  }
  return { code, name: `X509_V_ERR_${code}`, reason: 'unknown certificate verification error' };
}

/** The number of one of OpenSSL's constants. */
export function verifyCodeNumber(name: VerifyCodeName): number {
  return TABLE[name][0];
}

/** The number for OpenSSL's words, which differ for every code; null for words that are none of them. */
export function verifyCodeByReason(reason: string): number | null {
  return verifyCodes().find((known) => known.reason === reason)?.code ?? null;
}

/** The rule id of each verify code, what it means for a mail server, and what to change. Codes are X509_V_ERR numbers. */
export interface VerifyRule {
  readonly id: string;
  readonly fix: string;
  readonly refs: readonly string[];
}

const MISSING_INTERMEDIATE =
  'send the whole chain: leaf first, then each intermediate (fullchain.pem, not cert.pem); or name the CA with --ca-file or --ca-path';

const CRL_INVALID: VerifyRule = {
  id: 'crl-invalid',
  fix: 'the revocation list does not count for this certificate: fetch the one that its crlDistributionPoints name',
  refs: ['RFC 5280 section 6.3'],
};

const RULES: Readonly<Record<number, VerifyRule>> = {
  2: {
    id: 'chain-untrusted',
    fix: 'trust the root itself, not only an intermediate',
    refs: ['RFC 5280 section 6'],
  },
  3: {
    id: 'crl-missing',
    fix: 'give the newest complete list of the issuer with --crl-file; --crl-check all wants one of each CA of the path, the root too',
    refs: ['RFC 5280 section 6.3'],
  },
  7: {
    id: 'signature-invalid',
    fix: 'the certificate was not signed by the key of the issuer that was found: send the right intermediate',
    refs: ['RFC 5280 section 6.1.3'],
  },
  8: { ...CRL_INVALID, fix: "the revocation list was not signed by the issuer's key: fetch it again" },
  9: {
    id: 'certificate-not-yet-valid',
    fix: 'check the clocks of both sides, or install a certificate that is valid now',
    refs: ['RFC 5280 section 4.1.2.5'],
  },
  10: {
    id: 'certificate-expired',
    fix: 'renew the certificate and reload the mail server: many keep the old one in memory',
    refs: ['RFC 5280 section 4.1.2.5'],
  },
  11: {
    id: 'crl-not-yet-valid',
    fix: 'check the clock, or use the list that is valid now',
    refs: ['RFC 5280 section 5.1.2.4'],
  },
  12: {
    id: 'crl-expired',
    fix: 'fetch the newest list from the CA: it makes a new one before nextUpdate',
    refs: ['RFC 5280 section 5.1.2.5'],
  },
  15: CRL_INVALID,
  16: CRL_INVALID,
  18: {
    id: 'chain-untrusted',
    fix: 'use a certificate from a CA, or trust this one with --ca-file',
    refs: ['RFC 5280 section 6'],
  },
  19: {
    id: 'chain-untrusted',
    fix: 'the root was sent but is not trusted here: name it with --ca-file or --ca-path',
    refs: ['RFC 5280 section 6'],
  },
  20: {
    id: 'chain-untrusted',
    fix: MISSING_INTERMEDIATE,
    refs: ['RFC 5246 section 7.4.2', 'RFC 8446 section 4.4.2'],
  },
  21: {
    id: 'chain-untrusted',
    fix: MISSING_INTERMEDIATE,
    refs: ['RFC 5246 section 7.4.2', 'RFC 8446 section 4.4.2'],
  },
  22: {
    id: 'chain-too-long',
    fix: 'raise --depth, or use a shorter chain',
    refs: ['openssl-verification-options(1)'],
  },
  23: { id: 'certificate-revoked', fix: 'replace the certificate', refs: ['RFC 5280 section 5'] },
  25: {
    id: 'pathlen-exceeded',
    fix: 'the CA may not have this many CAs below it: use another intermediate',
    refs: ['RFC 5280 section 4.2.1.9'],
  },
  26: {
    id: 'purpose-unsuitable',
    fix: 'get a certificate with extended key usage serverAuth',
    refs: ['RFC 5280 section 4.2.1.12'],
  },
  28: {
    id: 'certificate-distrusted',
    fix: 'the CA store marks a certificate of the path as not to be trusted: use another CA',
    refs: ['openssl-x509(1), -addreject'],
  },
  32: {
    id: 'ca-may-not-sign',
    fix: 'the issuer lacks keyCertSign: use another intermediate',
    refs: ['RFC 5280 section 4.2.1.3'],
  },
  33: {
    id: 'crl-missing',
    fix: 'give the list of the CA that issued the certificate; lists of other issuers do not count',
    refs: ['RFC 5280 section 6.3'],
  },
  34: {
    id: 'critical-extension-unknown',
    fix: 'get a certificate without the critical extension',
    refs: ['RFC 5280 section 4.2'],
  },
  35: {
    ...CRL_INVALID,
    fix: 'the issuer lacks cRLSign, so its revocation lists do not count: only the CA can mend that',
  },
  36: CRL_INVALID,
  41: CRL_INVALID,
  44: CRL_INVALID,
  47: {
    id: 'name-constraints-violated',
    fix: 'a CA of the path may issue for some names alone, and one of these is none of them: leave it out, or use another CA',
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  48: {
    id: 'name-constraints-violated',
    fix: 'a CA of the path must not issue for one of these names: leave it out, or use another CA',
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  49: {
    id: 'name-constraints-unsupported',
    fix: 'the name constraints of a CA have a minimum or a maximum, which must not be there: use another CA',
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  51: {
    id: 'name-constraints-unsupported',
    fix: 'a CA constrains a kind of name that cannot be judged: get a certificate without names of that kind, or use another CA',
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  53: {
    id: 'name-syntax-unsupported',
    fix: 'get a certificate whose names are well-formed; one cannot be held against the name constraints of a CA',
    refs: ['RFC 5280 sections 4.2.1.6 and 4.2.1.10'],
  },
  54: CRL_INVALID,
  62: {
    id: 'hostname-mismatch',
    fix: 'add the name to the certificate, or check the name that clients use with --verify-hostname',
    refs: ['RFC 9525 section 6'],
  },
  64: {
    id: 'ip-address-mismatch',
    fix: 'add the address to the certificate, or verify a name with --servername',
    refs: ['RFC 9525 section 6'],
  },
  66: {
    id: 'weak-key',
    fix: 'use an RSA key of 2048 bits or more, or ECDSA P-256',
    refs: ['NIST SP 800-57 part 1', 'SSL_CTX_set_security_level(3)'],
  },
  67: {
    id: 'weak-key',
    fix: "the CA's key is too weak: use another CA or intermediate",
    refs: ['NIST SP 800-57 part 1'],
  },
  68: {
    id: 'weak-digest',
    fix: 'get a certificate signed with SHA-256 or better',
    refs: ['RFC 9155', 'NIST SP 800-131A'],
  },
  24: {
    id: 'issuer-not-a-ca',
    fix: 'a certificate that is no CA was used as one: send the right intermediate',
    refs: ['RFC 5280 section 4.2.1.9'],
  },
  79: {
    id: 'issuer-not-a-ca',
    fix: 'a certificate that is no CA was used as one: send the right intermediate',
    refs: ['RFC 5280 section 4.2.1.9'],
  },
};

const OTHER: VerifyRule = {
  id: 'verification-failed',
  fix: 'see openssl-verification-options(1) for the code',
  refs: ['openssl-verification-options(1)'],
};

/** The rule for a verify code; codes without a rule of their own share `verification-failed`. */
export function verifyRule(code: number): VerifyRule {
  return RULES[code] ?? OTHER;
}

export const VERIFY_RULE_IDS: readonly string[] = [
  ...new Set([...Object.values(RULES), OTHER].map((rule) => rule.id)),
];

import { verifyCodes, type Words } from '../make.js';
import { BOTH, NOT_ASKED } from './words.js';

const NOT_FOR_MAIL = 'Have the certificate issued without it: servers of mail have no use for it.';

const rare = (
  number: number,
  title: string,
  what: string,
  why: string,
  fix: string,
  refs: readonly string[],
): Words & { readonly number: number } => ({
  number,
  title,
  what,
  why,
  measured: NOT_ASKED,
  fix: { other: fix },
  refs,
});

const proxy = (number: number, title: string, what: string): Words & { readonly number: number } =>
  rare(
    number,
    title,
    what,
    'A proxy certificate is made by a user, for grids. A server must not have one.',
    NOT_FOR_MAIL,
    ['RFC 3820'],
  );

const policy = (number: number, title: string, what: string): Words & { readonly number: number } =>
  rare(
    number,
    title,
    what,
    'Policies count only where somebody asks for one; smtpcheck does not.',
    'Have the certificate issued with policies that are well-formed, or by another CA.',
    ['RFC 5280 section 4.2.1.4'],
  );

const suiteB = (number: number, title: string, what: string): Words & { readonly number: number } =>
  rare(
    number,
    title,
    what,
    'Suite B was a profile of the NSA: P-256 and P-384 with SHA-2 alone. It was given up in 2018.',
    'A certificate with ECDSA P-384, signed with SHA-384, meets it.',
    ['RFC 6460', 'RFC 8603'],
  );

/** What hardly anybody meets. */
export const RARE_CODES = verifyCodes({
  X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED: proxy(
    38,
    'proxy path length constraint exceeded',
    'More proxy certificates stand behind one another than the first allows.',
  ),
  X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED: {
    ...proxy(
      40,
      'proxy certificates not allowed, please set the appropriate flag',
      'A certificate of the path is a proxy certificate, which counts only where it is asked for.',
    ),
    measured: BOTH,
  },
  X509_V_ERR_PROXY_SUBJECT_NAME_VIOLATION: proxy(
    72,
    'proxy subject name violation',
    'The name of a proxy certificate does not begin with that of its issuer.',
  ),
  X509_V_ERR_INVALID_POLICY_EXTENSION: {
    ...policy(
      42,
      'invalid or inconsistent certificate policy extension',
      'An extension about policies cannot be read, or contradicts another.',
    ),
    measured: BOTH,
  },
  X509_V_ERR_NO_EXPLICIT_POLICY: policy(
    43,
    'no explicit policy',
    'A CA of the path asks for a policy that all certificates below it share, and there is none.',
  ),
  X509_V_ERR_APPLICATION_VERIFICATION: rare(
    50,
    'application verification failure',
    'The program that uses OpenSSL has said no for reasons of its own.',
    'The reason is not in the certificate.',
    'Nothing is to be done at the server. If smtpcheck printed it, please report it.',
    ['SSL_CTX_set_verify(3)'],
  ),
  X509_V_ERR_SUITE_B_INVALID_VERSION: suiteB(
    56,
    'Suite B: certificate version invalid',
    'A certificate is not of version 3.',
  ),
  X509_V_ERR_SUITE_B_INVALID_ALGORITHM: suiteB(
    57,
    'Suite B: invalid public key algorithm',
    'A key is no EC key.',
  ),
  X509_V_ERR_SUITE_B_INVALID_CURVE: suiteB(
    58,
    'Suite B: invalid ECC curve',
    'A key is neither on P-256 nor on P-384.',
  ),
  X509_V_ERR_SUITE_B_INVALID_SIGNATURE_ALGORITHM: suiteB(
    59,
    'Suite B: invalid signature algorithm',
    'A signature is not the one that goes with the curve.',
  ),
  X509_V_ERR_SUITE_B_LOS_NOT_ALLOWED: suiteB(
    60,
    'Suite B: curve not allowed for this LOS',
    'The curve is not one of the level of security (LOS) that was asked for.',
  ),
  X509_V_ERR_SUITE_B_CANNOT_SIGN_P_384_WITH_P_256: suiteB(
    61,
    'Suite B: cannot sign P-384 with P-256',
    'A CA on P-256 has certified a key on P-384, which is stronger.',
  ),
  X509_V_ERR_DANE_NO_MATCH: {
    number: 65,
    title: 'no matching DANE TLSA records',
    what: 'None of the TLSA records that were given is of this key or of a CA in the chain.',
    why: 'Senders that use DANE do not deliver: the mail waits, and then bounces.',
    measured:
      'cert --tlsa holds the chain against the records; the verdict with records is part of our own path validation.',
    fix: {
      other:
        'Publish the record of the new key beside the old one, wait for two TTLs, deploy, check, and only then take the old one away. smtpcheck cert FILE --show-tlsa prints the record.',
    },
    refs: ['RFC 7671 section 8.1', 'RFC 7672 section 3.1'],
  },
  X509_V_ERR_INVALID_CALL: rare(
    69,
    'invalid certificate verification context',
    'The program has called OpenSSL wrongly.',
    'The program is the matter, not the server.',
    'Nothing is to be done at the server. If smtpcheck printed it, please report it.',
    ['X509_verify_cert(3)'],
  ),
  X509_V_ERR_STORE_LOOKUP: rare(
    70,
    'issuer certificate lookup error',
    'The CA store failed while an issuer was looked for, such as by a file that cannot be read.',
    'Whether the chain holds is not known.',
    'Check the files of --ca-path and --ca-file, and their permissions.',
    ['X509_STORE_CTX_get_error(3)'],
  ),
  X509_V_ERR_NO_VALID_SCTS: rare(
    71,
    'Certificate Transparency required, but no valid SCTs found',
    'The certificate carries no proof that it stands in a public log.',
    'Browsers ask for it. Mail servers and smtpcheck do not.',
    'Use a public CA that logs what it issues: all of them do.',
    ['RFC 6962'],
  ),
  X509_V_ERR_RPK_UNTRUSTED: rare(
    95,
    'Raw public key untrusted, no trusted keys configured',
    'The server showed a bare key in the place of a certificate (OpenSSL 3.2 and later).',
    'Who knows the key can trust it; nobody else can.',
    'Let the server show a certificate; smtpcheck does not ask for bare keys.',
    ['RFC 7250'],
  ),
});

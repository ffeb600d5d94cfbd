import { verifyCodes, type Words } from '../make.js';

const LISTS =
  'The lists come from --crl-file; none is fetched. Our own path validation looks the certificates up.';
const FETCH = 'Fetch the list again from the address in crlDistributionPoints of the certificate.';

/** Codes for a list that does not count. */
const useless = (
  number: number,
  title: string,
  what: string,
  section: string,
): Words & { readonly number: number } => ({
  number,
  title,
  what,
  why: 'A list that does not count says nothing, and with --crl-check what is not known is not good.',
  measured: LISTS,
  fix: { other: FETCH },
  refs: [`RFC 5280 section ${section}`],
});

const ASKED =
  'The code is in the table of OpenSSL; its verifier does not use it by itself. smtpcheck reports a staple as findings ocsp-….';
const staple = (number: number, title: string, what: string): Words & { readonly number: number } => ({
  number,
  title,
  what,
  why: 'Whether the certificate is revoked is not known.',
  measured: ASKED,
  fix: { other: 'See explain ocsp-invalid and ocsp-unknown.' },
  refs: ['RFC 6960'],
});

/** Lists and staples. */
export const REVOCATION_CODES = verifyCodes({
  X509_V_ERR_UNABLE_TO_GET_CRL: {
    ...useless(3, 'unable to get certificate CRL', 'There is no revocation list for a certificate.', '6.3'),
    fix: {
      other:
        'Give the newest complete list of the issuer with --crl-file; with --crl-check all also those of its CAs, the root too.',
    },
  },
  X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE: useless(
    5,
    "unable to decrypt CRL's signature",
    'The signature of the list cannot be opened. OpenSSL does not use the code today.',
    '6.3.3',
  ),
  X509_V_ERR_CRL_SIGNATURE_FAILURE: useless(
    8,
    'CRL signature failure',
    'The list was not signed with the key of the issuer.',
    '6.3.3',
  ),
  X509_V_ERR_CRL_NOT_YET_VALID: {
    ...useless(11, 'CRL is not yet valid', 'thisUpdate of the list is to come.', '5.1.2.4'),
    fix: { other: 'Check the clock here, or use the list that is valid now.' },
  },
  X509_V_ERR_CRL_HAS_EXPIRED: {
    ...useless(
      12,
      'CRL has expired',
      'nextUpdate of the list has passed: what was revoked since is not in it.',
      '5.1.2.5',
    ),
    fix: { other: 'Fetch the newest list from the CA, and let a job do so before each nextUpdate.' },
  },
  X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD: useless(
    15,
    "format error in CRL's lastUpdate field",
    'The date is not one of those that ASN.1 has.',
    '5.1.2.4',
  ),
  X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD: useless(
    16,
    "format error in CRL's nextUpdate field",
    'The date is not one of those that ASN.1 has.',
    '5.1.2.5',
  ),
  X509_V_ERR_CERT_REVOKED: {
    number: 23,
    title: 'certificate revoked',
    what: 'The CA has revoked a certificate of the path. A list or a staple says so.',
    why: 'Its key may be in the hands of others, or it was issued by mistake.',
    attack: 'Who has the key answers in the place of the server.',
    measured: `${LISTS} Of the leaf a staple says it as well, which is verified by signature, responder, time and status.`,
    fix: {
      other:
        'Find out why. Make a new key, have a new certificate issued, install both, and reload the mail server.',
    },
    refs: ['RFC 5280 section 5', 'RFC 6960'],
  },
  X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER: {
    ...useless(
      33,
      'unable to get CRL issuer certificate',
      'The list was made by somebody whose certificate is not there.',
      '6.3.3',
    ),
    fix: {
      other: 'Give the list of the CA that issued the certificate; lists of other issuers do not count here.',
    },
  },
  X509_V_ERR_KEYUSAGE_NO_CRL_SIGN: {
    ...useless(35, 'key usage does not include CRL signing', 'The issuer may not sign lists.', '4.2.1.3'),
    fix: { other: 'Only the CA can mend it: its certificate needs cRLSign.' },
  },
  X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION: useless(
    36,
    'unhandled critical CRL extension',
    'The list has a critical extension that is not known.',
    '5.2',
  ),
  X509_V_ERR_DIFFERENT_CRL_SCOPE: useless(
    44,
    'different CRL scope',
    'The list is about other certificates: of CAs alone, of users alone, or of another distribution point.',
    '5.2.5',
  ),
  X509_V_ERR_CRL_PATH_VALIDATION_ERROR: useless(
    54,
    'CRL path validation error',
    'The path of the issuer of the list does not hold.',
    '6.3.3',
  ),
  X509_V_ERR_OCSP_VERIFY_NEEDED: staple(
    73,
    'OCSP verification needed',
    'A staple is there, and somebody has still to verify it.',
  ),
  X509_V_ERR_OCSP_VERIFY_FAILED: staple(74, 'OCSP verification failed', 'A staple could not be verified.'),
  X509_V_ERR_OCSP_CERT_UNKNOWN: staple(
    75,
    'OCSP unknown cert',
    'The responder does not know the certificate.',
  ),
});

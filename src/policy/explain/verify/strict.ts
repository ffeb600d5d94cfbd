import { verifyCodes, type Words } from '../make.js';
import { CHAIN } from '../settings.js';
import { BOTH } from './words.js';

const OWN_CA = 'Have the certificate issued again, or use another CA. A CA of your own needs ';

/** What --x509-strict alone looks for. */
const strict = (
  number: number,
  title: string,
  what: string,
  needs: string,
  section: string,
): Words & { readonly number: number } => ({
  number,
  title,
  what,
  why: 'RFC 5280 wants it, and strict clients refuse the chain. OpenSSL looks at it only with -x509_strict.',
  measured: `--x509-strict asks for it. ${BOTH}`,
  fix: { other: `${OWN_CA}${needs}.` },
  refs: [`RFC 5280 section ${section}`],
});

/** Of RFC 5280, nearly all with --x509-strict alone. */
export const STRICT_CODES = verifyCodes({
  X509_V_ERR_INVALID_CA: {
    number: 79,
    title: 'invalid CA certificate',
    what: 'A certificate that is no CA was used as one.',
    why: 'If that counted, every holder of a certificate could issue others.',
    attack: 'The holder of a certificate for his own host makes one for yours.',
    measured: BOTH,
    fix: {
      ...CHAIN,
      other: 'Send the right intermediate. A CA of your own needs basicConstraints = critical, CA:TRUE.',
    },
    refs: ['RFC 5280 section 4.2.1.9'],
  },
  X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA: strict(
    80,
    'Path length invalid for non-CA cert',
    'A certificate that is no CA has a pathlen.',
    'to leave pathlen out of certificates that are no CA',
    '4.2.1.9',
  ),
  X509_V_ERR_PATHLEN_WITHOUT_KU_KEY_CERT_SIGN: strict(
    81,
    'Path length given without key usage keyCertSign',
    'A CA has a pathlen, and may not sign certificates.',
    'keyUsage = critical, keyCertSign beside pathlen',
    '4.2.1.9',
  ),
  X509_V_ERR_KU_KEY_CERT_SIGN_INVALID_FOR_NON_CA: strict(
    82,
    'Key usage keyCertSign invalid for non-CA cert',
    'A certificate that is no CA may sign certificates.',
    'to leave keyCertSign out of certificates that are no CA',
    '4.2.1.3',
  ),
  X509_V_ERR_ISSUER_NAME_EMPTY: strict(
    83,
    'Issuer name empty',
    'A certificate does not name its issuer.',
    'a name of its own',
    '4.1.2.4',
  ),
  X509_V_ERR_SUBJECT_NAME_EMPTY: strict(
    84,
    'Subject name empty',
    'A CA has no name.',
    'a name of its own',
    '4.1.2.6',
  ),
  X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER: strict(
    85,
    'Missing Authority Key Identifier',
    'A certificate does not say which key signed it.',
    'authorityKeyIdentifier = keyid in what it issues',
    '4.2.1.1',
  ),
  X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER: strict(
    86,
    'Missing Subject Key Identifier',
    'A CA does not give its key a number.',
    'subjectKeyIdentifier = hash',
    '4.2.1.2',
  ),
  X509_V_ERR_EMPTY_SUBJECT_ALT_NAME: strict(
    87,
    'Empty Subject Alternative Name extension',
    'The extension for names is there, and holds none.',
    'at least one name in subjectAltName',
    '4.2.1.6',
  ),
  X509_V_ERR_EMPTY_SUBJECT_SAN_NOT_CRITICAL: strict(
    88,
    'Subject empty and Subject Alt Name extension not critical',
    'The subject is empty, so that subjectAltName has to be critical.',
    'subjectAltName = critical, where the subject is empty',
    '4.2.1.6',
  ),
  X509_V_ERR_CA_BCONS_NOT_CRITICAL: strict(
    89,
    'Basic Constraints of CA cert not marked critical',
    'A CA says in an extension that is not critical that it is one.',
    'basicConstraints = critical, CA:TRUE',
    '4.2.1.9',
  ),
  X509_V_ERR_AUTHORITY_KEY_IDENTIFIER_CRITICAL: strict(
    90,
    'Authority Key Identifier marked critical',
    'The extension must not be critical.',
    'authorityKeyIdentifier without critical',
    '4.2.1.1',
  ),
  X509_V_ERR_SUBJECT_KEY_IDENTIFIER_CRITICAL: strict(
    91,
    'Subject Key Identifier marked critical',
    'The extension must not be critical.',
    'subjectKeyIdentifier without critical',
    '4.2.1.2',
  ),
  X509_V_ERR_CA_CERT_MISSING_KEY_USAGE: strict(
    92,
    'CA cert does not include key usage extension',
    'A CA does not say what its key is for.',
    'keyUsage = critical, keyCertSign, cRLSign',
    '4.2.1.3',
  ),
  X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3: strict(
    93,
    'Using cert extension requires at least X509v3',
    'A certificate of version 1 or 2 has extensions.',
    'to issue certificates of version 3',
    '4.1.2.9',
  ),
});

import type { Fix } from '../explanation.js';
import { verifyCodes } from '../make.js';
import { CHAIN } from '../settings.js';
import { BOTH } from './words.js';

const AGAIN = (how: string): Fix => ({ ...CHAIN, other: `Have the certificate issued again, ${how}.` });
const CA_MENDS = 'Only the CA can mend it: have the certificate issued again, or use another CA.';

/** Names: those that were asked for, and those that a CA may issue for. */
export const NAME_CODES = verifyCodes({
  X509_V_ERR_PERMITTED_VIOLATION: {
    number: 47,
    title: 'permitted subtree violation',
    what: 'A CA of the path may issue for some names alone, and one in the certificate is none of them.',
    why: 'Clients refuse the chain, also for the names that are allowed.',
    measured: BOTH,
    fix: AGAIN('without that name, or by another CA'),
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  X509_V_ERR_EXCLUDED_VIOLATION: {
    number: 48,
    title: 'excluded subtree violation',
    what: 'A CA of the path must not issue for a name in the certificate.',
    why: 'Clients refuse the chain, also for the other names.',
    measured: BOTH,
    fix: AGAIN('without that name, or by another CA'),
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  X509_V_ERR_SUBTREE_MINMAX: {
    number: 49,
    title: 'name constraints minimum and maximum not supported',
    what: 'The name constraints of a CA have a minimum or a maximum, which must not be there.',
    why: 'What cannot be judged is refused.',
    measured: BOTH,
    fix: { other: CA_MENDS },
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE: {
    number: 51,
    title: 'unsupported name constraint type',
    what: 'A CA constrains a kind of name that OpenSSL does not compare, and the certificate has one of that kind.',
    why: 'What cannot be judged is refused.',
    measured: BOTH,
    fix: AGAIN('without names of that kind'),
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX: {
    number: 52,
    title: 'unsupported or invalid name constraint syntax',
    what: 'The name constraints of a CA are not well-formed.',
    why: 'What cannot be judged is refused.',
    measured: BOTH,
    fix: { other: CA_MENDS },
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  X509_V_ERR_UNSUPPORTED_NAME_SYNTAX: {
    number: 53,
    title: 'unsupported or invalid name syntax',
    what: 'A name in the certificate is not well-formed, and cannot be held against the constraints of a CA.',
    why: 'What cannot be judged is refused.',
    measured: BOTH,
    fix: AGAIN('with names that are well-formed'),
    refs: ['RFC 5280 sections 4.2.1.6 and 4.2.1.10'],
  },
  X509_V_ERR_HOSTNAME_MISMATCH: {
    number: 62,
    title: 'hostname mismatch',
    what: 'No DNS name in the subjectAltName is the name that was asked for. The CN does not count.',
    why: 'A client cannot tell the server from another one with a good certificate.',
    attack: 'Who is on the path shows a valid certificate of his own host.',
    measured: 'OpenSSL and our own matching of RFC 9525 both compare; no partial wildcards.',
    fix: AGAIN(
      'with the name of the MX record, or the one that users type; --verify-hostname checks another name',
    ),
    refs: ['RFC 9525 section 6'],
  },
  X509_V_ERR_EMAIL_MISMATCH: {
    number: 63,
    title: 'email address mismatch',
    what: 'The certificate is not for the mail address that was asked for.',
    why: 'Servers have no mail address: smtpcheck asks for none, and does not meet this code.',
    measured: BOTH,
    fix: { other: 'Nothing is to be done at the server.' },
  },
  X509_V_ERR_IP_ADDRESS_MISMATCH: {
    number: 64,
    title: 'IP address mismatch',
    what: 'The certificate carries other addresses than the one that was asked for.',
    why: 'A client that connects to the address cannot verify the server.',
    measured: 'The iPAddress names of the certificate are compared with the address.',
    fix: {
      other:
        'Give the name that clients use with --servername, or have the address put into the certificate.',
    },
    refs: ['RFC 9525 section 6'],
  },
});

import { errors } from '../make.js';
import { VERSIONS } from '../settings.js';
import { LIMITS, NO_CLIENT_CERTIFICATE } from '../settings-smtp.js';

const OPEN = 'It is no answer: neither a pass nor a no. The exit code is 4.';

/** The handshake, and the scan. */
export const TLS_ERRORS = errors({
  'tls-alert-rejected': {
    title: 'the server refused the handshake by an alert about the offer',
    what: 'handshake_failure (40), protocol_version (70), insufficient_security (71), inappropriate_fallback (86), missing_extension (109) or no_application_protocol (120). The exit code is 1.',
    why: 'Nothing of what was offered suits the server. With the defaults, no current client will fare better.',
    measured: 'A fatal alert in answer to the ClientHello.',
    fix: {
      ...VERSIONS,
      other:
        'Was something pinned? Leave the pin out to see what the server does choose; scan lists all of it.',
    },
    refs: ['RFC 8446 section 6.2'],
  },
  'tls-alert-other': {
    title: 'the server ended the handshake by an alert about something else',
    what: `Such as internal_error (80): its own trouble, not a word about the offer. ${OPEN}`,
    why: 'Old servers with OpenSSL also say 80 when their security level forbids a version.',
    measured: 'A fatal alert that is none of those that speak about the offer.',
    fix: { other: 'The reason is in the log of the server. In Postfix smtpd_tls_loglevel = 1 shows it.' },
    refs: ['RFC 8446 section 6.2'],
  },
  'tls-garbled': {
    title: 'the TLS bytes of the server make no sense',
    what: `What came is no TLS, or not what OpenSSL can read. ${OPEN}`,
    why: 'Something on the way changes it, or the library of the server is broken.',
    measured: 'OpenSSL refused the bytes, or they differ from what it saw.',
    fix: { other: 'Look for a proxy that rewrites TLS. --debug and --trace show the bytes.' },
    refs: ['RFC 8446 section 5'],
  },
  'certificate-malformed': {
    title: 'a certificate cannot be read',
    what: `Its DER is broken, or larger than is read. ${OPEN}`,
    why: 'What cannot be read cannot be judged.',
    measured: 'Each certificate is decoded, within limits of size, depth and number.',
    fix: {
      other:
        'Look at the file that the server sends: openssl x509 -in FILE -noout -text. Have it issued again if it is broken.',
    },
    refs: ['RFC 5280 section 4.1'],
  },
  'tls-local-refusal': {
    title: 'OpenSSL here would not go on',
    what: `The server answered, and the library inside Node.js refuses what it said. ${OPEN}`,
    why: 'Such as a Diffie-Hellman prime under 1024 bits. Other clients of today refuse it too.',
    measured: 'An error of the local library in the midst of the handshake.',
    fix: {
      other: 'scan asks with hellos of its own, and can see it. For a short prime: explain dh-prime-weak.',
    },
  },
  'library-cannot-offer': {
    title: 'OpenSSL inside Node.js cannot offer what was asked',
    what: `Such as SSL 3.0, RC4, 3DES or export suites, or a group that this version does not have. ${OPEN}`,
    why: 'Nothing is known about the server from this.',
    measured: 'The local library refused before a byte was sent.',
    fix: {
      other:
        'Leave it out. scan asks for all of these with hellos of its own. ML-KEM needs a newer Node.js for tls.',
    },
  },
  'client-certificate-required': {
    title: 'the server insists on a certificate of the client',
    what: 'It ended the session because none was shown. The exit code is 1.',
    why: 'On port 25 nobody can deliver like that.',
    measured:
      'The alert certificate_required (116), or handshake_failure (40) after it asked for one. In TLS 1.3 it comes after the handshake.',
    fix: NO_CLIENT_CERTIFICATE,
    refs: ['RFC 8446 section 4.4.2.4'],
  },
  'client-certificate-rejected': {
    title: 'the server does not take the certificate of the client',
    what: 'The certificate of --cert was refused by an alert. The exit code is 1.',
    why: 'It has expired, or is of a CA that the server does not trust.',
    measured: 'An alert about a certificate after it was shown.',
    fix: {
      ...NO_CLIENT_CERTIFICATE,
      other:
        'Show another one. The server trusts the CAs of smtpd_tls_CAfile (Postfix), tls_verify_certificates (Exim).',
    },
    refs: ['RFC 8446 section 6.2'],
  },
  'reconnect-failed': {
    title: 'the second connection failed',
    what: `With --reconnect a second connection is made, and it did not come to an answer. ${OPEN}`,
    why: 'Whether sessions are resumed is not known.',
    measured: 'The message says what went wrong, as on a first connection.',
    fix: { ...LIMITS, other: 'A limit on connections is the usual reason. Try again later.' },
  },
  'scan-incomplete': {
    title: 'not everything could be found out',
    what: `Some probes of the scan had no answer. They are listed, and shown as ?. ${OPEN}`,
    why: 'What is not known could be the weak suite. A scan that passes over it gives a false pass.',
    measured: 'Each probe is accepted, rejected or inconclusive; these stayed inconclusive after all tries.',
    fix: {
      ...LIMITS,
      other:
        'Give it time (--max-wait 15m), go slower (--rate 20/m, --concurrency 1), or ask for less (--only).',
    },
  },
});

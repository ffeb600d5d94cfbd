import { rules } from '../make.js';
import { CHAIN } from '../settings.js';

/** Files of certificates, as `cert` reads them. */
export const FILES = rules({
  'certificate-unreadable': {
    title: 'a certificate in the file cannot be read',
    what: 'Its PEM or its DER is broken.',
    why: 'A mail server refuses the file, and has no TLS.',
    measured: 'Each block of the file is decoded.',
    fix: { ...CHAIN, other: 'Copy the file again from where it was made, with a line end behind each part.' },
    refs: ['RFC 5280 section 4.1', 'RFC 7468 section 5'],
  },
  'certificate-unusable': {
    title: 'OpenSSL does not take the certificate for that of a TLS server',
    what: 'The kind of its key cannot be used in TLS.',
    why: 'A mail server with OpenSSL does not start its TLS with it.',
    measured: 'OpenSSL inside Node.js is given the certificate.',
    fix: { ...CHAIN, other: 'Have one issued with an RSA, ECDSA or Ed25519 key.' },
    refs: ['RFC 8446 section 4.4.2.2'],
  },
  'key-mismatch': {
    title: 'the private key is not that of the first certificate',
    what: 'Its public half is another one than that in the certificate.',
    why: 'A mail server does not start its TLS with the pair.',
    measured: 'The two public keys are compared.',
    fix: {
      ...CHAIN,
      other:
        'Use the key that the certificate was requested with. The own certificate has to be the first of the file.',
    },
    refs: ['RFC 5246 section 7.4.2'],
  },
  'key-unreadable': {
    title: 'the private key in the file cannot be read',
    what: 'It is broken, or the passphrase does not open it.',
    why: 'A mail server has no TLS without it.',
    measured: 'The key is decoded, with the passphrase of --passphrase-file where there is one.',
    fix: { other: 'Name the right passphrase file, or write the key anew: openssl pkey -in OLD -out NEW.' },
    refs: ['RFC 7468 section 10', 'RFC 5958 section 3'],
  },
  'key-encrypted': {
    title: 'the private key in the file is encrypted',
    what: 'Whether it is that of the certificate was not looked at.',
    why: 'Neither Postfix nor Exim can ask for a passphrase.',
    measured: 'The kind of the PEM block says it.',
    fix: {
      other:
        'Name the passphrase file with --passphrase-file. For the server: openssl pkey -in OLD -out NEW, readable by root alone.',
    },
    refs: ['RFC 5958 section 3'],
  },
});

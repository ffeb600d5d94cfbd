import { rules } from '../make.js';
import { MODERN_SUITES, NO_ANONYMOUS, ORDER, SUITES } from '../settings.js';

const BY_SCAN =
  'scan offers the registered suites of each version in large hellos, and takes out what the server picks until it refuses.';

/** Cipher suites. */
export const CIPHER_SUITES = rules({
  'null-suites-accepted': {
    title: 'the server accepts suites that do not encrypt',
    what: 'NULL suites protect the content against change, and leave it readable.',
    why: 'Mail and passwords travel in the clear, while both sides believe that they use TLS.',
    attack: 'Whoever listens reads.',
    measured: BY_SCAN,
    fix: SUITES,
    refs: ['RFC 9325 section 4.1'],
  },
  'export-suites-accepted': {
    title: 'the server accepts export suites of 40 or 56 bits',
    what: 'Suites that were made weak on purpose in the 1990s. Their RSA and DH keys have 512 bits.',
    why: 'Such keys are broken in hours.',
    attack:
      'FREAK and LOGJAM: who is on the path makes a client that does not offer export suites use the key of one all the same.',
    measured: BY_SCAN,
    fix: SUITES,
    refs: ['RFC 9325 section 4.1', 'CVE-2015-0204', 'CVE-2015-4000'],
  },
  'des-suites-accepted': {
    title: 'the server accepts suites with single DES',
    what: 'DES has a key of 56 bits.',
    why: 'All keys can be tried in a day.',
    attack: 'A recorded session is decrypted by trying every key.',
    measured: BY_SCAN,
    fix: SUITES,
    refs: ['RFC 5469'],
  },
  'rc4-suites-accepted': {
    title: 'the server accepts suites with RC4',
    what: 'RC4 is a stream cipher of 1987 whose output is biased.',
    why: 'RFC 7465 forbids it in every version of TLS.',
    attack: 'What is sent in many sessions at the same place, such as a password, can be computed from them.',
    measured: BY_SCAN,
    fix: SUITES,
    refs: ['RFC 7465', 'CVE-2013-2566', 'CVE-2015-2808'],
  },
  'short-block-suites-accepted': {
    title: 'the server accepts suites whose cipher has blocks of 64 bits (3DES, IDEA, RC2)',
    what: 'After some 32 GB under one key two blocks are alike, and their difference shows.',
    why: 'The ciphers are slow as well, and everybody has AES.',
    attack: 'SWEET32: who makes a client send a lot in one session finds a secret that is repeated in it.',
    measured: BY_SCAN,
    fix: SUITES,
    refs: ['RFC 9325 section 4.1', 'CVE-2016-2183', 'CVE-2016-6329'],
  },
  'anonymous-suites-accepted': {
    title: 'the server accepts suites without a certificate',
    what: 'The key exchange is not signed: anyone could be at the other end.',
    why: 'On a port where users log in that gives their passwords away. On port 25 it is a note: senders that do not verify lose nothing.',
    attack: 'Who is on the path answers in the place of the server.',
    measured: BY_SCAN,
    fix: NO_ANONYMOUS,
    refs: ['RFC 5246 appendix A.5', 'RFC 7435'],
  },
  'cipher-without-encryption': {
    title: 'the session is not encrypted',
    what: 'A NULL suite was negotiated.',
    why: 'What is said in the session can be read by whoever listens.',
    attack: 'Whoever listens reads.',
    measured: 'tls looks at the suite of the session; one with 0 bits does not encrypt.',
    fix: SUITES,
    refs: ['RFC 9325 section 4.1'],
  },
  'suite-not-allowed': {
    title: 'the server accepts a suite that the profile does not allow',
    what: 'The suite is in none of the lists of the profile.',
    why: 'The source of the profile leaves it out, for want of forward secrecy or of AEAD, or because its cipher is weak.',
    measured: 'The suites that the profile does not allow are offered, and no other; a ServerHello is a yes.',
    fix: MODERN_SUITES,
    refs: ['RFC 9325 section 4.2'],
  },
  'suite-phase-out': {
    title: 'the server accepts a suite that the profile wants phased out',
    what: 'The source of the profile puts up with it for now.',
    why: 'It will not be allowed later. Look into the log for who still uses it, and plan its end.',
    measured: 'The suites of that list are offered alone; a ServerHello is a yes.',
    fix: MODERN_SUITES,
    refs: ['RFC 9325 section 4.2'],
  },
  'server-order-missing': {
    title: 'the order of the client decides among the suites, and the profile wants that of the server',
    what: 'The server takes the suite that the client names first.',
    why: 'Where weaker suites are accepted a client gets one that it need not have. With good suites alone it hardly matters.',
    measured: 'Two hellos offer the same suites, in opposite orders; the pick follows the order.',
    fix: ORDER,
    refs: ['RFC 9325 section 4.2.1'],
  },
  'encrypt-then-mac-missing': {
    title: 'CBC suites are used without encrypt-then-MAC',
    what: 'The MAC is made before the encryption, as TLS up to 1.2 has it unless both sides agree on RFC 7366.',
    why: 'It takes great care in the library to give no sign of whether the padding or the MAC was wrong.',
    attack: 'LUCKY13: a difference of microseconds tells of the content.',
    measured: 'Hellos with CBC suites offer the extension; the ServerHello does not take it.',
    fix: {
      ...MODERN_SUITES,
      other: 'GCM and ChaCha20 need none of it. Postfix and Exim have no switch for it.',
    },
    refs: ['RFC 7366', 'CVE-2013-0169'],
  },
});

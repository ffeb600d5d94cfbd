import { rules } from '../make.js';
import { CHAIN } from '../settings.js';

const BOTH =
  'OpenSSL and our own path validation both judge the chain as it was sent; the stricter one decides.';
const SEEN = 'The certificates of the path are looked at, whether or not they verify.';

/** The chain: whether it verifies, and how it was sent. */
export const CHAINS = rules({
  'chain-untrusted': {
    title: 'no path leads from the certificate to a trusted CA',
    what: 'An issuer is missing, or the path ends at a root that is not trusted here (codes 2, 18, 19, 20, 21).',
    why: 'A client that verifies cannot tell the server from somebody else.',
    attack: 'Who is on the path shows a certificate of his own, and nobody notices.',
    measured: `${BOTH} The report names the CAs that were trusted.`,
    fix: {
      ...CHAIN,
      other:
        'Send leaf and intermediates (fullchain.pem). For a CA of your own name it with --ca-file or --ca-path.',
    },
    refs: ['RFC 5280 section 6', 'RFC 8446 section 4.4.2', 'RFC 5246 section 7.4.2'],
  },
  'chain-incomplete': {
    title: 'an intermediate is not sent',
    what: 'The server sends its own certificate without one that stands between it and the root.',
    why: 'Browsers fetch what is missing, and mail servers do not: they see a chain that leads nowhere.',
    measured:
      'The path is compared with what was sent; one that was found in the CA store alone is missing on the wire.',
    fix: CHAIN,
    refs: ['RFC 8446 section 4.4.2', 'RFC 5280 section 4.2.2.1'],
  },
  'chain-misordered': {
    title: 'the chain is not in order',
    what: 'Each certificate has to stand before its issuer.',
    why: 'Up to TLS 1.2 the order is required, and not every client sorts.',
    measured: 'The order on the wire is compared with that of the path.',
    fix: CHAIN,
    refs: ['RFC 5246 section 7.4.2', 'RFC 8446 section 4.4.2'],
  },
  'chain-surplus': {
    title: 'certificates are sent that nobody needs',
    what: 'Some are in no path, or are sent twice.',
    why: 'Every handshake carries them. A large flight costs a round trip.',
    measured: 'What was sent is compared with the path.',
    fix: { ...CHAIN, other: 'Take them out of the chain file.' },
    refs: ['RFC 8446 section 4.4.2'],
  },
  'root-sent': {
    title: 'the chain carries its root',
    what: 'The last certificate is self-signed.',
    why: 'Every client has it, or does not trust it. Only a TLSA record of usage DANE-TA(2) that names it needs it on the wire.',
    measured: 'A self-signed certificate stands behind the first one.',
    fix: { ...CHAIN, other: 'Take the root out of the chain file, unless DANE-TA(2) names it.' },
    refs: ['RFC 8446 section 4.4.2', 'RFC 7672 section 3.1.2'],
  },
  'chain-too-long': {
    title: 'the chain has more intermediates than allowed',
    what: '--depth limits them, as -verify_depth of OpenSSL does.',
    why: 'A client with the same limit refuses the chain.',
    measured: `${BOTH} Code 22.`,
    fix: { other: 'Raise --depth, or have the certificate issued by a CA that is nearer to its root.' },
    refs: ['openssl-verification-options(1)'],
  },
  'signature-invalid': {
    title: 'the signature of a certificate is wrong',
    what: 'The issuer that was found did not sign the certificate (code 7).',
    why: 'The certificate was changed, or the intermediate has the right name and another key.',
    attack: 'Who makes up a certificate cannot sign it with the key of the CA.',
    measured: BOTH,
    fix: { ...CHAIN, other: 'Send the intermediate that came with the certificate.' },
    refs: ['RFC 5280 section 6.1.3'],
  },
  'issuer-not-a-ca': {
    title: 'a certificate that is no CA was used as one',
    what: 'An issuer in the path has no basicConstraints with CA (codes 24 and 79).',
    why: 'If that counted, every holder of a certificate could issue others.',
    attack: 'The holder of a certificate for his own host makes one for yours.',
    measured: BOTH,
    fix: {
      ...CHAIN,
      other: 'Send the right intermediate. A CA of your own needs basicConstraints = critical, CA:TRUE.',
    },
    refs: ['RFC 5280 section 4.2.1.9'],
  },
  'pathlen-exceeded': {
    title: 'a CA has more CAs below it than it may have',
    what: 'The pathLenConstraint of a CA limits them (code 25).',
    why: 'Clients refuse the chain.',
    measured: BOTH,
    fix: {
      ...CHAIN,
      other: 'Use an intermediate that is allowed, or have the CA issue one without that limit.',
    },
    refs: ['RFC 5280 section 4.2.1.9'],
  },
  'purpose-unsuitable': {
    title: 'a certificate of the path is not for servers',
    what: 'Its extended key usage lacks serverAuth, or its key usage does not fit (code 26).',
    why: 'A certificate for mail clients or for code says nothing of a server.',
    measured: BOTH,
    fix: { ...CHAIN, other: 'Have it issued with extendedKeyUsage = serverAuth.' },
    refs: ['RFC 5280 section 4.2.1.12'],
  },
  'certificate-distrusted': {
    title: 'the CA store marks a certificate as not to be trusted',
    what: 'A TRUSTED CERTIFICATE of the store rejects it for servers (code 28).',
    why: 'Somebody has decided not to trust this CA.',
    measured: 'Our own path validation honours trust settings; OpenSSL inside Node.js is not given them.',
    fix: {
      other: 'Use another CA. If the mark is a mistake: openssl x509 -clrtrust -clrreject takes it out.',
    },
    refs: ['openssl-x509(1), -addreject'],
  },
  'ca-may-not-sign': {
    title: 'an issuer may not sign certificates',
    what: 'Its key usage lacks keyCertSign (code 32).',
    why: 'Clients refuse the chain.',
    measured: BOTH,
    fix: {
      ...CHAIN,
      other: 'Send the right intermediate. A CA of your own needs keyUsage = critical, keyCertSign.',
    },
    refs: ['RFC 5280 section 4.2.1.3'],
  },
  'critical-extension-unknown': {
    title: 'a certificate has a critical extension that is not known',
    what: 'Critical means: whoever does not know the extension has to refuse the certificate (code 34).',
    why: 'Most clients do not know it either.',
    measured: BOTH,
    fix: { other: 'Have the certificate issued without the extension, or with one that is not critical.' },
    refs: ['RFC 5280 section 4.2'],
  },
  'name-constraints-violated': {
    title: 'a CA may not issue for a name in the certificate',
    what: 'The name constraints of a CA in the path leave the name out (codes 47 and 48).',
    why: 'Clients refuse the chain, also for the names that are allowed.',
    measured:
      'Our own path validation judges name constraints as OpenSSL 3.0 does, and OpenSSL judges them too.',
    fix: { other: 'Have the certificate issued without that name, or by another CA.' },
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  'name-constraints-unsupported': {
    title: 'the name constraints of a CA cannot be judged',
    what: 'They have a minimum or maximum, or are about a kind of name that OpenSSL does not compare (codes 49 and 51).',
    why: 'What cannot be judged is refused.',
    measured: BOTH,
    fix: { other: 'Have the certificate issued without names of that kind, or by another CA.' },
    refs: ['RFC 5280 section 4.2.1.10'],
  },
  'name-syntax-unsupported': {
    title: 'a name in a certificate is not well-formed',
    what: 'It cannot be held against the name constraints of a CA (code 53).',
    why: 'What cannot be judged is refused.',
    measured: BOTH,
    fix: { other: 'Have the certificate issued with names that are well-formed.' },
    refs: ['RFC 5280 sections 4.2.1.6 and 4.2.1.10'],
  },
  'verification-failed': {
    title: 'the chain does not verify, with a code that has no rule of its own',
    what: 'OpenSSL or our own path validation ends on a rare code. The finding names it.',
    why: 'A client that verifies refuses the server.',
    measured: BOTH,
    fix: { other: 'smtpcheck explain NUMBER says what the code means.' },
    refs: ['openssl-verification-options(1)'],
  },
  'verification-not-judged': {
    title: 'verification would have failed, and was not to be judged',
    what: '--no-verify was given, and the chain or the name does not hold.',
    why: 'It is a note, so that nobody takes the pass for more than it is.',
    measured: BOTH,
    fix: { other: 'Leave --no-verify out. The note names the findings that it would make.' },
  },
  'judges-disagree': {
    title: 'the two judges of the chain disagree',
    what: 'OpenSSL and our own path validation end on different codes.',
    why: 'One of them is wrong, or knows less. The stricter one decides.',
    measured: "OpenSSL's code is read from the TLS session; ours comes from src/x509.",
    fix: {
      other:
        'Where the CA store has trust settings that is meant. Otherwise report the chain (--show-certs), unless a code is 46.',
    },
  },
  'judge-missing': {
    title: "OpenSSL's own verdict could not be read",
    what: 'The TLS session of this Node.js has another form than those that are known.',
    why: 'A chain is called OK by two judges or not at all.',
    measured: 'The verify result is field 5 of the TLS session (SSL_SESSION).',
    fix: { other: 'Use a version of Node.js that is known (20, 22, 24), and report this one.' },
  },
  'no-certificate': {
    title: 'the server showed no certificate',
    what: 'The session has an anonymous suite, or one with a key that both share.',
    why: 'Anyone could have answered.',
    attack: 'Who is on the path answers in the place of the server.',
    measured: 'The handshake came to its end without a Certificate message.',
    fix: {
      other:
        'Leave anonymous suites out of what you offer (--cipher), or of the server: explain anonymous-suites-accepted.',
    },
    refs: ['RFC 5246 appendix A.5'],
  },
  'certificate-pin-mismatch': {
    title: 'the certificate is none of those that were pinned',
    what: '--pin names a digest of the certificate or of its key, and neither is it.',
    why: 'It was renewed with a new key, or somebody else answers.',
    attack: 'A certificate of a CA that was talked into issuing it verifies; a pin shows it.',
    measured: 'SHA-256 of the leaf, or of its public key, is compared with each pin.',
    fix: {
      other:
        'If the change was meant, pin the new value, which the finding has. If not, find out who answers.',
    },
    refs: ['RFC 7469 section 2.4'],
  },
  'other-chain-untrusted': {
    title: 'another chain of the server does not verify',
    what: 'The server has more than one certificate, by kind of key or without SNI. One that you were not shown first does not hold.',
    why: 'Some clients get that one.',
    measured: 'scan makes the server show each chain, with and without SNI, and verifies it.',
    fix: CHAIN,
    refs: ['RFC 5280 section 6', 'RFC 6066 section 3'],
  },
  'other-chain-expiring': {
    title: 'another chain of the server is about to expire',
    what: 'The server has more than one certificate. One that you were not shown first ends soon, or has ended.',
    why: 'Some clients get that one. Renewal often forgets it.',
    measured: 'scan makes the server show each chain, and looks at its dates.',
    fix: CHAIN,
    refs: ['RFC 5280 section 4.1.2.5'],
  },
  'other-chain-flawed': {
    title: 'another chain of the server has a flaw',
    what: 'The server has more than one certificate. One that you were not shown first is incomplete, weak or out of order.',
    why: 'Some clients get that one.',
    measured: `scan makes the server show each chain. ${SEEN}`,
    fix: CHAIN,
    refs: ['RFC 8446 section 4.4.2'],
  },
});

import { rules } from '../make.js';
import { CHAIN } from '../settings.js';

const SEEN = 'The certificates of the path are looked at, whether or not they verify.';
const AGAIN = 'Have the certificate issued again';

/** Single certificates: dates, names, keys. */
export const CERTIFICATES = rules({
  'certificate-expired': {
    title: 'a certificate of the path has expired',
    what: 'Its notAfter has passed (code 10).',
    why: 'Clients that verify refuse the server. DANE-EE(3) alone does not look at dates.',
    measured: 'Both judges compare the dates with the clock here, or with --at in cert.',
    fix: {
      ...CHAIN,
      other:
        'Renew it, and reload the mail server: many keep the old one in memory. Check that the renewal runs by itself.',
    },
    refs: ['RFC 5280 section 4.1.2.5'],
  },
  'certificate-not-yet-valid': {
    title: 'a certificate of the path is not valid yet',
    what: 'Its notBefore is to come (code 9).',
    why: 'Clients that verify refuse the server.',
    measured: 'Both judges compare the dates with the clock here, or with --at in cert.',
    fix: { ...CHAIN, other: 'Check the clocks of both sides first.' },
    refs: ['RFC 5280 section 4.1.2.5'],
  },
  'certificate-expiring': {
    title: 'a certificate of the path expires soon',
    what: 'Less time is left than --expires-within asks for, or than two weeks (a CA: a month).',
    why: 'After that clients refuse the server.',
    measured: 'The notAfter of each certificate of the path is compared with the clock.',
    fix: {
      ...CHAIN,
      other: 'Renew it, and reload the mail server. Where a CA ends, change to a chain that lasts longer.',
    },
    refs: ['RFC 5280 section 4.1.2.5'],
  },
  'hostname-mismatch': {
    title: 'the certificate is not for the host name',
    what: 'No DNS name in its subjectAltName is the name that was asked for (code 62). The CN does not count.',
    why: 'A client cannot tell the server from another one with a good certificate.',
    attack: 'Who is on the path shows a valid certificate of his own host.',
    measured: 'OpenSSL and our own matching of RFC 9525 both compare; no partial wildcards.',
    fix: {
      ...CHAIN,
      other:
        'Have the name of the MX record, or the one that users type, put into the certificate. --verify-hostname checks another name.',
    },
    refs: ['RFC 9525 section 6', 'RFC 7672 section 3.2.3'],
  },
  'ip-address-mismatch': {
    title: 'the certificate is not for the address',
    what: 'The target is an address, and the certificate carries others (code 64).',
    why: 'A client that connects to the address cannot verify the server.',
    measured: 'The iPAddress names of the certificate are compared with the address.',
    fix: {
      other:
        'Give the name that clients use with --servername, or have the address put into the certificate.',
    },
    refs: ['RFC 9525 section 6'],
  },
  'hostname-not-checked': {
    title: 'no host name was checked',
    what: 'The target is an address that the certificate does not carry, or cert was given no --host.',
    why: 'A chain that verifies says nothing of whom the certificate is for.',
    measured: 'There was no name to compare with.',
    fix: { other: 'Give the name that clients use: --servername NAME, or --host NAME with cert.' },
    refs: ['RFC 9525 section 6'],
  },
  'san-missing': {
    title: 'the certificate has no DNS name in its subjectAltName',
    what: 'The host name is in the CN alone, or nowhere.',
    why: 'Current clients do not look at the CN.',
    measured: SEEN,
    fix: { other: `${AGAIN}, with the host name as a DNS subjectAltName.` },
    refs: ['RFC 9525 section 6.3'],
  },
  'server-auth-missing': {
    title: 'the certificate does not say that it is for servers',
    what: 'It has no extended key usage.',
    why: 'Some clients insist on serverAuth, and public CAs have to put it in.',
    measured: SEEN,
    fix: { other: `${AGAIN}, with extendedKeyUsage = serverAuth.` },
    refs: ['RFC 5280 section 4.2.1.12', 'CA/B BR 7.1.2.7.10'],
  },
  'leaf-is-ca': {
    title: 'the certificate of the server is that of a CA',
    what: 'The first certificate has basicConstraints with CA. Either the order is wrong, or the server holds the key of a CA.',
    why: 'Who gets the key of the server can issue certificates for any name.',
    attack: 'A break-in into the mail server becomes a CA of the intruder.',
    measured: 'The first certificate that was sent is looked at.',
    fix: {
      ...CHAIN,
      other:
        'Put the own certificate first, or have one issued by this CA, and keep the key of the CA elsewhere.',
    },
    refs: ['RFC 5280 section 4.2.1.9', 'RFC 8446 section 4.4.2'],
  },
  'key-shared': {
    title: 'certificates of different names have the same key',
    what: 'Two subjects in the chain hold one key.',
    why: 'Who holds it for one can act as the other.',
    measured: 'The digests of the public keys are compared, over what was sent and the path.',
    fix: { other: 'Make a key of its own for each.' },
    refs: ['NIST SP 800-57 part 1 section 5.2'],
  },
  'weak-key': {
    title: 'a key in the path is too weak',
    what: 'A key has less strength than --auth-level asks for; level 2 wants RSA of 2048 bits (codes 66 and 67).',
    why: 'OpenSSL 3.2 and later refuse it by default.',
    attack: 'Who factors the key of a CA issues certificates; RSA of 512 bits takes hours.',
    measured: 'Both judges hold each key against the level.',
    fix: {
      ...CHAIN,
      other: `${AGAIN}, with an RSA key of 2048 bits or more, or ECDSA with P-256. For a CA, use another one.`,
    },
    refs: ['NIST SP 800-57 part 1', 'SSL_CTX_set_security_level(3)'],
  },
  'weak-digest': {
    title: 'a certificate of the path is signed with a weak digest',
    what: 'Its digest has less strength than --auth-level asks for; level 2 refuses MD5 and SHA-1 (code 68).',
    why: 'OpenSSL 3.2 and later refuse it by default.',
    attack: 'Who finds a collision makes a second certificate that the same signature holds for.',
    measured: 'Both judges hold each signature but that of the root against the level.',
    fix: { other: `${AGAIN}, signed with SHA-256 or better.` },
    refs: ['RFC 9155', 'NIST SP 800-131A'],
  },
  'weak-signature': {
    title: 'a certificate of the path is signed with MD5 or SHA-1',
    what: 'Forgeries can be made of such signatures. That of a root protects nothing, and does not count.',
    why: 'Clients refuse it at their default level.',
    attack: 'Who finds a collision makes a second certificate that the same signature holds for.',
    measured: SEEN,
    fix: { other: `${AGAIN}, signed with SHA-256 or better.` },
    refs: ['RFC 9155', 'RFC 6151', 'CA/B BR 7.1.3.2'],
  },
  'short-rsa-key': {
    title: 'a certificate of the path has an RSA key of less than 2048 bits',
    what: 'RSA of 1024 bits has 80 bits of strength at most.',
    why: 'Public CAs may not certify it, and clients refuse it at their default level.',
    measured: SEEN,
    fix: { ...CHAIN, other: 'Use an RSA key of 2048 bits or more, or ECDSA with P-256.' },
    refs: ['RFC 9325 section 4.5', 'NIST SP 800-57 part 1'],
  },
  'validity-too-long': {
    title: 'the certificate is valid for longer than public CAs may give',
    what: 'The limit is 200 days since March 2026, 100 from March 2027, 47 from March 2029.',
    why: 'Some clients refuse such certificates.',
    measured:
      'Only where the path ends at a public root: notAfter less notBefore, by the limit of the day of issue.',
    fix: { other: `${AGAIN}: the CA has to shorten it. Let the renewal run by itself.` },
    refs: ['CA/B BR 6.3.2', 'CA/B Ballot SC-081v3'],
  },
  'certificate-lifespan-too-long': {
    title: 'the certificate is valid for longer than the profile allows',
    what: 'notAfter less notBefore of the leaf is more than the limit of the profile.',
    why: 'A key that was stolen is good for as long as the certificate is.',
    measured: 'The dates of the leaf are compared.',
    fix: { other: `${AGAIN}, for less time. Let the renewal run by itself (ACME).` },
  },
  'certificate-key-not-allowed': {
    title: 'a key in the chain is not one that the profile allows',
    what: 'Its type, size or curve is in none of the lists of the profile.',
    why: 'The source of the profile finds it too weak, or has not looked at it.',
    measured: SEEN,
    fix: {
      ...CHAIN,
      other: `${AGAIN}, with a key that profiles show NAME lists. For the key of a CA, use another one.`,
    },
    refs: ['RFC 9325 section 4.5'],
  },
  'certificate-key-phase-out': {
    title: 'a key in the chain is one that the profile wants phased out',
    what: 'The source of the profile puts up with it for now.',
    why: 'It will not be allowed later. A renewal is the time to change it.',
    measured: SEEN,
    fix: { ...CHAIN, other: 'Make a new key at the next renewal.' },
    refs: ['RFC 9325 section 4.5'],
  },
  'certificate-digest-not-allowed': {
    title: 'a signature in the chain has a digest that the profile does not allow',
    what: 'The digest is in none of the lists of the profile.',
    why: 'A weak digest lets a certificate be forged.',
    attack: 'Who finds a collision makes a second certificate that the same signature holds for.',
    measured: SEEN,
    fix: { other: `${AGAIN}, signed with SHA-256 or better.` },
    refs: ['RFC 9155'],
  },
  'certificate-digest-phase-out': {
    title: 'a signature in the chain has a digest that the profile wants phased out',
    what: 'The source of the profile puts up with it for now.',
    why: 'It will not be allowed later.',
    measured: SEEN,
    fix: { other: `${AGAIN} with another digest at the next renewal.` },
    refs: ['RFC 9155'],
  },
  'default-certificate-differs': {
    title: 'without SNI the server shows another certificate',
    what: 'A client that sends no name gets a certificate that may be for another one.',
    why: 'Many mail servers send no name. If they verify, they refuse the server.',
    measured: 'scan shakes hands with and without SNI, and compares.',
    fix: {
      ...CHAIN,
      other:
        'The setting above is the default certificate of both servers: make it that of the MX or of the name that users type.',
    },
    refs: ['RFC 6066 section 3', 'RFC 7672 section 8.1'],
  },
  'server-name-required': {
    title: 'without SNI the server refuses the handshake',
    what: 'It has no certificate for a client that sends no name.',
    why: 'Many mail servers send none. They deliver without TLS, or not at all.',
    measured: 'scan sends a hello without SNI; the alert is the answer.',
    fix: {
      ...CHAIN,
      other:
        'The setting above is the default: a name that tls_server_sni_maps of Postfix does not have gets it. In Exim an expansion with $tls_in_sni needs a value for the empty name.',
    },
    refs: ['RFC 6066 section 3'],
  },
});

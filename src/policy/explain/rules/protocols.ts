import { rules } from '../make.js';
import { NO_COMPRESSION, NO_RENEGOTIATION, TLS13_ALONE, VERSIONS } from '../settings.js';

const BY_SCAN = 'scan offers this version alone, with every suite that it can have; a ServerHello is a yes.';
const PORT_25 = 'On port 25 look into the log first: a sender that is refused may deliver without TLS.';

/** Protocol versions, and what belongs to them. */
export const PROTOCOLS = rules({
  'ssl-2-accepted': {
    title: 'the server accepts SSL 2.0',
    what: 'SSL 2.0 is of 1995. Nothing protects its handshake, and its suites are short.',
    why: 'It must not be used at all. It also endangers sessions of newer versions that share its RSA key.',
    attack:
      'DROWN: whoever recorded a TLS session with RSA key exchange asks the server over SSL 2.0 until the session key falls out.',
    measured: 'scan sends a CLIENT-HELLO of SSL 2.0; a SERVER-HELLO is a yes.',
    fix: { ...VERSIONS, other: 'No maintained library speaks SSL 2.0: update the TLS library.' },
    refs: ['RFC 6176', 'CVE-2016-0800'],
  },
  'ssl-3-accepted': {
    title: 'the server accepts SSL 3.0',
    what: 'SSL 3.0 is of 1996. Its padding is not covered by the MAC, and its only other cipher is RC4.',
    why: 'It must not be negotiated any more.',
    attack: 'POODLE: who is on the path and can make a client send often guesses a byte in 256 tries.',
    measured: BY_SCAN,
    fix: { ...VERSIONS, other: 'Libraries of today leave SSL 3.0 out: update the TLS library.' },
    refs: ['RFC 7568', 'CVE-2014-3566'],
  },
  'tls-1-0-accepted': {
    title: 'the server accepts TLS 1.0',
    what: 'TLS 1.0 is of 1999. It has neither AEAD suites nor SHA-256 in its handshake.',
    why: `It is deprecated, and most profiles forbid it. ${PORT_25}`,
    attack: 'BEAST on CBC suites; a handshake that rests on SHA-1 and MD5.',
    measured: BY_SCAN,
    fix: VERSIONS,
    refs: ['RFC 8996', 'RFC 9325 section 3.1.1'],
  },
  'tls-1-1-accepted': {
    title: 'the server accepts TLS 1.1',
    what: 'TLS 1.1 is of 2006. It mends the IV of TLS 1.0, and little else.',
    why: `It is deprecated, and most profiles forbid it. ${PORT_25}`,
    attack: 'A handshake that rests on SHA-1 and MD5; no suite with AEAD.',
    measured: BY_SCAN,
    fix: VERSIONS,
    refs: ['RFC 8996', 'RFC 9325 section 3.1.1'],
  },
  'tls-1-2-accepted': {
    title: 'the server accepts TLS 1.2, and the profile wants TLS 1.3 alone',
    what: 'TLS 1.2 is sound with the right suites. The profile asks for more.',
    why: 'With TLS 1.3 alone there is nothing to choose wrongly. Clients without it stay outside: for an MX that is no profile.',
    measured: BY_SCAN,
    fix: TLS13_ALONE,
    refs: ['RFC 8446', 'RFC 9325 section 3.1.1'],
  },
  'tls-1-3-accepted': {
    title: 'the server accepts TLS 1.3, and the profile does not allow it',
    what: 'No profile that comes with smtpcheck says so; one of your own does.',
    why: 'TLS 1.3 is the best there is. Look at the profile first.',
    measured: BY_SCAN,
    fix: { other: 'Add TLSv1.3 to requirements.protocols.allowed of the profile.' },
    refs: ['RFC 8446'],
  },
  'tls-1-2-missing': {
    title: 'the server does not accept TLS 1.2, and the profile requires it',
    what: 'Every hello that offered TLS 1.2 was refused.',
    why: 'Many mail servers have nothing newer. They deliver without TLS, or not at all.',
    measured: 'The version alone is offered; only an alert that speaks about the offer counts as a no.',
    fix: VERSIONS,
    refs: ['RFC 9325 section 3.1.1'],
  },
  'tls-1-3-missing': {
    title: 'the server does not accept TLS 1.3, and the profile requires it',
    what: 'Every hello that offered TLS 1.3 was refused, or answered with an older version.',
    why: 'TLS 1.3 hides the certificate from who listens, has forward secrecy always, and is the only one with post-quantum groups.',
    measured: 'The version alone is offered; only an alert that speaks about the offer counts as a no.',
    fix: {
      ...VERSIONS,
      other:
        'TLS 1.3 needs OpenSSL 1.1.1 or GnuTLS 3.6.5: update the library when the setting allows it already.',
    },
    refs: ['RFC 8446', 'RFC 9325 section 3.1.1'],
  },
  'no-modern-protocol': {
    title: 'the server accepts neither TLS 1.2 nor TLS 1.3',
    what: 'Only versions that are deprecated are left.',
    why: 'Current clients refuse them. Senders then deliver without TLS, or not at all.',
    measured: 'scan offers TLS 1.2 and 1.3, each alone; both were refused.',
    fix: { ...VERSIONS, other: 'TLS 1.2 needs OpenSSL 1.0.1 or later.' },
    refs: ['RFC 9325 section 3.1.1', 'RFC 8996'],
  },
  'protocol-deprecated': {
    title: 'the server chose a deprecated version',
    what: 'TLS 1.2 and 1.3 were offered, and an older version was negotiated. The server has nothing better, or its settings forbid it.',
    why: 'TLS 1.0 and 1.1 are deprecated. Current clients refuse them.',
    measured:
      'tls looks at the version of the session. If you pinned the old version it is a note, no error.',
    fix: VERSIONS,
    refs: ['RFC 8996', 'RFC 9325 section 3.1.1'],
  },
  'insecure-renegotiation': {
    title: 'the server does not support secure renegotiation',
    what: 'Its ServerHello has no renegotiation_info. A new handshake in a session is not bound to the old one.',
    why: 'A client cannot know whether its session continues that of a stranger.',
    attack:
      'Who is on the path opens a session, sends commands, and hands the session to a client as a renegotiation: the commands count as those of the client.',
    measured: 'Up to TLS 1.2 every hello asks for it. TLS 1.3 has no renegotiation.',
    fix: { ...NO_RENEGOTIATION, other: 'All maintained TLS libraries support RFC 5746: update the library.' },
    refs: ['RFC 5746', 'CVE-2009-3555'],
  },
  'insecure-client-renegotiation': {
    title: 'clients can renegotiate, and it is not secure',
    what: 'The server begins a new handshake when a client asks, and does not bind it to the session as RFC 5746 has it.',
    why: 'The attack on insecure renegotiation can in fact be carried out here.',
    attack:
      'Who is on the path puts commands of his own in front of what a client says, as in CVE-2009-3555.',
    measured:
      'scan renegotiates in a session of TLS 1.2 or older; the server carried it out without renegotiation_info.',
    fix: { ...NO_RENEGOTIATION, other: 'All maintained TLS libraries support RFC 5746: update the library.' },
    refs: ['RFC 5746', 'CVE-2009-3555'],
  },
  'client-renegotiation-accepted': {
    title: 'the server renegotiates when a client asks',
    what: 'Up to TLS 1.2 a client may begin a new handshake inside a session.',
    why: 'Mail needs none. Each costs the server a key exchange.',
    attack: 'One connection keeps a core busy with key exchanges.',
    measured: 'scan renegotiates up to eleven times in a session. A server with a limit gets a note.',
    fix: NO_RENEGOTIATION,
    refs: ['CVE-2011-1473', 'RFC 9325 section 3.5'],
  },
  'tls-compression': {
    title: 'the server compresses inside TLS',
    what: 'What is sent is compressed before it is encrypted.',
    why: 'The size of the ciphertext then tells of the content.',
    attack: 'CRIME: who can add text to a session sees by its length when the text repeats a secret.',
    measured: 'The hello offers DEFLATE; the ServerHello takes it.',
    fix: NO_COMPRESSION,
    refs: ['RFC 9325 section 3.3', 'CVE-2012-4929'],
  },
  'fallback-scsv-missing': {
    title: 'the server does not notice that a client was driven down to an old version',
    what: 'A client that comes back with a lower version says so with TLS_FALLBACK_SCSV. The server passes over it.',
    why: 'It matters only while the server accepts a version that is worth driving somebody to.',
    attack: 'Who is on the path breaks handshakes until the client tries an old version.',
    measured:
      'scan offers less than the highest version, with the signal; an alert 86 (inappropriate_fallback) is right.',
    fix: { ...VERSIONS, other: 'OpenSSL 1.0.1j and later notice it: update the library.' },
    refs: ['RFC 7507', 'RFC 8996'],
  },
});

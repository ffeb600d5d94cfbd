import type { Fix } from '../explanation.js';
import { exim, rules } from '../make.js';
import { SESSION_TIME } from '../settings-smtp.js';

const COMPARED =
  'scan sends such a hello, and one without it to compare. A close counts only when it comes twice.';
const LIBRARY: Fix = {
  other:
    'Update the TLS library of the server, or look for a middlebox in front of it. No setting is the cause.',
};

/** Odd hellos, sessions, extensions. */
export const TOLERANCE = rules({
  'version-intolerant': {
    title: 'the server does not answer a hello that offers TLS 1.3',
    what: 'It has older versions, and fails where it should choose one of them.',
    why: 'Current clients reach it without TLS, or not at all.',
    measured: COMPARED,
    fix: LIBRARY,
    refs: ['RFC 8446 appendix D.2'],
  },
  'higher-version-intolerant': {
    title: 'the server does not negotiate down from a version that it does not know',
    what: 'A hello offers a version that does not exist yet, beside those that do.',
    why: 'It will fail with the next version of TLS.',
    measured: COMPARED,
    fix: LIBRARY,
    refs: ['RFC 5246 appendix E.1', 'RFC 8446 appendix D.2'],
  },
  'grease-intolerant': {
    title: 'the server does not pass over values that it does not know',
    what: 'A hello holds reserved values among suites, groups and extensions (GREASE).',
    why: 'It will fail with the next suite, group or extension.',
    measured: COMPARED,
    fix: LIBRARY,
    refs: ['RFC 8701'],
  },
  'large-hello-intolerant': {
    title: 'the server does not answer a large hello with a post-quantum key share',
    what: 'The key share of X25519MLKEM768 makes a hello of some 1,500 octets, which takes two packets.',
    why: 'Clients with OpenSSL 3.5 and later send it: their mail is held up.',
    measured: COMPARED,
    fix: {
      other:
        'Update the server, or the firewall or load balancer in front of it that wants a hello in one packet. No setting of Postfix or Exim is the cause.',
    },
    refs: ['draft-ietf-tls-ecdhe-mlkem'],
  },
  'split-records-intolerant': {
    title: 'the server does not answer a hello in several records',
    what: 'A handshake message may be divided among records.',
    why: 'Some clients do it. A middlebox that reads the first record alone breaks it.',
    measured: COMPARED,
    fix: LIBRARY,
    refs: ['RFC 8446 section 5.1'],
  },
  'split-segments-intolerant': {
    title: 'the server does not answer a hello that comes in several TCP segments',
    what: 'TCP may divide what is sent as it likes.',
    why: 'A large hello always comes so.',
    measured: COMPARED,
    fix: LIBRARY,
    refs: ['RFC 8446 section 5.1', 'RFC 9293'],
  },
  'hello-length-intolerant': {
    title: 'the server does not answer a hello of 256 to 511 octets',
    what: 'An old bug of F5 BIG-IP, for which clients pad their hellos.',
    why: 'Clients that do not pad cannot connect.',
    measured: COMPARED,
    fix: { other: 'Update the load balancer in front of the server.' },
    refs: ['RFC 7685'],
  },
  'heartbeat-offered': {
    title: 'the server offers the heartbeat extension',
    what: 'Nobody uses it over TCP.',
    why: 'It is the extension of Heartbleed. That it is offered does not mean that the bug is there.',
    attack:
      'Heartbleed, in OpenSSL 1.0.1 to 1.0.1f: anybody reads the memory of the server. scan does not try it.',
    measured: 'Hellos up to TLS 1.2 offer it; the ServerHello takes it.',
    fix: { other: 'OpenSSL has no heartbeat for TLS from 1.1.0 on: update the library.' },
    refs: ['RFC 6520', 'CVE-2014-0160'],
  },
  'early-data-offered': {
    title: 'the server takes early data',
    what: 'Its tickets allow 0-RTT: a client may send before the handshake ends.',
    why: 'Early data can be replayed, and no profile says how SMTP would use it.',
    attack: 'Who recorded it sends it again, and the server does again what it says.',
    measured: 'max_early_data_size in the tickets of TLS 1.3.',
    fix: { other: 'Switch 0-RTT off in the proxy that ends TLS. Postfix and Exim do not have it.' },
    refs: ['RFC 8446 appendix E.5', 'RFC 8446 section 8'],
  },
  'ticket-lifetime-long': {
    title: 'session tickets can be used for more than seven days',
    what: 'The lifetime that the server gives is longer than TLS 1.3 allows.',
    why: 'The key that protects the tickets opens what was sent under them.',
    attack: 'Who gets the ticket key reads recorded sessions of the whole time.',
    measured: 'The lifetime stands in NewSessionTicket.',
    fix: SESSION_TIME,
    refs: ['RFC 8446 section 4.6.1', 'RFC 9325 section 3.4'],
  },
  'session-not-resumed': {
    title: 'the session was not resumed on a second connection',
    what: 'The server gives no session, or makes a full handshake all the same.',
    why: 'It is a note. A full handshake costs time, and nothing else.',
    measured: 'tls --reconnect comes back with the session of the first connection.',
    fix: {
      ...SESSION_TIME,
      exim: exim(
        ['tls_resumption_hosts = *'],
        'chapter "Main configuration": tls_resumption_hosts',
        'unset by default: nothing is resumed',
      ),
      other: 'Servers behind one address need a ticket key in common.',
    },
    refs: ['RFC 8446 section 2.2', 'RFC 5077'],
  },
  'resumption-refused': {
    title: 'a client that comes back with a session is refused',
    what: 'The server sends an alert, where it should go on with a full handshake.',
    why: 'Clients that keep sessions lose mail.',
    measured: 'tls --reconnect comes back with the session of the first connection.',
    fix: {
      ...SESSION_TIME,
      other: 'Look at the session cache and the ticket keys of the server, above all behind a load balancer.',
    },
    refs: ['RFC 8446 section 2.2', 'RFC 5077'],
  },
  'alpn-not-negotiated': {
    title: 'the protocol that --alpn asked for was not chosen',
    what: 'The server chose another one, or none.',
    why: 'You asked for it. Mail needs no ALPN.',
    measured: 'The ALPN of the session is compared with what was asked for.',
    fix: {
      exim: exim(
        ['tls_alpn = smtp : esmtp'],
        'chapter "Main configuration": tls_alpn',
        'that is the default; needs Exim 4.96. Postfix has no setting for it',
      ),
      other: 'Leave --alpn out.',
    },
    refs: ['RFC 7301 section 3.2'],
  },
  'pin-not-honoured': {
    title: 'something else was negotiated than what was pinned',
    what: 'Version, suite, group or signature scheme of the session is none of those that you asked for.',
    why: 'The answer is not about what you asked. OpenSSL would leave it at that.',
    measured: 'What was negotiated is compared with what was asked.',
    fix: { other: 'Loosen the pin, or find out what answers: a server cannot choose what was not offered.' },
  },
});

import { errors, exim, postfix } from '../make.js';
import { BANNER, LIMITS } from '../settings-smtp.js';

const OPEN = 'It is no answer: neither a pass nor a no. The exit code is 4.';
const FILTERS = {
  postfix: postfix(
    ["postconf -e 'postscreen_access_list = permit_mynetworks, cidr:/etc/postfix/postscreen_access.cidr'"],
    'postscreen_access_list, smtpd_client_restrictions and smtpd_delay_reject',
    'the file has lines such as "192.0.2.7/32 permit": the address that you test from',
  ),
  exim: exim(
    ['# at the head of the ACL of acl_smtp_connect:', '  accept hosts = 192.0.2.7'],
    'chapter "Access control lists": hosts; chapter "Main configuration": acl_smtp_connect',
    'put the address that you test from in the place of 192.0.2.7',
  ),
};

/** SMTP, before and inside TLS. */
export const DIALOGUE_ERRORS = errors({
  silent: {
    title: 'the server says nothing',
    what: `The connection stands, and no word came within the time. ${OPEN}`,
    why: 'It is overloaded, delays its greeting, waits for TLS, or something on the way swallows what is said.',
    measured: 'The time is that of --timeout; greetings of several lines are waited for to the end.',
    fix: {
      other:
        'A port with TLS from the first byte is silent like this: --implicit-tls. Some servers greet late: --timeout 120s.',
    },
    refs: ['RFC 5321 section 4.5.3.2'],
  },
  'deadline-exceeded': {
    title: 'the time for the whole probe is over',
    what: `--timeout has passed before the probe came to its end. ${OPEN}`,
    why: 'The server is slow, or drips its replies to hold clients.',
    measured: 'The clock runs from the first look-up on.',
    fix: { other: '--timeout 120s gives it longer; for scan --max-wait.' },
  },
  'connection-closed': {
    title: 'the server closed the connection',
    what: `It ended the connection in an orderly way, without a word about why. ${OPEN}`,
    why: 'A limit, a filter, a crash, or a refusal that is not said: which it is cannot be known from here.',
    measured:
      'End of the TCP stream where a reply or a handshake was due. scan alone concludes from it, after comparing.',
    fix: LIMITS,
  },
  'connection-reset': {
    title: 'the connection was reset',
    what: `TCP was broken off, by the server or by something on the way. ${OPEN}`,
    why: 'A limit, a firewall, or a crash: which it is cannot be known from here.',
    measured: 'An RST where a reply or a handshake was due.',
    fix: LIMITS,
  },
  'greeting-rejected': {
    title: 'the server greeted with a refusal',
    what: `The greeting begins with 4 or 5, such as 421 or 554. ${OPEN}`,
    why: 'It does not want this client: a block list, a filter, or too many connections.',
    measured: 'The greeting is read to its last line.',
    fix: {
      ...FILTERS,
      other:
        'The words of the server say why. A provider address is on many block lists: test from a mail server.',
    },
    refs: ['RFC 5321 section 3.1'],
  },
  'reply-malformed': {
    title: 'a reply of the server is no reply of SMTP',
    what: `It does not begin with three digits, or its lines do not belong together. ${OPEN}`,
    why: 'Other clients may take it for something else.',
    measured: 'Each reply is read whole and by the grammar.',
    fix: { ...BANNER, other: 'Look for a proxy in front of the server. --transcript FILE shows what came.' },
    refs: ['RFC 5321 section 4.2'],
  },
  'reply-too-large': {
    title: 'a reply of the server does not end',
    what: `It is larger than anything that SMTP has to say. ${OPEN}`,
    why: 'Reading on would let a server fill the memory of a client.',
    measured: 'Bytes of a reply are counted against a limit.',
    fix: {
      other:
        'Look at what the server says: --transcript FILE. No setting of Postfix or Exim makes such replies.',
    },
    refs: ['RFC 5321 section 4.5.3.1'],
  },
  'reply-out-of-turn': {
    title: 'the server speaks before it was asked',
    what: `More came than the reply that was due. ${OPEN}`,
    why: 'It cannot be known which reply belongs to which command.',
    measured: 'Before each command the connection has to be silent.',
    fix: {
      other:
        'Look for a proxy or a filter that adds lines. Before TLS such bytes are the finding bytes-before-tls.',
    },
    refs: ['RFC 5321 section 4.1.4'],
  },
  'ehlo-rejected': {
    title: 'EHLO was refused',
    what: `The server does not take EHLO, or not this name. ${OPEN}`,
    why: 'Without EHLO there is no STARTTLS.',
    measured: 'EHLO is said with the name of this machine, or of --ehlo.',
    fix: {
      postfix: postfix(
        ['postconf -e "smtpd_helo_restrictions = permit_mynetworks, reject_invalid_helo_hostname"'],
        'smtpd_helo_restrictions',
        'that refuses malformed names alone; the line replaces what the setting had',
      ),
      exim: exim(
        ['helo_allow_chars = _', 'helo_accept_junk_hosts = 192.0.2.0/24'],
        'chapter "Main configuration": helo_allow_chars and helo_accept_junk_hosts',
      ),
      other: 'Say another name: --ehlo mail.example.org. An LMTP port wants --lmtp.',
    },
    refs: ['RFC 5321 section 4.1.1.1'],
  },
  'service-closing': {
    title: 'the server closes the session (421)',
    what: `It says 421: it is going down, or this client has come too often. ${OPEN}`,
    why: 'Postfix says it to who makes too many connections. That must not be taken for an answer about TLS.',
    measured: 'A reply 421, at any point.',
    fix: LIMITS,
    refs: ['RFC 5321 section 4.2.2'],
  },
  'starttls-not-offered': {
    title: 'the server does not offer STARTTLS',
    what: 'EHLO does not name it, so that no TLS could be measured. The exit code is 1.',
    why: 'Mail travels in the clear.',
    measured: 'EHLO is said, and the whole reply is read.',
    fix: { other: 'See the rule starttls-not-offered.' },
  },
  'starttls-refused': {
    title: 'STARTTLS is offered and then refused',
    what: 'The reply to STARTTLS begins with 5. The exit code is 1.',
    why: 'Mail travels in the clear, or stays where it is.',
    measured: 'STARTTLS is said once; the reply is read whole.',
    fix: { other: 'See the rule starttls-refused.' },
  },
  'starttls-temporary': {
    title: 'STARTTLS is refused for now (454)',
    what: `The server says that TLS is not to be had at the moment. ${OPEN}`,
    why: 'Its certificate or key cannot be read, or this client made too many TLS sessions.',
    measured: 'The reply to STARTTLS begins with 4.',
    fix: {
      postfix: postfix(
        ["postconf -e 'smtpd_client_event_limit_exceptions = $mynetworks, 192.0.2.7'"],
        'smtpd_client_event_limit_exceptions and smtpd_client_new_tls_session_rate_limit',
        'put the address that you test from in the place of 192.0.2.7; other reasons are in the log',
      ),
      other:
        'Exim says it when tls_certificate or tls_privatekey cannot be read: see its main log and panic log.',
    },
    refs: ['RFC 3207 section 4'],
  },
  'ehlo-after-tls-rejected': {
    title: 'EHLO inside TLS was refused',
    what: 'The handshake came to its end, and the server then refuses to speak. The exit code is 1.',
    why: 'Nobody can hand mail over inside TLS.',
    measured: 'EHLO is said a second time, inside TLS. In TLS 1.3 a refusal can come after the handshake.',
    fix: {
      ...FILTERS,
      other: 'Look at the log of the server, and for a proxy that ends TLS and speaks to another server.',
    },
    refs: ['RFC 3207 section 4.2'],
  },
  'auth-temporary': {
    title: 'the server cannot check the credentials now (454)',
    what: `AUTH was answered with 4. ${OPEN}`,
    why: 'What keeps the passwords does not answer. Nothing is said of the credentials.',
    measured: 'The reply to AUTH begins with 4.',
    fix: {
      postfix: postfix(
        ['postconf -e "smtpd_sasl_type = dovecot" "smtpd_sasl_path = private/auth"'],
        'smtpd_sasl_type and smtpd_sasl_path',
        'the socket has to be there, below the queue directory, and be readable for postfix',
      ),
      other:
        'Is Dovecot or saslauthd running? Exim names the socket with server_socket of the dovecot authenticator.',
    },
    refs: ['RFC 4954 section 6'],
  },
  'sasl-protocol': {
    title: 'the server breaks the rules of the mechanism',
    what: 'A challenge is not what the mechanism has at that point, or there is no end of them. The exit code is 1.',
    why: 'No client can log in with it.',
    measured: 'Each mechanism is a machine of states that takes the next challenge or does not.',
    fix: {
      other:
        'Update what checks the passwords (Dovecot, Cyrus SASL), or take the mechanism away from its list.',
    },
    refs: ['RFC 4954 section 4', 'RFC 5802 section 5'],
  },
  'server-not-authenticated': {
    title: 'the server could not prove that it knows the password',
    what: 'Its signature in SCRAM is wrong or missing. The exit code is 1.',
    why: 'It may be another server than it says.',
    measured: 'The signature is computed here as well, and compared.',
    fix: { other: 'See the rule auth-server-not-authenticated.' },
    refs: ['RFC 5802 section 5'],
  },
});

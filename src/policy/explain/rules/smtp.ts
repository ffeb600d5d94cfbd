import { postfix, rules } from '../make.js';
import { STARTTLS_ON } from '../settings.js';
import { BANNER, IMPLICIT_ON_465, STARTTLS_ON_587, TLS_ENFORCED, TLS_OPTIONAL } from '../settings-smtp.js';

const UPDATE = 'Update the server, or the proxy in front of it that ends TLS.';

/** SMTP around TLS. */
export const SMTP = rules({
  'starttls-not-offered': {
    title: 'the server does not offer STARTTLS',
    what: 'EHLO does not name it.',
    why: 'Mail travels in the clear, for everybody on the way to read and to change.',
    attack:
      'Whoever listens reads. Who is on the path can also take the word out of the reply, and nobody notices.',
    measured: 'EHLO is said, and the whole reply is read.',
    fix: {
      ...STARTTLS_ON,
      other:
        'Postfix offers it only where certificate and key can be read: see its log. A firewall that inspects SMTP can take it out.',
    },
    refs: ['RFC 3207 section 2', 'RFC 8314 section 3'],
  },
  'starttls-masked': {
    title: 'something on the way overwrites STARTTLS',
    what: 'EHLO names a word of X in the place of STARTTLS, as firewalls of Cisco write it.',
    why: 'Nobody can use TLS, and the server knows nothing of it.',
    attack: 'That is itself a downgrade: mail travels in the clear.',
    measured: 'A keyword of eight or more letters, mostly X, stands in the reply to EHLO.',
    fix: {
      other:
        'Switch SMTP inspection off in the firewall. Cisco: no inspect esmtp, or no fixup protocol smtp 25.',
    },
    refs: ['RFC 3207 section 6'],
  },
  'starttls-refused': {
    title: 'STARTTLS is offered and then refused',
    what: 'The reply to STARTTLS begins with 5.',
    why: 'Mail travels in the clear, or stays where it is.',
    measured: 'STARTTLS is said once; the reply is read whole.',
    fix: {
      ...STARTTLS_ON,
      other: 'The reason is in the log of the server. Often its certificate or its key cannot be read.',
    },
    refs: ['RFC 3207 section 4'],
  },
  'starttls-offered-after-tls': {
    title: 'STARTTLS is still offered inside TLS',
    what: 'The EHLO inside TLS names it.',
    why: 'RFC 3207 forbids it. It is the mark of a proxy that ends TLS and does not tell the server behind it.',
    measured: 'EHLO is said a second time, inside TLS.',
    fix: {
      other: `${UPDATE} Postfix and Exim do not offer it again by themselves. Postfix behind a proxy learns of it by XCLIENT or the PROXY protocol.`,
    },
    refs: ['RFC 3207 section 4.2'],
  },
  'bytes-before-tls': {
    title: 'bytes came in the clear where TLS should begin',
    what: 'The server sent more than its reply before the handshake, unasked for.',
    why: 'A client that keeps them takes them for part of the protected session.',
    attack: 'Who is on the path puts replies there, and a client believes that they came through TLS.',
    measured:
      'After each reply before TLS the connection is looked at for more. Such bytes are never read as what came through TLS.',
    fix: { other: UPDATE },
    refs: ['RFC 3207 section 4.2', 'CVE-2011-0411', 'CVE-2021-33515'],
  },
  'starttls-command-injection': {
    title: 'a command that was sent in the clear is carried out inside TLS',
    what: 'What comes in one packet with STARTTLS stays in the buffer of the server, and counts as said inside TLS.',
    why: 'What a session inside TLS does has not all come from the client.',
    attack:
      'Who is on the path puts MAIL and RCPT behind the STARTTLS of a client, and reads the mail or the password of it.',
    measured:
      'scan sends NOOP behind STARTTLS and counts the replies inside TLS: one more than commands is a yes.',
    fix: { other: `${UPDATE} Postfix mended it in 2.8, 2.7.3, 2.6.9, 2.5.12 and 2.4.16.` },
    refs: ['RFC 3207 section 4.2', 'CVE-2011-0411', 'CVE-2011-1430', 'CVE-2011-2165', 'CVE-2021-33515'],
  },
  'command-answered-before-tls': {
    title: 'a command behind STARTTLS is answered in the clear',
    what: 'The server answers it where TLS should begin.',
    why: 'A client can take the reply for part of the protected session.',
    attack: 'Who is on the path has the server say something that a client reads as said inside TLS.',
    measured: 'scan sends NOOP behind STARTTLS, and sees a reply in the clear behind the 220.',
    fix: { other: UPDATE },
    refs: ['RFC 3207 section 4.2'],
  },
  'control-characters-in-reply': {
    title: 'a reply of the server holds control characters',
    what: 'Escapes, or characters that turn the direction of text, stand in a reply.',
    why: 'A terminal or a log viewer obeys them.',
    attack: 'Lines in a log are hidden, or made to look like others.',
    measured: 'Every reply is looked through. smtpcheck itself prints them escaped.',
    fix: BANNER,
    refs: ['RFC 5321 section 4.2'],
  },
  'starttls-on-465': {
    title: 'port 465 speaks SMTP with STARTTLS',
    what: '465 is for TLS from the first byte; 465 and 587 are mixed up.',
    why: 'Clients begin with TLS and wait in vain.',
    measured: 'The port is compared with what was spoken on it.',
    fix: IMPLICIT_ON_465,
    refs: ['RFC 8314 section 3.3'],
  },
  'implicit-tls-on-587': {
    title: 'port 587 speaks TLS from the first byte',
    what: '587 is for SMTP with STARTTLS; 465 and 587 are mixed up.',
    why: 'Clients wait for a greeting that does not come.',
    measured: 'The port is compared with what was spoken on it.',
    fix: STARTTLS_ON_587,
    refs: ['RFC 8314 section 3.3', 'RFC 6409 section 3.1'],
  },
  'tls-not-enforced': {
    title: 'mail can be handed in without TLS',
    what: 'On a port of submission MAIL is accepted before STARTTLS.',
    why: 'Users whose client does not insist send mail and passwords in the clear.',
    attack: 'Who is on the path takes STARTTLS out of the reply, and the client goes on without.',
    measured: 'scan says MAIL FROM:<> in a session without TLS, then RSET. A 530 is right.',
    fix: TLS_ENFORCED,
    refs: ['RFC 8314 section 4.1', 'RFC 3207 section 4'],
  },
  'tls-required-on-mx': {
    title: 'mail without TLS is refused on port 25',
    what: 'MAIL before STARTTLS is answered with 530.',
    why: 'A server that the MX record names must not insist: senders without TLS cannot deliver.',
    measured: 'scan says MAIL FROM:<> in a session without TLS.',
    fix: { ...TLS_OPTIONAL, other: 'For partners that have to use TLS publish MTA-STS or DANE.' },
    refs: ['RFC 3207 section 4', 'RFC 8461', 'RFC 7672'],
  },
  'capabilities-lost': {
    title: 'some capabilities are offered before TLS and not inside it',
    what: 'The second EHLO lacks words of the first, besides STARTTLS and AUTH.',
    why: 'It is the mark of a proxy that answers EHLO itself. Clients lose SIZE, PIPELINING or 8BITMIME.',
    measured: 'The two replies to EHLO are compared.',
    fix: {
      postfix: postfix(['postconf -e "smtpd_discard_ehlo_keywords ="'], 'smtpd_discard_ehlo_keywords'),
      other:
        'Look for a proxy in front first. In Postfix the setting can stand in master.cf, for one service, as well. Exim has a list of hosts for each word, such as chunking_advertise_hosts.',
    },
    refs: ['RFC 3207 section 4.2'],
  },
  'addresses-differ': {
    title: 'the addresses of the server are not alike',
    what: 'The A and AAAA addresses of one name differ in certificates, versions, suites, or what EHLO offers.',
    why: 'Clients take whichever address comes first. One that was forgotten is met by some of them.',
    measured: 'scan --all-addresses scans each, and compares what is known of all.',
    fix: {
      other:
        'Give all of them the same version, the same settings and the same certificate. With DANE every key needs a record.',
    },
    refs: ['RFC 5321 section 5.1'],
  },
});

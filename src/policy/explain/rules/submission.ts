import { exim, postfix, rules } from '../make.js';
import { AUTH_INSIDE_TLS, AUTH_ON_SUBMISSION, AUTH_SWITCHED_ON, MECHANISMS } from '../settings-smtp.js';

/** Logins. */
export const SUBMISSION = rules({
  'auth-before-tls': {
    title: 'AUTH is offered before TLS',
    what: 'The EHLO in the clear names AUTH with mechanisms.',
    why: 'A client that does not insist on TLS sends its password in the clear.',
    attack: 'Whoever listens reads the password. Who is on the path takes STARTTLS away to get it.',
    measured: 'EHLO is said before STARTTLS.',
    fix: AUTH_INSIDE_TLS,
    refs: ['RFC 4954 section 4', 'RFC 8314 section 4.1'],
  },
  'auth-accepted-before-tls': {
    title: 'the server takes AUTH without TLS',
    what: 'AUTH PLAIN in the clear is answered with 334: the server waits for a password.',
    why: 'Passwords travel in the clear.',
    attack: 'Whoever listens reads the password.',
    measured: 'AUTH PLAIN is said before STARTTLS, and cancelled. No credentials are sent.',
    fix: AUTH_INSIDE_TLS,
    refs: ['RFC 4954 section 4', 'RFC 8314 section 4.1'],
  },
  'auth-on-mx': {
    title: 'AUTH is offered on port 25',
    what: 'Where the world delivers mail, users can log in.',
    why: 'Users have 465 and 587. On 25 it serves those who guess passwords.',
    attack: 'Passwords are tried from all over the world, and the port cannot be closed to it.',
    measured: 'EHLO on port 25 names AUTH, before TLS or inside it.',
    fix: AUTH_ON_SUBMISSION,
    refs: ['RFC 8314 section 3', 'RFC 6409 section 3.1'],
  },
  'mail-without-auth': {
    title: 'MAIL FROM is accepted before AUTH',
    what: 'On a port of submission a sender is taken without a login.',
    why: 'It is a note: whether mail is taken RCPT TO would tell. Postfix refuses there by default.',
    measured: 'auth says MAIL FROM:<> before it logs in, then RSET.',
    fix: {
      postfix: postfix(
        [
          'postconf -P "submission/inet/smtpd_relay_restrictions=permit_sasl_authenticated,reject"',
          'postconf -P "submission/inet/smtpd_recipient_restrictions=permit_sasl_authenticated,reject"',
        ],
        'smtpd_relay_restrictions, smtpd_recipient_restrictions and smtpd_delay_reject',
        'smtpd_delay_reject = no refuses at MAIL FROM already; postconf -P needs Postfix 2.11',
      ),
      exim: exim(
        [
          '# in the ACL of acl_smtp_rcpt:',
          '  deny  condition      = ${if eq{$received_port}{587}}',
          '        !authenticated = *',
          '        message        = 530 5.7.0 Authentication required',
        ],
        'chapter "Access control lists": authenticated',
      ),
    },
    refs: ['RFC 6409 section 4.3'],
  },
  'auth-rejected': {
    title: 'the server does not take the credentials',
    what: 'AUTH was answered with 535 or the like.',
    why: 'The user cannot send mail.',
    measured: 'One login is tried, inside TLS, with a server that verified.',
    fix: {
      other:
        'Check user name and password where they are kept. Dovecot: doveadm auth test USER. Cyrus: testsaslauthd. Some want the whole address as the user name.',
    },
    refs: ['RFC 4954 section 6'],
  },
  'auth-mechanism-refused': {
    title: 'the server refuses the mechanism',
    what: 'AUTH was answered with 504 or 534: the mechanism is the matter, not the password.',
    why: 'Clients that choose it because it is offered cannot log in.',
    measured: 'The mechanism was offered in EHLO, and refused when it was used.',
    fix: {
      ...MECHANISMS,
      other: 'Do not offer what is not taken. Another one can be tried with --mechanism.',
    },
    refs: ['RFC 4954 sections 4 and 6'],
  },
  'auth-encryption-required': {
    title: 'the server asks for encryption inside TLS',
    what: 'AUTH was answered with 538, or with 530 and a word of encryption, in a session that is encrypted.',
    why: 'The server does not know of the TLS: a proxy in front ends it.',
    measured: 'AUTH is said inside TLS.',
    fix: {
      other:
        'Tell the server behind the proxy of the TLS, such as by the PROXY protocol, or let the proxy hand encrypted connections on.',
    },
    refs: ['RFC 4954 section 6'],
  },
  'auth-not-offered': {
    title: 'the server does not offer what is needed to log in',
    what: 'EHLO inside TLS names no AUTH, or not the mechanism that was asked for.',
    why: 'Users cannot log in.',
    measured: 'EHLO is said inside TLS.',
    fix: AUTH_SWITCHED_ON,
    refs: ['RFC 4954 section 3', 'RFC 6409 section 4.3'],
  },
  'auth-not-attempted': {
    title: 'the credentials were not sent',
    what: 'The server did not verify, the session does not encrypt, or the mechanism cannot be done with these credentials.',
    why: 'A password goes to nobody who is not known.',
    measured: 'Chain, name, suite and mechanism are looked at before AUTH is said.',
    fix: {
      other:
        'Mend what the message names. --insecure-auth sends the credentials to a server that did not verify.',
    },
    refs: ['RFC 4954 section 14'],
  },
  'auth-server-not-authenticated': {
    title: 'the server could not prove that it knows the password',
    what: 'In SCRAM both sides prove it. The signature of the server was wrong or missing.',
    why: 'It may be another server than it says.',
    attack: 'Somebody with a certificate for the name collects logins.',
    measured: 'The signature is computed here as well, and compared.',
    fix: {
      other:
        'Do not log in there with another mechanism. Find out who answers, and change the password if it was ever sent.',
    },
    refs: ['RFC 5802 section 5', 'RFC 5802 section 9'],
  },
  'scram-few-iterations': {
    title: 'the password is stored with few iterations',
    what: 'SCRAM tells the client how often the password was hashed: less than 4096 times.',
    why: 'The list of passwords, once stolen, is guessed through quickly.',
    attack: 'A stolen list is tried against a dictionary.',
    measured: 'The number stands in the first challenge of SCRAM.',
    fix: {
      other:
        'Store the passwords anew. Dovecot: doveadm pw -s SCRAM-SHA-256 makes 4096. Cyrus: scram_iteration_counter in smtpd.conf, then set them again.',
    },
    refs: ['RFC 5802 section 5.1', 'RFC 7677 section 4'],
  },
  'channel-binding-weak': {
    title: 'the login was bound to the certificate of the server, not to the TLS session',
    what: 'tls-server-end-point was used, because tls-exporter could not be.',
    why: 'It stops another server, and not one that has the same certificate.',
    measured: 'The kind of binding of the login is looked at.',
    fix: {
      other:
        'TLS 1.3, or the extended master secret in TLS 1.2, lets a client bind to the session: see explain extended-master-secret-missing.',
    },
    refs: ['RFC 9266 section 3', 'RFC 7627 section 1'],
  },
});

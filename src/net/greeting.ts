import { SmtpcheckError } from '../core/errors.js';
import { replyText, type Reply } from '../smtp/reply.js';

interface Lookalike {
  readonly pattern: RegExp;
  readonly what: string;
  readonly hint: string;
}

// First bytes of what is met on a wrong port (RFC 9112, 4253, 3501, 1939; a TLS alert or handshake record).
const LOOKALIKES: readonly Lookalike[] = [
  { pattern: /^SSH-/, what: 'an SSH server', hint: "this is not the mail server's port" },
  {
    pattern: /^(?:HTTP\/|<!doctype|<html)/i,
    what: 'an HTTP server',
    hint: "this is not the mail server's port",
  },
  {
    pattern: /^\* (?:OK|PREAUTH|BYE)/,
    what: 'an IMAP server',
    hint: 'SMTP is on 25, submission on 587 and 465',
  },
  { pattern: /^\+OK/, what: 'a POP3 server', hint: 'SMTP is on 25, submission on 587 and 465' },
];

/** What a server that does not greet as RFC 5321 says is taken for, from its first bytes. */
export function notSmtp(error: SmtpcheckError): SmtpcheckError {
  const said = error.serverSaid ?? '';

  if (/^[\x15\x16]\x03[\x00-\x04]/.test(said)) {
    return new SmtpcheckError(
      'implicit-tls-port',
      'banner',
      'the port speaks implicit TLS, not SMTP with STARTTLS',
      {
        hint: 'add --implicit-tls, or write smtps://host:port',
        serverSaid: said,
      },
    );
  }
  const known = LOOKALIKES.find(({ pattern }) => pattern.test(said));
  const what = known === undefined ? 'not an SMTP greeting' : `${known.what}, not SMTP`;
  return new SmtpcheckError('not-smtp', 'banner', `the server's first words are ${what}`, {
    hint: known?.hint ?? 'an SMTP server greets with 220',
    serverSaid: said,
    cause: error,
  });
}

/** Checks the greeting (RFC 5321 section 4.3.2): 220, or an error that says why not. */
export function checkGreeting(greeting: Reply): SmtpcheckError | null {
  if (greeting.code === 220) return null;
  const temporary = greeting.code >= 400 && greeting.code < 500;
  return new SmtpcheckError('greeting-rejected', 'banner', `the server greeted with ${greeting.code}`, {
    hint: temporary
      ? 'it is busy or limits connections; try again later, or from an address that it lets in'
      : 'it does not talk to this address: a blocklist, a missing reverse name, or a service switched off',
    serverSaid: replyText(greeting),
  });
}

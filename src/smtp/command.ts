import { usageError } from '../core/errors.js';

const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
const DOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
const LITERAL = /^\[(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|IPv6:[0-9A-Fa-f:.]+)\]$/;

/** Whether a name may stand behind EHLO: a domain or an address literal (RFC 5321 section 4.1.1.1). */
export function isEhloName(name: string): boolean {
  return name.length <= 255 && (DOMAIN.test(name) || LITERAL.test(name));
}

/**
 * `EHLO name` or `LHLO name` (RFC 2033 section 4.1) with its line end.
 * @throws SmtpcheckError `usage` for a name that is neither a domain nor an address literal; that also keeps CR and LF out.
 */
export function helloCommand(verb: 'EHLO' | 'LHLO', name: string): string {
  if (!isEhloName(name)) {
    throw usageError(
      `${JSON.stringify(name)} cannot be an EHLO name: expected a domain or an address literal`,
      'such as mail.example.org or [192.0.2.1] or [IPv6:2001:db8::1]',
    );
  }
  return `${verb} ${name}\r\n`;
}

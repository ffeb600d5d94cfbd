import { credentialsError } from './bytes.js';
import type { Prepared } from './saslprep.js';

/**
 * A user name or password as SCRAM wants it (RFC 5802 sections 2.2 and 5.1): SASLprep, user names as query strings,
 * passwords as stored strings. What SASLprep prohibits is refused here, before anything is sent: to send it unprepared could
 * log in on a server that forgot the rule, and would say nothing about the others.
 * @throws SmtpcheckError `credentials-unusable`, naming the rule and not the value.
 */
export async function prepare(text: string, what: 'user name' | 'password'): Promise<string> {
  const prepared = isAscii(text)
    ? prepareAscii(text)
    : (await import('./saslprep.js')).prepareBeyondAscii(text, what === 'password' ? 'stored' : 'query');
  if ('rule' in prepared) {
    const hint = 'PLAIN and LOGIN send it as it is: pin one of them with --mechanism';
    throw credentialsError(`the ${what} holds ${prepared.rule}, which SCRAM cannot use`, hint);
  }
  return prepared.text;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

/** In ASCII, SASLprep maps nothing and prohibits the control characters (RFC 3454 table C.2.1). */
function prepareAscii(text: string): Prepared {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return { rule: 'a control character (RFC 4013 section 2.3)' };
  }
  return { text };
}

import type { EhloKeyword } from '../../core/report.js';
import { authMechanisms } from '../../smtp/ehlo.js';
import { DOT_COMMANDS } from './dot-commands.js';

const VERBS: readonly string[] = [
  'MAIL FROM:<',
  'RCPT TO:<',
  'DATA',
  'BDAT ',
  'RSET',
  'NOOP',
  'QUIT',
  'EHLO ',
  'HELO ',
  'LHLO ',
  'VRFY ',
  'EXPN ',
  'ETRN ',
  'HELP',
  'STARTTLS',
];

/** What a command may go on with: SMTP's verbs, the mechanisms of this server, and what begins with a dot. */
export function complete(line: string, ehlo: readonly EhloKeyword[]): string[] {
  const own = DOT_COMMANDS.map(({ name, takes }) => `.${name}${takes === undefined ? '' : ' '}`);
  const auth = ['AUTH ', ...authMechanisms(ehlo).map((name) => `AUTH ${name}`)];
  // All mechanisms are shown when AUTH is there, and not before.
  const wanted = /^auth /i.test(line) ? auth.slice(1) : auth.slice(0, 1);
  return [...VERBS, ...wanted, ...own].filter(
    (word) => word.toLowerCase().startsWith(line.toLowerCase()) && word.length > line.length,
  );
}

import type { EhloKeyword } from '../core/report.js';
import type { Reply } from './reply.js';

/**
 * Capabilities of an EHLO or LHLO reply (RFC 5321 section 4.1.1.1): every line but the first, as keyword and parameters.
 * Case is kept as sent; compare with {@link findKeyword}.
 */
export function parseEhlo(reply: Reply): EhloKeyword[] {
  return reply.lines.slice(1).flatMap((line) => {
    // ASCII blanks alone: what String.trim and toUpperCase know beyond ASCII would make a keyword of a look-alike.
    const [keyword, ...params] = line.replace(/^[ \t]+|[ \t]+$/g, '').split(/[ \t]+/);
    return keyword === undefined || keyword === '' ? [] : [{ keyword, params }];
  });
}

/** The capability with this keyword, whatever its case; null when it is not offered. */
export function findKeyword(ehlo: readonly EhloKeyword[] | null, keyword: string): EhloKeyword | null {
  return ehlo?.find((entry) => upper(entry.keyword) === keyword) ?? null;
}

/** ASCII upper case: a long s is no S. */
function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

/**
 * The keyword that a firewall's SMTP inspection (Cisco PIX "fixup protocol smtp" and its heirs) left in the place of
 * STARTTLS: capabilities it does not know are overwritten with X, the last letter sometimes kept (`XXXXXXXA`).
 */
export function maskedStarttls(ehlo: readonly EhloKeyword[] | null): string | null {
  return ehlo?.find((entry) => /^X{7}[A-Z]$/.test(entry.keyword))?.keyword ?? null;
}

/** SASL mechanisms of the AUTH keyword (RFC 4954 section 3), and of the old `AUTH=` spelling, in upper case. */
export function authMechanisms(ehlo: readonly EhloKeyword[] | null): string[] {
  const found = new Set<string>();
  for (const { keyword, params } of ehlo ?? []) {
    const word = upper(keyword);
    if (word === 'AUTH') for (const param of params) found.add(upper(param));
    if (word.startsWith('AUTH=')) for (const name of [word.slice(5), ...params]) found.add(upper(name));
  }
  // A bare `AUTH=` names nothing.
  found.delete('');
  return [...found];
}

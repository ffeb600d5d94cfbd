import { usageError } from '../core/errors.js';

/** Types of records that come along when TLSA records are copied out of a zone file or an answer, and are not meant. */
const OTHER_TYPES = /^(?:CNAME|DNAME|DNSKEY|NS|NSEC|NSEC3|NSEC3PARAM|RRSIG|SOA|TXT)$/i;

/** TLSA by its name, or as an unknown type (RFC 3597 section 5). */
const TLSA_TYPE = /^(?:TLSA|TYPE52)$/i;

/** Owner, TTL and class stand before the type, each of them optional (RFC 1035 section 5.1). */
const MOST_BEFORE_TYPE = 3;

/**
 * The RDATA of each TLSA record in a text, in words: lines of a zone file, of `dig`, `dig +short` and `host`, or the data alone.
 * Comments, directives, aliases and records of other types are left out.
 * @throws SmtpcheckError `usage` when parentheses do not pair.
 */
export function tlsaRdata(text: string): string[][] {
  return entries(text)
    .map(rdataOf)
    .filter((words) => words !== null);
}

/** Lines in words, without comments; what is in parentheses goes on over the ends of lines (RFC 1035 section 5.1). */
function entries(text: string): string[][] {
  const found: string[][] = [];
  let open = false;
  let words: string[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    for (const part of line.replace(/;.*$/, '').split(/([()])/)) {
      if (part === '(' || part === ')') {
        if (open === (part === '(')) throw unpaired();
        open = part === '(';
      } else {
        words.push(...part.split(/\s+/).filter((word) => word !== ''));
      }
    }
    if (open) continue;
    if (words.length > 0) found.push(words);
    words = [];
  }
  if (open) throw unpaired();
  return found;
}

function unpaired(): Error {
  return usageError(
    'a TLSA record has parentheses that do not pair',
    'copy the record to its closing parenthesis, or leave both out',
  );
}

function rdataOf(words: readonly string[]): string[] | null {
  const [first = '', second, third, fourth] = words;
  if (first.startsWith('$') || (words.length === 1 && first.endsWith('.'))) return null;
  if (second === 'is' && third === 'an' && fourth === 'alias') return null;
  if (second === 'has' && third === 'TLSA' && fourth === 'record') return words.slice(4);
  const head = words.slice(0, MOST_BEFORE_TYPE + 1);
  // The last, and no owner that is called like a type.
  const type = head.findLastIndex((word) => TLSA_TYPE.test(word));
  const other = head.findIndex((word, i) => i > 0 && OTHER_TYPES.test(word));
  if (other >= 0 && (type < 0 || other < type)) return null;
  return words.slice(type + 1);
}

import { escapeForTerminal } from './escape.js';

/**
 * Text in a code span (CommonMark section 6.1), in a table or out of it: nothing in it is HTML, a link, an image, a mention or emphasis.
 * The fence is longer than any row of backticks in the text, and a bar is escaped as tables want it (GFM section 4.10), which holds
 * inside a code span as well.
 */
export function codeSpan(text: string): string {
  const visible = escapeForTerminal(text);
  if (visible === '') return '';
  const longest = Math.max(0, ...[...visible.matchAll(/`+/g)].map(([row]) => row.length));
  const fence = '`'.repeat(longest + 1);
  // One blank each side is taken off again, where both are there.
  const blank = /^[` ]|[` ]$/.test(visible) ? ' ' : '';
  return `${fence}${blank}${visible.replaceAll('|', '\\|')}${blank}${fence}`;
}

/** A word of plain letters and digits with everyday punctuation: no language takes it for anything else. */
const PLAIN_WORD = /^\(?(?:[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|\d+(?:\.\d+)+)[),.;:]{0,2}$/u;

/** Numbers of commits and of issues become links. */
const LINKED = /\b(?:[0-9a-f]{7,}|gh-\d+)\b/i;

/** A sentence: plain words stand as they are, and everything that is anything else is a code span, as a name or a value should be. */
export function prose(text: string): string {
  const parts: { readonly plain: boolean; readonly words: string[] }[] = [];
  for (const word of text.split(' ')) {
    const plain = PLAIN_WORD.test(word) && !LINKED.test(word);
    const last = parts.at(-1);
    if (last?.plain === plain) last.words.push(word);
    else parts.push({ plain, words: [word] });
  }
  return parts
    .map(({ plain, words }) => (plain ? words.join(' ') : quoted(words.join(' '))))
    .filter((part) => part !== '')
    .join(' ');
}

/** A code span; the punctuation of the sentence stays outside. */
function quoted(text: string): string {
  const [, inside = '', outside = ''] = /^(.*?)([,.;:]*)$/s.exec(text) ?? [];
  return inside === '' ? codeSpan(text) : `${codeSpan(inside)}${outside}`;
}

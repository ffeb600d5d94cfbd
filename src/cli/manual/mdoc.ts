/*
 * The pieces of an mdoc(7) page. What comes from elsewhere is text, never markup: see `text` and `word`.
 */

/** Characters that roff or a terminal would show as others, and those beyond ASCII. */
const NAMED: Readonly<Record<string, string>> = {
  '\\': '\\e',
  '-': '\\-',
  "'": '\\(aq',
  '"': '\\(dq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '…': '...',
};

/** Text as it stands, such as an option or a command line: to be copied from the page. */
export function literal(text: string): string {
  return text.replace(/[\\\-'"`^~]|[^\0-\x7f]/gu, (character) => NAMED[character] ?? unicode(character));
}

function unicode(character: string): string {
  return `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`;
}

/** Running text: no character begins a macro, options keep their dashes, and a sentence ends with its line. */
export function text(words: string): string {
  const safe = words
    .replace(/\\/g, '\\e')
    .replace(/[^\0-\x7f]/gu, unicode)
    // What is typed is neither hyphenated nor given another dash.
    .replace(/(?<=^|[\s("])-{1,2}[\w-]+/g, (option) => option.replaceAll('-', '\\-'))
    .replace(/(?<=^|[\s("])(?=[A-Z]+_[A-Z])/g, '\\%');
  const lines = safe.split(/(?<=[.:;?] )(?=[A-Z])/).map((line) => line.trimEnd());
  return lines.map((line) => (/^[.']/.test(line) ? `\\&${line}` : line)).join('\n');
}

/** The words of a table as a sentence. What is no word, such as `sha256:<hex>`, begins as it is. */
export function sentence(words: string): string {
  const first = /^[a-z]+(?=[ ,])/.test(words) ? words.charAt(0).toUpperCase() : words.charAt(0);
  return text(`${first}${words.slice(1)}${/[.?!]$/.test(words) ? '' : '.'}`);
}

/** One argument of a macro. */
export function word(argument: string): string {
  const safe = literal(argument);
  return /\s/.test(safe) ? `"${safe}"` : safe;
}

export const section = (title: string, ...body: readonly string[]): string =>
  [`.Sh ${title}`, ...body].join('\n');

/** A list of terms, each a macro line, with what is to be said of them. */
export function tagList(
  items: readonly { readonly term: string; readonly body: string }[],
  width = 'Ds',
): string {
  return [
    `.Bl -tag -width ${width}`,
    ...items.flatMap(({ term, body }) => [`.It ${term}`, body]),
    '.El',
  ].join('\n');
}

import { escapeForTerminal } from './escape.js';

/*
 * XML by hand. What has to be got right is text: XML 1.0 (section 2.2) has no way at all to write most control characters, a lone
 * surrogate or U+FFFE, so a library either refuses the report or passes them through; we show them as visible escapes, and with that
 * done five characters are left to be replaced.
 */

/** An element: attributes in order, and what stands inside. */
export interface Element {
  readonly name: string;
  readonly attributes?: Readonly<Record<string, string | number>>;
  readonly content?: string | readonly Element[];
}

/** The document, indented, with a line end at its end. */
export function xmlDocument(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(root, '')}`;
}

function render({ name, attributes = {}, content = [] }: Element, indent: string): string {
  const start = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${inAttribute(String(value))}"`)
    .join('');
  if (content.length === 0) return `${indent}<${name}${start}/>\n`;
  if (typeof content === 'string') return `${indent}<${name}${start}>${inText(content)}</${name}>\n`;
  const inside = content.map((element) => render(element, `${indent}  `)).join('');
  return `${indent}<${name}${start}>\n${inside}${indent}</${name}>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  // Not only because of "]]>" (XML 1.0 section 2.4).
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const replaceMarkup = (text: string): string => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');

/** One line: a reader would turn line ends into blanks (XML 1.0 section 3.3.3). */
function inAttribute(text: string): string {
  return replaceMarkup(visible(text));
}

/** Lines stay lines: who writes several of them has put his own words in front of each. */
function inText(text: string): string {
  return replaceMarkup(text.split('\n').map(visible).join('\n'));
}

/** U+FFFE and U+FFFF are no characters of XML, and escapeForTerminal, which cares for what a terminal would do, leaves them. */
function visible(text: string): string {
  return escapeForTerminal(text).replace(/[\ufffe\uffff]/g, (sign) =>
    sign === '\ufffe' ? '\\ufffe' : '\\uffff',
  );
}

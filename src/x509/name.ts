import { createHash } from 'node:crypto';
import {
  childrenOf,
  contentOf,
  expectTag,
  malformed,
  rawOf,
  readWhole,
  TAG,
  type DerElement,
} from './der.js';
import { ATTRIBUTE_NAMES, checkOid, decodeOid } from './oid.js';
import { escapeCharacter, isPlainText } from './text.js';

/** One AttributeTypeAndValue (RFC 5280 section 4.1.2.4). */
export interface NameAttribute {
  /** Index of the RelativeDistinguishedName that it stands in; equal for the parts of a multi-valued one. */
  readonly rdn: number;
  readonly type: DerElement;
  readonly value: DerElement;
}

/** A distinguished name (RFC 5280 section 4.1.2.4), read once. */
export interface Name {
  /** The DER of the RDNSequence, its SEQUENCE header included. */
  readonly der: Uint8Array;
  readonly attributes: readonly NameAttribute[];
  /**
   * The canonical encoding that OpenSSL compares names by (X509_NAME_cmp), one character an octet: equal strings are
   * equal names. Fit as a key of a Map. Computed when first asked for.
   */
  readonly canonicalKey: string;
}

/** Types whose value is text to OpenSSL's canonical form, with the octets of one character (0: UTF-8). */
const CHARACTER_WIDTH: Readonly<Record<number, number>> = {
  [TAG.utf8String]: 0,
  [TAG.printableString]: 1,
  [TAG.t61String]: 1,
  [TAG.ia5String]: 1,
  [TAG.visibleString]: 1,
  [TAG.bmpString]: 2,
  [TAG.universalString]: 4,
};

/** The code point at `at` of a BMPString or UniversalString. */
function codePointAt(octets: Uint8Array, at: number, width: number): number {
  let code = 0;
  for (let i = 0; i < width; i++) code = code * 256 + (octets[at + i] ?? 0);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
    throw malformed('a name has an invalid character');
  return code;
}

/** Octets as a string of one character each, without a copy of them. */
const latin1 = (octets: Uint8Array): string =>
  Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');

function isAscii(octets: Uint8Array): boolean {
  for (const octet of octets) if (octet >= 0x80) return false;
  return true;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function decodeUtf8(octets: Uint8Array): string {
  if (isAscii(octets)) return latin1(octets);
  try {
    return strictUtf8.decode(octets);
  } catch (error) {
    throw malformed('a name is not valid UTF-8', error);
  }
}

/**
 * The text of an attribute value, or null when its type is not a character string. T61String is read as Latin-1, as
 * everybody does.
 */
export function textOf(value: DerElement): string | null {
  const width = value.tag === TAG.numericString ? 1 : CHARACTER_WIDTH[value.tag];
  if (width === undefined) return null;
  const octets = contentOf(value);
  if (width === 0) return decodeUtf8(octets);
  if (width === 1) return latin1(octets);
  if (octets.length % width !== 0) throw malformed('a name has half a character');
  let text = '';
  for (let at = 0; at < octets.length; at += width)
    text += String.fromCodePoint(codePointAt(octets, at, width));
  return text;
}

/** The header of a DER element with `length` octets of content, one character an octet. */
function header(tag: number, length: number): string {
  if (length < 0x80) return String.fromCharCode(tag, length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) octets.unshift(rest & 0xff);
  return String.fromCharCode(tag, 0x80 | octets.length, ...octets);
}

/** A text value as a canonical UTF8String: blanks trimmed and collapsed, ASCII letters in lower case (RFC 5280 section 7.1). */
function canonicalText(value: DerElement): string {
  const octets = contentOf(value);
  // Octets of UTF-8 and of ASCII text stay as they are; only the other encodings have to be converted.
  const direct = value.tag === TAG.utf8String || (CHARACTER_WIDTH[value.tag] === 1 && isAscii(octets));
  const utf8 = direct ? octets : Buffer.from(textOf(value) ?? '', 'utf8');
  // Collapsed before it is trimmed: a pattern for a run of blanks at the end is quadratic on a run in the middle.
  const text = latin1(utf8)
    .replace(/[ \t-\r]+/g, ' ')
    .replace(/^ | $/g, '')
    .replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  return header(TAG.utf8String, text.length) + text;
}

function canonicalAttribute({ type, value }: NameAttribute): string {
  const encoded = CHARACTER_WIDTH[value.tag] === undefined ? latin1(rawOf(value)) : canonicalText(value);
  const body = latin1(rawOf(type)) + encoded;
  return header(TAG.sequence, body.length) + body;
}

/** SETs one after the other, without the SEQUENCE around them; the elements of a SET in DER's order (X.690 section 11.6). */
function canonicalEncoding(attributes: readonly NameAttribute[]): string {
  let encoding = '';
  for (let i = 0; i < attributes.length;) {
    const rdn = attributes[i]?.rdn;
    const members: string[] = [];
    for (let next = attributes[i]; next !== undefined && next.rdn === rdn; next = attributes[++i]) {
      members.push(canonicalAttribute(next));
    }
    const body = members.sort((a, b) => (a < b ? -1 : Number(a > b))).join('');
    encoding += header(TAG.set, body.length) + body;
  }
  return encoding;
}

/** Reads a name. Everything that could make its canonical form fail is checked here. */
export function parseName(der: Uint8Array): Name {
  const attributes: NameAttribute[] = [];
  for (const [rdn, set] of childrenOf(readWhole(der, TAG.sequence, 'a name')).entries()) {
    for (const member of childrenOf(expectTag(set, TAG.set, 'a part of a name'))) {
      const [type, value, ...surplus] = childrenOf(expectTag(member, TAG.sequence, 'an attribute of a name'));
      if (type === undefined || value === undefined || surplus.length > 0)
        throw malformed('an attribute of a name is not a pair');
      const width = CHARACTER_WIDTH[value.tag];
      if (width !== undefined && width !== 1) textOf(value);
      checkOid(contentOf(expectTag(type, TAG.oid, 'an attribute type')));
      attributes.push({ rdn, type, value });
    }
  }
  let key: string | undefined;
  return {
    der,
    attributes,
    get canonicalKey() {
      return (key ??= canonicalEncoding(attributes));
    },
  };
}

/** OpenSSL's X509_NAME_cmp: equal in canonical form. */
export function nameEquals(a: Name, b: Name): boolean {
  return a.canonicalKey === b.canonicalKey;
}

/** OpenSSL's X509_NAME_hash, the file name in a hashed CA directory: eight hexadecimal digits. */
export function nameHash(name: Name): string {
  const digest = createHash('sha1').update(name.canonicalKey, 'latin1').digest();
  return digest.readUInt32LE(0).toString(16).padStart(8, '0');
}

/** The text of every attribute of one type, in order. */
export function attributeTexts(name: Name, oid: string): string[] {
  const texts: string[] = [];
  for (const { type, value } of name.attributes) {
    const text = decodeOid(contentOf(type)) === oid ? textOf(value) : null;
    if (text !== null) texts.push(text);
  }
  return texts;
}

/** A value with what RFC 4514 section 2.4 wants escaped, and nothing that could move a terminal's cursor or reorder its text. */
function escapeValue(text: string): string {
  if (/^[A-Za-z0-9._-][A-Za-z0-9 ._@()/:'-]*$/.test(text) && !text.endsWith(' ')) return text;
  let out = '';
  let at = 0;
  for (const character of text) {
    const atEdge =
      (character === ' ' && (at === 0 || at === text.length - 1)) || (character === '#' && at === 0);
    if (atEdge || ',+"\\<>;'.includes(character)) out += `\\${character}`;
    else out += isPlainText(character) ? character : escapeCharacter(character);
    at += character.length;
  }
  return out;
}

/** A name for people: `C=US, O=X, CN=y`, in the order of the certificate (as openssl's -nameopt oneline), multi-valued parts joined by ` + `. */
export function formatName(name: Name): string {
  let out = '';
  let previous = -1;
  for (const { rdn, type, value } of name.attributes) {
    const oid = decodeOid(contentOf(type));
    const text = textOf(value);
    const shown = text === null ? `#${Buffer.from(rawOf(value)).toString('hex')}` : escapeValue(text);
    if (previous !== -1) out += rdn === previous ? ' + ' : ', ';
    out += `${ATTRIBUTE_NAMES[oid] ?? oid}=${shown}`;
    previous = rdn;
  }
  return out;
}

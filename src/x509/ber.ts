import { malformed } from './der.js';

/**
 * A reader for the Basic Encoding Rules (ITU-T X.690 section 8), for files of keys: Windows, NSS and Bouncy Castle write PKCS#12
 * with indefinite lengths and strings in pieces. What it reads, OpenSSL reads in the same way; where OpenSSL is laxer (other
 * types among the pieces of a string), it throws.
 */

/** One element. A constructed one has children, a primitive one has content. */
export interface BerElement {
  /** The identifier octet. */
  readonly tag: number;
  readonly content: Uint8Array;
  readonly children: readonly BerElement[];
}

/** What OpenSSL allows for (ASN1_MAX_CONSTRUCTED_NEST): stops nested octets from exhausting the stack. */
const MAX_DEPTH = 30;
/** A keystore has some hundred: stops a file of empty elements from filling memory. */
const MAX_ELEMENTS = 100_000;
/** Octets of a length: nothing that is read here has 4 GiB. */
const MAX_LENGTH_OCTETS = 4;

const CONSTRUCTED = 0x20;
const INDEFINITE = 0x80;
const NUMBER_BITS = 0x1f;

interface Input {
  readonly bytes: Uint8Array;
  elementsLeft: number;
}

/** An element, and the offset behind it. */
type Read = readonly [BerElement, number];

/**
 * The element that `bytes` begins with; what follows it is ignored, as OpenSSL ignores it.
 * @throws SmtpcheckError `certificate-malformed`
 */
export function readBer(bytes: Uint8Array): BerElement {
  return readAt({ bytes, elementsLeft: MAX_ELEMENTS }, 0, bytes.length, 0)[0];
}

function readAt(input: Input, at: number, limit: number, depth: number): Read {
  input.elementsLeft -= 1;
  if (depth > MAX_DEPTH || input.elementsLeft < 0) throw malformed('too many elements in one another');
  if (at + 2 > limit) throw malformed('an element is cut off');
  const tag = input.bytes[at] ?? 0;
  const first = input.bytes[at + 1] ?? 0;
  if (tag === 0 || (tag & NUMBER_BITS) === NUMBER_BITS) throw malformed(`tag 0x${tag.toString(16)}`);
  const constructed = (tag & CONSTRUCTED) !== 0;
  if (first === INDEFINITE) {
    if (!constructed) throw malformed('a primitive element of indefinite length');
    return readUntilEnd(input, tag, at + 2, limit, depth);
  }
  const [length, content] = readLength(input.bytes, at + 1, limit);
  const end = content + length;
  if (end > limit) throw malformed('an element is longer than what holds it');
  if (!constructed) return [{ tag, content: input.bytes.subarray(content, end), children: [] }, end];
  const children: BerElement[] = [];
  for (let next = content; next < end;) {
    const [child, behind] = readAt(input, next, end, depth + 1);
    children.push(child);
    next = behind;
  }
  return [{ tag, content: new Uint8Array(), children }, end];
}

/** The children up to the end-of-contents octets (X.690 section 8.1.5). */
function readUntilEnd(input: Input, tag: number, from: number, limit: number, depth: number): Read {
  const children: BerElement[] = [];
  let at = from;
  while (at + 2 > limit || input.bytes[at] !== 0 || input.bytes[at + 1] !== 0) {
    const [child, behind] = readAt(input, at, limit, depth + 1);
    children.push(child);
    at = behind;
  }
  return [{ tag, content: new Uint8Array(), children }, at + 2];
}

/** Length octets need not be minimal in BER. Returns the length and the offset behind them. */
function readLength(bytes: Uint8Array, at: number, limit: number): readonly [number, number] {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return [first, at + 1];
  const count = first & 0x7f;
  if (count > MAX_LENGTH_OCTETS || at + 1 + count > limit) throw malformed('length octets are cut off');
  let length = 0;
  for (let i = 1; i <= count; i += 1) length = length * 256 + (bytes[at + i] ?? 0);
  return [length, at + 1 + count];
}

/** The child at `index`, which must have `tag`. */
export function childOf(element: BerElement, index: number, tag: number): BerElement {
  return expectBer(element.children[index], tag);
}

export function expectBer(element: BerElement | undefined, tag: number): BerElement {
  if (element?.tag !== tag) throw malformed(`an element with tag 0x${tag.toString(16)} is missing`);
  return element;
}

/** The octets of a string, whole or in pieces (X.690 section 8.7). `tag` is that of the whole string when it is implicit. */
export function octetsOf(element: BerElement | undefined, tag = 0x04): Uint8Array {
  if (element?.tag === tag) return element.content;
  const pieces = expectBer(element, tag | CONSTRUCTED).children.map((piece) => octetsOf(piece));
  return Buffer.concat(pieces);
}

/** Six octets, which a number holds exactly. */
const EXACT_OCTETS = 6;

/** The value of an INTEGER that must not be negative; Infinity for one from 2^48 on. */
export function countOf(element: BerElement | undefined): number {
  const { content } = expectBer(element, 0x02);
  if (content.length === 0 || (content[0] ?? 0) >= 0x80) throw malformed('a count is negative or empty');
  const significant = content.findIndex((octet) => octet !== 0);
  if (significant === -1) return 0;
  if (content.length - significant > EXACT_OCTETS) return Infinity;
  return content.subarray(significant).reduce((value, octet) => value * 256 + octet, 0);
}

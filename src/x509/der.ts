import { SmtpcheckError } from '../core/errors.js';

/**
 * A reader for the Distinguished Encoding Rules (ITU-T X.690 section 10): definite and minimal lengths only. It never
 * recurses: each caller descends as many levels as its structure has, so nested bytes cannot exhaust the stack.
 */

/** Universal and context-specific identifier octets that certificates use (X.690 section 8.1.2). */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  numericString: 0x12,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: its identifier octet and where it lies in `bytes`. */
export interface DerElement {
  readonly bytes: Uint8Array;
  readonly tag: number;
  /** Offset of the identifier octet. */
  readonly start: number;
  /** Offset of the first content octet. */
  readonly content: number;
  /** Offset behind the last content octet. */
  readonly end: number;
}

/** The error of everything that reads certificates. */
export function malformed(what: string, cause?: unknown): SmtpcheckError {
  return new SmtpcheckError('certificate-malformed', 'verify', `malformed certificate: ${what}`, { cause });
}

/** Identifier octets 0x1f, 0x3f, …: the tag number follows in more octets. No certificate field has one. */
const HIGH_TAG_NUMBER = 0x1f;

/** The length octets at `at` (X.690 section 8.1.3), as [length, offset behind them]. */
function readLength(bytes: Uint8Array, at: number, limit: number): readonly [number, number] {
  if (at >= limit) throw malformed('length octets are missing');
  const first = bytes[at] ?? 0;
  if (first < 0x80) return [first, at + 1];
  if (first === 0x80) throw malformed('indefinite length');
  const count = first & 0x7f;
  if (count > 4) throw malformed('length of more than four octets');
  if (at + 1 + count > limit) throw malformed('length octets are cut off');
  let length = 0;
  for (let i = 1; i <= count; i++) length = length * 256 + (bytes[at + i] ?? 0);
  if (length < 0x80 || length < 2 ** (8 * (count - 1))) throw malformed('length is not minimal');
  return [length, at + 1 + count];
}

/** The element that starts at `offset`; it must end at or before `limit`. */
export function readElement(bytes: Uint8Array, offset = 0, limit = bytes.length): DerElement {
  if (offset >= limit) throw malformed('an element is missing');
  const tag = bytes[offset] ?? 0;
  if ((tag & HIGH_TAG_NUMBER) === HIGH_TAG_NUMBER) throw malformed('tag number above 30');
  const [length, content] = readLength(bytes, offset + 1, limit);
  const end = content + length;
  if (end > limit) throw malformed('an element is longer than what holds it');
  return { bytes, tag, start: offset, content, end };
}

/** The one element that `bytes` consists of, with `tag`. */
export function readWhole(bytes: Uint8Array, tag: number, what: string): DerElement {
  const element = expectTag(readElement(bytes), tag, what);
  if (element.end !== bytes.length) throw malformed(`data behind ${what}`);
  return element;
}

export function expectTag(element: DerElement | undefined, tag: number, what: string): DerElement {
  if (element === undefined) throw malformed(`${what} is missing`);
  if (element.tag !== tag) throw malformed(`${what} has tag 0x${element.tag.toString(16)}`);
  return element;
}

/** The elements inside a constructed one. */
export function childrenOf(element: DerElement): DerElement[] {
  const children: DerElement[] = [];
  for (let at = element.content; at < element.end;) {
    const child = readElement(element.bytes, at, element.end);
    children.push(child);
    at = child.end;
  }
  return children;
}

/** The content octets. A view, not a copy. */
export function contentOf(element: DerElement): Uint8Array {
  return element.bytes.subarray(element.content, element.end);
}

/** The whole element, identifier and length included. A view, not a copy. */
export function rawOf(element: DerElement): Uint8Array {
  return element.bytes.subarray(element.start, element.end);
}

/** BOOLEAN. DER says 0x00 or 0xff; like OpenSSL, any other octet counts as true. */
export function readBoolean(element: DerElement): boolean {
  if (element.end - element.content !== 1) throw malformed('BOOLEAN is not one octet');
  return element.bytes[element.content] !== 0;
}

/** The content of an INTEGER, checked to be minimal (X.690 section 8.3.2). */
export function integerOctets(element: DerElement): Uint8Array {
  const octets = contentOf(element);
  const first = octets[0];
  if (first === undefined) throw malformed('INTEGER is empty');
  const padded = first === 0 || first === 0xff;
  if (octets.length > 1 && padded && (first & 0x80) === ((octets[1] ?? 0) & 0x80)) {
    throw malformed('INTEGER is not minimal');
  }
  return octets;
}

/** A BIT STRING's unused-bit count and bits (X.690 section 8.6.2), unused bits cleared. */
export function readBitString(element: DerElement): Uint8Array {
  const octets = contentOf(element);
  const unused = octets[0];
  if (unused === undefined || unused > 7) throw malformed('BIT STRING without a valid count of unused bits');
  const bits = octets.slice(1);
  const last = bits.length - 1;
  if (last >= 0) bits[last] = (bits[last] ?? 0) & (0xff << unused);
  return bits;
}

/** `a` and `b` hold the same octets. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

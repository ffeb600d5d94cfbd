import { ascii, der, dn, ID, oid, type Attribute, type ExtensionSpec, type Part } from './der-writer.js';

/** GeneralNames (RFC 5280 section 4.2.1.6), as they stand in subjectAltName and in nameConstraints. */

export const dns = (text: string): Uint8Array => der(0x82, ascii(text));
export const email = (text: string): Uint8Array => der(0x81, ascii(text));
export const uri = (text: string): Uint8Array => der(0x86, ascii(text));
/** An address; with a mask behind it, an address range. */
export const ip = (...octets: readonly number[]): Uint8Array => der(0x87, octets);
export const directory = (...rdns: readonly (readonly Attribute[])[]): Uint8Array => der(0xa4, dn(...rdns));
export const otherName = (type: string, value: Uint8Array): Uint8Array =>
  der(0xa0, oid(type), der(0xa0, value));
export const registeredId = (dotted: string): Uint8Array => der(0x88, oid(dotted).subarray(2));

const SMTP_UTF8_MAILBOX = '1.3.6.1.5.5.7.8.9';
export const utf8Mailbox = (text: string, tag = 0x0c): Uint8Array =>
  otherName(SMTP_UTF8_MAILBOX, der(tag, Buffer.from(text, 'utf8')));

/** A GeneralSubtree; `minimum` and `maximum` are the content of an INTEGER. */
export function subtree(base: Part, minimum?: Part, maximum?: Part): Uint8Array {
  return der(
    0x30,
    base,
    minimum === undefined ? [] : der(0x80, minimum),
    maximum === undefined ? [] : der(0x81, maximum),
  );
}

export interface Subtrees {
  readonly permitted?: readonly Uint8Array[];
  readonly excluded?: readonly Uint8Array[];
}

/** The value of a nameConstraints extension. A list that is left out is not written. */
export function constraints({ permitted, excluded }: Subtrees): Uint8Array {
  return der(
    0x30,
    permitted === undefined ? [] : der(0xa0, ...permitted),
    excluded === undefined ? [] : der(0xa1, ...excluded),
  );
}

export const nameConstraints = (value: Uint8Array): ExtensionSpec => [ID.nameConstraints, true, value];
export const altNames = (...names: readonly Uint8Array[]): ExtensionSpec => [
  ID.subjectAltName,
  false,
  der(0x30, ...names),
];

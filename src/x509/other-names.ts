import type { OtherName } from './certificate-types.js';
import {
  childrenOf,
  contentOf,
  expectTag,
  integerOctets,
  malformed,
  readBitString,
  readBoolean,
  TAG,
  type DerElement,
} from './der.js';
import { parseName, type Name } from './name.js';
import { checkOid, decodeOid } from './oid.js';

/**
 * The rarer kinds of GeneralName (RFC 5280 section 4.2.1.6). What OpenSSL's d2i_GENERAL_NAME refuses is refused here: one such
 * name spoils the certificate that has it, for then nobody can say what its names are.
 */

const NULL = 0x05;
const ENUMERATED = 0x0a;

/** Class bits of universal types, and the bit of constructed ones (X.690 section 8.1.2). */
const CLASS = 0xc0;
const CONSTRUCTED = 0x20;

/** An otherName: [0] IMPLICIT SEQUENCE of a type and one value of any kind. */
export function readOtherName(element: DerElement): OtherName {
  const [typeId, wrapped, ...surplus] = childrenOf(element);
  if (surplus.length > 0) throw malformed('an otherName of unknown parts');
  const type = decodeOid(contentOf(expectTag(typeId, TAG.oid, "an otherName's type")));
  const value = onlyChild(expectTag(wrapped, 0xa0, "an otherName's value"));
  checkAny(value);
  return { typeId: type, value };
}

/** An ediPartyName: [5] IMPLICIT SEQUENCE of two strings, the first of which may be left out. */
export function checkEdiPartyName(element: DerElement): void {
  const fields = childrenOf(element);
  if (fields[0]?.tag === 0xa0) checkDirectoryString(onlyChild(fields.shift()));
  checkDirectoryString(onlyChild(expectTag(fields.shift(), 0xa1, 'a partyName')));
  if (fields.length > 0) throw malformed('an ediPartyName of unknown parts');
}

/** Types that an attribute of a name may have to OpenSSL (its B_ASN1_PRINTABLE), those that it does not know included. */
const ATTRIBUTE_TAGS: ReadonlySet<number> = new Set([
  ...[TAG.bitString, TAG.utf8String, TAG.sequence, TAG.numericString, TAG.printableString],
  ...[TAG.t61String, TAG.ia5String, TAG.universalString, TAG.bmpString],
  ...[0x07, 0x08, 0x09, 0x0b, 0x0d, 0x0e, 0x0f, 0x1d],
]);

/** A directoryName, in the EXPLICIT tag around it. Names outside of extensions have been read by OpenSSL itself before. */
export function readDirectoryName(element: DerElement): Name {
  const name = parseName(contentOf(element));
  for (const { value } of name.attributes) {
    if (!ATTRIBUTE_TAGS.has(value.tag)) throw malformed('an attribute of a name is no string');
    if (value.tag === TAG.bitString) readBitString(value);
  }
  return name;
}

const DIRECTORY_STRINGS: readonly number[] = [
  ...[TAG.printableString, TAG.t61String, TAG.bmpString, TAG.universalString, TAG.utf8String],
];

function checkDirectoryString(element: DerElement): void {
  if (!DIRECTORY_STRINGS.includes(element.tag)) throw malformed('a party is no DirectoryString');
  checkAny(element);
}

function onlyChild(element: DerElement | undefined): DerElement {
  const [child, ...surplus] = element === undefined ? [] : childrenOf(element);
  if (child === undefined || surplus.length > 0) throw malformed('an EXPLICIT tag does not hold one element');
  return child;
}

/** A value of any type, as far as d2i looks into it: the content of simple types, of the others only the frame. */
function checkAny(element: DerElement): void {
  if ((element.tag & CLASS) !== 0) return;
  const { tag } = element;
  const isCollection = (tag | CONSTRUCTED) === TAG.sequence || (tag | CONSTRUCTED) === TAG.set;
  if (isCollection !== ((tag & CONSTRUCTED) !== 0)) throw malformed('a value is not of its type’s form');
  const { length } = contentOf(element);
  if (tag === TAG.oid) checkOid(contentOf(element));
  else if (tag === TAG.boolean) readBoolean(element);
  else if (tag === TAG.integer || tag === ENUMERATED) integerOctets(element);
  else if (tag === TAG.bitString) readBitString(element);
  else if (tag === NULL && length > 0) throw malformed('NULL with content');
  else if (tag === TAG.bmpString && length % 2 !== 0) throw malformed('BMPString of half a character');
  else if (tag === TAG.universalString && length % 4 !== 0)
    throw malformed('UniversalString of half a character');
}

import {
  childrenOf,
  contentOf,
  expectTag,
  integerOctets,
  malformed,
  rawOf,
  readBitString,
  readBoolean,
  readElement,
  TAG,
  type DerElement,
} from './der.js';
import { readHexInteger } from './tbs.js';
import { decodeOid } from './oid.js';
import { checkEdiPartyName, readDirectoryName, readOtherName } from './other-names.js';
import type { Certificate, GeneralName } from './certificate-types.js';

/**
 * Decoders of extension values (RFC 5280 section 4.2.1). Each takes the content of extnValue and throws on anything that
 * OpenSSL's d2i function refuses; like OpenSSL, none looks at octets behind the value.
 */

function readSequence(value: Uint8Array, what: string): DerElement[] {
  return childrenOf(expectTag(readElement(value), TAG.sequence, what));
}

/** RFC 5280 section 4.2.1.9. A pathLen too long to count is no limit, as in OpenSSL. */
export function decodeBasicConstraints(value: Uint8Array): NonNullable<Certificate['basicConstraints']> {
  const fields = readSequence(value, 'basicConstraints');
  const ca = fields[0]?.tag === TAG.boolean ? fields.shift() : undefined;
  const pathLen = fields[0]?.tag === TAG.integer ? fields.shift() : undefined;
  if (fields.length > 0) throw malformed('basicConstraints of unknown parts');
  return {
    ca: ca !== undefined && readBoolean(ca),
    pathLen: pathLen === undefined ? null : readPathLen(pathLen),
  };
}

function readPathLen(element: DerElement): number | null {
  const octets = integerOctets(element);
  if (((octets[0] ?? 0) & 0x80) !== 0) throw malformed('pathLenConstraint is negative');
  return octets.length > 6 ? null : octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** RFC 5280 section 4.2.1.3: at least one bit is set. Bit 0, the first of the BIT STRING, becomes 1 << 0. */
export function decodeKeyUsage(value: Uint8Array): number {
  const bits = readBitString(expectTag(readElement(value), TAG.bitString, 'keyUsage'));
  let usage = 0;
  for (let i = 0; i < 16; i++) {
    if (((bits[i >> 3] ?? 0) & (0x80 >> (i & 7))) !== 0) usage |= 1 << i;
  }
  if (usage === 0) throw malformed('keyUsage is empty');
  return usage;
}

/** RFC 5280 section 4.2.1.12. */
export function decodeExtendedKeyUsage(value: Uint8Array): string[] {
  return readSequence(value, 'extKeyUsage').map((purpose) =>
    decodeOid(contentOf(expectTag(purpose, TAG.oid, 'a key purpose'))),
  );
}

/** RFC 5280 section 4.2.1.2. */
export function decodeSubjectKeyId(value: Uint8Array): Uint8Array {
  return contentOf(expectTag(readElement(value), TAG.octetString, 'subjectKeyIdentifier'));
}

/** RFC 5280 section 4.2.1.1. */
export function decodeAuthorityKeyId(value: Uint8Array): NonNullable<Certificate['authorityKeyId']> {
  const fields = readSequence(value, 'authorityKeyIdentifier');
  const take = (tag: number): DerElement | undefined => (fields[0]?.tag === tag ? fields.shift() : undefined);
  const keyId = take(0x80);
  const issuer = take(0xa1);
  const serial = take(0x82);
  if (fields.length > 0) throw malformed('authorityKeyIdentifier of unknown parts');
  return {
    keyId: keyId === undefined ? null : contentOf(keyId),
    issuer: issuer === undefined ? null : childrenOf(issuer).map(readGeneralName),
    serial: serial === undefined ? null : readHexInteger(serial),
  };
}

/** RFC 5280 section 4.2.1.6. */
export function decodeSubjectAltNames(value: Uint8Array): GeneralName[] {
  return readSequence(value, 'subjectAltName').map(readGeneralName);
}

/** Netscape's certificate type: a BIT STRING. Its bits are not kept; a malformed one spoils the certificate. */
export function decodeNetscapeCertType(value: Uint8Array): Uint8Array {
  return readBitString(expectTag(readElement(value), TAG.bitString, 'nsCertType'));
}

const TEXT_TYPES: Readonly<Record<number, 'email' | 'dns' | 'uri'>> = {
  0x81: 'email',
  0x82: 'dns',
  0x86: 'uri',
};

/** One GeneralName: an IMPLICIT context tag, EXPLICIT for the directory name. */
export function readGeneralName(element: DerElement): GeneralName {
  const text = TEXT_TYPES[element.tag];
  if (text !== undefined) return { type: text, value: Buffer.from(contentOf(element)).toString('latin1') };
  const { tag } = element;
  switch (tag) {
    case 0x87:
      return { type: 'ip', octets: contentOf(element) };
    case 0xa4:
      return { type: 'directory', name: readDirectoryName(element) };
    case 0xa0:
      return { type: 'other', tag: 0, raw: rawOf(element), otherName: readOtherName(element) };
    case 0xa3: // x400Address, which OpenSSL does not look into either
      break;
    case 0xa5:
      checkEdiPartyName(element);
      break;
    case 0x88: // registeredID
      decodeOid(contentOf(element));
      break;
    default:
      throw malformed(`a GeneralName has tag 0x${tag.toString(16)}`);
  }
  return { type: 'other', tag: tag & 0x1f, raw: rawOf(element), otherName: null };
}

/** cRLDistributionPoints is a list whose items are judged elsewhere: here only its frame is read. */
export function decodeList(value: Uint8Array): DerElement[] {
  return readSequence(value, 'a list');
}

import { childrenOf, contentOf, expectTag, integerOctets, malformed, rawOf, readWhole, TAG } from './der.js';
import { decodeOid } from './oid.js';
import { readBoolean, type DerElement } from './der.js';
import type { Extension } from './certificate-types.js';

/** Octets of one certificate. Real ones stay below 10 KiB; stops a chain from costing more than reading it. */
export const MAX_CERTIFICATE = 64 * 1024;

/** The elements of a Certificate and its TBSCertificate (RFC 5280 section 4.1), unread. */
export interface CertificateElements {
  readonly version: DerElement | undefined;
  readonly serial: DerElement;
  readonly innerAlgorithm: DerElement;
  readonly outerAlgorithm: DerElement;
  readonly issuer: DerElement;
  readonly notBefore: DerElement;
  readonly notAfter: DerElement;
  readonly subject: DerElement;
  readonly spki: DerElement;
  readonly extensions: DerElement | undefined;
}

/** Context-specific tags of TBSCertificate: version and extensions are EXPLICIT, the unique identifiers IMPLICIT. */
const TBS_TAG = { version: 0xa0, issuerUniqueId: 0x81, subjectUniqueId: 0x82, extensions: 0xa3 } as const;

/** The one element inside an EXPLICIT tag. */
function unwrap(explicit: DerElement, tag: number, what: string): DerElement {
  const [inner, ...surplus] = childrenOf(explicit);
  if (surplus.length > 0) throw malformed(`more than one ${what}`);
  return expectTag(inner, tag, what);
}

/** A cursor over elements of which some may be absent. */
export function takeFrom(elements: readonly DerElement[]) {
  let next = 0;
  return {
    required: (tag: number, what: string) => expectTag(elements[next++], tag, what),
    optional: (tag: number) => (elements[next]?.tag === tag ? elements[next++] : undefined),
    finish: (what: string) => {
      if (next < elements.length) throw malformed(`data behind ${what}`);
    },
  };
}

/** Takes a certificate apart, without looking into its parts. */
export function readCertificateElements(der: Uint8Array): CertificateElements {
  if (der.length > MAX_CERTIFICATE) throw malformed(`longer than ${MAX_CERTIFICATE} octets`);
  const outer = takeFrom(childrenOf(readWhole(der, TAG.sequence, 'the certificate')));
  const fields = takeFrom(childrenOf(outer.required(TAG.sequence, 'tbsCertificate')));
  const outerAlgorithm = outer.required(TAG.sequence, 'signatureAlgorithm');
  outer.required(TAG.bitString, 'the signature');
  outer.finish('the signature');
  const version = fields.optional(TBS_TAG.version);
  const serial = fields.required(TAG.integer, 'serialNumber');
  const innerAlgorithm = fields.required(TAG.sequence, 'signature');
  const issuer = fields.required(TAG.sequence, 'issuer');
  const [notBefore, notAfter, ...surplus] = childrenOf(fields.required(TAG.sequence, 'validity'));
  if (notBefore === undefined || notAfter === undefined || surplus.length > 0)
    throw malformed('validity is not a pair');
  const subject = fields.required(TAG.sequence, 'subject');
  const spki = fields.required(TAG.sequence, 'subjectPublicKeyInfo');
  fields.optional(TBS_TAG.issuerUniqueId);
  fields.optional(TBS_TAG.subjectUniqueId);
  const extensions = fields.optional(TBS_TAG.extensions);
  fields.finish('tbsCertificate');
  return {
    version: version && unwrap(version, TAG.integer, 'version'),
    serial,
    innerAlgorithm,
    outerAlgorithm,
    issuer,
    notBefore,
    notAfter,
    subject,
    spki,
    extensions: extensions && unwrap(extensions, TAG.sequence, 'list of extensions'),
  };
}

/** The list of extensions (RFC 5280 section 4.1.2.9). */
export function readExtensions(list: DerElement | undefined): Extension[] {
  if (list === undefined) return [];
  return childrenOf(list).map((element) => {
    const fields = takeFrom(childrenOf(expectTag(element, TAG.sequence, 'an extension')));
    const oid = decodeOid(contentOf(fields.required(TAG.oid, "an extension's identifier")));
    const critical = fields.optional(TAG.boolean);
    const value = contentOf(fields.required(TAG.octetString, "an extension's value"));
    fields.finish("an extension's value");
    return { oid, critical: critical !== undefined && readBoolean(critical), value };
  });
}

/** An AlgorithmIdentifier (RFC 5280 section 4.1.1.2). */
export function readAlgorithm(element: DerElement): {
  readonly oid: string;
  readonly params: Uint8Array | null;
} {
  const [oid, params, ...surplus] = childrenOf(element);
  if (surplus.length > 0) throw malformed('an AlgorithmIdentifier of more than two parts');
  return {
    oid: decodeOid(contentOf(expectTag(oid, TAG.oid, "an algorithm's identifier"))),
    params: params === undefined ? null : rawOf(params),
  };
}

/** An INTEGER in hexadecimal: upper case, whole octets, no leading zero octet, `-` in front when negative. */
export function readHexInteger(element: DerElement): string {
  const octets = integerOctets(element);
  const negative = ((octets[0] ?? 0) & 0x80) !== 0;
  const unsigned = BigInt(`0x${Buffer.from(octets).toString('hex')}`);
  const magnitude = negative ? (1n << BigInt(8 * octets.length)) - unsigned : unsigned;
  const digits = magnitude.toString(16).toUpperCase();
  return `${negative ? '-' : ''}${digits.length % 2 === 0 ? '' : '0'}${digits}`;
}

/**
 * A Time (RFC 5280 section 4.1.2.5), in milliseconds since the epoch; NaN unless it is exactly `YYMMDDHHMMSSZ` as UTCTime
 * or `YYYYMMDDHHMMSSZ` as GeneralizedTime. Years 50 to 99 of a UTCTime are in the twentieth century.
 */
export function readTime(element: DerElement): number {
  const text = Buffer.from(contentOf(element)).toString('latin1');
  const short = element.tag === TAG.utcTime;
  if (!short && element.tag !== TAG.generalizedTime) return NaN;
  if (!(short ? /^\d{12}Z$/ : /^\d{14}Z$/).test(text)) return NaN;
  const century = text < '50' ? '20' : '19';
  const full = short ? century + text : text;
  const fields = [4, 6, 8, 10, 12].map((at) => Number(full.slice(at, at + 2)));
  const [month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  const date = new Date(0);
  date.setUTCFullYear(Number(full.slice(0, 4)), month - 1, day);
  date.setUTCHours(hour, minute, second);
  // A field out of its range moves the ones before it: the same digits come back only from a valid date.
  return date.toISOString().replace(/[-:T]|\.000/g, '') === full ? date.getTime() : NaN;
}

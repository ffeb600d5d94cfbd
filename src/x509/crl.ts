import { SmtpcheckError } from '../core/errors.js';
import { decodeExtension } from './certificate.js';
import { decodeIssuingPoint } from './crl/distribution-point.js';
import { readEntries } from './crl/entries.js';
import type { Crl } from './crl-types.js';
import {
  childrenOf,
  contentOf,
  expectTag,
  malformed,
  rawOf,
  readElement,
  readWhole,
  sameBytes,
  TAG,
  type DerElement,
} from './der.js';
import { decodeAuthorityKeyId } from './extensions.js';
import { parseName } from './name.js';
import { EXTENSION } from './oid.js';
import { readPem } from './pem.js';
import { readAlgorithm, readExtensions, readHexInteger, readTime, takeFrom } from './tbs.js';

/** Octets of one list: room for nearly a million entries of the usual 36. Bounds the work and the memory that a file can cost. */
export const MAX_CRL = 32 * 1024 * 1024;

/** Extensions of a list (RFC 5280 section 5.2). */
const CRL_EXTENSION = {
  crlNumber: '2.5.29.20',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
} as const;

/** What may be critical: what OpenSSL's crl_cb counts as processed. The number of a list is not among it. */
const UNDERSTOOD: readonly string[] = [
  CRL_EXTENSION.issuingDistributionPoint,
  EXTENSION.authorityKeyIdentifier,
  CRL_EXTENSION.deltaCrlIndicator,
];

/** OpenSSL's label (RFC 7468 section 7). */
const PEM_LABEL = 'X509 CRL';

/**
 * The lists in a file: every `X509 CRL` block of a PEM text, whatever stands in between, or the one that is there as DER.
 * @throws SmtpcheckError `crl-malformed` when one of them cannot be read, or there is none.
 */
export function parseCrls(bytes: Uint8Array): Crl[] {
  if (isOneSequence(bytes)) return [parseCrl(bytes)];
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  if (!text.includes('-----BEGIN ')) return [parseCrl(bytes)];
  const { blocks, broken } = readPem(text);
  // What follows may be the list that revokes: none of the file is used, as OpenSSL's -CRLfile uses none.
  if (broken !== null) throw crlError(broken);
  const lists = blocks.filter(({ label }) => label === PEM_LABEL);
  if (lists.length === 0) throw crlError('there is no block of it in the PEM text');
  return lists.map(({ bytes: der }) => parseCrl(der));
}

/** A file of DER is one SEQUENCE from end to end, which no text is. */
function isOneSequence(bytes: Uint8Array): boolean {
  try {
    readWhole(bytes, TAG.sequence, 'a list');
    return true;
  } catch {
    return false;
  }
}

/**
 * Reads one CertificateList (RFC 5280 section 5.1). Whatever the bytes are, it throws nothing but SmtpcheckError with the
 * code `crl-malformed`, and does so now: what it returns does not throw.
 */
export function parseCrl(der: Uint8Array): Crl {
  try {
    return readList(der);
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    throw crlError(error.message.replace(/^malformed certificate: /, ''), error);
  }
}

function crlError(what: string, cause?: unknown): SmtpcheckError {
  return new SmtpcheckError('crl-malformed', 'trust', `malformed certificate revocation list: ${what}`, {
    hint: 'a list is a PEM text with `-----BEGIN X509 CRL-----`, or DER',
    cause,
  });
}

function readList(der: Uint8Array): Crl {
  if (der.length > MAX_CRL) throw malformed(`longer than ${MAX_CRL} octets`);
  const parts = readCrlElements(der);
  const issuer = parseName(rawOf(parts.issuer));
  const entries = readEntries(parts.entries);
  return {
    der,
    issuer,
    thisUpdate: readTime(parts.thisUpdate),
    nextUpdate: parts.nextUpdate === undefined ? null : readTime(parts.nextUpdate),
    ...readListExtensions(parts.extensions, entries),
    ...readSignature(parts),
    entryCount: entries.count,
    revoked: (serial, of = issuer) => entries.find(serial, of, issuer),
  };
}

/** The elements of a CertificateList and its TBSCertList (RFC 5280 section 5.1), unread. */
interface CrlElements {
  readonly tbs: DerElement;
  readonly innerAlgorithm: DerElement;
  readonly outerAlgorithm: DerElement;
  readonly signature: DerElement;
  readonly issuer: DerElement;
  readonly thisUpdate: DerElement;
  readonly nextUpdate: DerElement | undefined;
  readonly entries: DerElement | undefined;
  readonly extensions: DerElement | undefined;
}

function readCrlElements(der: Uint8Array): CrlElements {
  const outer = takeFrom(childrenOf(readWhole(der, TAG.sequence, 'the list')));
  const tbs = outer.required(TAG.sequence, 'tbsCertList');
  const outerAlgorithm = outer.required(TAG.sequence, 'signatureAlgorithm');
  const signature = outer.required(TAG.bitString, 'the signature');
  outer.finish('the signature');
  const fields = takeFrom(childrenOf(tbs));
  fields.optional(TAG.integer); // the version, which changes nothing
  const innerAlgorithm = fields.required(TAG.sequence, 'signature');
  const issuer = fields.required(TAG.sequence, 'issuer');
  const thisUpdate = fields.optional(TAG.utcTime) ?? fields.required(TAG.generalizedTime, 'thisUpdate');
  const nextUpdate = fields.optional(TAG.utcTime) ?? fields.optional(TAG.generalizedTime);
  const entries = fields.optional(TAG.sequence);
  const explicit = fields.optional(0xa0);
  fields.finish('tbsCertList');
  const extensions = explicit && readElement(der, explicit.content, explicit.end);
  if (extensions?.end !== explicit?.end) throw malformed('more than one list of extensions');
  return {
    tbs,
    innerAlgorithm,
    outerAlgorithm,
    signature,
    issuer,
    thisUpdate,
    nextUpdate,
    entries,
    extensions: extensions && expectTag(extensions, TAG.sequence, 'list of extensions'),
  };
}

type SignatureFacts = Pick<
  Crl,
  'signatureOid' | 'signatureParams' | 'signatureAlgorithmsAgree' | 'signedData' | 'signature'
>;

function readSignature({ tbs, innerAlgorithm, outerAlgorithm, signature }: CrlElements): SignatureFacts {
  const { oid, params } = readAlgorithm(outerAlgorithm);
  const bits = contentOf(signature);
  return {
    signatureOid: oid,
    signatureParams: params,
    signatureAlgorithmsAgree: sameBytes(rawOf(innerAlgorithm), rawOf(outerAlgorithm)),
    signedData: rawOf(tbs),
    signature: bits[0] === 0 ? bits.subarray(1) : null,
  };
}

type ExtensionFacts = Pick<
  Crl,
  | 'extensions'
  | 'crlNumber'
  | 'authorityKeyId'
  | 'issuingPoint'
  | 'isDelta'
  | 'unknownCritical'
  | 'malformedExtension'
>;

function readListExtensions(
  list: DerElement | undefined,
  entries: { readonly unknownCritical: boolean; readonly malformedExtension: boolean },
): ExtensionFacts {
  const extensions = readExtensions(list);
  const number = decodeExtension(extensions, CRL_EXTENSION.crlNumber, decodeNumber);
  const base = decodeExtension(extensions, CRL_EXTENSION.deltaCrlIndicator, decodeNumber);
  const point = decodeExtension(extensions, CRL_EXTENSION.issuingDistributionPoint, decodeIssuingPoint);
  const authority = decodeExtension(extensions, EXTENSION.authorityKeyIdentifier, decodeAuthorityKeyId);
  return {
    extensions,
    crlNumber: number.value,
    authorityKeyId: authority.value,
    issuingPoint: point.value,
    isDelta: base.value !== null,
    unknownCritical:
      entries.unknownCritical ||
      extensions.some(({ oid, critical }) => critical && !UNDERSTOOD.includes(oid)),
    malformedExtension: entries.malformedExtension || [number, base, point, authority].some(({ bad }) => bad),
  };
}

/** CRLNumber and BaseCRLNumber (RFC 5280 sections 5.2.3 and 5.2.4). */
function decodeNumber(value: Uint8Array): string {
  return readHexInteger(expectTag(readElement(value), TAG.integer, 'the number of a list'));
}

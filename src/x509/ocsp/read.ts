import {
  OCSPResponse as AsnResponse,
  ResponseData as AsnResponseData,
  type ResponderID as AsnResponderId,
  type SingleResponse as AsnSingleResponse,
} from '@peculiar/asn1-ocsp';
import { AsnParser, AsnSerializer } from '@peculiar/asn1-schema';
import { SmtpcheckError } from '../../core/errors.js';
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
} from '../der.js';
import { parseName } from '../name.js';
import { readAlgorithm, readHexInteger } from '../tbs.js';
import {
  RESPONSE_STATUS,
  type BasicResponse,
  type CertStatus,
  type OcspResponse,
  type ResponderId,
  type SingleResponse,
} from './types.js';

/** Octets of a response. Real ones stay below 8 KiB; stops one from costing more than reading it. */
export const MAX_RESPONSE = 64 * 1024;

/** Statuses and certificates in one response: a staple is about one certificate, signed by one responder. */
const MAX_PARTS = 64;

const BASIC = '1.3.6.1.5.5.7.48.1.1';

/** version [0] EXPLICIT INTEGER 0, which DER leaves out for being the default, and some responders write all the same. */
const EXPLICIT_V1 = Uint8Array.of(0xa0, 0x03, 0x02, 0x01, 0x00);

/**
 * Reads an OCSP response (RFC 6960 section 4.2.1). Whatever the bytes are, it throws nothing but SmtpcheckError with the code
 * `certificate-malformed`.
 */
export function readOcsp(der: Uint8Array): OcspResponse {
  try {
    return readResponse(der);
  } catch (error) {
    // The library throws Error, TypeError and RangeError; our own readers say what they found.
    const found =
      error instanceof SmtpcheckError
        ? error.message.replace(/^malformed certificate: /, '')
        : 'it is not DER of that shape';
    throw new SmtpcheckError('certificate-malformed', 'verify', `malformed OCSP response: ${found}`, {
      cause: error,
    });
  }
}

function readResponse(der: Uint8Array): OcspResponse {
  if (der.length > MAX_RESPONSE) throw malformed(`longer than ${MAX_RESPONSE} octets`);
  const { responseStatus, responseBytes } = decode(der, AsnResponse);
  const status = RESPONSE_STATUS[responseStatus as number as keyof typeof RESPONSE_STATUS] as
    OcspResponse['status'] | undefined;
  if (status === undefined) throw malformed(`its status is ${responseStatus}`);
  // RFC 6960 section 4.2.1: in an error, responseBytes are not set. What is there all the same says nothing.
  if (status !== 'successful') return { status, basic: null };
  if (responseBytes === undefined) throw malformed('it is successful and says nothing');
  if (responseBytes.responseType !== BASIC) throw malformed(`its type is ${responseBytes.responseType}`);
  return { status, basic: readBasic(new Uint8Array(responseBytes.response.buffer)) };
}

/**
 * Decodes with the library, and encodes again to see that nothing is different: it takes BER for DER and local times for
 * universal ones, and passes over list elements that it cannot read, which might be the one that says `revoked`. The
 * first `skipped` octets of the content are left out of it.
 */
function decode<T>(der: Uint8Array, type: new () => T, skipped = 0): T {
  const content = contentOf(readWhole(der, TAG.sequence, 'the response'));
  const value = AsnParser.parse(der, type);
  const again = contentOf(readElement(new Uint8Array(AsnSerializer.serialize(value))));
  if (!sameBytes(again, content.subarray(skipped))) throw malformed('its encoding is odd');
  return value;
}

/** The frame is read by our own reader: the signature is over the very octets that came. */
function readBasic(der: Uint8Array): BasicResponse {
  const [data, algorithm, signature, certificates, ...surplus] = childrenOf(
    readWhole(der, TAG.sequence, 'the basic response'),
  );
  if (surplus.length > 0) throw malformed('there is data behind the certificates');
  const signedData = rawOf(expectTag(data, TAG.sequence, 'tbsResponseData'));
  const { oid, params } = readAlgorithm(expectTag(algorithm, TAG.sequence, 'signatureAlgorithm'));
  return {
    signedData,
    ...readData(signedData),
    signatureOid: oid,
    signatureParams: params,
    signature: readSignature(expectTag(signature, TAG.bitString, 'the signature')),
    certificates: certificates === undefined ? [] : readCertificates(certificates),
  };
}

/** A signature is whole octets. */
function readSignature(element: DerElement): Uint8Array {
  const octets = contentOf(element);
  if (octets[0] !== 0) throw malformed('its signature is not whole octets');
  return octets.subarray(1);
}

function readCertificates(explicit: DerElement): Uint8Array[] {
  const [list, ...surplus] = childrenOf(expectTag(explicit, 0xa0, 'the certificates'));
  if (surplus.length > 0) throw malformed('there is data behind the certificates');
  return bounded(childrenOf(expectTag(list, TAG.sequence, 'the list of certificates'))).map(rawOf);
}

function bounded<T>(parts: readonly T[]): readonly T[] {
  if (parts.length > MAX_PARTS) throw malformed(`more than ${MAX_PARTS} parts of one kind`);
  return parts;
}

type ReadData = Pick<BasicResponse, 'responder' | 'producedAt' | 'responses' | 'criticalExtensions'>;

function readData(signedData: Uint8Array): ReadData {
  const data = decode(signedData, AsnResponseData, versionLength(signedData));
  return {
    responder: readResponder(data.responderID),
    producedAt: data.producedAt.getTime(),
    responses: bounded(data.responses).map(readSingle),
    criticalExtensions: criticalOids(data.responseExtensions),
  };
}

/** Octets of a version that is spelt out. Any other than v1 is no business of RFC 6960. */
function versionLength(signedData: Uint8Array): number {
  const [first] = childrenOf(readElement(signedData));
  if (first?.tag !== 0xa0) return 0;
  if (!sameBytes(rawOf(first), EXPLICIT_V1)) throw malformed('its version is unknown');
  return EXPLICIT_V1.length;
}

function readResponder({ byName, byKey }: AsnResponderId): ResponderId {
  if (byKey !== undefined) return { type: 'key', hash: new Uint8Array(byKey.buffer) };
  return { type: 'name', name: parseName(new Uint8Array(AsnSerializer.serialize(byName))) };
}

function readSingle(single: AsnSingleResponse): SingleResponse {
  const { certID, certStatus, thisUpdate, nextUpdate } = single;
  return {
    id: {
      hashOid: certID.hashAlgorithm.algorithm,
      issuerNameHash: new Uint8Array(certID.issuerNameHash.buffer),
      issuerKeyHash: new Uint8Array(certID.issuerKeyHash.buffer),
      serial: serialOf(new Uint8Array(certID.serialNumber)),
    },
    status: readStatus(certStatus),
    thisUpdate: thisUpdate.getTime(),
    nextUpdate: nextUpdate?.getTime() ?? null,
    criticalExtensions: criticalOids(single.singleExtensions),
  };
}

/** The library hands out an INTEGER's content; a certificate's serial number is shown by readHexInteger. */
function serialOf(octets: Uint8Array): string {
  return readHexInteger({
    bytes: octets,
    tag: TAG.integer,
    start: 0,
    content: 0,
    end: octets.length,
  });
}

function readStatus({ good, revoked }: AsnSingleResponse['certStatus']): CertStatus {
  if (revoked !== undefined) {
    const { revocationTime, revocationReason } = revoked;
    return { type: 'revoked', at: revocationTime.getTime(), reason: revocationReason?.reason ?? null };
  }
  return { type: good === undefined ? 'unknown' : 'good' };
}

type AsnExtensions = AsnResponseData['responseExtensions'];

function criticalOids(extensions: AsnExtensions): string[] {
  return extensions?.filter(({ critical }) => critical).map(({ extnID }) => extnID) ?? [];
}

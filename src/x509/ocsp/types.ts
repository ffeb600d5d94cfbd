import type { Name } from '../name.js';

/** OCSPResponseStatus by its number (RFC 6960 section 4.2.1); 4 was never given out. */
export const RESPONSE_STATUS = {
  0: 'successful',
  1: 'malformedRequest',
  2: 'internalError',
  3: 'tryLater',
  5: 'sigRequired',
  6: 'unauthorized',
} as const;

export type ResponseStatus = (typeof RESPONSE_STATUS)[keyof typeof RESPONSE_STATUS];

/** An OCSPResponse (RFC 6960 section 4.2.1). */
export interface OcspResponse {
  readonly status: ResponseStatus;
  /** Null unless successful. */
  readonly basic: BasicResponse | null;
}

/** A BasicOCSPResponse (RFC 6960 section 4.2.1) and the ResponseData in it. Times are milliseconds since the epoch. */
export interface BasicResponse {
  /** The DER of tbsResponseData as it came, which is what was signed. */
  readonly signedData: Uint8Array;
  readonly responder: ResponderId;
  readonly producedAt: number;
  readonly responses: readonly SingleResponse[];
  /** OIDs of the critical ones of responseExtensions. */
  readonly criticalExtensions: readonly string[];
  readonly signatureOid: string;
  readonly signatureParams: Uint8Array | null;
  readonly signature: Uint8Array;
  /** DER of the certificates that came along, unread. */
  readonly certificates: readonly Uint8Array[];
}

/** ResponderID: the subject, or the SHA-1 of the public key. */
export type ResponderId =
  { readonly type: 'name'; readonly name: Name } | { readonly type: 'key'; readonly hash: Uint8Array };

/** One SingleResponse (RFC 6960 section 4.2.1). */
export interface SingleResponse {
  readonly id: CertId;
  readonly status: CertStatus;
  readonly thisUpdate: number;
  readonly nextUpdate: number | null;
  /** OIDs of the critical ones of singleExtensions. */
  readonly criticalExtensions: readonly string[];
}

/** Which certificate a SingleResponse is about (RFC 6960 section 4.1.1). */
export interface CertId {
  readonly hashOid: string;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** In the form of Certificate.serial. */
  readonly serial: string;
}

export type CertStatus =
  | { readonly type: 'good' | 'unknown' }
  | {
      readonly type: 'revoked';
      readonly at: number;
      /** CRLReason (RFC 5280 section 5.3.1) by its number, or null. */
      readonly reason: number | null;
    };

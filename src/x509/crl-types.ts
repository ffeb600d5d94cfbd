import type { Certificate, Extension, GeneralName } from './certificate-types.js';
import type { Name } from './name.js';

/** DistributionPointName (RFC 5280 section 4.2.1.13): names, or one that goes on where the name of the list's issuer ends. */
export type DistributionPointName =
  | { readonly type: 'full'; readonly names: readonly GeneralName[] }
  | { readonly type: 'relative'; readonly fragment: Name };

/** The issuingDistributionPoint of a list (RFC 5280 section 5.2.5): which certificates and reasons it is about. */
export interface IssuingDistributionPoint {
  /** null: any. */
  readonly name: DistributionPointName | null;
  readonly onlyUserCerts: boolean;
  readonly onlyCaCerts: boolean;
  readonly onlyAttributeCerts: boolean;
  /** ReasonFlags as a mask of ALL_REASONS; null: all of them. */
  readonly reasons: number | null;
  readonly indirect: boolean;
}

/** Every bit of ReasonFlags that has a meaning, in OpenSSL's layout: the first octet below the second; `unused` is left out. */
export const ALL_REASONS = 0x807f;

/** One entry of a list (RFC 5280 section 5.3). */
export interface RevokedEntry {
  /** In the form of Certificate.serial. */
  readonly serial: string;
  /** revocationDate, in milliseconds since the epoch; NaN when the encoding is not a valid RFC 5280 time. */
  readonly date: number;
  /** CRLReason (RFC 5280 section 5.3.1) by its number, or null; 8 is removeFromCRL, which lifts a revocation. */
  readonly reason: number | null;
  readonly extensions: readonly Extension[];
}

/** The facts of one certificate revocation list (RFC 5280 section 5). */
export interface Crl {
  readonly der: Uint8Array;
  readonly issuer: Name;
  /** Milliseconds since the epoch; NaN when the encoding is not a valid RFC 5280 time. */
  readonly thisUpdate: number;
  /** null when the list does not say how long it may be used. */
  readonly nextUpdate: number | null;
  /** Hexadecimal, in the form of Certificate.serial; null when the extension is absent. */
  readonly crlNumber: string | null;
  readonly authorityKeyId: Certificate['authorityKeyId'];
  readonly issuingPoint: IssuingDistributionPoint | null;
  /** It has only what changed since another list (RFC 5280 section 5.2.4). */
  readonly isDelta: boolean;
  readonly extensions: readonly Extension[];
  /** A critical extension of the list or of one of its entries is not understood, so the list may mean something else. */
  readonly unknownCritical: boolean;
  /** An extension that is read here has a malformed value or is there twice, in the list or in one of its entries. */
  readonly malformedExtension: boolean;
  readonly signatureOid: string;
  readonly signatureParams: Uint8Array | null;
  readonly signatureAlgorithmsAgree: boolean;
  /** The DER of tbsCertList as it came, which is what was signed. */
  readonly signedData: Uint8Array;
  /** null when it is not whole octets. */
  readonly signature: Uint8Array | null;
  readonly entryCount: number;
  /**
   * The entry for a certificate, by its serial number and issuer (the list's own when left out), or null. The entry may be
   * one that lifts a revocation: see `reason`.
   */
  revoked(serial: string, issuer?: Name): RevokedEntry | null;
}

/** Which certificates of a path are looked up in which lists. */
export interface RevocationInput {
  readonly crls: readonly Crl[];
  /** `leaf` is OpenSSL's -crl_check, `all` its -crl_check_all. */
  readonly scope: 'leaf' | 'all';
}

import type { KeyObject, X509Certificate } from 'node:crypto';
import type { DerElement } from './der.js';
import type { Name } from './name.js';

/** One extension as it stands in the certificate (RFC 5280 section 4.2). */
export interface Extension {
  /** Dotted OID. */
  readonly oid: string;
  readonly critical: boolean;
  /** The content of extnValue, without the OCTET STRING around it. */
  readonly value: Uint8Array;
}

/** A GeneralName (RFC 5280 section 4.2.1.6), text forms decoded as IA5. */
export type GeneralName =
  | { readonly type: 'dns' | 'email' | 'uri'; readonly value: string }
  | { readonly type: 'ip'; readonly octets: Uint8Array }
  | { readonly type: 'directory'; readonly name: Name }
  | {
      readonly type: 'other';
      readonly tag: number;
      readonly raw: Uint8Array;
      /** null for an x400Address, an ediPartyName or a registeredID. */
      readonly otherName: OtherName | null;
    };

/** An otherName (RFC 5280 section 4.2.1.6): its type as a dotted OID, and what it is for that type. */
export interface OtherName {
  readonly typeId: string;
  readonly value: DerElement;
}

/** A GeneralSubtree (RFC 5280 section 4.2.1.10). */
export interface GeneralSubtree {
  readonly base: GeneralName;
  /** A minimum other than 0, or any maximum: the RFC forbids both, and nobody knows what they would mean. */
  readonly limited: boolean;
}

/** nameConstraints (RFC 5280 section 4.2.1.10). */
export interface NameConstraints {
  readonly permitted: readonly GeneralSubtree[];
  readonly excluded: readonly GeneralSubtree[];
}

/** keyUsage bits (RFC 5280 section 4.2.1.3); bit 0 is digitalSignature. */
export const KEY_USAGE = {
  digitalSignature: 1 << 0,
  nonRepudiation: 1 << 1,
  keyEncipherment: 1 << 2,
  dataEncipherment: 1 << 3,
  keyAgreement: 1 << 4,
  keyCertSign: 1 << 5,
  cRLSign: 1 << 6,
  encipherOnly: 1 << 7,
  decipherOnly: 1 << 8,
} as const;

/** The facts of one certificate, read once from its DER. All fields are computed lazily where that costs. */
export interface Certificate {
  readonly der: Uint8Array;
  /** 0 is v1, 2 is v3. */
  readonly version: number;
  /** Hexadecimal, upper case, no leading zero octet, `-` in front when negative. */
  readonly serial: string;
  readonly subject: Name;
  readonly issuer: Name;
  /** Milliseconds since the epoch; NaN when the encoding is not a valid RFC 5280 time. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** OID of signatureAlgorithm, and whether the inner and outer AlgorithmIdentifier are identical. */
  readonly signatureOid: string;
  readonly signatureParams: Uint8Array | null;
  readonly signatureAlgorithmsAgree: boolean;
  readonly spkiDer: Uint8Array;
  /** OID of the key's algorithm in SubjectPublicKeyInfo. */
  readonly keyOid: string;
  readonly extensions: readonly Extension[];
  /** OIDs that occur more than once: forbidden by RFC 5280 section 4.2. */
  readonly duplicateExtensions: boolean;
  /** Set when an extension that is read here has a malformed value. */
  readonly malformedExtension: boolean;
  /** null when the extension is absent. */
  readonly basicConstraints: { readonly ca: boolean; readonly pathLen: number | null } | null;
  readonly keyUsage: number | null;
  /** OIDs of extKeyUsage. */
  readonly extendedKeyUsage: readonly string[] | null;
  readonly subjectAltNames: readonly GeneralName[] | null;
  readonly subjectKeyId: Uint8Array | null;
  readonly authorityKeyId: {
    readonly keyId: Uint8Array | null;
    readonly issuer: readonly GeneralName[] | null;
    readonly serial: string | null;
  } | null;
  readonly nameConstraints: NameConstraints | null;
  /** Subject and issuer names are equal (canonical form), whatever the signature. */
  readonly selfIssued: boolean;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly sha256: string;
  /** Node's view of the same DER; throws nothing once parsing succeeded. */
  readonly node: X509Certificate;
  /** The public key, or null when OpenSSL cannot read it. */
  readonly publicKey: KeyObject | null;
}

/** What OpenSSL's `TRUSTED CERTIFICATE` says beside the certificate (X509_CERT_AUX): key purposes by OID. */
export interface TrustSettings {
  /** null: no list, so it is a certificate like any other; an empty list trusts it for nothing. */
  readonly trusted: readonly string[] | null;
  readonly rejected: readonly string[];
}

/** Where trust anchors come from. `trust/` implements it; x509/ only asks. */
export interface TrustStore {
  /**
   * Every certificate of the store whose subject equals `name` in OpenSSL's canonical form (X509_NAME_cmp), those that its
   * settings reject included. May read files, never sockets.
   */
  bySubject(name: Name): readonly Certificate[];
  /** The trust settings of this very certificate in the store; null, or no such function: there are none. */
  settingsOf?(certificate: Certificate): TrustSettings | null;
  /** Whether its CAs are those of the public web, which the CA/Browser Forum's rules bind. */
  readonly isPublic?: boolean;
  /** What this store is, truthfully, for `verify.stores`. */
  describe(): string;
}

import type { FailOn } from './outcome.js';
import type { TlsVersionName } from './tls-names.js';

/** What the handshake is to be pinned to. Absent means: whatever a current client offers. */
export interface TlsPins {
  readonly minVersion?: TlsVersionName;
  readonly maxVersion?: TlsVersionName;
  /** Whether a version was asked for, so that an old one that is negotiated is no finding. */
  readonly versionPinned: boolean;
  /** Suite ids, in the order of preference. */
  readonly suites?: readonly number[];
  /** NamedGroup ids. */
  readonly groups?: readonly number[];
  /** SignatureScheme ids. */
  readonly schemes?: readonly number[];
}

/** Which CAs end a chain, and how strictly it is judged; files by their paths. */
export interface TrustChoice {
  readonly caPaths: readonly string[];
  readonly caFiles: readonly string[];
  readonly caStores: readonly string[];
  readonly depth?: number;
  readonly authLevel?: number;
  readonly partialChain: boolean;
  readonly x509Strict: boolean;
  readonly crlFiles: readonly string[];
  readonly crlCheck: 'leaf' | 'all';
  readonly expiresWithinMs?: number;
  readonly failOn: FailOn;
}

/** A certificate pin: the digest of the leaf certificate or of its SubjectPublicKeyInfo. */
export interface CertificatePin {
  readonly kind: 'sha256' | 'spki-sha256';
  /** sha256: lower-case hexadecimal; spki-sha256: base64. */
  readonly value: string;
}

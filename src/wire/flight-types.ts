/** What a server's first flight says, as far as it was read. Numbers are code points of IANA's registries. */
export interface FlightFacts {
  serverHello: ServerHelloFacts | null;
  helloRetryRequest: boolean;
  /** The suite that a HelloRetryRequest picked. */
  retrySuite: number | null;
  /** DER, in the order sent; null until the Certificate message was read. */
  certificates: Uint8Array[] | null;
  /** A stapled OCSP response for the leaf (CertificateStatus, or the leaf's status_request extension in TLS 1.3), DER. */
  ocspStaple: Uint8Array | null;
  certificateRequest: boolean;
  /** NamedGroup: from key_share (1.3) or ServerKeyExchange's named_curve. */
  group: number | null;
  /** Size of the DH prime in ServerKeyExchange, bits. */
  dhBits: number | null;
  /** That prime, without leading zeros. */
  dhPrime: Uint8Array | null;
  /** SignatureScheme / SignatureAndHashAlgorithm of the server's signature (1.2, 1.3); null before TLS 1.2 and where nothing is signed. */
  signatureScheme: number | null;
  alpn: string | null;
  /** Extension types of EncryptedExtensions, in the order sent; null before TLS 1.3. */
  encryptedExtensions: readonly number[] | null;
  /** Alerts seen in the clear or decrypted, in order. */
  alerts: { level: number; description: number }[];
}

export interface ServerHelloFacts {
  /** Negotiated version: supported_versions if present, else legacy_version. 0x0303 is TLS 1.2. */
  readonly version: number;
  readonly cipherSuite: number;
  readonly compression: number;
  /** Extension types in the order sent. */
  readonly extensions: readonly number[];
  readonly extendedMasterSecret: boolean;
  readonly encryptThenMac: boolean;
  readonly renegotiationInfo: boolean;
}

// Small registries of TLS: what the numbers within records and handshake messages are called.
// https://www.iana.org/assignments/tls-parameters/ and .../tls-extensiontype-values/ (written by hand, 2026-11, from the RFCs named).

export type SmallTable = Readonly<Record<number, string>>;

/** ContentType: RFC 8446 appendix B.1, RFC 6520. */
export const CONTENT_TYPES: SmallTable = {
  20: 'change_cipher_spec',
  21: 'alert',
  22: 'handshake',
  23: 'application_data',
  24: 'heartbeat',
};

/** HandshakeType: RFC 8446 appendix B.3, RFC 5246 section 7.4 and those that extend it; spelt as the structures are. */
export const HANDSHAKE_TYPES: SmallTable = {
  0: 'HelloRequest',
  1: 'ClientHello',
  2: 'ServerHello',
  3: 'HelloVerifyRequest',
  4: 'NewSessionTicket',
  5: 'EndOfEarlyData',
  6: 'HelloRetryRequest',
  8: 'EncryptedExtensions',
  11: 'Certificate',
  12: 'ServerKeyExchange',
  13: 'CertificateRequest',
  14: 'ServerHelloDone',
  15: 'CertificateVerify',
  16: 'ClientKeyExchange',
  20: 'Finished',
  21: 'CertificateURL',
  22: 'CertificateStatus',
  23: 'SupplementalData',
  24: 'KeyUpdate',
  25: 'CompressedCertificate',
  67: 'NextProtocol',
  254: 'MessageHash',
};

/** AlertLevel: RFC 8446 section 6. */
export const ALERT_LEVELS: SmallTable = { 1: 'warning', 2: 'fatal' };

/** CompressionMethod: RFC 3749. */
export const COMPRESSION_METHODS: SmallTable = { 0: 'null', 1: 'DEFLATE', 64: 'LZS' };

/** ECPointFormat: RFC 8422 section 5.1.2. */
export const POINT_FORMATS: SmallTable = {
  0: 'uncompressed',
  1: 'ansiX962_compressed_prime',
  2: 'ansiX962_compressed_char2',
};

/** ECCurveType: RFC 8422 section 5.4. */
export const CURVE_TYPES: SmallTable = { 1: 'explicit_prime', 2: 'explicit_char2', 3: 'named_curve' };

/** ClientCertificateType: RFC 5246 section 7.4.4, RFC 8422 section 5.5. */
export const CLIENT_CERTIFICATE_TYPES: SmallTable = {
  1: 'rsa_sign',
  2: 'dss_sign',
  3: 'rsa_fixed_dh',
  4: 'dss_fixed_dh',
  5: 'rsa_ephemeral_dh',
  6: 'dss_ephemeral_dh',
  20: 'fortezza_dms',
  22: 'gost_sign256',
  23: 'gost_sign512',
  64: 'ecdsa_sign',
  65: 'rsa_fixed_ecdh',
  66: 'ecdsa_fixed_ecdh',
};

/** CertificateStatusType: RFC 6066 section 8, RFC 6961. */
export const STATUS_TYPES: SmallTable = { 1: 'ocsp', 2: 'ocsp_multi' };

/** PskKeyExchangeMode: RFC 8446 section 4.2.9. */
export const PSK_MODES: SmallTable = { 0: 'psk_ke', 1: 'psk_dhe_ke' };

/** KeyUpdateRequest: RFC 8446 section 4.6.3. */
export const KEY_UPDATE_REQUESTS: SmallTable = { 0: 'update_not_requested', 1: 'update_requested' };

/** MaxFragmentLength: RFC 6066 section 4. */
export const MAX_FRAGMENT_LENGTHS: SmallTable = { 1: '2^9', 2: '2^10', 3: '2^11', 4: '2^12' };

/** CertificateCompressionAlgorithm: RFC 8879 section 7.3. */
export const CERTIFICATE_COMPRESSIONS: SmallTable = { 1: 'zlib', 2: 'brotli', 3: 'zstd' };

/** Protocol versions by OpenSSL's spelling, weakest first, with the wire value (RFC 8446 section 4.2.1 and before). */
export const TLS_VERSIONS = [
  { name: 'TLSv1', label: 'TLS 1.0', value: 0x0301 },
  { name: 'TLSv1.1', label: 'TLS 1.1', value: 0x0302 },
  { name: 'TLSv1.2', label: 'TLS 1.2', value: 0x0303 },
  { name: 'TLSv1.3', label: 'TLS 1.3', value: 0x0304 },
] as const;

export type TlsVersionName = (typeof TLS_VERSIONS)[number]['name'];

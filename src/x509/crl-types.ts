/** The facts of one certificate revocation list (RFC 5280 section 5). */
export interface Crl {
  readonly der: Uint8Array;
}

/** Which certificates of a path are looked up in which lists. */
export interface RevocationInput {
  readonly crls: readonly Crl[];
  /** `leaf` is OpenSSL's -crl_check, `all` its -crl_check_all. */
  readonly scope: 'leaf' | 'all';
}

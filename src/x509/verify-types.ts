import type { Certificate, TrustStore } from './certificate-types.js';
import type { RevocationInput } from './crl-types.js';

/** One error of path validation, with OpenSSL's X509_V_ERR number. */
export interface VerifyError {
  readonly code: number;
  /** Index in the path of the certificate at fault (OpenSSL's error_depth). */
  readonly depth: number;
  readonly certificate: Certificate;
}

export interface VerifyInput {
  /** Leaf first, as sent; the rest in any order, with surplus and duplicates. */
  readonly chain: readonly Certificate[];
  readonly trust: TrustStore;
  /** The time to verify at, in milliseconds. */
  readonly now: number;
  /** 0 to 5 (X509_VERIFY_PARAM_set_auth_level). */
  readonly authLevel: number;
  /** At most this many intermediates (X509_VERIFY_PARAM_set_depth); OpenSSL's default is 100. */
  readonly depth?: number;
  /** The name or the address to match, or neither to leave the name unchecked (codes 62 and 64). */
  readonly hostname?: string;
  readonly ip?: string;
  /**
   * How the host name is matched. `strict` (the default) is RFC 9525: no CN fallback, no partial wildcards.
   * `openssl` is X509_check_host without flags; for differential tests.
   */
  readonly hostnameRules?: 'strict' | 'openssl';
  /** What the chain has to serve for; `sslserver` is the default, `any` asks for no purpose (openssl verify's -purpose). */
  readonly purpose?: 'sslserver' | 'any';
  /** Any certificate of the store ends a path, also one that is not self-signed (X509_V_FLAG_PARTIAL_CHAIN). */
  readonly partialChain?: boolean;
  /** Also what X509_V_FLAG_X509_STRICT asks for (codes 80 to 93). */
  readonly x509Strict?: boolean;
  /** Revocation lists to look certificates up in; absent: none are looked up. */
  readonly revocation?: RevocationInput;
}

export interface VerifyResult {
  /** From the leaf upward, as far as a path could be built; the last one is the anchor when the path is complete. */
  readonly path: readonly Certificate[];
  /** Number of certificates at the start of `path` that were sent; the rest came from the trust store. */
  readonly fromChain: number;
  /** In the order in which OpenSSL's verify callback would see them (s_client's `verify error:num=` lines). Empty means OK. */
  readonly errors: readonly VerifyError[];
}

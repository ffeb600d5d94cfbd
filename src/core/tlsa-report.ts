import type { VerifyErrorReport } from './report.js';

/** What one TLSA record has to do with a chain. */
export interface TlsaRecordReport {
  /** `U S M HEX`, hexadecimal in lower case. */
  readonly record: string;
  /** Certificate usage: 2 is DANE-TA, 3 is DANE-EE; an SMTP client uses no other (RFC 7672 section 3.1). */
  readonly usage: number;
  /** 0 is the certificate, 1 its public key. */
  readonly selector: number;
  /** 0 is no digest, 1 SHA2-256, 2 SHA2-512. */
  readonly matchingType: number;
  /**
   * `match`: its data is that of a certificate where its usage looks, which is the leaf for 3 and an issuer for 2. Whether the
   * chain is authenticated by it is another matter: see `reason`, and the result of the whole. `unusable`: a client passes it over.
   */
  readonly result: 'match' | 'no-match' | 'unusable';
  /** Why it is unusable, does not match, or counts for nothing though it does; for people. */
  readonly reason: string | null;
  /** Index of the certificate that matches in the chain as sent; one that the record brings itself comes after those. */
  readonly depth: number | null;
}

/** Whether a chain is authenticated by TLSA records as SMTP clients do it (RFC 7672). */
export interface TlsaReport {
  /**
   * `match`: authenticated. `mismatch`: no usable record matches. `invalid`: a DANE-TA record matches, and the chain below it
   * does not hold, a key is too weak, or a revocation list that was named is against it. `unusable`: no record can be used, so that clients encrypt without authentication.
   */
  readonly result: 'match' | 'mismatch' | 'invalid' | 'unusable';
  /** In the order given. */
  readonly records: readonly TlsaRecordReport[];
  /** The record that authenticates the chain, and the index in the path of what it matches; null unless the result is `match`. */
  readonly authenticated: { readonly record: string; readonly depth: number } | null;
  /** Errors of the validation by OpenSSL's numbers, as it has them with these records: 65 where none matches. */
  readonly errors: readonly VerifyErrorReport[];
  /** Records that match the chain, `3 1 1` first. */
  readonly suggested: readonly string[];
}

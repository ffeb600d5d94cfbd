/** What a server's stapled OCSP response says about its certificate (RFC 6066 section 8, RFC 6960). Nothing is fetched. */
export interface OcspReport {
  /**
   * `good`, `revoked` and `unknown` are the responder's words, believed: signed by one who may, about this certificate,
   * and in time. `stale` is out of date, `invalid` everything else that is not to be believed.
   */
  readonly result: 'good' | 'revoked' | 'unknown' | 'stale' | 'invalid';
  /** Why it is invalid or stale, or what else is to be known of it; for people. */
  readonly reason: string | null;
  /** Subject of the certificate that signed the response; the name or key hash that the response gives where none is found. */
  readonly responder: string | null;
  /** ISO 8601, as the following; null where the response has none or could not be read. */
  readonly producedAt: string | null;
  readonly thisUpdate: string | null;
  readonly nextUpdate: string | null;
  readonly revokedAt: string | null;
  /** A CRLReason by its name in RFC 5280 section 5.3.1, such as `keyCompromise`. */
  readonly revocationReason: string | null;
}

/** What `smtpcheck explain` says of a rule, an error code or a verify code. */
export interface Explanation {
  /** The rule id, the error code, or OpenSSL's name such as `X509_V_ERR_CERT_HAS_EXPIRED`. */
  readonly id: string;
  readonly kind: 'rule' | 'error' | 'verify';
  /** OpenSSL's number, of a verify code. */
  readonly number?: number;
  /** The fault in a few words, without a final period: `the server accepts TLS 1.0`. */
  readonly title: string;
  /** What it is. */
  readonly what: string;
  /** Why it matters. */
  readonly why: string;
  /** What somebody can do with it; absent where it is no weakness. */
  readonly attack?: string;
  /** How smtpcheck finds it out. */
  readonly measured: string;
  readonly fix: Fix;
  /** RFCs, CVEs, pages. */
  readonly refs: readonly string[];
}

/** What to change, by server. Where nothing in the server's settings is the cause, `other` says where it is. */
export interface Fix {
  readonly postfix?: Setting;
  readonly exim?: Setting;
  readonly other?: string;
}

export interface Setting {
  /** Command lines (`postconf -e "…"`) or lines of the configuration, as they are to be typed. */
  readonly lines: readonly string[];
  /** Where it is described, such as `postconf(5), smtpd_tls_protocols`. */
  readonly manual: string;
  /** What the lines need or replace: a version, a value that was there. */
  readonly note?: string;
}

/** What a target of the gate has to be like beyond its profile. */
export interface Expect {
  /** The oldest version that may be accepted: `1.0` to `1.3`. */
  readonly minTls?: '1.0' | '1.1' | '1.2' | '1.3';
  /** IANA's names of groups, each of which has to be accepted. */
  readonly groups?: readonly string[];
  /** SHA-256 of the server's certificate, lower-case hexadecimal: one of these. */
  readonly certSha256?: readonly string[];
  /** SHA-256 of its key (SubjectPublicKeyInfo), base64: one of these. */
  readonly spkiSha256?: readonly string[];
  /** These and no others are offered inside TLS, in upper case. */
  readonly authMechanisms?: readonly string[];
  /**
   * `offered`: EHLO names STARTTLS. `required`: without TLS no mail is taken, too. `absent`: it is not offered (TLS from the first
   * byte, or none).
   */
  readonly starttls?: 'offered' | 'required' | 'absent';
}

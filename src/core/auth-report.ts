/** How one attempt to log in ended (RFC 4954 section 6). */
export type AuthResult =
  | 'accepted'
  | 'rejected'
  | 'temporary-failure'
  | 'mechanism-refused'
  | 'encryption-required'
  | 'not-offered'
  | 'not-attempted'
  | 'server-not-authenticated';

/** The server's last reply, without anything secret that it may have repeated. */
export interface AuthReplyReport {
  readonly code: number;
  /** Enhanced status code (RFC 3463), such as `5.7.8`. */
  readonly enhanced: string | null;
  readonly text: string;
}

/** One attempt with one mechanism. */
export interface AuthAttemptReport {
  /** The SASL mechanism; null where none was chosen. */
  readonly mechanism: string | null;
  readonly result: AuthResult;
  readonly reply: AuthReplyReport | null;
  /** What the result stands for, for people; null when the user is logged in. */
  readonly reason: string | null;
  /** SCRAM: what was said about channel binding: a type, `y` (we could, and the server did not offer it) or `n`. */
  readonly channelBinding: string | null;
  /** SCRAM: iterations that the server asked for. */
  readonly iterations: number | null;
}

/** Whether this user can log in, and what the server offers to whom. */
export interface AuthReport extends AuthAttemptReport {
  readonly user: string;
  readonly authzid: string | null;
  /** Mechanisms offered inside TLS, as sent. */
  readonly offered: readonly string[];
  /** Mechanisms offered before TLS: a client that does not insist on TLS sends its password in the clear. */
  readonly offeredBeforeTls: readonly string[];
  /** What MAIL FROM came to inside TLS and before AUTH: refused for want of AUTH (530), accepted, or neither; null: not asked. */
  readonly mailBeforeAuth: 'refused' | 'accepted' | 'inconclusive' | null;
  /** With --probe-plaintext: whether AUTH would be taken without TLS. No credentials are sent. */
  readonly plaintext?: 'accepted' | 'refused' | 'not-offered' | 'inconclusive';
  /** With --all-mechanisms: each attempt, in order; the first is the one above. */
  readonly attempts?: readonly AuthAttemptReport[];
}

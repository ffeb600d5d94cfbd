import type { MechanismName } from './choose.js';

/** What proves who the user is. A password is never sent as a token nor a token as a password. */
export type Secret =
  | { readonly kind: 'password'; readonly value: string }
  | { readonly kind: 'token'; readonly value: string }
  /** The client certificate of the TLS session; nothing secret is sent. */
  | { readonly kind: 'certificate' };

export type SecretKind = Secret['kind'];

export interface Credentials {
  readonly user: string;
  /** The identity to act as, where it is another one than the user's own (RFC 4422 section 2). */
  readonly authzid?: string;
  readonly secret: Secret;
}

export type ChannelBindingType = 'tls-exporter' | 'tls-unique' | 'tls-server-end-point';

/** The bytes that tie an exchange to one TLS session (RFC 5929, RFC 9266). */
export interface ChannelBindingData {
  readonly type: ChannelBindingType;
  readonly data: Uint8Array;
}

/**
 * What SCRAM's first message says about channel binding (RFC 5802 section 6): `p=TYPE`, `n`, or `y`. With `y` a server that
 * does offer a -PLUS mechanism knows that somebody in between struck it from the list.
 */
export type ChannelBinding = ChannelBindingData | 'not-supported' | 'supported-but-not-offered';

/** One message to the server, before base64. */
export interface SaslResponse {
  readonly bytes: Uint8Array;
  /** True when the bytes hold the password or token, or a hash that lets a guess at it be checked: no transcript shows them. */
  readonly secret: boolean;
}

/** What was learned about the server on the way. Nothing in it is derived from the secret. */
export interface SaslFacts {
  /** SCRAM: PBKDF2 iterations the server asked for. */
  readonly iterations?: number;
  /** SCRAM: fewer than RFC 5802 section 5.1 and RFC 7677 section 4 ask of a server. */
  readonly fewIterations?: boolean;
  /** SCRAM: what the first message said about channel binding. */
  readonly channelBinding?: ChannelBindingType | 'n' | 'y';
  /** The error that the server gave in the mechanism's own words: SCRAM's `e=`, or the status of an OAuth error. */
  readonly serverError?: string;
}

/** What a server's success came to; `accepted` only when the mechanism had run to its end. */
export type SaslVerdict =
  | { readonly result: 'accepted' }
  | { readonly result: 'server-not-authenticated' | 'not-attempted' | 'rejected'; readonly reason: string };

/**
 * The client's side of one SASL exchange (RFC 4422 section 3): a state machine for one use, without any I/O. What it throws
 * is SmtpcheckError alone, and after that the exchange must be cancelled (RFC 4954 section 4).
 */
export interface SaslMechanism {
  readonly name: MechanismName;
  /** The initial response, or null where the server speaks first. Must be sent before the first `step`. */
  readonly initial: SaslResponse | null;
  /** True where the answers of the server, too, let a guess at the password be checked: no transcript shows them. */
  readonly secretChallenges: boolean;
  /**
   * The response to a challenge.
   * @throws SmtpcheckError `sasl-protocol` when the challenge breaks the mechanism's rules, `server-not-authenticated` when
   * the server could not prove that it knows the password.
   */
  step(challenge: Uint8Array): Promise<SaslResponse>;
  /** Judges the server's claim of success; `success` is what came along with it, where the protocol can carry that. */
  finish(success: Uint8Array | null): SaslVerdict;
  facts(): SaslFacts;
}

import type { FailOn } from '../core/outcome.js';
import type { CertificatePin, TlsPins } from '../core/probe-options.js';
import type { ProxyServer } from '../core/proxy.js';
import type { Phase } from '../core/errors.js';
import type { Target } from '../core/target.js';
import type { ClientCertificate } from '../net/secure-context.js';
import type { TlsRequest } from '../net/tls-session.js';
import type { TrustStore } from '../x509/certificate-types.js';
import type { RevocationInput } from '../x509/crl-types.js';

/** One connection of a probe. */
export interface TlsConnection {
  readonly target: Target;
  /** The address that was dialled. */
  readonly address: string;
}

/** Sees what passes in the TLS of one connection; it only listens. */
export interface TlsObserver extends Required<Pick<TlsRequest, 'onRecordBytes' | 'onKeylog'>> {
  /** Nothing more comes. */
  readonly onEnd: () => void;
}

/** Everything that `probeTls` can be told. Only `trust` is required. */
export interface ProbeTlsOptions {
  /** Which CAs end a chain; see `openTrust`. */
  readonly trust: TrustStore;
  /** 4 or 6 to use only that family; 0 (the default) for either. */
  readonly family?: 0 | 4 | 6;
  /** Connect to this address, and keep the target's name for SNI and verification. */
  readonly address?: string;
  /** Local address to connect from. */
  readonly bind?: string;
  /** Connect through a proxy; `bind` is then where from to reach it. See `parseProxy`. */
  readonly proxy?: ProxyServer;
  /** Whole probe, milliseconds; default 60 s. */
  readonly timeoutMs?: number;
  /** One connection attempt, milliseconds; default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Name for EHLO or LHLO; default the machine's FQDN, else an address literal. */
  readonly ehloName?: string;
  /** SNI, and the name to verify; null sends no SNI. Default: the target's host when it is a name. */
  readonly servername?: string | null;
  /** The name or address that the certificate must carry, when it differs from the above. */
  readonly verifyHostname?: string;
  readonly pins?: TlsPins;
  readonly alpn?: readonly string[];
  readonly client?: ClientCertificate;
  /** At most this many intermediate certificates (OpenSSL's -verify_depth). */
  readonly depth?: number;
  /** 0 to 5; default 2, as OpenSSL 3.2. */
  readonly authLevel?: number;
  /** Any certificate of the store ends a path, not only a self-signed one. */
  readonly partialChain?: boolean;
  /** Ask of certificates what RFC 5280 asks (OpenSSL's X509_V_FLAG_X509_STRICT). */
  readonly x509Strict?: boolean;
  /** Revocation lists to look the path up in; see `parseCrls`. */
  readonly revocation?: RevocationInput;
  /** False reports what verification says without judging it. */
  readonly judgeChain?: boolean;
  /** A finding when a certificate of the path expires within this many milliseconds. */
  readonly expiresWithinMs?: number;
  readonly certificatePins?: readonly CertificatePin[];
  readonly failOn?: FailOn;
  /** Put PEM into the report. */
  readonly showCerts?: boolean;
  /** Put the SMTP dialogue into the report. */
  readonly transcript?: boolean;
  /** The time to verify at, milliseconds since the epoch; default now. */
  readonly now?: number;
  readonly signal?: AbortSignal;
  /** Told of each phase as it begins: for progress displays. */
  readonly onPhase?: (phase: Phase) => void;
  /** A second connection offers to resume the session of the first. */
  readonly reconnect?: boolean;
  /** The session to offer, as `onSession` had it. */
  readonly session?: Uint8Array;
  /** Told of each session that the server lets be resumed. It holds the session's secrets. */
  readonly onSession?: (session: Uint8Array) => void;
  /** The secrets of each TLS session: a line of the SSLKEYLOGFILE format (RFC 9850), without its end. */
  readonly onKeylog?: (line: string) => void;
  /**
   * The dialogue as it goes: the lines of `transcript`, and between them what happens, behind `-- `. Secrets are hidden; what
   * the server says is as it came, to be escaped.
   */
  readonly onDialogue?: (line: string) => void;
  /** Every byte of the connection, both ways. */
  readonly onBytes?: (direction: 'sent' | 'received', chunk: Uint8Array) => void;
  /** Asked on each connection for who wants to see its TLS: see `TlsTracer`. */
  readonly observeTls?: (connection: TlsConnection) => TlsObserver;
}

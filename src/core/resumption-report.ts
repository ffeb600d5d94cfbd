import type { CipherReport } from './report.js';

/** How a session is resumed: up to TLS 1.2 by its ID (RFC 5246) or by a ticket (RFC 5077), in TLS 1.3 by a ticket as PSK (RFC 8446). */
export type ResumptionKind = 'session-id' | 'ticket' | 'psk';

/** Whether a second connection could resume the session of the first (`tls --reconnect`). */
export interface ResumptionReport {
  /** What the second ClientHello offered; null when it offered nothing, or there was none. */
  readonly offered: ResumptionKind | null;
  /** NewSessionTicket messages of the first connection. */
  readonly ticketsIssued: number;
  /** How long the server says its last ticket can be used; null without a ticket, and where it does not say. */
  readonly lifetimeHintSeconds: number | null;
  /** Null when that could not be found out: then `error` says why, and nothing passes. */
  readonly resumed: boolean | null;
  /** Why not, or why it is not known; null where it was resumed. */
  readonly reason: string | null;
  /** What the second handshake negotiated; null when it was not completed. */
  readonly protocol: string | null;
  readonly cipher: CipherReport | null;
}

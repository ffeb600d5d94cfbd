/** Named bounds on everything a server can make us do. Each says what it stops. */
export const LIMITS = {
  /**
   * Octets in one reply line. RFC 5321 section 4.5.3.1.5 says 512, RFC 4954 section 4 12288 for a challenge; a server that never
   * ends a line cannot fill memory.
   */
  replyLine: 12 * 1024,
  /** Octets in one whole (multi-line) reply: stops an endless `250-`. */
  reply: 64 * 1024,
  /** Octets of a server's TLS flight held back while trust anchors are looked up. */
  heldFlight: 512 * 1024,
  /** Octets of records that a trace keeps back for a secret that may come: stops a flood from filling memory. */
  heldTrace: 512 * 1024,
  /** Octets of one handshake message: stops a length field from reserving 16 MiB. */
  handshakeMessage: 256 * 1024,
  /** Certificates read out of one chain. */
  chainCertificates: 32,
  /** Certificates tried as trust anchors for one name: stops a directory of a thousand same-named roots. */
  anchorsPerName: 64,
  /** Octets of server text kept in a report. */
  serverText: 2 * 1024,
} as const;

/** Default durations, in milliseconds. */
export const DEFAULT_TIMEOUTS = { connectMs: 10_000, totalMs: 60_000 } as const;

export interface KeylogEntry {
  /** Such as `SERVER_HANDSHAKE_TRAFFIC_SECRET`. */
  readonly label: string;
  readonly clientRandom: Uint8Array;
  readonly secret: Uint8Array;
}

const LINE = /^([A-Z0-9_]{1,64}) ([0-9A-Fa-f]{64}) ((?:[0-9A-Fa-f]{2}){1,64})\r?\n?$/;

/** One line of the SSLKEYLOGFILE format (RFC 9850), as the `keylog` event of node:tls hands it over; null for anything else. */
export function parseKeylogLine(line: string | Uint8Array): KeylogEntry | null {
  const text = typeof line === 'string' ? line : Buffer.from(line).toString('latin1');
  const [, label, random, secret] = LINE.exec(text) ?? [];
  if (label === undefined || random === undefined || secret === undefined) return null;
  return { label, clientRandom: Buffer.from(random, 'hex'), secret: Buffer.from(secret, 'hex') };
}

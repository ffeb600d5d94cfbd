import type { Socket } from 'node:net';
import type { SmtpcheckError } from '../../core/errors.js';
import type { ProxyServer } from '../../core/proxy.js';

/** What a proxy is asked for, over a connection to it. */
export interface ProxyRequest {
  readonly socket: Socket;
  readonly proxy: ProxyServer;
  /** The proxy in messages. */
  readonly where: string;
  /** A name or an address. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/**
 * Asks one proxy, and hands its no to `answer`, or null: then the socket carries the server's octets, all of them. Returns what takes
 * its hands off the socket.
 */
export type Ask = (request: ProxyRequest, answer: (refusal: SmtpcheckError | null) => void) => () => void;

/** Host and port as they are written in one: `[::1]:25` (RFC 3986 section 3.2). */
export function authorityOf({ host, port }: Pick<ProxyRequest, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

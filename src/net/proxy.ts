import type { Socket } from 'node:net';
import { addressFamily } from '../core/address.js';
import { SmtpcheckError, usageError } from '../core/errors.js';
import type { ProxyServer } from '../core/proxy.js';
import type { Target } from '../core/target.js';
import { formatMs, type Deadline } from './deadline.js';
import { dial, type Dialled, type DialOptions } from './dial.js';
import { proxyError } from './proxy/errors.js';
import { askHttp } from './proxy/http.js';
import { askSocks } from './proxy/socks.js';
import { resolveTarget, type Address } from './resolve.js';

/** What the proxy is asked to connect to. */
export interface Destination {
  readonly port: number;
  /** The server's addresses, where we looked them up; otherwise its name, for the proxy to look up. */
  readonly hosts: readonly Address[] | string;
}

export interface DialledThrough extends Omit<Dialled, 'address'> {
  /** Null when the proxy looked the name up: then it alone knows. */
  readonly address: Address | null;
  /** Where the proxy itself was reached. */
  readonly proxyAddress: string;
}

/** How far it came, on an error as its `cause`. */
export interface DialledSoFar {
  readonly tried: { readonly address: string; readonly result: string }[];
  proxyAddress: string | null;
}

/** What the proxy says of the server, rather than of itself: another address of the server may do better. */
const ABOUT_THE_SERVER: ReadonlySet<string> = new Set(['connection-refused', 'unreachable']);

/**
 * Connects to a server through a proxy, one address after the other as `dial` does. A connection to the proxy serves for one question.
 * @throws SmtpcheckError `proxy-*` and `not-a-proxy`, which say nothing about the server, or `connection-refused` and `unreachable` as
 * the proxy reports them; a DialledSoFar rides on the error as `cause`.
 */
export async function dialThrough(
  proxy: ProxyServer,
  { port, hosts }: Destination,
  options: Omit<DialOptions, 'port'>,
  deadline: Deadline,
): Promise<DialledThrough> {
  const soFar: DialledSoFar = { tried: [], proxyAddress: null };
  const { tried } = soFar;
  try {
    const proxyAddresses = await resolveProxy(proxy, deadline);
    const candidates =
      typeof hosts === 'string'
        ? [{ host: hosts, address: null }]
        : hosts.map((address) => ({ host: address.address, address }));
    for (const [i, { host, address }] of candidates.entries()) {
      const { socket, address: reached } = await dialProxy(proxy, proxyAddresses, options, deadline);
      soFar.proxyAddress = reached.address;
      const refusal = await askOver(
        socket,
        { host, port },
        proxy,
        reached,
        options.connectTimeoutMs,
        deadline,
      );
      if (refusal === null) return { socket, address, proxyAddress: reached.address, tried };
      if (address !== null) tried.push({ address: host, result: refusal.message });
      const another =
        ABOUT_THE_SERVER.has(refusal.code) && deadline.remaining > 0 && i + 1 < candidates.length;
      if (!another) throw refusal;
    }
    throw new SmtpcheckError('unreachable', 'connect', 'no address to connect to');
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    const { code, phase, hint, serverSaid } = error;
    const message = tried.length > 1 ? tried.map(({ result }) => result).join('; ') : error.message;
    throw new SmtpcheckError(code, phase, message, { hint, serverSaid, cause: soFar });
  }
}

/** The proxy's own addresses. That its name does not exist says nothing about the server. */
async function resolveProxy({ host, port }: ProxyServer, deadline: Deadline): Promise<Address[]> {
  const target: Target = { host, port, mode: 'starttls', literal: addressFamily(host) };
  return resolveTarget(target, 0, deadline).catch((error: unknown) => {
    throw aboutTheProxy(error);
  });
}

/** The same error, said of the proxy. */
function aboutTheProxy(error: unknown): unknown {
  if (!(error instanceof SmtpcheckError) || error.code === 'interrupted' || error.code === 'terminated')
    return error;
  return proxyError('proxy-unreachable', `the proxy is not reached: ${error.message}`, {
    hint: 'is the proxy running, and is this its port?',
  });
}

function dialProxy(
  { port }: ProxyServer,
  addresses: readonly Address[],
  options: Omit<DialOptions, 'port'>,
  deadline: Deadline,
): Promise<Dialled> {
  return dial(addresses, { ...options, port }, deadline).catch((error: unknown) => {
    throw aboutTheProxy(error);
  });
}

/** Asks over a connection to the proxy; null when it now leads to the server, otherwise the proxy's no. */
async function askOver(
  socket: Socket,
  asked: { readonly host: string; readonly port: number },
  proxy: ProxyServer,
  { address, family }: Address,
  limitMs: number,
  deadline: Deadline,
): Promise<SmtpcheckError | null> {
  const where = `the proxy ${family === 6 ? `[${address}]` : address}:${proxy.port}`;
  const ask = proxy.protocol === 'http' ? askHttp : askSocks;
  try {
    // Interfaces are numbered by each machine for itself.
    if (asked.host.includes('%'))
      throw usageError(`${asked.host} has a zone, which means nothing to a proxy`);
    return await deadline.wait<SmtpcheckError | null>(
      'connect',
      (resolve) =>
        ask({ socket, proxy, where, ...asked, timeoutMs: limitMs }, (refusal) => {
          if (refusal !== null) abandon(socket);
          resolve(refusal);
        }),
      (ms) =>
        proxyError('proxy-timeout', `${where} did not answer within ${formatMs(ms)}`, {
          hint: 'it may be waiting for the server; --connect-timeout gives it longer',
        }),
      limitMs,
    );
  } catch (error) {
    abandon(socket);
    throw error;
  }
}

function abandon(socket: Socket): void {
  socket.on('error', () => undefined);
  socket.destroy();
}

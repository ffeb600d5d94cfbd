import { hostname as machineName } from 'node:os';
import { judgeTls } from '../checks/index.js';
import { SmtpcheckError, type Phase } from '../core/errors.js';
import { addressFamily } from '../core/address.js';
import { DEFAULT_TIMEOUTS } from '../core/limits.js';
import type { Report } from '../core/report.js';
import type { Target } from '../core/target.js';
import { Deadline } from '../net/deadline.js';
import { dial, type Dialled } from '../net/dial.js';
import type { Destination, DialledThrough } from '../net/proxy.js';
import { createProbeContext } from '../net/secure-context.js';
import { resolveTarget } from '../net/resolve.js';
import { isEhloName } from '../smtp/command.js';
import { converse } from './dialogue.js';
import type { ProbeTlsOptions } from './options.js';
import { gatherFacts, servernameOf } from './facts.js';
import type { Speech } from './hello.js';
import { buildReport } from './report.js';
import { keepError, newState, timed, type ProbeState } from './state.js';

/**
 * Probes one server: connects, speaks SMTP up to STARTTLS, shakes hands, verifies the chain, and says EHLO again.
 * Resolves to a report for everything that a server or a network can do.
 */
export async function probeTls(target: Target, options: ProbeTlsOptions): Promise<Report> {
  const state = newState();
  if (options.reconnect === true) {
    const { measureTwice } = await import('./reconnect.js');
    await measureTwice(target, options, state, { measure: measureServer, now: () => performance.now() });
  } else await measureServer(target, options, state);
  const facts = await gatherFacts(target, options, state);
  return buildReport(target, options, state, { command: 'tls', facts, findings: judgeTls(facts) });
}

/**
 * The measuring part of a probe, on one connection, with what another command has to say on it. What was measured is in `state`, an
 * error too: it rejects for bugs alone.
 */
export async function measureServer(
  target: Target,
  options: ProbeTlsOptions,
  state: ProbeState,
  speech: Speech = {},
): Promise<void> {
  const deadline = new Deadline(options.timeoutMs ?? DEFAULT_TIMEOUTS.totalMs, options.signal);
  try {
    await measure(target, options, state, deadline, speech);
  } catch (error) {
    if (!(error instanceof SmtpcheckError) || error.code === 'internal') throw error;
    keepError(state, error);
  }
}

async function measure(
  target: Target,
  options: ProbeTlsOptions,
  state: ProbeState,
  deadline: Deadline,
  speech: Speech,
): Promise<void> {
  const onPhase = (phase: Phase): void => options.onPhase?.(phase);
  const pins = options.pins ?? { versionPinned: false };
  // First of all: what our library cannot offer is known before anything is sent.
  const context =
    speech.rawHello === undefined ? await createProbeContext(pins, options.client, speech.tlsSettings) : null;
  const { socket } = await reachServer(target, options, state, deadline);
  const address = state.address?.address ?? target.host;
  const observer = options.observeTls?.({ target, address });
  state.connections += 1;
  options.onDialogue?.(`-- connected to ${address}, port ${target.port}`);
  try {
    if (options.onBytes !== undefined) tapBytes(socket, options.onBytes);
    await converse(
      socket,
      context === null
        ? null
        : {
            servername: servernameOf(target, options),
            pins,
            alpn: options.alpn ?? [],
            trust: options.trust,
            partialChain: options.partialChain === true,
            context,
            clientCertificate: options.client !== undefined,
            session: options.session,
            onSession: options.onSession,
            onKeylog: both(options.onKeylog, observer?.onKeylog),
            onRecordBytes: observer?.onRecordBytes,
          },
      {
        target,
        state,
        deadline,
        ehloName: options.ehloName ?? defaultEhloName(socket.localAddress),
        onPhase,
        onDialogue: options.onDialogue,
        ...speech,
      },
    );
  } finally {
    observer?.onEnd();
    socket.on('error', () => undefined);
    socket.destroySoon();
    // A server that never closes its side may not keep the process alive.
    socket.unref();
  }
}

type KeylogSink = ((line: string) => void) | undefined;

function both(one: KeylogSink, other: KeylogSink): KeylogSink {
  if (one === undefined || other === undefined) return one ?? other;
  return (line) => {
    one(line);
    other(line);
  };
}

/** A connection to the server, by whatever way. Where it leads is in `state`. */
async function reachServer(
  target: Target,
  options: ProbeTlsOptions,
  state: ProbeState,
  deadline: Deadline,
): Promise<DialledThrough | Dialled> {
  options.onPhase?.('dns');
  const hosts = await timed(state, 'dnsMs', () => hostsOf(target, options, deadline));
  options.onPhase?.('connect');
  const dialled = await timed(state, 'connectMs', () => connect(hosts, target, options, deadline)).catch(
    (error: unknown) => {
      const cause = error instanceof SmtpcheckError ? error.cause : undefined;
      if (cause !== null && typeof cause === 'object' && 'tried' in cause) {
        state.tried = cause.tried as ProbeState['tried'];
        if ('proxyAddress' in cause) state.proxyAddress = cause.proxyAddress as string | null;
      }
      throw error;
    },
  );
  state.address = dialled.address;
  state.tried = dialled.tried;
  if ('proxyAddress' in dialled) state.proxyAddress = dialled.proxyAddress;
  return dialled;
}

/** The addresses of the server; its name where a proxy is to look that up. */
async function hostsOf(
  target: Target,
  { address, family = 0, proxy }: ProbeTlsOptions,
  deadline: Deadline,
): Promise<Destination['hosts']> {
  if (address !== undefined)
    return resolveTarget({ ...target, host: address, literal: addressFamily(address) }, family, deadline);
  const proxyResolves = proxy !== undefined && proxy.protocol !== 'socks5';
  return proxyResolves && target.literal === 0 ? target.host : resolveTarget(target, family, deadline);
}

async function connect(
  hosts: Destination['hosts'],
  { port }: Target,
  { bind, proxy, connectTimeoutMs = DEFAULT_TIMEOUTS.connectMs }: ProbeTlsOptions,
  deadline: Deadline,
): Promise<DialledThrough | Dialled> {
  const options = { connectTimeoutMs, ...(bind === undefined ? {} : { bind }) };
  if (proxy !== undefined) {
    const { dialThrough } = await import('../net/proxy.js');
    return dialThrough(proxy, { port, hosts }, options, deadline);
  }
  return dial(typeof hosts === 'string' ? [] : hosts, { ...options, port }, deadline);
}

/** The machine's FQDN, else the address literal of our side of the connection (RFC 5321 section 4.1.4). */
function defaultEhloName(localAddress: string | undefined): string {
  const name = machineName();
  if (name.includes('.') && isEhloName(name)) return name;
  const address = localAddress?.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '') ?? '127.0.0.1';
  return address.includes(':') ? `[IPv6:${address}]` : `[${address}]`;
}

function tapBytes(
  socket: NodeJS.WritableStream & NodeJS.EventEmitter,
  onBytes: NonNullable<ProbeTlsOptions['onBytes']>,
): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  socket.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    onBytes('sent', typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
    return write(chunk, ...rest);
  };
  socket.prependListener('data', (chunk: Uint8Array) => onBytes('received', chunk));
}

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ResumeRequest, ResumeResult } from '../../src/checks/scan/context.js';
import type { Target } from '../../src/core/target.js';
import { newState, type ProbeState } from '../../src/probe/state.js';
import { Governor } from '../../src/scan/governor.js';
import type { ScanOptions } from '../../src/scan/options.js';
import { measureOnce, type PortsContext } from '../../src/scan/ports.js';
import { Prober } from '../../src/scan/prober.js';
import { renegotiateOften, resume, type FirstSession } from '../../src/scan/resume.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import { reply, startServer, type ServerSpec, type TestServer } from '../servers/scripted.js';
import { labTrust, withServer } from '../support/probe.js';

/*
 * A server that gives tickets may yet take none back, and one that closes when it is asked has not said no: what a second connection
 * shows is what counts.
 */

/** With keys of its own a server could not read its own tickets, for each connection has a context to itself here. */
const TICKETS = { ticketKeys: randomBytes(48), sessionIdContext: 'test' };
const OLD = { tls13: false, tickets: true } as const;
const NEW = { tls13: true, tickets: true } as const;

const NO_FIRST: FirstSession = {
  state: { ...newState(), error: { code: 'silent', phase: 'banner', message: 'silent' } },
  sessions: [],
};

const governorOf = (maxConnections: number): Governor =>
  new Governor({
    concurrency: 4,
    maxConnections,
    spacingMs: 0,
    maxWaitMs: 0,
    endMs: performance.now() + 20_000,
  });

function portsOf(server: TestServer, options: Partial<ScanOptions> = {}): PortsContext {
  const target: Target = { host: '127.0.0.1', port: server.port, mode: 'starttls', literal: 4 };
  const all: ScanOptions = {
    trust: labTrust(),
    servername: LAB_HOSTNAME,
    ehloName: 'client.example',
    ...options,
  };
  const governor = governorOf(100);
  const remaining = (): number => 5_000;
  return {
    target,
    options: all,
    governor,
    prober: new Prober(target, all, governor, remaining),
    remaining,
    onQuit: () => undefined,
  };
}

const onServer = <T>(
  spec: ServerSpec,
  use: (ports: PortsContext, server: TestServer) => Promise<T>,
): Promise<T> => withServer(startServer(spec), (server) => use(portsOf(server), server));

const resumed = (spec: ServerSpec, request: ResumeRequest): Promise<ResumeResult> =>
  onServer(spec, (ports) => resume(ports, NO_FIRST, request));

async function firstOf(ports: PortsContext): Promise<FirstSession> {
  const sessions: Uint8Array[] = [];
  const onSession = (session: Uint8Array): void => void sessions.push(session);
  const { state } = await measureOnce(ports, { ...ports.options, onSession });
  return { state: state as ProbeState, sessions };
}

describe('a session', () => {
  it.each([
    ['by ticket', OLD, 'ticket'],
    ['by a ticket as PSK', NEW, 'psk'],
  ] as const)('is resumed %s', async (_, request, offered) => {
    const result = await resumed({ tls: TICKETS }, request);
    expect(result).toMatchObject({ kind: 'done', offered, resumed: true, maxEarlyData: 0 });
    expect(result.kind === 'done' ? result.ticketLifetime : null).toBeGreaterThan(0);
  });

  it.each([
    ['a ticket', OLD, 'ticket'],
    ['a ticket as PSK', NEW, 'psk'],
    ['a session ID', { tls13: false, tickets: false }, 'session-id'],
  ] as const)('that was given with %s is not taken back', async (_, request, offered) => {
    expect(await resumed({}, request)).toMatchObject({ kind: 'done', offered, resumed: false });
  });

  it('of the scan itself serves where it is of the right kind', async () => {
    await onServer({ tls: TICKETS }, async (ports, server) => {
      const first = await firstOf(ports);
      const before = server.connections;
      expect(await resume(ports, first, NEW)).toMatchObject({ offered: 'psk', resumed: true });
      expect(server.connections - before).toBe(1);
      expect(await resume(ports, first, OLD)).toMatchObject({ offered: 'ticket', resumed: true });
      expect(server.connections - before).toBe(3);
    });
  });

  it.each<[string, ServerSpec, RegExp]>([
    ['that is put off', { replies: { STARTTLS: reply(454, '4.7.0 not now') } }, /454/],
    ['with an alert', { tls: { maxVersion: 'TLSv1.2' } }, /protocol_version/],
    ['that is silent inside TLS', { repliesAfterTls: { EHLO: ['close'] } }, /closed/],
  ])('%s is not known to be one that could be resumed', async (_, spec, reason) => {
    const result = await resumed(spec, NEW);
    expect(result.kind).toBe('unknown');
    expect(result.kind === 'unknown' ? result.reason : '').toMatch(reason);
  });

  it('whose second connection could not be had is not known to be resumed', async () => {
    await onServer({ tls: TICKETS }, async (ports, server) => {
      expect((await resume({ ...ports, governor: governorOf(1) }, NO_FIRST, NEW)).kind).toBe('unknown');
      expect(server.connections).toBe(1);
    });
  });
});

describe('renegotiation with a mail server', () => {
  it('is done behind EHLO, and ends with QUIT', async () => {
    await onServer({ tls: { maxVersion: 'TLSv1.2' } }, async (ports, server) => {
      // Node's server puts up with three.
      expect(await renegotiateOften(ports, 2)).toEqual({
        kind: 'done',
        times: 2,
        refusal: null,
        secure: true,
      });
      expect(server.log).toEqual(['EHLO client.example', 'STARTTLS', 'EHLO client.example', 'QUIT']);
    });
  });

  it.each<[string, ServerSpec]>([
    ['has no TLS below 1.3', { tls: { minVersion: 'TLSv1.3' } }],
    ['says 421 inside TLS', { repliesAfterTls: { EHLO: reply(421, '4.7.0 closing') } }],
    ['does not offer STARTTLS', { keywords: [] }],
  ])('that %s is not known', async (_, spec) => {
    await onServer(spec, async (ports) => {
      expect((await renegotiateOften(ports, 2)).kind).toBe('unknown');
    });
  });
});

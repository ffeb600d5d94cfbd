import { constants } from 'node:crypto';
import { createSecureContext, type SecureContextOptions, type TLSSocketOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.js';
import { certificate } from '../servers/fixtures.js';
import { reply, startServer, type ServerSpec, type TestServer } from '../servers/scripted.js';
import { findingIds, probe, type ProbeTestOptions } from '../support/probe.js';
import { startRelay, type Route } from '../support/recording-relay.js';

/** `reconnect`: a second connection offers the session of the first. Session IDs are for real servers: see test/interop. */

/** A server that knows its own tickets again: one context for all of its connections. */
function remembering(options: SecureContextOptions = {}): TLSSocketOptions {
  return { secureContext: createSecureContext({ ...certificate('good-ecdsa'), ...options }) };
}

const TLS12: SecureContextOptions = { maxVersion: 'TLSv1.2' };
const TLS13: SecureContextOptions = { minVersion: 'TLSv1.3' };

/** Probes through a relay that sends each connection where `route` says. */
async function reconnect(
  servers: readonly TestServer[],
  route: (connection: number, ports: readonly number[]) => Route,
  options: ProbeTestOptions = {},
): Promise<{ readonly report: Report; readonly dialogue: readonly string[] }> {
  const dialogue: string[] = [];
  const ports = servers.map(({ port }) => port);
  const relay = await startRelay((connection) => route(connection, ports));
  try {
    const report = await probe(relay.port, {
      reconnect: true,
      onDialogue: (line) => dialogue.push(line),
      ...options,
    });
    return { report, dialogue };
  } finally {
    await relay.stop();
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** The same server both times. */
async function twice(spec: ServerSpec, options: ProbeTestOptions = {}): Promise<Report> {
  const { report } = await reconnect([await startServer(spec)], (_connection, [port = 0]) => port, options);
  return report;
}

/** One server first, then another, or words and a hang-up. */
async function firstThen(
  second: ServerSpec | string,
  options: ProbeTestOptions = {},
  first: ServerSpec = { tls: remembering(TLS12) },
): Promise<Report> {
  const servers = [await startServer(first), await startServer(typeof second === 'string' ? {} : second)];
  const { report } = await reconnect(
    servers,
    (connection, ports) => (connection > 0 && typeof second === 'string' ? second : (ports[connection] ?? 0)),
    options,
  );
  return report;
}

describe('a session is resumed', () => {
  it.each<readonly [string, SecureContextOptions, string, number]>([
    ['TLS 1.2, by a ticket', TLS12, 'ticket', 1],
    ['TLS 1.3, by a ticket as PSK', TLS13, 'psk', 2],
    [
      'TLS 1.1, by a ticket',
      { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' },
      'ticket',
      1,
    ],
  ])('in %s', async (_what, context, offered, ticketsIssued) => {
    const report = await twice({ tls: remembering(context) });
    expect(report.tls?.resumption).toEqual({
      offered,
      ticketsIssued,
      lifetimeHintSeconds: 7200,
      resumed: true,
      reason: null,
      protocol: report.tls?.protocol,
      cipher: report.tls?.cipher,
    });
    // The second handshake sends no certificate, and is not judged for that.
    expect(report).toMatchObject({
      connections: 2,
      error: null,
      verify: { code: 0, judges: { openssl: 0, own: 0 } },
      tls: { sessionResumed: false },
    });
    expect(report.chain?.sent).toHaveLength(2);
    expect(findingIds(report).filter((id) => id !== 'protocol-deprecated')).toEqual([]);
  });

  it('says so in the dialogue, where the second TLS begins', async () => {
    const { dialogue } = await reconnect(
      [await startServer({ tls: remembering(TLS12) })],
      (_i, [port = 0]) => port,
    );
    const notes = dialogue.filter((line) => line.startsWith('--'));
    expect(notes).toEqual([
      expect.stringMatching(/^-- connected to 127\.0\.0\.1, port \d+$/),
      expect.stringMatching(/^-- TLSv1\.2 ECDHE-ECDSA-\S+$/),
      expect.stringMatching(/^-- connected to 127\.0\.0\.1, port \d+$/),
      expect.stringMatching(/^-- TLSv1\.2 ECDHE-ECDSA-\S+, resumed$/),
    ]);
    expect(dialogue.filter((line) => line === 'C: QUIT')).toHaveLength(2);
  });

  it('with implicit TLS, and with everything pinned', async () => {
    const implicit = await twice({ implicit: true, tls: remembering(TLS13) }, { mode: 'implicit' });
    expect(implicit).toMatchObject({ exitCode: 0, tls: { resumption: { offered: 'psk', resumed: true } } });
    const pins = {
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      versionPinned: true,
      suites: [0xc02b],
      groups: [0x1d, 0x17],
      schemes: [0x0403],
    } as const;
    const pinned = await twice({ tls: remembering() }, { pins });
    // A resumed handshake of TLS 1.2 has no group and no signature, and breaks no pin by that.
    expect(pinned).toMatchObject({
      exitCode: 0,
      findings: [],
      tls: { resumption: { offered: 'ticket', resumed: true } },
    });
  });
});

describe('a session is not resumed, which is a fact and no failure', () => {
  it('because the server has forgotten its ticket', async () => {
    // A context of its own for each connection.
    for (const [tls, offered] of [
      [TLS12, 'ticket'],
      [TLS13, 'psk'],
    ] as const) {
      const report = await twice({ tls });
      expect(report).toMatchObject({ exitCode: 0, outcome: 'pass', connections: 2, error: null });
      expect(report.tls?.resumption).toMatchObject({
        offered,
        resumed: false,
        reason: 'the server made a full handshake',
        protocol: report.tls?.protocol,
      });
      expect(report.findings).toMatchObject([{ id: 'session-not-resumed', severity: 'info' }]);
    }
  });

  it('because the server has forgotten its session ID', async () => {
    const report = await twice({ tls: { ...TLS12, secureOptions: constants.SSL_OP_NO_TICKET } });
    expect(report).toMatchObject({ exitCode: 0, connections: 2, findings: [{ id: 'session-not-resumed' }] });
    expect(report.tls?.resumption).toMatchObject({
      offered: 'session-id',
      ticketsIssued: 0,
      lifetimeHintSeconds: null,
      resumed: false,
      reason: 'the server made a full handshake',
    });
  });

  it('unless it was not asked', async () => {
    const report = await twice({ tls: remembering() }, { reconnect: false });
    expect(report.connections).toBe(1);
    expect(report.tls).not.toHaveProperty('resumption');
  });
});

describe('nothing is known when the second connection comes to nothing: inconclusive', () => {
  it.each<readonly [string, ServerSpec | string, string, RegExp]>([
    [
      '421 for a greeting',
      '421 4.7.0 too many connections\r\n',
      'banner',
      /^on the second connection: .*421/,
    ],
    ['closed at once', '', 'banner', /closed the connection/],
    [
      '454 to STARTTLS',
      { replies: { STARTTLS: reply(454, '4.7.0 not now') } },
      'starttls',
      /STARTTLS was put off/,
    ],
    ['STARTTLS not offered', { keywords: [] }, 'starttls', /does not offer STARTTLS/],
    ['not SMTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'banner', /an SSH server/],
    [
      'closed behind the hello',
      { afterReady: [{ hear: 'hello' }, 'close'] },
      'handshake',
      /closed the connection/,
    ],
    [
      'reset behind the hello',
      { afterReady: [{ hear: 'hello' }, 'reset'] },
      'handshake',
      /reset the connection/,
    ],
    // internal_error is the server's trouble (80).
    [
      'an alert that is no answer',
      { afterReady: [{ hear: 'hello' }, { send: Buffer.from('15030300020250', 'hex') }, 'close'] },
      'handshake',
      /alert 80/,
    ],
  ])('%s', async (_what, second, phase, message) => {
    const report = await firstThen(second);
    expect(report).toMatchObject({
      outcome: 'inconclusive',
      exitCode: 4,
      connections: 2,
      error: { code: 'reconnect-failed', phase },
      // The first connection stays as it was measured.
      verify: { code: 0 },
      tls: { resumption: { ticketsIssued: 1, resumed: null, protocol: null } },
    });
    expect(report.error?.message).toMatch(message);
    expect(report.tls?.resumption?.reason).toMatch(/./);
    expect(findingIds(report)).toEqual([]);
  });

  it('refused', async () => {
    const server = await startServer({
      tls: remembering(TLS12),
      repliesAfterTls: { QUIT: [{ send: reply(221, 'Bye') }, 'close'] },
    });
    let stopped: Promise<void> | undefined;
    const report = await probe(server.port, {
      reconnect: true,
      onDialogue: (line) => {
        if (line.startsWith('S: 221')) stopped ??= server.stop();
      },
    });
    await stopped;
    expect(report).toMatchObject({
      exitCode: 4,
      connections: 1,
      error: { code: 'reconnect-failed', phase: 'connect' },
      tls: { resumption: { offered: null, resumed: null } },
    });
    expect(report.tls?.resumption?.reason).toMatch(/refused the connection/);
  });

  it('silent: the time is one for both connections', async () => {
    const from = performance.now();
    const report = await firstThen({ greeting: ['silence'] }, { timeoutMs: 1500 });
    expect(performance.now() - from).toBeLessThan(4000);
    expect(report).toMatchObject({
      exitCode: 4,
      error: { code: 'reconnect-failed', phase: 'banner' },
      tls: { resumption: { resumed: null } },
    });
  });

  it('421 inside TLS: what the handshake showed is kept, and still nothing passes', async () => {
    const tls = remembering(TLS12);
    const report = await firstThen(
      { tls, repliesAfterTls: { EHLO: [{ send: reply(421, '4.7.0 busy') }, 'close'] } },
      {},
      { tls },
    );
    expect(report).toMatchObject({
      exitCode: 4,
      error: { code: 'reconnect-failed', phase: 'ehlo-after-tls', serverSaid: '421 4.7.0 busy' },
      tls: { resumption: { offered: 'ticket', resumed: true, protocol: 'TLSv1.2' } },
    });
  });

  it('interrupted: that stays an interruption', async () => {
    const controller = new AbortController();
    let connections = 0;
    const report = await firstThen(
      { greeting: ['silence'] },
      {
        signal: controller.signal,
        onDialogue: (line) => {
          if (line.startsWith('-- connected') && (connections += 1) === 2) controller.abort('SIGINT');
        },
      },
    );
    expect(report).toMatchObject({
      exitCode: 130,
      error: { code: 'interrupted' },
      tls: { resumption: { resumed: null, reason: 'interrupted' } },
    });
  });
});

describe('a second connection is not made', () => {
  it('when the first came to no good end', async () => {
    const report = await twice({ tls: remembering(TLS12), repliesAfterTls: { EHLO: reply(421, 'no') } });
    expect(report).toMatchObject({
      exitCode: 4,
      connections: 1,
      error: { code: 'service-closing' },
      tls: { resumption: { resumed: null, reason: 'the first connection came to no good end' } },
    });
    const without = await twice({ afterReady: ['close'] });
    expect(without).toMatchObject({ exitCode: 4, connections: 1, tls: null });
  });
});

describe('a server that refuses who comes back', () => {
  /** A client that keeps sessions, as Postfix does, could not deliver; one without, such as every check by hand, sees nothing. */
  it('fails: a fatal alert to the very hello that offered the session', async () => {
    const alert = Buffer.from('15030300020228', 'hex');
    const report = await firstThen({ afterReady: [{ hear: 'hello' }, { send: alert }, 'close'] });
    expect(report).toMatchObject({
      outcome: 'fail',
      exitCode: 1,
      error: null,
      findings: [{ id: 'resumption-refused', severity: 'error' }],
      tls: { resumption: { offered: 'ticket', resumed: false, protocol: null } },
    });
    expect(report.findings[0]?.message).toMatch(/handshake_failure \(alert 40\)/);
  });

  it('is not one whose chain is bad, which stays the failure that it is', async () => {
    const report = await twice({
      tls: { secureContext: createSecureContext({ ...certificate('expired-leaf'), ...TLS12 }) },
    });
    expect(report).toMatchObject({
      exitCode: 1,
      verify: { code: 10 },
      tls: { resumption: { resumed: true } },
    });
  });
});

import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { startRawTls, type RawScript } from '../servers/raw-tls.js';
import { withServer } from '../support/probe.js';
import { seeded } from '../support/seeded.js';
import { message, octets, record, serverHello } from '../wire/support/build.js';
import { helloOfRecords } from '../wire/support/client-hello.js';
import { scanPort } from './probe-scan.js';

/*
 * A whole scan, every check of it, of servers that answer every ClientHello in the same bad way: it comes to an end, in bounded time and
 * connections, with a report that is valid and passes nothing, and it takes for a no only what is one.
 */

const BUDGET = 150;

async function scanned(script: RawScript): Promise<Report> {
  return withServer(startRawTls(script), async (server) => {
    const report = await scanPort(server.port, {
      mode: 'implicit',
      maxConnections: BUDGET,
      connectionMs: 150,
      timeoutMs: 15_000,
    });
    expect(server.connections).toBeLessThanOrEqual(BUDGET);
    expect(report.connections).toBe(server.connections);
    return report;
  });
}

/** Of all versions that have a ServerHello; SSLv2 has none, and whoever sends one in answer to its hello does not speak it. */
const protocolAnswers = ({ scan }: Report): Set<string> =>
  new Set((scan?.protocols ?? []).filter(({ name }) => name !== 'SSLv2').map(({ answer }) => answer));

const ALERT = (description: number): Buffer => record(21, octets(2, description));
const DONE = message(14, Buffer.alloc(0));
const picking = (suite: number, version = 0x0303): Buffer =>
  record(22, octets(message(2, serverHello({ suite, version })), DONE));

const warn: RawScript = async ({ socket }) => {
  while (socket.writable) {
    socket.write(record(21, octets(1, 112)));
    await new Promise((resolve) => setImmediate(resolve));
  }
};

describe('a whole scan of a server that', () => {
  it.each<[string, RawScript]>([
    ['closes', (peer) => peer.close()],
    ['resets', (peer) => peer.reset()],
    ['says close_notify', (peer) => peer.send(record(21, octets(1, 0)))],
    ['is silent', () => undefined],
    ['says internal_error', (peer) => peer.send(ALERT(80))],
    ['sends half an answer', (peer) => peer.send(picking(0xc02f).subarray(0, 20))],
    ['picks what nobody offered', (peer) => peer.send(picking(0xfafe))],
    ['picks the version 3.5', (peer) => peer.send(picking(0xc02f, 0x0305))],
  ])('%s: nothing is known', { timeout: 30_000 }, async (_, script) => {
    const report = await scanned(script);
    expect(protocolAnswers(report)).toEqual(new Set(['inconclusive']));
    // That it has no version we know may be worse than that nothing is known.
    expect([1, 4]).toContain(report.exitCode);
    for (const { id, answer } of report.scan?.attacks ?? [])
      if (id !== 'drown') expect([id, answer]).toEqual([id, 'unknown']);
  });

  it.each<[string, RawScript, number]>([
    ['sends rubbish', (peer) => peer.send(Buffer.alloc(64 * 1024, 0xa5)), 3],
    ['sends text', (peer) => peer.send(Buffer.from('421 4.3.0 closing\r\n')), 1],
    ['warns for ever', warn, 3],
  ])('%s: there is nothing to scan', async (_, script, exitCode) => {
    const report = await scanned(script);
    expect([report.exitCode, report.scan, report.connections]).toEqual([exitCode, undefined, 1]);
  });

  it.each([40, 70])(
    'says alert %i to everything: it accepts nothing',
    { timeout: 30_000 },
    async (description) => {
      const report = await scanned((peer) => peer.send(ALERT(description)));
      expect(protocolAnswers(report)).toEqual(new Set(['rejected']));
      expect(report.exitCode).toBe(1);
      expect(report.findings.map(({ id }) => id)).toContain('no-modern-protocol');
    },
  );

  it('answers at random never passes, and never crashes the scan', { timeout: 60_000 }, async () => {
    for (const seed of [1, 2, 3]) {
      const below = seeded(seed);
      const report = await scanned(async (peer, hello) => {
        const all = (hello[0] ?? 0) >= 0x80 ? [0] : helloOfRecords(hello).suites;
        const suite = all[below(all.length)] ?? 0;
        const answers: (() => void | Promise<void>)[] = [
          () => peer.close(),
          () => peer.reset(),
          () => peer.send(ALERT(below(256))),
          () => peer.send(picking(suite, 0x0300 + below(5))),
          () =>
            peer.send(
              octets(picking(suite), Buffer.from(Array.from({ length: below(300) }, () => below(256)))),
            ),
          () => peer.send(Buffer.from(Array.from({ length: below(300) }, () => below(256)))),
          () => peer.send(picking(suite).subarray(0, below(60))),
        ];
        await answers[below(answers.length)]?.();
      });
      expect(report.outcome).not.toBe('pass');
      expect([1, 3, 4]).toContain(report.exitCode);
    }
  });
});

/* The first line of the report said "1 connection" of a name that DNS does not have, where tls says 0. */
it('a server that was not reached was not connected to', async () => {
  const port = await withServer(startRawTls(warn), (server) => Promise.resolve(server.port));
  const report = await scanPort(port);
  expect(report.error?.code).toBe('connection-refused');
  expect(report.connections).toBe(0);
});

import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { startInjectionServer, type Injected } from '../servers/injection.js';
import { startServer } from '../servers/scripted.js';
import { findingIds, withServer } from '../support/probe.js';
import { answers, scanPort, type ScanTestOptions } from './probe-scan.js';

/*
 * Postfix up to 2.7, and a dozen others, kept what had come behind STARTTLS in the clear and carried it out once TLS was up
 * (CVE-2011-0411): anyone on the path could put commands in front of the client's. Tools that wait for the reply for a while call a slow
 * network safe, and those that take any reply for the injected command's call safe servers vulnerable; here replies are counted.
 */

interface Seen {
  readonly injection: string | undefined;
  readonly inClear: string | undefined;
  readonly connections: number;
  readonly report: Report;
}

async function scanned(does: Injected, options: ScanTestOptions = {}): Promise<Seen> {
  return withServer(startInjectionServer(does), async (server) => {
    const report = await scanPort(server.port, { only: ['injection'], ...options });
    const found = answers(report.scan?.injection);
    return {
      injection: found['command-injection'],
      inClear: found['command-answered-before-tls'],
      connections: server.connections,
      report,
    };
  });
}

describe('a command behind STARTTLS', () => {
  it.each<[Injected, string, string, number]>([
    ['vulnerable', 'yes', 'no', 2],
    ['vulnerable-late', 'yes', 'no', 2],
    ['discards', 'no', 'no', 2],
    ['answers-in-clear', 'no', 'yes', 2],
    ['answers-in-clear-late', 'no', 'yes', 2],
    ['refuses', 'no', 'no', 2],
    ['refuses-for-now', 'no', 'no', 2],
    // Base, probe, control, probe.
    ['reads-as-tls', 'no', 'no', 4],
    // GnuTLS is that fast at times: a gate had a warning for it, and a scan a second later had none.
    ['alerts-at-once', 'no', 'no', 4],
    ['closes', 'no', 'no', 4],
    ['closes-inside', 'no', 'no', 4],
    ['closes-once', 'no', 'no', 4],
    ['busy', 'unknown', 'unknown', 2],
  ])('where the server %s: injection %s, in the clear %s', async (does, injection, inClear, connections) => {
    const seen = await scanned(does);
    expect(seen).toMatchObject({ injection, inClear, connections });
    expect(findingIds(seen.report).includes('starttls-command-injection')).toBe(injection === 'yes');
    expect(findingIds(seen.report).includes('command-answered-before-tls')).toBe(inClear === 'yes');
    expect(seen.report.exitCode).toBe(injection === 'yes' ? 1 : injection === 'unknown' ? 4 : 0);
  });

  it('that is carried out is shown with the replies', async () => {
    const { report } = await scanned('vulnerable');
    expect(report.findings.find(({ id }) => id === 'starttls-command-injection')).toMatchObject({
      severity: 'error',
      evidence:
        'inside TLS EHLO, NOOP and QUIT had 4 replies: 250 2.0.0 Ok | 250 server / PIPELINING | 250 2.0.0 Ok | 221 2.0.0 Bye',
      refs: expect.arrayContaining(['CVE-2011-0411']) as unknown,
    });
  });

  it('is not known to be dropped where there is no goodbye to count up to', async () => {
    const { injection, report } = await scanned('vulnerable-without-goodbye');
    expect([injection, report.exitCode]).toEqual(['unknown', 4]);
  });

  it('is not known to be carried out by a server that speaks out of turn anyway', async () => {
    const { report, injection } = await scanned('chatters');
    // The replies of an ordinary session cannot be told apart either.
    expect(report.smtp?.ehloAfterTls).toBeNull();
    expect([injection, report.exitCode]).toEqual(['unknown', 4]);
  });

  it('has no answer in a session that goes silent', async () => {
    const { injection, report } = await scanned('silent-inside', { timeoutMs: 3000 });
    expect([injection, report.exitCode]).toEqual(['unknown', 4]);
  });

  it('was sent in one segment, and said goodbye to', () =>
    withServer(startInjectionServer('discards'), async (server) => {
      const report = await scanPort(server.port, { only: ['injection'] });
      expect(server.log).toEqual([
        ...['EHLO client.example', 'STARTTLS', 'tls EHLO client.example', 'tls QUIT'],
        ...['EHLO client.example', 'STARTTLS', 'tls EHLO client.example', 'tls NOOP', 'tls QUIT'],
      ]);
      expect(report.scan?.connections).toMatchObject({ made: 2, quit: 2, halfOpen: 0 });
    }));
});

describe('replies in front of TLS', () => {
  it('are seen', () =>
    withServer(startServer({ readyText: '220 2.0.0 Ready\r\n250 injected\r\n' }), async (server) => {
      const report = await scanPort(server.port, { only: ['injection'] });
      expect(answers(report.scan?.injection)).toMatchObject({
        'bytes-before-tls': 'yes',
        // It sends them with a command and without one.
        'command-answered-before-tls': 'unknown',
        'command-injection': 'no',
      });
      expect(findingIds(report)).toContain('bytes-before-tls');
    }));

  it('cannot be where TLS comes first', () =>
    withServer(startServer({ implicit: true }), async (server) => {
      const report = await scanPort(server.port, { only: ['injection'], mode: 'implicit' });
      expect(report.scan?.injection).toEqual([]);
      expect([server.connections, report.exitCode]).toEqual([1, 0]);
    }));
});

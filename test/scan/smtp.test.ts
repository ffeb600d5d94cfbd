import { describe, expect, it } from 'vitest';
import { startServer } from '../servers/scripted.js';
import { findingIds, withServer } from '../support/probe.js';
import { answers, scanPort } from './probe-scan.js';

describe('SMTP around TLS, on the wire', () => {
  it('costs one connection in the clear, which ends with QUIT', () =>
    withServer(
      startServer({ replies: { MAIL: '250 2.1.0 Ok\r\n', AUTH: '503 5.5.1 no\r\n' } }),
      async (server) => {
        const report = await scanPort(server.port, { only: ['smtp'] });
        expect(server.log).toEqual([
          ...['EHLO client.example', 'STARTTLS', 'EHLO client.example', 'QUIT'],
          ...['EHLO client.example', 'MAIL FROM:<>', 'RSET', 'AUTH PLAIN', 'QUIT'],
        ]);
        expect(answers(report.scan?.smtp)).toMatchObject({
          'tls-enforced': 'no',
          'auth-accepted-before-tls': 'no',
        });
        expect(report).toMatchObject({ exitCode: 0, connections: 2 });
        expect(report.scan?.connections).toMatchObject({ made: 2, quit: 2, halfOpen: 0, throttled: 0 });
      },
    ));

  it('is broken off at 334', () =>
    withServer(startServer({ replies: { AUTH: '334 \r\n', '*': '501 aborted\r\n' } }), async (server) => {
      const report = await scanPort(server.port, { only: ['smtp'] });
      expect(server.log.slice(-3)).toEqual(['AUTH PLAIN', '*', 'QUIT']);
      expect(findingIds(report)).toContain('auth-accepted-before-tls');
      expect(report.exitCode).toBe(1);
    }));

  it('a server that closes at AUTH is not asked again and again, and the rest of the scan goes on', () =>
    withServer(startServer({ replies: { MAIL: '250 Ok\r\n', AUTH: ['close'] } }), async (server) => {
      const report = await scanPort(server.port, { only: ['smtp'], maxWaitMs: 60_000 });
      expect(answers(report.scan?.smtp)).toMatchObject({
        'tls-enforced': 'no',
        'auth-accepted-before-tls': 'unknown',
      });
      expect([server.connections, report.exitCode, report.error?.code]).toEqual([2, 4, 'scan-incomplete']);
    }));

  // The 5yz of a rule about senders left the question open, and the scan with exit 4, however often it was asked.
  it.each([
    ['550 5.7.1 no such sender\r\n', 'no'],
    ['250 2.1.0 Ok\r\n', 'yes'],
  ])('MAIL refused in the clear on a submission port is asked inside TLS: %j is %s', (inside, expected) =>
    withServer(
      startServer({
        keywordsAfterTls: ['AUTH PLAIN'],
        replies: { MAIL: '550 5.7.1 no such sender\r\n', AUTH: '503 5.5.1 no\r\n' },
        repliesAfterTls: { MAIL: inside },
      }),
      async (server) => {
        const report = await scanPort(server.port, { only: ['smtp'] });
        const said = ['EHLO client.example', 'MAIL FROM:<>', ...(expected === 'yes' ? ['RSET'] : []), 'QUIT'];
        expect(server.log.slice(-said.length)).toEqual(said);
        expect(answers(report.scan?.smtp)).toMatchObject({ 'tls-enforced': expected });
        expect(report).toMatchObject({ exitCode: 0, connections: 3 });
      },
    ),
  );

  it('is interrupted in the midst of its last connection', () =>
    withServer(startServer({ replies: { MAIL: ['silence'] } }), async (server) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort('SIGINT'), 500);
      const report = await scanPort(server.port, { only: ['smtp'], signal: stop.signal });
      expect(answers(report.scan?.smtp)).toMatchObject({
        'starttls-offered': 'yes',
        'tls-enforced': 'unknown',
      });
      expect([report.exitCode, report.error?.code]).toEqual([130, 'interrupted']);
    }));

  it('says what it knows when the time is over in the midst of it', () =>
    withServer(startServer({ replies: { MAIL: ['silence'] } }), async (server) => {
      const report = await scanPort(server.port, { only: ['smtp'], timeoutMs: 1500 });
      expect(answers(report.scan?.smtp)).toMatchObject({
        'starttls-offered': 'yes',
        'tls-enforced': 'unknown',
      });
      expect(report.exitCode).toBe(4);
    }));
});

describe('a port that speaks the other way', () => {
  it('TLS first where STARTTLS was expected is found out by one hello', () =>
    withServer(startServer({ implicit: true }), async (server) => {
      const report = await scanPort(server.port, { connectionMs: 500 });
      expect(report.error).toMatchObject({
        code: 'implicit-tls-port',
        hint: `write smtps://127.0.0.1:${server.port}, or add --implicit-tls`,
      });
      expect([server.connections, report.exitCode]).toEqual([2, 3]);
    }));

  it('silence is just that when it speaks no TLS either', () =>
    withServer(startServer({ greeting: ['silence'] }), async (server) => {
      const report = await scanPort(server.port, { connectionMs: 300 });
      expect([report.error?.code, server.connections, report.exitCode]).toEqual(['silent', 2, 4]);
    }));

  it('STARTTLS where TLS was expected is named, and nothing else is asked', () =>
    withServer(startServer(), async (server) => {
      const report = await scanPort(server.port, { mode: 'implicit' });
      expect(report.error?.code).toBe('plaintext-on-implicit-tls');
      expect(report.scan).toBeUndefined();
      expect([server.connections, report.exitCode]).toEqual([1, 1]);
    }));

  it('a dead port is a dead port at once', async () => {
    const port = await withServer(startServer(), ({ port: was }) => Promise.resolve(was));
    const from = performance.now();
    const report = await scanPort(port, { maxWaitMs: 60_000 });
    expect([report.error?.code, report.exitCode]).toEqual(['connection-refused', 3]);
    expect(performance.now() - from).toBeLessThan(1000);
  });
});

describe('a scan whose first handshake failed', () => {
  const INTERNAL_ERROR = Buffer.from([21, 3, 3, 0, 2, 2, 80]);

  // Exit 4 said that the server gave no answer, of a scan that was given no time to ask.
  it.each([
    ['SIGINT', 130, 'interrupted'],
    ['SIGTERM', 143, 'terminated'],
  ])('ends by %s with exit %i', (signal, exitCode, code) =>
    withServer(startServer({ afterReady: [{ send: INTERNAL_ERROR }] }), async (server) => {
      const stop = new AbortController();
      setTimeout(() => stop.abort(signal), 300);
      const options = { only: ['protocols'], ratePerMinute: 60, signal: stop.signal };
      const report = await scanPort(server.port, options);
      expect([report.exitCode, report.error?.code]).toEqual([exitCode, code]);
      expect(report.scan?.protocols?.map(({ answer }) => answer)).not.toContain('accepted');
    }),
  );
});

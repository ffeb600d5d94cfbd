import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ErrorCode, Phase } from '../../src/core/errors.js';
import { EXIT } from '../../src/core/outcome.js';
import type { Report } from '../../src/core/report.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import { BENIGN_SERVERS } from '../servers/benign.js';
import { HOSTILE_SERVERS, type TestCase } from '../servers/hostile.js';
import { reply, startServer, type ServerSpec, type TestServer } from '../servers/scripted.js';
import { findingIds, fixture, probe, probeServer, withServer } from '../support/probe.js';
import { assertValidReport } from '../support/schema.js';

/** The error that a server must end in: its code and phase; null where findings alone say it. */
type Expected = readonly [ErrorCode, Phase] | null;

const EXPECTED: Readonly<Record<string, Expected>> = {
  'no-greeting': ['silent', 'banner'],
  'no-ehlo-reply': ['silent', 'ehlo'],
  'no-starttls-reply': ['silent', 'starttls'],
  'no-server-hello': ['silent', 'handshake'],
  'no-ehlo-reply-over-tls': ['silent', 'ehlo-after-tls'],
  'endless-greeting': ['reply-too-large', 'banner'],
  'endless-reply': ['reply-too-large', 'ehlo'],
  'endless-reply-over-tls': ['reply-too-large', 'ehlo-after-tls'],
  'ten-megabyte-line': ['reply-too-large', 'banner'],
  'ten-megabyte-line-over-tls': ['reply-too-large', 'ehlo-after-tls'],
  'tls-byte-behind-220': null,
  'text-behind-220': null,
  'text-for-server-hello': ['tls-garbled', 'handshake'],
  'garbage-for-server-hello': ['tls-garbled', 'handshake'],
  'dribbled-server-hello': ['deadline-exceeded', 'handshake'],
  'dribbled-greeting': ['deadline-exceeded', 'banner'],
  'text-for-implicit-tls': ['plaintext-on-implicit-tls', 'handshake'],
  'close-after-accept': ['connection-closed', 'banner'],
  'close-after-greeting': ['connection-closed', 'ehlo'],
  'close-after-ehlo': ['connection-closed', 'ehlo'],
  'close-inside-ehlo-reply': ['connection-closed', 'ehlo'],
  'close-after-starttls': ['connection-closed', 'starttls'],
  'close-after-starttls-220': ['connection-closed', 'handshake'],
  'close-after-client-hello': ['connection-closed', 'handshake'],
  'close-after-tls': ['connection-closed', 'ehlo-after-tls'],
  'close-after-ehlo-over-tls': ['connection-closed', 'ehlo-after-tls'],
  'reset-after-accept': ['connection-reset', 'banner'],
  'reset-after-greeting': ['connection-reset', 'ehlo'],
  'reset-after-ehlo': ['connection-reset', 'ehlo'],
  'reset-inside-ehlo-reply': ['connection-reset', 'ehlo'],
  'reset-after-starttls': ['connection-reset', 'starttls'],
  'reset-after-starttls-220': ['connection-reset', 'handshake'],
  'reset-after-client-hello': ['connection-reset', 'handshake'],
  'reset-after-tls': ['connection-reset', 'ehlo-after-tls'],
  'reset-after-ehlo-over-tls': ['connection-reset', 'ehlo-after-tls'],
};

/** Before or after our hello is a race, and both ends of it are right; see its own test. */
const RACES = ['text-20-ms-behind-220'];

/** Servers that make the probe wait get a short time, all others one that a busy machine can keep. */
function timeoutOf(expected: Expected | undefined): number {
  return expected?.[0] === 'silent' || expected?.[0] === 'deadline-exceeded' ? 1200 : 10_000;
}

/** How long a probe may go on beyond its deadline: time to end things, not to wait for the server. */
const SLACK_MS = 1000;

async function attack(test: TestCase, timeoutMs: number): Promise<Report> {
  const from = performance.now();
  const report = await probeServer(test.start(), { mode: test.mode, timeoutMs });
  expect(performance.now() - from).toBeLessThan(timeoutMs + SLACK_MS);
  expect(report.outcome).not.toBe('pass');
  expect(test.exitCodes).toContain(report.exitCode);
  expect(EXIT[report.outcome]).toBe(report.exitCode);
  return report;
}

function errorOf(report: Report): Expected {
  return report.error === null ? null : [report.error.code, report.error.phase];
}

describe('hostile servers', () => {
  it.each(HOSTILE_SERVERS.filter(({ name }) => !RACES.includes(name)))('$name: $why', async (test) => {
    const expected = EXPECTED[test.name];
    if (expected === undefined) throw new Error(`say in EXPECTED what ${test.name} must end in`);
    const report = await attack(test, timeoutOf(expected));
    expect(errorOf(report)).toEqual(expected);
  });

  it.each(HOSTILE_SERVERS.filter(({ name }) => RACES.includes(name)))('$name: $why', async (test) => {
    const report = await attack(test, 1200);
    if (report.exitCode === EXIT.fail) expect(findingIds(report)).toContain('bytes-before-tls');
    else expect(errorOf(report)).toEqual(['tls-garbled', 'handshake']);
    expect(report.smtp?.ehloAfterTls).toBeNull();
  });

  it('have no test that is for a server which is no more', () => {
    const names = HOSTILE_SERVERS.map(({ name }) => name);
    expect(Object.keys(EXPECTED).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('what comes behind the 220', () => {
  it.each([
    ['a TLS byte', '\x16', 1],
    ['a reply', '250 injected\r\n', 14],
    ['one blank', ' ', 1],
  ])('%s is a finding and no answer', async (_, behind, bytes) => {
    const report = await probeServer(startServer({ readyText: `220 Ready\r\n${behind}` }));
    expect(report.outcome).toBe('fail');
    const finding = report.findings.find(({ id }) => id === 'bytes-before-tls');
    expect(finding?.severity).toBe('error');
    expect(finding?.evidence).toBe(behind);
    expect(finding?.message).toContain(`${bytes} bytes`);
    // The dialogue inside TLS is the server's own, word for word.
    expect(report.smtp?.ehloAfterTls?.map(({ keyword }) => keyword)).toEqual(['PIPELINING', '8BITMIME']);
    expect(report.verify?.code).toBe(0);
  });

  it.each([
    ['the greeting', { greeting: `${reply(220, 'one')}${reply(250, 'two')}` }],
    ['EHLO', { replies: { EHLO: `${reply(250, 'a', 'STARTTLS')}${reply(220, 'go ahead')}` } }],
  ] as const)(
    'a reply too many behind %s is a finding, and is not taken for the next answer',
    async (after, spec) => {
      const report = await probeServer(startServer(spec));
      expect(report.outcome).toBe('fail');
      expect(report.findings.find(({ id }) => id === 'bytes-before-tls')?.message).toContain(after);
      expect(report.verify?.code).toBe(0);
    },
  );
});

describe('answers that are not yes', () => {
  const plain = (verb: string, answer: string): ServerSpec => ({ replies: { [verb]: answer } });
  const secure = (answer: string): ServerSpec => ({ repliesAfterTls: { EHLO: answer } });

  it.each<[string, ServerSpec, number, Expected]>([
    [
      'greeting 421',
      { greeting: reply(421, '4.7.0 too many connections') },
      4,
      ['greeting-rejected', 'banner'],
    ],
    ['greeting 450', { greeting: reply(450, '4.7.1 later') }, 4, ['greeting-rejected', 'banner']],
    ['greeting 521', { greeting: reply(521, 'no mail here') }, 4, ['greeting-rejected', 'banner']],
    ['greeting 554', { greeting: reply(554, '5.7.1 no service') }, 4, ['greeting-rejected', 'banner']],
    ['greeting 250', { greeting: reply(250, 'hello') }, 4, ['greeting-rejected', 'banner']],
    ['greeting with two codes', { greeting: '220-a\r\n250 b\r\n' }, 4, ['reply-malformed', 'banner']],
    ['greeting in another tongue', { greeting: 'hello there\r\n' }, 3, ['not-smtp', 'banner']],
    ['greeting of IMAP', { greeting: '* OK IMAP4rev1 ready\r\n' }, 3, ['not-smtp', 'banner']],
    ['greeting of POP3', { greeting: '+OK ready\r\n' }, 3, ['not-smtp', 'banner']],
    [
      'greeting of SSH without a line end',
      { greeting: [{ send: 'SSH-2.0-x' }, 'close'] },
      3,
      ['not-smtp', 'banner'],
    ],
    [
      'a TLS alert for a greeting',
      { greeting: [{ send: Buffer.from([0x15, 3, 1, 0, 2, 2, 10]) }, 'close'] },
      3,
      ['implicit-tls-port', 'banner'],
    ],
    ['EHLO 421', plain('EHLO', reply(421, 'bye')), 4, ['service-closing', 'ehlo']],
    ['EHLO 450', plain('EHLO', reply(450, 'later')), 4, ['ehlo-rejected', 'ehlo']],
    ['EHLO 550', plain('EHLO', reply(550, 'bad name')), 4, ['ehlo-rejected', 'ehlo']],
    ['EHLO 502', plain('EHLO', reply(502, 'what')), 1, ['starttls-not-offered', 'ehlo']],
    ['EHLO that is no reply', plain('EHLO', 'so what\r\n'), 4, ['reply-malformed', 'ehlo']],
    ['EHLO with two codes', plain('EHLO', '250-a\r\n251 STARTTLS\r\n'), 4, ['reply-malformed', 'ehlo']],
    ['no STARTTLS', { keywords: ['SIZE'] }, 1, ['starttls-not-offered', 'starttls']],
    ['STARTTLS 454', plain('STARTTLS', reply(454, '4.7.0 not now')), 4, ['starttls-temporary', 'starttls']],
    ['STARTTLS 421', plain('STARTTLS', reply(421, 'bye')), 4, ['service-closing', 'starttls']],
    ['STARTTLS 501', plain('STARTTLS', reply(501, 'no')), 1, ['starttls-refused', 'starttls']],
    ['STARTTLS 554', plain('STARTTLS', reply(554, 'no')), 1, ['starttls-refused', 'starttls']],
    ['STARTTLS 250', plain('STARTTLS', reply(250, 'ok')), 4, ['starttls-temporary', 'starttls']],
    ['STARTTLS 334', plain('STARTTLS', reply(334, '')), 4, ['starttls-temporary', 'starttls']],
    ['EHLO over TLS 421', secure(reply(421, 'bye')), 4, ['service-closing', 'ehlo-after-tls']],
    ['EHLO over TLS 451', secure(reply(451, 'later')), 4, ['ehlo-rejected', 'ehlo-after-tls']],
    ['EHLO over TLS 554', secure(reply(554, 'no')), 1, ['ehlo-after-tls-rejected', 'ehlo-after-tls']],
    ['EHLO over TLS that is no reply', secure('\x00\x01\r\n'), 4, ['reply-malformed', 'ehlo-after-tls']],
    [
      'greeting 554 over implicit TLS',
      { implicit: true, greeting: reply(554, 'no') },
      4,
      ['greeting-rejected', 'banner'],
    ],
    [
      'garbage over implicit TLS',
      { implicit: true, greeting: 'HTTP/1.1 400 Bad Request\r\n' },
      3,
      ['not-smtp', 'banner'],
    ],
  ])('%s', async (_, spec, exitCode, expected) => {
    const report = await probeServer(startServer(spec), {
      mode: spec.implicit === true ? 'implicit' : 'starttls',
      timeoutMs: 10_000,
    });
    expect(errorOf(report)).toEqual(expected);
    expect(report.exitCode).toBe(exitCode);
    expect(EXIT[report.outcome]).toBe(exitCode);
  });

  it('are quoted, and answered with QUIT', () =>
    withServer(startServer({ greeting: reply(554, '5.7.1 go away') }), async (server) => {
      const report = await probe(server.port);
      expect(report.error?.serverSaid).toBe('554 5.7.1 go away');
      expect(server.log).toEqual(['QUIT']);
      expect(server.connections).toBe(1);
    }));
});

describe('TLS alerts', () => {
  const alert = (description: number, level = 2): ServerSpec => ({
    afterReady: [{ hear: 'hello' }, { send: Buffer.from([0x15, 3, 3, 0, 2, level, description]) }, 'close'],
  });

  it.each([
    [40, 1, 'tls-alert-rejected'],
    [70, 1, 'tls-alert-rejected'],
    [71, 1, 'tls-alert-rejected'],
    [86, 1, 'tls-alert-rejected'],
    [109, 1, 'tls-alert-rejected'],
    [120, 1, 'tls-alert-rejected'],
    [80, 4, 'tls-alert-other'],
    [112, 4, 'tls-alert-other'],
    [47, 4, 'tls-alert-other'],
    [50, 4, 'tls-alert-other'],
    [10, 4, 'tls-alert-other'],
    [200, 4, 'tls-alert-other'],
  ])('%d gives exit code %d', async (description, exitCode, code) => {
    const report = await probeServer(startServer(alert(description)));
    expect(report.error).toMatchObject({ code, phase: 'handshake', alert: description });
    expect(report.exitCode).toBe(exitCode);
  });

  it('of level warning, and then the end, are no refusal', async () => {
    const report = await probeServer(startServer(alert(40, 1)));
    expect(report.exitCode).toBe(EXIT.inconclusive);
  });
});

describe('benign oddities', () => {
  it.each(BENIGN_SERVERS)('$name passes: $why', async ({ start, mode, finding }) => {
    const report = await probeServer(start(), { mode, timeoutMs: 15_000 });
    expect(report.error).toBeNull();
    expect(report.outcome).toBe('pass');
    expect(report.exitCode).toBe(EXIT.pass);
    if (finding === null) expect(report.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    else expect(findingIds(report)).toContain(finding);
    expect(report.verify).toMatchObject({ code: 0, judges: { openssl: 0, own: 0 } });
  });

  it('greeting-of-many-lines is heard out: EHLO comes after its last line', () =>
    withServer(
      startServer({ greeting: [{ send: '220-wait\r\n' }, { hearWithinMs: 300 }, { send: '220 go\r\n' }] }),
      async (server) => {
        const report = await probe(server.port);
        // hearWithinMs drops what is said too early, so that a client which speaks early gets no answer.
        expect(report.outcome).toBe('pass');
        expect(report.timings.bannerMs).toBeGreaterThan(250);
        expect(server.log.slice(0, 2)).toEqual(['EHLO client.example', 'STARTTLS']);
      },
    ));
});

describe('in a process of its own', () => {
  const LIBRARY = new URL('../../dist/index.js', import.meta.url).href;
  const TIMEOUT_MS = 2500;

  /** Probes every port at once with the built library; then there is nothing left that could keep the process alive. */
  const PROGRAM = `
    import { openTrust, probeTls } from ${JSON.stringify(LIBRARY)};
    const { targets, caFiles, servername, timeoutMs } = JSON.parse(process.argv[1]);
    const trust = openTrust({ caFiles });
    const reports = await Promise.all(targets.map(({ port, mode }) =>
      probeTls({ host: '127.0.0.1', port, mode, literal: 4 }, { trust, servername, timeoutMs })));
    console.log(JSON.stringify({ reports, peakMb: process.resourceUsage().maxRSS / 1024, doneAt: Date.now() }));
  `;

  interface Answer {
    readonly reports: unknown[];
    readonly peakMb: number;
    readonly doneAt: number;
  }

  async function probeAll(tests: readonly TestCase[]): Promise<Answer & { readonly endedAt: number }> {
    const servers = await Promise.all(tests.map((test) => test.start()));
    try {
      const targets = servers.map((server: TestServer, i) => ({ port: server.port, mode: tests[i]?.mode }));
      const input = {
        targets,
        caFiles: [fixture('roots', 'lab-root-ec.pem')],
        servername: LAB_HOSTNAME,
        timeoutMs: TIMEOUT_MS,
      };
      const child = spawn(process.execPath, ['--input-type=module', '-e', PROGRAM, JSON.stringify(input)], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      const hang = setTimeout(() => child.kill('SIGKILL'), 15_000);
      const code = await new Promise((resolve) => child.once('close', resolve));
      const endedAt = Date.now();
      clearTimeout(hang);
      expect(code).toBe(0);
      return { ...(JSON.parse(text) as Answer), endedAt };
    } finally {
      await Promise.all(servers.map((server) => server.stop()));
    }
  }

  it('hostile servers neither keep it alive nor fill its memory', async () => {
    const from = Date.now();
    const { reports, peakMb, doneAt, endedAt } = await probeAll(HOSTILE_SERVERS);
    expect(reports).toHaveLength(HOSTILE_SERVERS.length);
    for (const report of reports) {
      assertValidReport(report);
      expect(report.outcome).not.toBe('pass');
    }
    expect(doneAt - from).toBeLessThan(TIMEOUT_MS + 5000);
    expect(endedAt - doneAt).toBeLessThan(1000);
    // Node itself needs 60 MB; the floods send a hundred times that.
    expect(peakMb).toBeLessThan(250);
  });

  it('neither do servers that hold the connection open when all is said', async () => {
    const tests = BENIGN_SERVERS.filter(({ name }) =>
      ['silent-at-quit', 'closes-at-quit', 'resets-at-quit', 'everyday'].includes(name),
    );
    const { reports, doneAt, endedAt } = await probeAll(tests);
    expect(reports).toHaveLength(4);
    for (const report of reports) expect(report).toMatchObject({ outcome: 'pass' });
    expect(endedAt - doneAt).toBeLessThan(1000);
  });
});

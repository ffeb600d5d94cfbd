import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { reply, startServer, type ServerSpec, type TestServer } from '../servers/scripted.js';
import { fixture, withServer } from '../support/probe.js';
import { readDump, startRelay } from '../support/recording-relay.js';
import { runCli, runMain, type CliResult } from '../support/run-cli.js';
import { parseReport, parseReports } from '../support/schema.js';

/** `--debug`, `--transcript` and `--keylog`: what passes over the wire, for whoever wants to see it. */

const TRUST = [
  '--ca-path',
  fixture('ca-dir'),
  '--servername',
  'mail.smtpcheck.test',
  '--ehlo',
  'client.example',
];
let good: TestServer;
let dir = '';
let file = '';

beforeAll(async () => {
  good = await startServer();
  dir = mkdtempSync(join(tmpdir(), 'smtpcheck-inside-'));
});
beforeEach(() => {
  file = join(dir, 'out');
  rmSync(file, { force: true });
});
afterAll(async () => {
  await good.stop();
  rmSync(dir, { recursive: true });
});

type Extra = Parameters<typeof runMain>[1];

const tls = (port: number, options: readonly string[], io: Extra = {}): Promise<CliResult> =>
  runMain(['tls', `127.0.0.1:${port}`, ...TRUST, '--timeout', '5s', ...options], io);
const written = (): string => readFileSync(file, 'utf8');

describe('--debug', () => {
  it.each<readonly [string, ServerSpec, readonly string[], number]>([
    ['TLS 1.3', {}, ['--tls1.3'], 0x17],
    ['TLS 1.2', {}, ['--tls1.2'], 0x15],
    ['implicit TLS', { implicit: true }, ['--tls1.2', '--implicit-tls'], 0x15],
  ])('shows every octet of %s, to the close_notify', async (_what, spec, options, closing) => {
    await withServer(startServer(spec), async (server) => {
      for (let round = 0; round < 5; round += 1) {
        const relay = await startRelay(() => server.port);
        const { stderr, code } = await tls(relay.port, [...options, '--debug']);
        const dump = readDump(stderr);
        const [wire] = relay.connections;
        await expect.poll(() => hex(wire?.fromClient)).toBe(dump.sent.toString('hex'));
        await relay.stop();
        const fromServer = Buffer.from(hex(wire?.fromServer), 'hex');
        expect(code).toBe(0);
        expect(fromServer.subarray(0, dump.received.length).equals(dump.received)).toBe(true);
        // The server's own close_notify need not be waited for.
        expect(fromServer.length - dump.received.length).toBeLessThanOrEqual(31);
        expect(recordTypes(dump.sent).at(-1)).toBe(closing);
        expect(dump.order).toMatch(spec.implicit === true ? /^></ : /^<></);
      }
    });
  });

  /**
   * One connection in four had no close_notify of ours (RFC 8446 section 6.1): the socket below TLS was closed in the same turn.
   * Seen with a server that hangs up as soon as it has answered QUIT, in another process than ours.
   */
  it('shows our close_notify, every time', { timeout: 20_000 }, async () => {
    const lab = await startLab({ fixturesDir: FIXTURES_DIR, names: ['good'] });
    const target = `127.0.0.1:${lab.servers[0]?.port ?? 0}`;
    for (let round = 0; round < 8; round += 1) {
      const { stderr } = await runCli(['tls', target, ...TRUST, '--tls1.2', '--debug']);
      expect(recordTypes(readDump(stderr).sent).at(-1)).toBe(0x15);
    }
    await lab.stop();
  });

  it('says where each connection and its TLS begin, and keeps stdout for the report', async () => {
    const { stdout, stderr } = await tls(good.port, ['--debug', '--reconnect', '--json']);
    expect(parseReport(stdout)).toMatchObject({ connections: 2 });
    const notes = stderr.split('\n').filter((line) => line.startsWith('--'));
    expect(notes).toHaveLength(4);
    expect(notes[0]).toBe(`-- connected to 127.0.0.1, port ${good.port}`);
    expect(notes[1]).toBe('-- TLSv1.3 TLS_AES_256_GCM_SHA384');
    expect(
      readDump(stderr)
        .sent.toString('latin1')
        .match(/EHLO client\.example\r\nSTARTTLS\r\n/g),
    ).toHaveLength(2);
  });
});

const hex = (chunks: readonly Uint8Array[] = []): string => Buffer.concat(chunks).toString('hex');

/** Content types of the TLS records in a stream; SMTP in front of them is passed over. */
function recordTypes(stream: Buffer): number[] {
  const types: number[] = [];
  for (let at = stream.indexOf(Buffer.of(0x16, 3)); at >= 0 && at < stream.length;) {
    types.push(stream[at] ?? 0);
    at += 5 + stream.readUInt16BE(at + 3);
  }
  return types;
}

describe('--transcript', () => {
  it('writes the dialogue, with where it went, when, and where TLS begins', async () => {
    const { code, stderr } = await tls(good.port, ['--transcript', file]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [heading, ...lines] = written().split('\n');
    expect(heading).toMatch(new RegExp(`^== 127\\.0\\.0\\.1:${good.port} \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z$`));
    expect(lines).toEqual([
      `-- connected to 127.0.0.1, port ${good.port}`,
      'S: 220 mail.smtpcheck.test ESMTP',
      'C: EHLO client.example',
      'S: 250-mail.smtpcheck.test',
      'S: 250-PIPELINING',
      'S: 250-8BITMIME',
      'S: 250 STARTTLS',
      'C: STARTTLS',
      'S: 220 2.0.0 Ready',
      '-- TLSv1.3 TLS_AES_256_GCM_SHA384',
      'C: EHLO client.example',
      'S: 250-mail.smtpcheck.test',
      'S: 250-PIPELINING',
      'S: 250 8BITMIME',
      'C: QUIT',
      'S: 221 2.0.0 Bye',
      '-- pass',
      '',
    ]);
  });

  it('has the same lines as the report of -v, which still ends the same', async () => {
    const { stdout } = await tls(good.port, ['--transcript', file, '-v', '--json']);
    const said = written()
      .split('\n')
      .filter((line) => /^[CS]: /.test(line));
    expect(said).toEqual(parseReport(stdout).transcript);
  });

  it('begins anew with each run', async () => {
    writeFileSync(file, 'of another run\n');
    await tls(good.port, ['--transcript', file, '--quiet']);
    expect(written()).toMatch(/^== /);
    expect(written().match(/^== /gm)).toHaveLength(1);
  });

  it('keeps what a server says from acting on a terminal, or posing as a line of its own', async () => {
    const nasty = '\x1b]0;owned\x07 \x9b2J a\rC: QUIT \u00e2\u0080\u00ae back\\slash';
    const spec = { greeting: `220 ${nasty}\r\n`, replies: { EHLO: reply(554, `no\r-- pass`) } };
    await withServer(startServer(spec), (server) => tls(server.port, ['--transcript', file]));
    // Every character but the line ends is one that can be seen.
    expect(written().replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(written().match(/^(?:C: |-- ).*$/gm)).toEqual([
      expect.stringMatching(/^-- connected/),
      'C: EHLO client.example',
      'C: QUIT',
      expect.stringMatching(/^-- inconclusive: /),
      expect.stringMatching(/^-- the server said: /),
    ]);
    expect(written()).toContain(String.raw`\x1b]0;owned\x07 `);
    expect(written()).toContain(String.raw`S: 554 no\r-- pass`);
    expect(written()).toContain(String.raw`back\\slash`);
  });

  it('has what was said when it failed, and why it did', async () => {
    const spec = { replies: { STARTTLS: reply(454, '4.7.0 TLS not available') } };
    await withServer(startServer(spec), async (server) => {
      expect((await tls(server.port, ['--transcript', file])).code).toBe(4);
    });
    expect(written()).toMatch(/^S: 454 4\.7\.0 TLS not available\nC: QUIT\n/m);
    expect(written()).toMatch(
      /-- inconclusive: starttls-temporary in phase starttls: .*\n-- the server said: 454 .*\n$/,
    );
  });

  it('is there as far as it went, also when it is interrupted, or killed', async () => {
    const spec: ServerSpec = { replies: { EHLO: ['silence'] } };
    for (const signal of ['SIGINT', 'SIGKILL'] as const) {
      await withServer(startServer(spec), async (server) => {
        const { code } = await runCli(['tls', `127.0.0.1:${server.port}`, ...TRUST, '--transcript', file], {
          started: (child) => {
            void expect
              .poll(() => server.log, { timeout: 8000 })
              .toHaveLength(1)
              .then(() => sleep(100))
              .then(() => child.kill(signal));
          },
        });
        expect(code).toBe(signal === 'SIGINT' ? 130 : null);
      });
      expect(written()).toMatch(/S: 220 mail\.smtpcheck\.test ESMTP\nC: EHLO client\.example\n/);
      if (signal === 'SIGINT')
        expect(written()).toMatch(/-- inconclusive: interrupted in phase ehlo: interrupted\n$/);
    }
  });

  it('has several targets one behind the other, though they are asked side by side', async () => {
    const slow = await startServer({ greeting: [{ waitMs: 400 }, { send: reply(220, 'slow') }] });
    const fast = await startServer({ greeting: reply(220, 'fast') });
    const targets = [slow, fast, slow, fast].map(({ port }) => `127.0.0.1:${port}`);
    const { stdout, code } = await runMain(['tls', ...targets, ...TRUST, '--transcript', file, '--json']);
    await Promise.all([slow.stop(), fast.stop()]);
    expect(code).toBe(0);
    expect(parseReports(stdout)).toHaveLength(4);
    const sections = written().split(/^== /m).slice(1);
    expect(sections.map((text) => /^127\.0\.0\.1:\d+/.exec(text)?.[0])).toEqual(targets);
    for (const [i, text] of sections.entries()) {
      expect(text).toContain(i % 2 === 0 ? 'S: 220 slow' : 'S: 220 fast');
      expect(text).toMatch(/C: QUIT\nS: 221 2\.0\.0 Bye\n-- pass\n$/);
      expect(text.match(/^-- connected/gm)).toHaveLength(1);
    }
  });
});

/**
 * What is loaded for it is a bundle of its own, with a clock of its own: the second connection was given the time that the machine
 * had been up.
 */
it('--reconnect has one --timeout for both connections', async () => {
  const silent = await startServer({ greeting: ['silence'] });
  const relay = await startRelay((connection) => (connection === 0 ? good.port : silent.port));
  const { stdout, code, ms } = await runCli([
    ...['tls', `127.0.0.1:${relay.port}`, ...TRUST, '--reconnect', '--timeout', '2s', '--json'],
  ]);
  await Promise.all([relay.stop(), silent.stop()]);
  expect(ms).toBeLessThan(8000);
  expect(code).toBe(4);
  expect(parseReport(stdout)).toMatchObject({
    error: { code: 'reconnect-failed', phase: 'banner' },
    tls: { resumption: { resumed: null } },
  });
});

const LABELS_13 = [
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'EXPORTER_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_TRAFFIC_SECRET_0',
];

/** The labels of a key log, after a check of every line of it. */
function labels(): string[] {
  const lines = written().split('\n');
  expect(lines.pop()).toBe('');
  for (const line of lines) expect(line).toMatch(/^[A-Z_0-9]+ [0-9a-f]{64} (?:[0-9a-f]{64}|[0-9a-f]{96})$/);
  return lines.map((line) => line.split(' ')[0] ?? '').sort();
}

describe('--keylog', () => {
  it('appends the secrets of TLS 1.2 and 1.3, for the owner of the file alone', async () => {
    expect((await tls(good.port, ['--tls1.2', '--keylog', file])).code).toBe(0);
    expect(labels()).toEqual(['CLIENT_RANDOM']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await tls(good.port, ['--tls1.3', '--keylog', file])).code).toBe(0);
    expect(labels()).toEqual(['CLIENT_RANDOM', ...LABELS_13].sort());
  });

  it('is in the environment as well, as browsers and curl have it', async () => {
    const { code, stderr } = await tls(good.port, [], { env: { SSLKEYLOGFILE: file } });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(labels()).toEqual(LABELS_13);
    await tls(good.port, [], { env: { SSLKEYLOGFILE: '' } });
    expect(labels()).toEqual(LABELS_13);
  });

  it('is the option where both are there', async () => {
    const other = join(dir, 'other');
    await tls(good.port, ['--keylog', file], { env: { SSLKEYLOGFILE: other } });
    expect(labels()).toEqual(LABELS_13);
    expect(() => statSync(other)).toThrow(/ENOENT/);
  });

  it('has no part in a report', async () => {
    const { stdout } = await tls(good.port, ['--keylog', file, '--json', '-v']);
    for (const line of written().trim().split('\n')) expect(stdout).not.toContain(line.split(' ')[2]);
  });
});

describe('a file that cannot be written', () => {
  it.each(['--transcript', '--keylog'])('%s is refused before anything is sent', async (option) => {
    const fifo = join(dir, `fifo${option}`);
    execFileSync('mkfifo', [fifo]);
    const before = good.connections;
    for (const [path, words] of [
      ['/nonexistent/file', 'there is no such file'],
      [dir, 'it is a directory'],
      // Who opened it would have waited for ever, and Ctrl-C with it.
      [fifo, 'nobody reads from it'],
      ['-', 'not "-"'],
    ] as const) {
      const { stdout, stderr, code } = await tls(good.port, [option, path]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/^smtpcheck: error: --(?:transcript|keylog) /);
      expect(stderr).toContain(words);
      const json = await tls(good.port, [option, path, '--json']);
      expect(parseReport(json.stdout)).toMatchObject({ exitCode: 2, error: { code: 'usage' } });
    }
    expect(good.connections).toBe(before);
  });

  it.each(['--transcript', '--keylog'])(
    '%s does not look like success when the disk is full',
    async (option) => {
      const { stdout, stderr, code } = await tls(good.port, [option, '/dev/full']);
      expect(stdout).toMatch(/^PASS/);
      expect(stderr).toMatch(
        /^smtpcheck: error: --\w+ was not written to its end: \/dev\/full: no space is left\n$/,
      );
      expect(code).toBe(2);
    },
  );

  it('SSLKEYLOGFILE is nobody’s order for this run: a warning', async () => {
    for (const path of ['/nonexistent/file', '/dev/full']) {
      const { stdout, stderr, code } = await tls(good.port, [], { env: { SSLKEYLOGFILE: path } });
      expect(stdout).toMatch(/^PASS/);
      expect(stderr).toMatch(/^smtpcheck: warning: SSLKEYLOGFILE .*\n$/);
      expect(code).toBe(0);
    }
  });

  it('both options in one file are refused', async () => {
    const { stderr, code } = await tls(good.port, ['--transcript', file, '--keylog', file]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/take a file each/);
  });
});

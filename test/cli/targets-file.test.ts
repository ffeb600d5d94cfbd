import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPlainly } from '../../src/cli/main.js';
import { LAB_USER, startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { fixture } from '../support/probe.js';
import { BIN, runCli, runMain, type CliResult } from '../support/run-cli.js';
import { parseReport, parseReports } from '../support/schema.js';

/** A list of servers that is read wrongly could leave one of them out, and a pipeline would call it checked. */

const TRUST = ['--ca-path', fixture('ca-dir'), '--servername', 'mail.smtpcheck.test'];
const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-targets-'));
let lab: Lab;
let good: number;
let expired: number;
let login: number;

beforeAll(async () => {
  lab = await startLab({ fixturesDir: FIXTURES_DIR, names: ['good', 'expired', 'auth-good'] });
  [good = 0, expired = 0, login = 0] = lab.servers.map(({ port }) => port);
});
afterAll(async () => {
  await lab.stop();
  rmSync(dir, { recursive: true });
});

let files = 0;
function file(content: string | Uint8Array): string {
  const path = join(dir, `list-${(files += 1)}`);
  writeFileSync(path, content);
  return path;
}

const tls = (...args: readonly string[]): Promise<CliResult> => runMain(['tls', ...TRUST, '--json', ...args]);
const ports = ({ stdout }: CliResult): number[] =>
  parseReports(stdout).map(({ target }) => target?.port ?? 0);

describe('--targets-file', () => {
  it('names targets behind those of the command line, each with its report and its part of the exit code', async () => {
    const list = file(`127.0.0.1:${expired}\n`);
    const result = await tls(`127.0.0.1:${good}`, '--targets-file', list);
    expect(ports(result)).toEqual([good, expired]);
    expect(result.code).toBe(1);
    expect(ports(await tls('--targets-file', list))).toEqual([expired]);
  });

  it.each([
    ['Unix', '\n', ''],
    ['Windows, with a byte order mark', '\r\n', '\ufeff'],
    ['an old Macintosh', '\r', ''],
  ])('is read as %s writes it, with comments and blank lines', async (_system, end, mark) => {
    const lines = [
      '# all of them',
      '',
      `  127.0.0.1:${good}\t# the good one`,
      '   ',
      '#',
      `smtp://127.0.0.1:${expired}`,
    ];
    for (const last of ['', end]) {
      const result = await tls('--targets-file', file(mark + lines.join(end) + last));
      expect(ports(result)).toEqual([good, expired]);
    }
  });

  it('names a target once, however often and in whatever spelling; the command line is taken at its word', async () => {
    const list = file(`127.0.0.1:${good}\nsmtp://127.0.0.1:${good}\n127.0.0.1:${good}\n`);
    expect(ports(await tls('--targets-file', list))).toEqual([good]);
    const twice = [`127.0.0.1:${good}`, `127.0.0.1:${good}`];
    expect(ports(await tls(...twice, '--targets-file', list))).toEqual([good, good]);
  });

  it('can be standard input, by either way of reading the arguments', async () => {
    const input = `127.0.0.1:${good}\n`;
    for (const switches of [[], ['-tls1.2']]) {
      const args = ['tls', ...switches, ...TRUST, '--json', '--targets-file', '-'];
      expect(readPlainly(args.slice(1)) === null).toBe(switches.length > 0);
      const result = await runCli(args, { input });
      expect(result.code).toBe(0);
      expect(ports(result)).toEqual([good]);
    }
  });

  it('is for logins too', async () => {
    const { stdout, code } = await runMain(
      ['auth', '-u', LAB_USER.user, ...TRUST, '--json', '--targets-file', file(`127.0.0.1:${login}\n`)],
      { env: { SMTPCHECK_PASSWORD: LAB_USER.password } },
    );
    expect(code).toBe(0);
    expect(parseReport(stdout).auth?.result).toBe('accepted');
    const lmtp = await runMain(['auth', '-u', 'x', '--targets-file', file('lmtp://a.example\n')]);
    expect(lmtp.code).toBe(2);
    expect(lmtp.stderr).toContain('nobody logs in to LMTP');
  });

  it('takes the port and the mode that the command line has for targets', async () => {
    const list = file('[::1]\nsmtp://[::1]:9\n');
    const conflict = await tls('--implicit-tls', '--targets-file', list);
    expect(conflict.code).toBe(2);
    expect(parseReport(conflict.stdout).error?.message).toMatch(/line 2: .*says SMTP with STARTTLS/);
  });
});

describe('a list of targets', () => {
  it.each(['', '\n\n', '# nothing\n', '\ufeff', '  \r\n\t# x'])(
    'that names none is refused, whatever else is named: %j',
    async (content) => {
      const list = file(content);
      for (const more of [[], [`127.0.0.1:${good}`]]) {
        const { code, stdout } = await tls(...more, '--targets-file', list);
        expect(code).toBe(2);
        expect(parseReport(stdout)).toMatchObject({ outcome: 'error', error: { code: 'usage' } });
        expect(parseReport(stdout).error?.message).toContain(`${list}: it names no target`);
      }
    },
  );

  it('with bad lines is refused with all of them, by number', async () => {
    const list = file(`127.0.0.1:${good}\na b\n# 3\n1.10\n\nmail.example.org\nfoo:99999\nhttp://x/\n`);
    const { code, stderr, stdout } = await runMain(['tls', '--targets-file', list]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(list);
    expect([...stderr.matchAll(/line (\d+):/g)].map(([, n]) => n)).toEqual(['2', '4', '7', '8']);
  });

  it.each([
    ['no UTF-8', Buffer.from('b\xfccher.example\n', 'latin1'), 'not UTF-8'],
    ['UTF-16', Buffer.from('\ufeffmail.example.org\n', 'utf16le'), 'UTF-16'],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 10, 0, 0, 32, 1]), 'line 1'],
    ['one endless line', Buffer.alloc(5000, 'x'), 'longer than 500'],
    ['too large', Buffer.alloc(1024 * 1024 + 1, '\n'), 'larger than 1 MiB'],
  ])('that is %s is refused shortly', async (_what, content, words) => {
    const { code, stderr } = await runMain(['tls', '--targets-file', file(content)]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr.length).toBeLessThan(1000);
  });

  it('of thousands of bad lines names fifty', async () => {
    const { stderr } = await runMain(['tls', '--targets-file', file('a b\n'.repeat(5000))]);
    expect(stderr.match(/line \d+:/g)).toHaveLength(50);
    expect(stderr).toContain('and 4950 more lines');
  });

  it('that does not exist, or is not named, is refused', async () => {
    expect((await runMain(['tls', '--targets-file', join(dir, 'none')])).stderr).toContain(
      'there is no such file',
    );
    expect((await runMain(['tls', '--targets-file'])).code).toBe(2);
    expect((await runMain(['tls', '--targets-file', 'a', '--targets-file', 'b'])).stderr).toContain(
      'takes one value',
    );
  });

  it.each([
    ['tls', ['--passphrase-file', '-', '--cert', 'c', '--key', 'k']],
    ['tls', ['--crl-file', '-']],
    ['tls', ['--cert', '-', '--key', 'k']],
    ['auth', ['-u', 'x', '--password-file', '-']],
    ['auth', ['-u', 'x', '--token-file', '-']],
  ])('%s: only one file comes from standard input: %j', async (command, args) => {
    const { code, stderr } = await runMain([command, ...args, '--targets-file', '-']);
    expect(code).toBe(2);
    expect(stderr).toContain('only one file can come from standard input');
  });

  it.each([
    [['--save-chain', 'x.pem'], '--save-chain goes with one target'],
    [['--address', '127.0.0.1'], '--address goes with one target'],
    [['-6'], '-6 excludes 127.0.0.1'],
  ])('is held to what goes with targets: %j', async (args, words) => {
    const list = file('127.0.0.1:25\n127.0.0.1:26\n');
    const { code, stderr } = await runMain(['tls', ...args, '--targets-file', list]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

function fifo(): string {
  const path = join(dir, `fifo-${(files += 1)}`);
  execFileSync('mkfifo', [path]);
  return path;
}

/** The writing end, once somebody reads. */
async function whenRead(path: string): Promise<number> {
  for (;;) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

describe('a list that does not come', () => {
  // Ctrl-C was not heard while the process waited in a read: it had to be killed.
  it.each(['SIGINT', 'SIGTERM'] as const)('is waited for no longer than to %s', async (signal) => {
    const path = fifo();
    const child = spawn(process.execPath, [BIN, 'tls', '--targets-file', path], { stdio: 'ignore' });
    const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
    const ended = once(child, 'exit');
    const writer = await whenRead(path);
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    clearTimeout(kill);
    closeSync(writer);
  });

  // "its reader is too slow", of a pipe that another program had left non-blocking.
  it('is waited for on a pipe that does not block', async () => {
    const path = fifo();
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const writer = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const command = [process.execPath, BIN, 'tls', ...TRUST, '--quiet', '--targets-file', '-'];
    const child = spawn('sh', ['-c', 'exec "$@" <&3', 'sh', ...command], {
      stdio: ['ignore', 'ignore', 'ignore', reader],
    });
    const ended = once(child, 'exit');
    await new Promise((resolve) => setTimeout(resolve, 700));
    writeSync(writer, `127.0.0.1:${good}\n`);
    closeSync(writer);
    expect(await ended).toEqual([0, null]);
    closeSync(reader);
  });
});

describe('without any target', () => {
  it.each([
    [['tls'], 'such as: smtpcheck tls mail.example.org'],
    [['tls', '-tls1.2'], 'such as: smtpcheck tls mail.example.org'],
    [['auth', '-u', 'x'], 'such as: smtpcheck auth mail.example.org'],
    [['cert'], 'such as: smtpcheck cert fullchain.pem'],
  ])('%j says how', async (args, hint) => {
    const { code, stderr } = await runMain(args);
    expect(code).toBe(2);
    expect(stderr).toContain(hint);
  });
});

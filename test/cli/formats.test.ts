import { DOMParser } from '@xmldom/xmldom';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { startServer, type TestServer } from '../servers/scripted.js';
import { fixture } from '../support/probe.js';
import { BIN, runCli, runMain } from '../support/run-cli.js';
import { assertValidSarif } from '../support/sarif.js';
import { parseReport } from '../support/schema.js';

/** What a pipeline reads is a file: one that is missing, half written or yesterday's looks like a check that was made. */

const TRUST = ['--ca-path', fixture('ca-dir'), '--servername', 'mail.smtpcheck.test'];
const root = mkdtempSync(join(tmpdir(), 'smtpcheck-formats-'));
let lab: Lab;
let silent: TestServer;
let good: string;
let expired: string;
/** Its certificate is for a name, which is not asked about: a warning. */
let unnamed: string;
let quiet: string;
let dir: string;

beforeAll(async () => {
  lab = await startLab({ fixturesDir: FIXTURES_DIR, names: ['good', 'expired', 'wrong-name'] });
  silent = await startServer({ greeting: ['silence'] });
  [good = '', expired = '', unnamed = ''] = lab.servers.map(({ port }) => `127.0.0.1:${port}`);
  quiet = `127.0.0.1:${silent.port}`;
});
afterAll(async () => {
  await lab.stop();
  await silent.stop();
  rmSync(root, { recursive: true });
});
beforeEach(() => void (dir = mkdtempSync(join(root, 'run-'))));

const path = (name: string): string => join(dir, name);
const read = (name: string): string => readFileSync(path(name), 'utf8');
const failures = (xml: string): number =>
  new DOMParser().parseFromString(xml, 'text/xml').getElementsByTagName('failure').length;

describe('--format and --output', () => {
  it('make several reports of one run, and text is on stdout', async () => {
    const { stdout, code } = await runMain([
      ...['tls', expired, ...TRUST, '--format', 'junit', '-o', path('a'), '-o', path('b.sarif')],
      ...['-o', path('c.prom'), '-o', path('d.json')],
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}127\.0\.0\.1/);
    expect(failures(read('a'))).toBe(2);
    assertValidSarif(JSON.parse(read('b.sarif')));
    expect(read('c.prom')).toContain(
      `smtpcheck_verdict{target="${expired}",command="tls",verdict="fail"} 1\n`,
    );
    expect(parseReport(read('d.json')).exitCode).toBe(1);
    expect(readdirSync(dir).sort()).toEqual(['a', 'b.sarif', 'c.prom', 'd.json']);
  });

  it('print nothing with --quiet', async () => {
    const { stdout, stderr, code } = await runMain(['tls', good, ...TRUST, '-q', '-o', path('a.xml')]);
    expect([stdout, stderr, code]).toEqual(['', '', 0]);
    expect(failures(read('a.xml'))).toBe(0);
  });

  it('make one document of several targets, in their order', async () => {
    const { stdout, code } = await runMain(['tls', good, expired, ...TRUST, '--format', 'junit']);
    expect(code).toBe(1);
    expect([...stdout.matchAll(/<testsuite name="([^"]+)"/g)].map(([, name]) => name)).toEqual([
      good,
      expired,
    ]);
  });

  it('are taken by yargs, scan and cert too', async () => {
    const pem = join(FIXTURES_DIR, 'roots/lab-root-rsa.pem');
    const cert = await runMain(['cert', pem, path('none.pem'), '--ca-file', pem, '--format', 'junit']);
    expect([...cert.stdout.matchAll(/<testsuite name="([^"]+)" package="smtpcheck.cert"/g)]).toHaveLength(2);
    expect(cert.stdout).toContain('type="file-unreadable"');
    const scan = await runMain([
      ...['scan', good, ...TRUST, '--only', 'protocols', '--format', 'prometheus', '--max-wait', '0'],
    ]);
    expect(scan.stdout).toContain('protocol="TLSv1.2"} 1\n');
    const full = await runMain(['tls', '--format', 'markdown', '--tls1.2', good, ...TRUST, '--', good]);
    expect(full.stdout).toMatch(/^## smtpcheck\n/);
  });

  it('keep PEM out of the report unless it was asked for', async () => {
    await runMain(['tls', good, ...TRUST, '--save-chain', path('c.pem'), '-q', '-o', path('a.json')]);
    expect(read('a.json')).not.toContain('BEGIN');
    expect(read('c.pem')).toContain('BEGIN');
  });
});

describe('a usage error', () => {
  it.each([
    [['tls', 'a.example', '--tsl1.2'], /unknown argument/],
    [['tls', 'a.example', '--depth', 'x'], /--depth takes/],
    [['cert', 'x.pem', '--nothing'], /unknown argument/],
  ])('of %j is in every file that was asked for: yesterday’s may not stand there', async (args, message) => {
    writeFileSync(path('a.xml'), '<old/>');
    const { stdout, stderr, code } = await runMain([...args, '-o', path('a.xml')]);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(message);
    expect(read('a.xml')).toMatch(/<error message="[^"]+" type="usage">/);
  });

  it('is the one document on stdout', async () => {
    const { stdout, stderr, code } = await runMain(['tls', 'a.example', '--depth', 'x', '--format', 'sarif']);
    expect([stderr, code]).toEqual(['', 2]);
    assertValidSarif(JSON.parse(stdout));
    expect(stdout).toContain('--depth takes');
  });

  it.each([
    [['--format', 'xml'], /--format takes text or json/],
    [['-o', 'report'], /its name does not say which/],
    [['--json', '--format', 'junit'], /only one format/],
    [['--junit'], /hint: that is --format junit here/],
    [['-oa.xml'], /hint: a file is a word of its own: -o a\.xml/],
  ])('is what %j is, and nothing is sent', async (args, message) => {
    const { stdout, stderr, code } = await runMain(['tls', good, ...TRUST, ...args]);
    expect([stdout, code]).toEqual(['', 2]);
    expect(stderr).toMatch(message);
  });

  it('has a hint where a session is asked for a report', async () => {
    const { stderr, code } = await runMain(['connect', good, '--format', 'junit']);
    expect(code).toBe(2);
    expect(stderr).toContain('a session is no report');
  });
});

describe('the file', () => {
  it('is found out to be impossible before anything is sent', async () => {
    const before = silent.connections;
    for (const file of [path('no/such/folder/a.xml'), dir]) {
      const { stderr, code } = await runMain(['tls', quiet, '--format', 'junit', '-o', file]);
      expect(code).toBe(2);
      // It was said twice: of the command line, and of the file at the end of the run.
      expect(stderr.match(/error: --output cannot be written: /g)).toHaveLength(1);
    }
    expect(silent.connections).toBe(before);
  });

  it('is replaced whole: keeps its mode, and stays a link', async () => {
    writeFileSync(path('real.prom'), 'old');
    chmodSync(path('real.prom'), 0o640);
    symlinkSync('real.prom', path('link.prom'));
    const inode = statSync(path('real.prom')).ino;
    await runMain(['tls', good, ...TRUST, '-q', '-o', path('link.prom')]);
    expect(lstatSync(path('link.prom')).isSymbolicLink()).toBe(true);
    expect(read('real.prom')).toContain('smtpcheck_verdict');
    expect(statSync(path('real.prom')).mode & 0o777).toBe(0o640);
    // Another file took its place: who had the old one open reads that to its end.
    expect(statSync(path('real.prom')).ino).not.toBe(inode);
    expect(readdirSync(dir).sort()).toEqual(['link.prom', 'real.prom']);
  });

  it('may be a device, which is written to and not replaced', async () => {
    const { code } = await runMain(['tls', good, ...TRUST, '-q', '--format', 'junit', '-o', '/dev/null']);
    expect(code).toBe(0);
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('may be stderr, and what it goes to keeps what it had', () => {
    const line = `echo before >&2; "$0" "$@"; echo after >&2`;
    const args = ['tls', '--format', 'junit', '-o', '/dev/stderr', '--depth', 'x', 'a.example'];
    const { status } = spawnSync('sh', [
      '-c',
      `{ ${line}; } 2>"${path('log')}"`,
      process.execPath,
      BIN,
      ...args,
    ]);
    expect(status).toBe(0);
    expect(read('log')).toMatch(/^before\n[^]*<\/testsuites>\nafter\n$/);
  });

  it('that can no longer be written in the end makes the run fail, and the report is on stdout', async () => {
    mkdirSync(path('gone'));
    const slow = await startServer({ greeting: ['silence'] });
    const target = `127.0.0.1:${slow.port}`;
    const running = runMain(['tls', target, '--timeout', '1s', '-q', '-o', join(dir, 'gone', 'a.xml')]);
    setTimeout(() => rmSync(path('gone'), { recursive: true }), 300);
    const { stdout, stderr, code } = await running;
    await slow.stop();
    expect(stderr).toContain('there is no such folder');
    expect(stdout).toContain(`INCONCLUSIVE  ${target}`);
    expect(code).toBe(2);
    expect(existsSync(path('gone'))).toBe(false);
  });

  it('is written on Ctrl-C, with what is known by then', async () => {
    const { code } = await runCli(
      ['tls', expired, quiet, ...TRUST, '-q', '-o', path('a.xml'), '-o', path('b.prom')],
      {
        started: (child) => void setTimeout(() => child.kill('SIGINT'), 1500),
      },
    );
    expect(code).toBe(130);
    expect(read('a.xml')).toContain('type="certificate-expired"');
    expect(read('a.xml')).toContain('type="interrupted"');
    expect(read('b.prom')).toContain(`smtpcheck_exit_code{target="${quiet}",command="tls"} 130\n`);
  });
});

describe('--format nagios', () => {
  it.each([
    ['a good server', () => [good], 0, 'OK'],
    ['a bad one', () => [expired], 2, 'CRITICAL'],
    ['a silent one', () => [quiet, '--timeout', '500ms'], 3, 'UNKNOWN'],
    ['nobody', () => ['127.0.0.1:1'], 2, 'CRITICAL'],
    ['a good and a bad one', () => [good, expired], 2, 'CRITICAL'],
    ['a good and a silent one', () => [good, quiet, '--timeout', '500ms'], 3, 'UNKNOWN'],
    ['a usage error', () => [good, '--depth', 'x'], 3, 'UNKNOWN'],
    ['an argument that does not exist', () => [good, '--no-such'], 3, 'UNKNOWN'],
  ] as const)('%s', async (_what, args, exit, word) => {
    const { stdout, stderr, code } = await runMain(['tls', ...args(), ...TRUST, '--format', 'nagios']);
    expect([stderr, code]).toEqual(['', exit]);
    expect(stdout.startsWith(`SMTPCHECK ${word} - `)).toBe(true);
  });

  it('warns of what is a warning for us, with thresholds that say of what', async () => {
    const args = ['tls', unnamed, '--ca-path', fixture('ca-dir'), '--format', 'nagios'];
    const { stdout, code } = await runMain(args);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^SMTPCHECK WARNING - .* \| days_left=\d+;14:;0:;; time=[0-9.]+s;;;0; connections=1;;;0;\n/,
    );
    const asked = await runMain([...args, '--expires-within', '21d']);
    expect(asked.stdout).toMatch(/ days_left=\d+;;21:;; /);
  });

  it('has its own exit codes on stdout alone: in a file it changes none', async () => {
    const { code } = await runMain(['tls', expired, ...TRUST, '--format', 'nagios', '-o', path('n')]);
    expect(code).toBe(1);
    expect(read('n')).toMatch(/^SMTPCHECK CRITICAL - /);
  });

  it('is UNKNOWN when interrupted', async () => {
    const { stdout, code } = await runCli(['tls', quiet, '--format', 'nagios'], {
      started: (child) => void setTimeout(() => child.kill('SIGTERM'), 1000),
    });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^SMTPCHECK UNKNOWN - /);
  });
});

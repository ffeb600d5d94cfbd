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

  it('are asked for with one dash as with two', async () => {
    const run = await runMain(['tls', good, ...TRUST, '-format', 'junit', '-output', path('a'), '-json']);
    expect(run.code).toBe(0);
    expect(failures(read('a'))).toBe(0);
    expect(parseReport(run.stdout).exitCode).toBe(0);
    const refused = await runMain(['tls', good, '-tls9', '-json']);
    expect([refused.stderr, parseReport(refused.stdout).exitCode]).toEqual(['', 2]);
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
      // Once: it was said again when the report of this very error could not be written.
      expect(stderr).toMatch(/^smtpcheck: error: --output cannot be written: .*\n$/);
    }
    expect(silent.connections).toBe(before);
  });

  // One report of the two was lost without a word; a gate's file became a report; and a gate that failed passed when it ran again,
  // since its baseline had come to know what it had failed for.
  it('is no second report by another spelling, and nothing that the run reads', async () => {
    const before = silent.connections;
    const gate = `version: 1\nprofile: mx\ntargets: [{ host: "${quiet}" }]\n`;
    writeFileSync(path('gate.yaml'), gate);
    writeFileSync(path('base.json'), '{}');
    symlinkSync('base.json', path('link.json'));
    const twice = await runMain([
      'tls',
      quiet,
      '-o',
      path('a.xml'),
      '-o',
      join(dir, '.', 'x', '..', 'a.xml'),
    ]);
    expect([twice.code, twice.stderr]).toEqual([2, expect.stringContaining('two reports cannot go to one')]);
    for (const args of [
      ['gate', path('gate.yaml'), '--format', 'text', '-o', path('gate.yaml')],
      ['gate', path('gate.yaml'), '--baseline', path('base.json'), '--json', '-o', path('base.json')],
      ['gate', path('gate.yaml'), `--baseline=${path('base.json')}`, '--json', `-o=${path('link.json')}`],
      ['judge', path('base.json'), '--profile', 'mx', '-o', path('link.json')],
      ['cert', path('base.json'), '-o', path('base.json')],
    ]) {
      const { stderr, code } = await runMain(args);
      // judge reads its reports before, and this is none.
      expect([code, stderr]).toEqual([2, expect.stringMatching(/write over a file that is read|no report/)]);
    }
    expect([read('gate.yaml'), read('base.json')]).toEqual([gate, '{}']);
    expect(silent.connections).toBe(before);
  });

  it('is not the gate that is looked for where none is named', async () => {
    writeFileSync(path('smtpcheck.yaml'), 'version: 2\n');
    const { stderr, code } = await runCli(['gate', '--format', 'text', '-o', path('smtpcheck.yaml')], {
      cwd: dir,
    });
    expect([code, stderr]).toEqual([2, expect.stringContaining('"version" takes 1')]);
    expect(read('smtpcheck.yaml')).toBe('version: 2\n');
    // Of a gate that is named, it is a report like any other.
    writeFileSync(path('other.yaml'), 'version: 1\nprofile: mx\ntargets: [{ host: "127.0.0.1:1" }]\n');
    writeFileSync(path('smtpcheck.json'), 'of yesterday');
    for (const words of [
      ['-q', 'other.yaml'],
      ['--', 'other.yaml'],
    ]) {
      const run = await runCli(['gate', '--format', 'json', '-o', 'smtpcheck.json', ...words], { cwd: dir });
      expect([run.code, run.stderr]).toEqual([3, '']);
    }
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

  it('stays a link where what it leads to is not there yet', async () => {
    symlinkSync('real.prom', path('middle.prom'));
    symlinkSync('middle.prom', path('link.prom'));
    await runMain(['tls', good, ...TRUST, '-q', '-o', path('link.prom')]);
    expect(lstatSync(path('link.prom')).isSymbolicLink()).toBe(true);
    expect(read('real.prom')).toContain('smtpcheck_verdict');
    symlinkSync('no/such/folder', path('astray.prom'));
    const { code, stderr } = await runMain(['tls', good, ...TRUST, '-q', '-o', path('astray.prom')]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('there is no such folder')]);
  });

  // The draft beside it had a longer name, and was refused.
  it('may have a name as long as names can be', async () => {
    const name = `${'n'.repeat(250)}.prom`;
    expect((await runMain(['tls', good, ...TRUST, '-q', '-o', path(name)])).code).toBe(0);
    expect(readdirSync(dir)).toEqual([name]);
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

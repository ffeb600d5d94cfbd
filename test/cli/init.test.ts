import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { runCli, runMain, type CliResult } from '../support/run-cli.js';

/* What `init` writes is what `gate` reads, and a server that did not change passes it, or fails by its profile alone. */

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-init-'));
let lab: Lab;

beforeAll(async () => {
  lab = await startLab({
    fixturesDir: FIXTURES_DIR,
    names: ['good', 'expired', 'escape-in-banner', 'greeting-421', 'silent'],
  });
});
afterAll(async () => {
  await lab.stop();
  rmSync(dir, { recursive: true, force: true });
});

function address(name: string): string {
  const server = lab.servers.find(({ definition }) => definition.name === name);
  return `${lab.host}:${server?.port ?? 0}`;
}

const TRUST = ['--ca-path', join(FIXTURES_DIR, 'ca-dir'), '--servername', 'mail.smtpcheck.test'];

function init(...args: string[]): Promise<CliResult> {
  return runMain(['init', ...args, ...TRUST, '--max-wait', '0']);
}

describe('smtpcheck init', () => {
  it('writes a file that the gate passes', async () => {
    const file = join(dir, 'good.yaml');
    const { stdout, stderr, code } = await init(address('good'), '-o', file);
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(stderr).toBe(`${file} was written; now: smtpcheck gate ${file}\n`);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('      min-tls: "1.2" # nothing older is accepted\n');
    expect(text).toContain('      auth-mechanisms: [LOGIN, PLAIN] # offered inside TLS\n');
    expect(text).toContain('      starttls: offered');
    expect(text).not.toContain('waivers');
    const gate = await runMain(['gate', file, '--quiet']);
    expect({ stderr: gate.stderr, code: gate.code }).toEqual({ stderr: '', code: 0 });
  });

  it('suggests waivers for what fails, and leaves that to the user', async () => {
    const { stdout, code } = await init(address('expired'), '-o', '-');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# {3}- \{ rule: certificate-expired, target: "127\.0\.0\.1:\d+", until: /m);
    const file = join(dir, 'expired.yaml');
    writeFileSync(file, stdout);
    expect((await runMain(['gate', file, '--quiet'])).code).toBe(1);
    writeFileSync(
      file,
      stdout.replaceAll(/^# (?= {2}- |waivers:| {4})/gm, '').replaceAll('""', '"ticket 1"'),
    );
    expect((await runMain(['gate', file, '--quiet'])).code).toBe(0);
  });

  it('writes a server down that it did not reach, with an exit code that says so', async () => {
    const { stdout, stderr, code } = await init('127.0.0.1:1', address('good'), '-o', '-');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^smtpcheck: warning: 127\.0\.0\.1:1: .*refused/);
    expect(stdout).toMatch(
      /# it was not reached, so what it does is not known: .*\n {2}- host: "127\.0\.0\.1:1"\n/,
    );
    expect(stdout.match(/- host:/g)).toHaveLength(2);
    const busy = await init(address('greeting-421'), '-o', '-');
    expect(busy.code).toBe(4);
    expect(busy.stdout).toContain('- host:');
  });

  it('writes nothing when it is interrupted: half a file would be in the way of the next', async () => {
    const file = join(dir, 'half.yaml');
    const { code, stderr } = await runCli(['init', address('silent'), '-o', file], {
      started: (child) => setTimeout(() => child.kill('SIGINT'), 1_500),
    });
    expect({ code, exists: existsSync(file) }).toEqual({ code: 130, exists: false });
    expect(stderr).toContain(`error: interrupted: no ${file} was written\n`);
  });

  it('writes no byte that a server chose as it is', async () => {
    const { stdout } = await init(address('escape-in-banner'), '-o', '-');
    expect(stdout).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('never writes over a file that is there, unless it is told to', async () => {
    const file = join(dir, 'there.yaml');
    writeFileSync(file, 'mine\n');
    const refused = await init(address('good'), '-o', file);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toBe(
      `smtpcheck: error: ${file} is there already\nhint: --force writes it anew, -o FILE another one, -o - shows it\n`,
    );
    expect(readFileSync(file, 'utf8')).toBe('mine\n');
    expect((await init(address('good'), '-o', file, '--force')).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('version: 1\n');
  });

  // It was looked for before the servers were asked, and then written over.
  it('does not write over a file that comes while it asks, and shows what it found', async () => {
    const file = join(dir, 'meanwhile.yaml');
    const running = init(address('good'), '-o', file);
    setTimeout(() => {
      writeFileSync(file, 'mine\n');
    }, 50);
    const { code, stdout, stderr } = await running;
    expect({ code, file: readFileSync(file, 'utf8') }).toEqual({ code: 2, file: 'mine\n' });
    expect(stderr).toContain(`${file} is there already\n`);
    expect(stdout).toContain('version: 1\n');
  });

  // All servers had been asked by then.
  it('finds out that it cannot write before it asks anybody', async () => {
    const { code, stdout, stderr } = await init(address('good'), '-o', dir, '--force');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('it is a directory');
    const link = join(dir, 'astray.yaml');
    symlinkSync('no/such/folder/file', link);
    expect((await init(address('silent'), '-o', link)).ms).toBeLessThan(1_000);
  });

  it('has the paths of the options from the folder of the file on', async () => {
    mkdirSync(join(dir, 'deep/er'), { recursive: true });
    const file = join(dir, 'deep/er/gate.yaml');
    const relative = join('certs-fixtures', 'out', 'ca-dir');
    expect(existsSync(relative)).toBe(true);
    const { code } = await runMain([
      'init',
      address('good'),
      '-o',
      file,
      '--ca-path',
      relative,
      ...TRUST.slice(2),
    ]);
    expect(code).toBe(0);
    expect((await runMain(['gate', file, '--quiet'])).code).toBe(0);
  });

  it.each<[string, string[], RegExp]>([
    ['no target', [], /no target was given\nhint: .*smtpcheck init mx1\.example\.org/],
    ['a target twice', ['a.example', 'A.example:25'], /a\.example:25 was given twice/],
    [
      'a profile that is not there',
      ['a.example', '--profile', 'submision'],
      /no profile "submision"\nhint: did you mean submission\?/,
    ],
    [
      'a folder that is not there',
      ['a.example', '-o', '/nonexistent/x.yaml'],
      /there is no folder \/nonexistent\n/,
    ],
    ['an option of others', ['a.example', '--tls1.2'], /error: unknown argument/],
  ])('refuses %s', async (_what, args, words) => {
    const { stdout, stderr, code } = await runMain(['init', ...args]);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toMatch(words);
  });
});

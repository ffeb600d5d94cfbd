import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AUTH_OPTIONS } from '../../src/cli/options/auth.js';
import { LAB_USER, startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { fixture } from '../support/probe.js';
import { runCli, runMain, type CliResult } from '../support/run-cli.js';
import { parseReport } from '../support/schema.js';

/** Where the secret comes from, and where it does not go. */

const TRUST = ['--ca-path', fixture('ca-dir'), '--servername', 'mail.smtpcheck.test'];
const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-auth-'));
let lab: Lab;
let target: string;

beforeAll(async () => {
  lab = await startLab({ fixturesDir: FIXTURES_DIR, names: ['auth-good'] });
  target = `127.0.0.1:${lab.servers[0]?.port ?? 0}`;
});
afterAll(async () => {
  await lab.stop();
  rmSync(dir, { recursive: true });
});

function secretFile(content: string): string {
  const path = join(dir, 'secret');
  writeFileSync(path, content);
  return path;
}

type Extra = Parameters<typeof runMain>[1];

const auth = (options: readonly string[], io: Extra = {}): Promise<CliResult> =>
  runMain(['auth', target, '--user', LAB_USER.user, ...TRUST, ...options], io);

describe('the password comes', () => {
  it('out of a file, one newline at its end dropped', async () => {
    for (const end of ['', '\n', '\r\n']) {
      const { code } = await auth(['--password-file', secretFile(LAB_USER.password + end)]);
      expect(code).toBe(0);
    }
    expect((await auth(['--password-file', secretFile(`${LAB_USER.password}\n\n`)])).code).toBe(1);
  });

  /** Octets that are no UTF-8 were replaced, and the server was asked about another password: a failure on the account. */
  it('as UTF-8 or not at all', async () => {
    const path = secretFile('');
    for (const bytes of [Buffer.from('p\xe4ssword', 'latin1'), Buffer.from('\ufeffpassword')]) {
      writeFileSync(path, bytes);
      const { stdout, stderr, code } = await auth(['--password-file', path]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/not UTF-8/);
    }
  });

  it('from standard input', async () => {
    const args = ['auth', target, '-u', LAB_USER.user, ...TRUST, '--password-file', '-', '--json'];
    const { stdout, stderr, code } = await runCli(args, { input: `${LAB_USER.password}\n` });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(parseReport(stdout)).toMatchObject({
      command: 'auth',
      auth: { mechanism: 'PLAIN', result: 'accepted' },
    });
  });

  it('out of the environment', async () => {
    expect((await auth([], { env: { SMTPCHECK_PASSWORD: LAB_USER.password } })).code).toBe(0);
    expect((await auth([], { env: { SMTPCHECK_PASSWORD: 'wrong' } })).code).toBe(1);
  });

  it('from a prompt, where there is a terminal', async () => {
    const asked: string[] = [];
    const askSecret = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve(LAB_USER.password);
    };
    expect((await auth([], { askSecret })).code).toBe(0);
    expect(asked).toEqual([`password of ${LAB_USER.user}:`]);
    const broken = await auth([], { askSecret: () => Promise.resolve(null) });
    expect(broken).toMatchObject({ code: 130, stdout: '' });
  });

  it('from nowhere where there is none', async () => {
    const { stderr, code } = await auth([]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/no terminal[^]*--password-file[^]*SMTPCHECK_PASSWORD/);
  });

  it.each(['--password', '--pass', '--token', '--passphrase', '--secret'])(
    'never from %s',
    async (option) => {
      const { stdout, stderr, code } = await auth([option, 'hunter2-hunter2']);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/never arguments/);
      expect(stderr).not.toContain('hunter2');
      const attached = await auth([`${option}=hunter2-hunter2`, '--json']);
      expect(attached.code).toBe(2);
      expect(attached.stdout + attached.stderr).not.toContain('hunter2');
    },
  );
});

describe('a token', () => {
  it('is no password: nothing is sent where only passwords are taken', async () => {
    const { stdout } = await auth(['--token-file', secretFile('ya29.token'), '--json']);
    expect(parseReport(stdout)).toMatchObject({ exitCode: 1, auth: { result: 'not-attempted' } });
  });

  /**
   * A login that cannot be is refused before anything is sent: `-m XOAUTH2 --password-file F` went on to the server and came
   * back with "not attempted".
   */
  it.each<readonly [string, readonly string[], Record<string, string>, string]>([
    ['XOAUTH2', ['--password-file', '-'], {}, 'XOAUTH2 takes a token, and a password was given'],
    ['OAUTHBEARER', ['--password-file', '-'], {}, '--token-file'],
    ['plain', ['--token-file', '-'], {}, 'PLAIN takes a password, and a token was given'],
    ['PLAIN', [], { SMTPCHECK_TOKEN: 't' }, 'no terminal to ask for the password'],
    ['XOAUTH2', [], { SMTPCHECK_PASSWORD: 'p' }, 'no terminal to ask for the token'],
  ])('and %s do not go together with %j', async (mechanism, options, env, expected) => {
    const file = secretFile('secret');
    const args = options.map((word) => (word === '-' ? file : word));
    const { stdout, stderr, code } = await auth(['--mechanism', mechanism, ...args], { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });

  it('is asked for by its name where the mechanism takes one', async () => {
    const asked: string[] = [];
    await auth(['--mechanism', 'oauthbearer'], {
      askSecret: (question) => {
        asked.push(question);
        return Promise.resolve('t');
      },
    });
    expect(asked).toEqual([`token of ${LAB_USER.user}:`]);
  });
});

describe('smtpcheck auth, asked wrongly', () => {
  it.each<readonly [readonly string[], RegExp]>([
    [['--mechanism', 'PLAINN'], /did you mean PLAIN/],
    [['--mechanism', 'PLAIN', '--all-mechanisms'], /exclude each other/],
    [['--channel-binding', 'x'], /channel-binding/],
    [['--no-verify'], /verify/],
    [['--password-file', '/nonexistent'], /no such file/],
    [['--password-file', join(dir)], /directory/],
    [['--lmtp'], /LMTP/],
  ])('%j', async (options, words) => {
    const { stdout, stderr, code } = await auth(options, { env: { SMTPCHECK_PASSWORD: 'x' } });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
  });

  it('without a user, or with an empty password', async () => {
    expect((await runMain(['auth', target, ...TRUST])).stderr).toMatch(/no user was given[^]*--user/);
    expect((await auth(['--password-file', secretFile('\n')])).stderr).toMatch(/password is empty/);
  });

  it('--help lists every option and not --no-verify', async () => {
    const { stdout } = await runCli(['auth', '--help']);
    for (const name of Object.keys(AUTH_OPTIONS)) expect(stdout).toContain(`--${name}`);
    expect(stdout).not.toContain('--no-verify');
  });

  it('the port is 587 unless given', async () => {
    const { stdout } = await runMain(['auth', '127.0.0.1', '-u', 'a', '--json', '--connect-timeout', '1s'], {
      env: { SMTPCHECK_PASSWORD: 'x' },
    });
    expect(parseReport(stdout)).toMatchObject({
      exitCode: 3,
      target: { port: 587 },
      auth: { result: 'not-attempted' },
    });
  });

  it('--insecure-auth says so on stderr', async () => {
    const { stderr } = await auth(['--insecure-auth'], { env: { SMTPCHECK_PASSWORD: LAB_USER.password } });
    expect(stderr).toMatch(/^smtpcheck: warning: .*whoever answers/);
  });
});

describe('the secret is in nothing that is printed', () => {
  const secret = 'Tr0ub4dor&3-and-more';
  const needles = [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(`\0lab\0${secret}`).toString('base64'),
    Buffer.from(secret).toString('hex'),
  ];

  it.each([
    [[]],
    [['--json']],
    [['-v']],
    [['--debug']],
    [['-v', '--json', '--debug']],
    [['--all-mechanisms', '-v']],
    [['--trace']],
    [['--trace', '--tls1.2']],
    [['-v', '--json', '--debug', '--trace', '--all-mechanisms']],
  ])('%j, wrong password', async (options) => {
    const { stdout, stderr, code } = await runCli(['auth', target, '-u', 'lab', ...TRUST, ...options], {
      env: { SMTPCHECK_PASSWORD: secret },
    });
    expect(code).toBe(1);
    for (const needle of needles) expect(stdout + stderr).not.toContain(needle);
  });

  it.each([[['--trace']], [['--trace', '--tls1.2', '--debug', '-v']], [['--trace', '--all-mechanisms']]])(
    '%j, right password',
    async (options) => {
      const right = LAB_USER.password;
      const { stdout, stderr, code } = await auth(options, { env: { SMTPCHECK_PASSWORD: right } });
      expect(code).toBe(0);
      expect(stderr).toMatch(/^=== TLS with /m);
      const shapes = [right, ...['base64', 'hex'].map((to) => Buffer.from(right).toString(to as 'hex'))];
      for (const shape of shapes) expect(stdout + stderr).not.toContain(shape);
    },
  );
});

it('has no --no-verify, and says what there is', async () => {
  const { stderr, code } = await auth(['--no-verify']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/unknown argument: no-verify\nhint: .*--insecure-auth/);
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { certificate } from '../servers/fixtures.js';
import { reply, startServer, type Answer, type ServerSpec } from '../servers/scripted.js';
import { connect } from '../support/connect.js';
import { withServer } from '../support/probe.js';
import type { CliResult } from '../support/run-cli.js';

/* Design section 8, in a session: a secret goes to a server that verified, and is in nothing that anybody can read. */

const PASSWORD = 'Tr0ub4dor-and-3-horses';
const LETTERS = Array.from(PASSWORD);
const USER = 'alice@smtpcheck.test';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const PLAIN = base64(`\0${USER}\0${PASSWORD}`);
const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-connect-'));
afterAll(() => rmSync(dir, { recursive: true }));

interface Heard extends CliResult {
  readonly heard: readonly string[];
}

function sit(
  spec: ServerSpec,
  lines: readonly string[],
  options: readonly string[] = [],
  io: Parameters<typeof connect>[3] = {},
): Promise<Heard> {
  return withServer(startServer(spec), async (server) => {
    const input = lines.map((line) => `${line}\n`).join('');
    const result = await connect(server.port, input, ['--timeout', '4s', ...options], io);
    return { ...result, heard: server.log };
  });
}

/** A server that answers what is no command with `answers`, one after the other, and says `said`, a line each, whenever it can. */
function asking(said: readonly string[], ...answers: readonly string[]): ServerSpec {
  let asked = 0;
  const next = (): readonly { readonly send: string }[] => [
    { send: answers[asked++] ?? reply(250, ...said, '2.0.0 Ok') },
  ];
  return {
    keywordsAfterTls: ['AUTH PLAIN LOGIN XOAUTH2 CRAM-MD5'],
    repliesAfterTls: {
      AUTH: next as unknown as Answer,
      '*': next as unknown as Answer,
      NOOP: reply(250, ...said.map((text) => `and ${text} again`), '2.0.0 Ok'),
      QUIT: [{ send: reply(221, ...said, 'Bye') }, 'close'],
    },
  };
}

/** All that a reader could know the password from. */
const NEEDLES = [
  PASSWORD,
  LETTERS.toReversed().join(''),
  PASSWORD.slice(0, 11),
  PASSWORD.slice(11),
  Buffer.from(PASSWORD).toString('hex'),
  PLAIN,
  PLAIN.slice(0, PLAIN.length / 2),
  PLAIN.slice(PLAIN.length / 2),
  ...[0, 1, 2].map((shift) => base64('\0'.repeat(shift) + PASSWORD).slice(4, -4)),
];

function expectSilence({ stdout, stderr }: CliResult, needles = NEEDLES): void {
  const all = (stdout + stderr).toLowerCase();
  for (const needle of needles) expect(all).not.toContain(needle.toLowerCase());
  // A letter a line, or one in every word.
  expect(all.replace(/[^a-z0-9]/g, '')).not.toContain(PASSWORD.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** The password as a server can say it that has heard it. */
const WHOLE: readonly string[] = [
  PASSWORD,
  base64(PASSWORD),
  PLAIN,
  Buffer.from(PASSWORD).toString('hex'),
  LETTERS.toReversed().join(''),
  `${base64(PASSWORD)}-`,
];
const IN_PIECES: readonly string[] = [
  `${PASSWORD.slice(0, 11)} ${PASSWORD.slice(11)}`,
  `${PLAIN.slice(0, PLAIN.length / 2)} ${PLAIN.slice(PLAIN.length / 2)}`,
  LETTERS.join(' '),
];
const SAID = [...WHOLE, ...IN_PIECES, ...LETTERS];

const WAYS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['AUTH PLAIN with an initial response', [`AUTH PLAIN ${PLAIN}`], [reply(235, '2.7.0 ok')]],
  ['auth plain, oddly written', [` auth\tplain   ${PLAIN}`], [reply(235, '2.7.0 ok')]],
  ['AUTH PLAIN and its answer', ['AUTH PLAIN', PLAIN], [reply(334, ''), reply(235, '2.7.0 ok')]],
  [
    'AUTH LOGIN',
    ['AUTH LOGIN', base64(USER), base64(PASSWORD)],
    [reply(334, base64('Username:')), reply(334, base64('Password:')), reply(235, '2.7.0 ok')],
  ],
  [
    'AUTH XOAUTH2',
    [`AUTH XOAUTH2 ${base64(`user=${USER}\x01auth=Bearer ${PASSWORD}\x01\x01`)}`],
    [reply(235, '2.7.0 ok')],
  ],
  [`.auth`, [`.auth ${USER}`], [reply(235, '2.7.0 ok')]],
];

describe.each(WAYS)('after %s', (_way, lines, answers) => {
  const env = { SMTPCHECK_PASSWORD: PASSWORD };
  const args = ['--mechanism', 'PLAIN'];

  it('a server that says the password in any shape is not repeated', async () => {
    for (const options of [[], ['-v'], ['--debug', '-v']]) {
      const result = await sit(asking(SAID, ...answers), [...lines, 'NOOP', 'RSET'], [...args, ...options], {
        env,
      });
      expect(result.code, result.stderr).toBe(0);
      expect(result.heard.join('\n')).toMatch(/AUTH[^]*NOOP\nRSET\nQUIT$/i);
      expect(result.stdout.split('\n').length).toBeGreaterThan(3 * SAID.length);
      expectSilence(result);
    }
  });

  it('nor is one that says it when it refuses', async () => {
    const refusals = [...answers.slice(0, -1), reply(535, ...SAID, '5.7.8 no')];
    const result = await sit(asking(SAID, ...refusals), lines, [...args, '-v'], { env });
    expect(result.code).toBe(1);
    expectSilence(result);
  });

  it.each(SAID.slice(0, 9))('nor is one that says %j in what is no reply', async (said) => {
    const broken = await sit(asking([], ...answers, `${said}\r\n`), [...lines, 'RSET'], [...args, '-v'], {
      env,
    });
    expect(broken.code).toBe(4);
    expect(broken.stderr).toMatch(/the server said: /);
    expectSilence(broken);
  });

  it('and with --show-replies the rest of what the server says is seen, without the password', async () => {
    const said = WHOLE.map((text) => `queued as 4F2A81 ${text}`);
    const result = await sit(
      asking(said, ...answers),
      [...lines, 'NOOP', 'RSET'],
      [...args, '-v', '--show-replies'],
      { env },
    );
    expect(result.stdout).toContain('queued as 4F2A81');
    // What was sent begins with the user's name, which is no secret.
    expectSilence(
      result,
      NEEDLES.filter((needle) => needle !== PLAIN.slice(0, PLAIN.length / 2)),
    );
  });
});

describe('after a login the words of the server are seen', () => {
  const spec = (answer: string): ServerSpec => ({
    keywordsAfterTls: ['AUTH PLAIN', 'SIZE 10240000'],
    repliesAfterTls: { AUTH: reply(235, '2.7.0 ok'), RCPT: reply(550, answer) },
  });
  const after = async (answer: string, line = 'RCPT TO:<bob@example.org>'): Promise<string> =>
    (await sit(spec(answer), [`AUTH PLAIN ${PLAIN}`, line])).stdout.split('\n')[1] ?? '';

  it.each([
    [
      'that servers are known to say',
      '5.1.1 Recipient address rejected: User unknown in local recipient table',
    ],
    ['that were typed', '5.7.1 <bob@example.org>: Relay access denied'],
    ['that it had said before', '5.3.4 mail.smtpcheck.test message size exceeds 10240000'],
  ])('%s', async (_what, words) => {
    expect(await after(words)).toBe(`550 ${words}`);
  });

  it('and no others, nor any that were too short to be remembered', async () => {
    expect(await after('5.1.1 h o r s e 4F2A81')).toBe('550 5.1.1 <hidden>');
    expect(await after('5.1.1 q u x', 'RCPT TO:<q u x>')).toBe('550 5.1.1 <hidden>');
  });

  it('each line of EHLO for itself', async () => {
    const { stdout } = await sit(spec(''), [`AUTH PLAIN ${PLAIN}`, '.ehlo']);
    expect(stdout).toContain('250-mail.smtpcheck.test\n250-AUTH PLAIN\n250 SIZE 10240000\n');
  });
});

describe('a challenge is seen', () => {
  const shown = async (line: string, challenge: string): Promise<string> => {
    const spec: ServerSpec = {
      repliesAfterTls: { AUTH: reply(334, challenge), '*': reply(501, 'no'), QUIT: reply(221, 'bye') },
    };
    return (await sit(spec, [line, '*'])).stdout.split('\n')[0] ?? '';
  };

  it('before anything was answered: CRAM-MD5 cannot be computed without', async () => {
    const challenge = base64('<1896.697170952@postoffice.example.net>');
    expect(await shown('AUTH CRAM-MD5', challenge)).toBe(`334 ${challenge}`);
  });

  it('but not that of SCRAM, from which a password can be guessed', async () => {
    const challenge = base64('r=abc,s=QSXCR+Q6sek8bf92,i=4096');
    expect(await shown(`AUTH SCRAM-SHA-256 ${base64('n,,n=user,r=abc')}`, challenge)).toBe(
      '334 <challenge hidden>',
    );
  });

  it('nor one that came behind an answer, unless it is a prompt in plain words', async () => {
    expect(await shown(`AUTH LOGIN ${base64(USER)}`, base64('Password:'))).toBe(`334 ${base64('Password:')}`);
    expect(await shown(`AUTH LOGIN ${base64(USER)}`, base64(PASSWORD))).toBe('334 <hidden>');
  });
});

describe('a secret goes to nobody who did not verify', () => {
  const server = (): ServerSpec => ({
    ...asking([], reply(235, '2.7.0 ok')),
    tls: certificate('self-signed-leaf'),
  });
  const env = { SMTPCHECK_PASSWORD: PASSWORD };

  it.each([
    [[`AUTH PLAIN ${PLAIN}`]],
    [['AUTH PLAIN', PLAIN]],
    [[`\tauth plain ${PLAIN}`]],
    [['..auth', `AUTH PLAIN ${PLAIN}`]],
    [[`.auth ${USER}`]],
  ])('%j', async (lines) => {
    for (const options of [[], ['--no-verify']]) {
      const { heard, stderr, code } = await sit(server(), lines, options, { env });
      expect(heard.filter((line) => /auth|=/i.test(line) && !line.startsWith('.'))).toEqual([]);
      expect(heard.at(-1)).toBe('QUIT');
      expect(stderr).toMatch(/error: .*(?:not sent|not logged in): the chain did not verify \(18/);
      expect(stderr).toMatch(/hint: --insecure-auth/);
      expect(code).toBe(1);
    }
  });

  it('unless --insecure-auth says so, and then the chain fails all the same', async () => {
    const { heard, stderr, code } = await sit(server(), [`AUTH PLAIN ${PLAIN}`], ['--insecure-auth']);
    expect(heard).toContain(`AUTH PLAIN ${PLAIN}`);
    expect(stderr).toMatch(/^smtpcheck: warning: .*whoever answers/);
    expect(code).toBe(1);
    const dot = await sit(server(), [`.auth ${USER}`], ['--insecure-auth', '-m', 'PLAIN'], { env });
    expect(dot.heard).toContain(`AUTH PLAIN ${PLAIN}`);
  });

  it('whose name was not checked', async () => {
    const { heard, code } = await sit(
      { ...asking([]), tls: certificate('wrong-name') },
      [`AUTH PLAIN ${PLAIN}`],
      ['--no-verify'],
    );
    expect(heard.some((line) => line.startsWith('AUTH'))).toBe(false);
    expect(code).toBe(1);
  });
});

describe('.auth', () => {
  const good = (): ServerSpec => asking([], reply(235, '2.7.0 Authentication successful'));
  const sentPlain = (heard: readonly string[]): boolean => heard.includes(`AUTH PLAIN ${PLAIN}`);
  const pinned = ['-m', 'PLAIN'];

  it('takes the password out of a file, the environment, or a prompt', async () => {
    const file = join(dir, 'password');
    writeFileSync(file, `${PASSWORD}\n`);
    const lines = [`.auth ${USER}`];
    const fromFile = await sit(good(), lines, [...pinned, '--password-file', file]);
    const fromEnv = await sit(good(), lines, pinned, { env: { SMTPCHECK_PASSWORD: PASSWORD } });
    const asked: string[] = [];
    const askSecret = (question: string): Promise<string> => {
      asked.push(question);
      return Promise.resolve(PASSWORD);
    };
    const fromPrompt = await sit(good(), [], [...pinned, '-c', `.auth ${USER}`], { askSecret });
    for (const { heard, code, stderr, stdout } of [fromFile, fromEnv, fromPrompt]) {
      expect(sentPlain(heard)).toBe(true);
      expect(code).toBe(0);
      expect(stderr).toMatch(/login: alice@smtpcheck\.test: accepted by PLAIN/);
      expect(stdout).toMatch(/^235 2\.7\.0 Authentication successful\n/);
    }
    expect(asked).toEqual([`password of ${USER}:`]);
  });

  it('takes the user from --user', async () => {
    const { heard } = await sit(good(), ['.auth'], [...pinned, '-u', USER], {
      env: { SMTPCHECK_PASSWORD: PASSWORD },
    });
    expect(sentPlain(heard)).toBe(true);
  });

  it.each<readonly [string, readonly string[], readonly string[], Record<string, string>, RegExp]>([
    ['without a user', ['.auth'], [], {}, /no user was given[^]*hint: .*\.auth alice/],
    [
      'without a password',
      [`.auth ${USER}`],
      [],
      {},
      /no terminal to ask for the password[^]*--password-file/,
    ],
    [
      'with a mechanism that is not there',
      [`.auth ${USER}`],
      ['-m', 'SCRAM-SHA-256'],
      { SMTPCHECK_PASSWORD: PASSWORD },
      /does not offer SCRAM-SHA-256/,
    ],
    [
      'with a password that cannot be',
      [`.auth ${USER}`],
      pinned,
      { SMTPCHECK_PASSWORD: 'a\0b' },
      /holds a NUL/,
    ],
  ])('%s sends nothing, and ends a script with 1', async (_what, lines, options, env, words) => {
    const { heard, stderr, code } = await sit(good(), [...lines, 'NOOP'], options, { env });
    expect(heard.some((line) => /^AUTH|^NOOP/.test(line))).toBe(false);
    expect(stderr).toMatch(words);
    expect(code).toBe(1);
  });

  it('that is rejected ends a script with 1', async () => {
    const { heard, stdout, code } = await sit(
      asking([], reply(535, '5.7.8 Error: authentication failed')),
      [`.auth ${USER}`, 'NOOP'],
      pinned,
      { env: { SMTPCHECK_PASSWORD: PASSWORD } },
    );
    expect(stdout).toMatch(/^535 5\.7\.8 Error: authentication failed\n/);
    expect(heard).not.toContain('NOOP');
    expect(code).toBe(1);
  });

  it('that is broken off ends the session with 4', async () => {
    const server: ServerSpec = { keywordsAfterTls: ['AUTH PLAIN'], repliesAfterTls: { AUTH: ['close'] } };
    const { code, stderr } = await sit(server, [`.auth ${USER}`, 'NOOP'], [], {
      env: { SMTPCHECK_PASSWORD: PASSWORD },
    });
    expect(code).toBe(4);
    expect(stderr).toMatch(/the server closed the connection/);
  });
});

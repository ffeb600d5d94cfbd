import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TRUSTING } from '../support/connect.js';
import { BIN, runCli, type CliResult } from '../support/run-cli.js';
import { chainFile } from './support/chain-file.js';
import { startPostfix, type PostfixInstance } from './support/postfix.js';
import { requireTool } from './support/require.js';
import { startSaslPostfix, type SaslPostfix } from './support/sasl-postfix.js';
import { KEYS, onTerminal } from './support/terminal.js';

/* `connect` against real Postfix: mail that is taken, commands that its own log counts, and a login that its own log is silent of. */

const HOST = 'mail.smtpcheck.test';
const { enter, up } = KEYS;

interface Env {
  readonly env?: Readonly<Record<string, string>>;
}

function connect(
  port: number,
  lines: readonly string[],
  options: readonly string[] = [],
  { env = {} }: Env = {},
): Promise<CliResult> {
  const args = ['connect', `127.0.0.1:${port}`, ...TRUSTING, '--timeout', '10s', ...options];
  return runCli(args, { input: lines.map((line) => `${line}\n`).join(''), env });
}

/** Waits until Postfix has written this: its daemons log after they have answered. */
async function logged(server: { log(): string }, words: RegExp): Promise<RegExpExecArray> {
  for (let i = 0; i < 100; i += 1) {
    const found = words.exec(server.log());
    if (found !== null) return found;
    await sleep(50);
  }
  throw new Error(`not in the log: ${String(words)}\n${server.log()}`);
}

/** What Postfix counted in the last session that it logged the end of. */
async function counted(server: { log(): string }, commands: RegExp): Promise<string> {
  const [line] = await logged(server, new RegExp(`disconnect from .*${commands.source}.*`));
  return line;
}

const MESSAGE = [
  'From: a@b.test',
  'Subject: sat in a session',
  '',
  'first',
  '..dots',
  '',
  'RCPT TO:<nobody@b.test>',
];

describe.skipIf(!requireTool('postfix'))('Postfix', { timeout: 30_000 }, () => {
  let server: PostfixInstance;
  const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-connect-'));

  beforeAll(async () => {
    server = await startPostfix({
      hostname: HOST,
      chainFiles: [chainFile(dir, 'good-rsa')],
      services: { impatient: { smtpd_timeout: '2s' }, strict: { smtpd_hard_error_limit: '2' } },
    });
  });
  afterAll(async () => {
    await server.stop();
    rmSync(dir, { recursive: true });
  });

  it('takes a mail out of a pipe, and delivers it', async () => {
    const lines = ['MAIL FROM:<a@b.test>', `RCPT TO:<user@${HOST}>`, 'DATA', ...MESSAGE, '.', 'QUIT'];
    const { stdout, stderr, code } = await connect(server.port, lines, ['--strict']);
    expect(stderr).toMatch(/^PASS/);
    expect(code).toBe(0);
    const id = /^250 2\.0\.0 Ok: queued as (\w+)$/m.exec(stdout)?.[1] ?? '';
    expect(stdout).toMatch(
      /^250 2\.1\.0 Ok\n250 2\.1\.5 Ok\n354 End data with <CR><LF>\.<CR><LF>\n250 .*\n221 2\.0\.0 Bye\n$/,
    );
    // With CRLF a line, one dot taken off by Postfix, and its own Received: in front.
    await logged(server, new RegExp(`${id}: .*relay=none.*status=sent`));
    const [, size = '0'] = await logged(server, new RegExp(`${id}: from=<a@b\\.test>, size=(\\d+), nrcpt=1`));
    expect(Number(size)).toBeGreaterThan(MESSAGE.join('\n').length);
    expect(await counted(server, /mail=1 rcpt=1 data=1 quit=1/)).toMatch(/ehlo=2 starttls=1/);
  });

  it('takes one in chunks', async () => {
    const body = `Subject: chunk\r\n\r\n${'x'.repeat(50)}\r\n`;
    const input = ['MAIL FROM:<>', `RCPT TO:<user@${HOST}>`, `BDAT ${body.length}`]
      .map((line) => `${line}\n`)
      .join('');
    const { stdout, code } = await runCli(
      ['connect', `127.0.0.1:${server.port}`, ...TRUSTING, '-q', '--strict'],
      {
        input: `${input}${body}BDAT 3 LAST\r\ny\r\nQUIT\n`,
      },
    );
    expect(stdout).toMatch(/250 2\.0\.0 Ok: 70 bytes\n250 2\.0\.0 Ok: 73 bytes queued as \w+\n221/);
    expect(code).toBe(0);
    await counted(server, /bdat=2 quit=1/);
  });

  it('counts the commands that openssl s_client would have kept for itself', async () => {
    const lines = ['RCPT TO:<>', 'R', 'Q', 'QUIT'];
    const { stdout, code } = await connect(server.port, lines, ['-q']);
    expect(stdout.split('\n').map((line) => line.slice(0, 3))).toEqual(['503', '500', '500', '221', '']);
    expect(code).toBe(0);
    expect(await counted(server, /rcpt=0\/1 quit=1 unknown=0\/2/)).toContain('commands=4/7');
    expect((await connect(server.port, lines, ['-q', '--strict'])).code).toBe(1);
  });

  it('is said goodbye to by --command, and by the end of a pipe', async () => {
    const { stdout, code } = await connect(
      server.port,
      ['NOOP'],
      ['-q', '-c', 'VRFY postmaster', '-c', '.ehlo x.test'],
    );
    expect(stdout).toMatch(
      /^252 2\.0\.0 postmaster\n250-mail\.smtpcheck\.test\n250-PIPELINING\n[^]*250.*\n221 2\.0\.0 Bye\n$/,
    );
    expect(code).toBe(0);
    await counted(server, /ehlo=3 starttls=1 vrfy=1 quit=1/);
  });

  it.skipIf(!requireTool('python3'))(
    'on a terminal hears RCPT TO, R, QUIT and what the arrow brought back',
    async () => {
      const argv = [process.execPath, BIN, 'connect', `127.0.0.1:${server.port}`, ...TRUSTING];
      const { code, screen } = await onTerminal(argv, [
        ['smtp> ', `MAIL FROM:<a@b.test>${enter}`],
        ['250.*smtp> ', `RCPT TO:<user@${HOST}>${enter}`],
        ['250.*smtp> ', `${up}${enter}`],
        ['250.*smtp> ', `R${enter}`],
        ['500.*smtp> ', `DATA${enter}`],
        ['data> ', `Subject: typed${enter}`],
        ['data> ', enter],
        ['data> ', `hello${enter}`],
        ['data> ', `.${enter}`],
        ['queued as .*smtp> ', `QUIT${enter}`],
      ]);
      expect(code).toBe(0);
      expect(screen).toMatch(/221 2\.0\.0 Bye\r\n$/);
      await counted(server, /mail=1 rcpt=2 data=1 quit=1 unknown=0\/1/);
    },
  );

  it.skipIf(!requireTool('python3'))('that has waited long enough is heard at once', async () => {
    const port = server.servicePorts['impatient'] ?? 0;
    const argv = [process.execPath, BIN, 'connect', `127.0.0.1:${port}`, ...TRUSTING];
    const { code, screen } = await onTerminal(argv, [
      ['smtp> ', `NOOP${enter}`],
      ['250.*smtp> ', 'half a line'],
    ]);
    expect(screen).toMatch(/\n421 4\.4\.2 mail\.smtpcheck\.test Error: timeout exceeded\r\n/);
    expect(screen).toMatch(/error: the server closes the session \(421\)\r\n$/);
    expect(code).toBe(4);
    await logged(server, /timeout after NOOP from/);
  });

  it('that has seen too many errors closes, and nothing more is sent', async () => {
    const { stdout, stderr, code } = await connect(server.servicePorts['strict'] ?? 0, [
      'a',
      'b',
      'c',
      'd',
      'e',
    ]);
    expect(stdout).toMatch(/421 4\.7\.0 mail\.smtpcheck\.test Error: too many errors\n$/);
    expect(stderr).toMatch(/error: the server closes the session \(421\)/);
    expect(code).toBe(4);
  });
});

describe.skipIf(!requireTool('postfix') || !requireTool('dovecot'))(
  'Postfix with Dovecot',
  { timeout: 30_000 },
  () => {
    const USER = { user: 'user', password: 'correct horse, battery' };
    const PASSWORD_NEEDLES = [
      USER.password,
      Buffer.from(USER.password).toString('base64'),
      Buffer.from(`\0${USER.user}\0${USER.password}`).toString('base64'),
      Buffer.from(USER.password).toString('hex'),
    ];
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const plain = (password: string): string => base64(`\0${USER.user}\0${password}`);
    const mail = ['MAIL FROM:<a@b.test>', `RCPT TO:<user@${HOST}>`, 'DATA', ...MESSAGE, '.'];
    let server: SaslPostfix;

    beforeAll(async () => {
      server = await startSaslPostfix({ users: [USER] });
    });
    afterAll(() => server.stop());

    function expectSilence({ stdout, stderr }: CliResult): void {
      for (const needle of PASSWORD_NEEDLES) expect(stdout + stderr).not.toContain(needle);
    }

    it.each<readonly [string, readonly string[]]>([
      ['.auth', ['.auth user']],
      ['AUTH PLAIN', [`AUTH PLAIN ${plain(USER.password)}`]],
      ['AUTH LOGIN', ['AUTH LOGIN', base64(USER.user), base64(USER.password)]],
    ])('takes mail after %s, which nothing tells the password of', async (_way, lines) => {
      const env = { SMTPCHECK_PASSWORD: USER.password };
      for (const options of [[], ['-v', '--debug']]) {
        const result = await connect(server.ports.submission, [...lines, ...mail], ['--strict', ...options], {
          env,
        });
        expect(result.code, result.stderr).toBe(0);
        expect(result.stdout).toMatch(
          /235 2\.7\.0 Authentication successful\n250 2\.1\.0 Ok\n250 2\.1\.5 Ok\n354 .*\n250 2\.0\.0 Ok: queued as <hidden>\n/,
        );
        expectSilence(result);
      }
      expect(server.logs()).not.toContain(USER.password);
      const seen = await connect(server.ports.submission, [...lines, ...mail], ['--show-replies'], { env });
      expect(seen.stdout).toMatch(/queued as [0-9A-F]+\n/);
      expectSilence(seen);
    });

    it('takes none without, and of a mail that was refused no line becomes a command', async () => {
      const result = await connect(server.ports.submission, mail);
      expect(result.stdout).toMatch(
        /^250 2\.1\.0 Ok\n554 5\.7\.1 .*\n554 5\.5\.1 Error: no valid recipients\n221 2\.0\.0 Bye\n$/,
      );
      expect(result.code).toBe(1);
    });

    it.each<readonly [string, readonly string[]]>([
      ['.auth', ['.auth user']],
      ['AUTH PLAIN', [`AUTH PLAIN ${plain(`${USER.password}?`)}`]],
      ['AUTH LOGIN', ['AUTH LOGIN', base64(USER.user), base64(`${USER.password}?`)]],
    ])('rejects the wrong password by %s, and the script ends there', async (_way, lines) => {
      const env = { SMTPCHECK_PASSWORD: `${USER.password}?` };
      const result = await connect(server.ports.implicit, [...lines, 'NOOP'], ['--implicit-tls', '-v'], {
        env,
      });
      expect(result.stdout).toMatch(/535 5\.7\.8 Error: authentication failed/);
      expect(result.stderr).not.toContain('C: NOOP');
      expect(result.code).toBe(1);
      expectSilence(result);
    });
  },
);

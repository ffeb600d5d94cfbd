import { createServer, type AddressInfo } from 'node:net';
import { readFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { startConnect } from '../../src/cli/connect/start.js';
import { CONNECT_OPTIONS } from '../../src/cli/options/connect.js';
import { TLS_OPTIONS } from '../../src/cli/options/tls.js';
import { certificate } from '../servers/fixtures.js';
import { startRecordingServer, type RecordingOptions, type RecordingServer } from '../servers/recording.js';
import { reply, startServer } from '../servers/scripted.js';
import { connect, TRUSTING } from '../support/connect.js';
import { withServer } from '../support/probe.js';
import { runCli, runMain, type CliResult } from '../support/run-cli.js';

/* What is typed reaches the server as it was typed, and what the server says comes out whole; and what a script learns of it. */

const QUIT = 'QUIT\r\n';

interface Recorded extends CliResult {
  /** What was sent behind the EHLO inside TLS. */
  readonly sent: string;
  readonly early: number;
}

async function record(
  input: Parameters<typeof connect>[1],
  options: readonly string[] = [],
  server: RecordingOptions = {},
): Promise<Recorded> {
  const running: RecordingServer = await startRecordingServer(server);
  const result = await connect(running.port, input, options).finally(() => running.stop());
  return { ...result, sent: running.octets().replace(/^(?:EHLO|LHLO) .*\r\n/, ''), early: running.early() };
}

describe('what is typed is sent', () => {
  /** `openssl s_client` takes a line that begins with Q or R for a command of its own: RCPT TO renegotiates, QUIT is eaten. */
  it('without a letter that means something else', async () => {
    const typed = [
      'RCPT TO:<>',
      'R',
      'r',
      'Q',
      'q',
      'K',
      'k',
      'B',
      'S',
      'NOOP',
      ' NOOP',
      '',
      '\t',
      '\\q',
      'Quit me',
    ];
    const { sent, stdout, code } = await record(`${typed.join('\n')}\n`);
    expect(sent).toBe(typed.map((line) => `${line}\r\n`).join('') + QUIT);
    expect(stdout).toBe('250 ok\n'.repeat(typed.length) + '221 bye\n');
    expect(code).toBe(0);
  });

  it.each(['\n', '\r\n', '\r'])('with CRLF, whatever line end it came with: %j', async (end) => {
    const { sent } = await record(['NOOP', '', 'RSET', 'NOOP'].join(end));
    expect(sent).toBe(`NOOP\r\n\r\nRSET\r\nNOOP\r\n${QUIT}`);
  });

  it('with CRLF where the line end came in two pieces, and in every other cut', async () => {
    const input = new PassThrough();
    for (const octet of Buffer.from('NOOP\r\nRSET\n\r\nNOOP')) input.write(Buffer.of(octet));
    input.end();
    expect((await record(input)).sent).toBe(`NOOP\r\nRSET\r\n\r\nNOOP\r\n${QUIT}`);
  });

  it('octet by octet, be it UTF-8 or not', async () => {
    const line = Buffer.from([0x4e, 0xe4, 0xff, 0x00, 0x1b, 0x7f, 0xc3, 0xa4]);
    const { sent } = await record(Buffer.concat([line, Buffer.from('\n')]));
    expect(sent).toBe(`${line.toString('latin1')}\r\n${QUIT}`);
  });

  it('each line after the reply to the one before', async () => {
    const { early, sent } = await record('NOOP\nNOOP\nMAIL FROM:<>\nDATA\na\nb\n.\nRSET\n', [], {
      delayMs: 20,
    });
    expect(early).toBe(0);
    expect(sent.split('\r\n')).toHaveLength(10);
  });

  it('with a dot at its front, where two are written', async () => {
    const { sent, code } = await record('..ehlo\n...\n.ehlo other.example\n.quit\nNOOP\n');
    expect(sent).toBe(`.ehlo\r\n..\r\nEHLO other.example\r\n${QUIT}`);
    expect(code).toBe(0);
  });

  it('and nothing more than QUIT at its end; not twice, when it was said', async () => {
    expect((await record('')).sent).toBe(QUIT);
    expect((await record('quit\nNOOP\n')).sent).toBe('quit\r\n');
  });
});

describe('mail', () => {
  const MAIL = 'MAIL FROM:<>\nRCPT TO:<a@b.test>\nDATA\n';

  it('goes as it stands up to the dot, also what would be a command of ours or of AUTH', async () => {
    const lines = ['Subject: x', '', '.quit', '..two', 'AUTH PLAIN AGEAYg==', 'QUIT', '. ', ''];
    const { sent, stdout, code } = await record(`${MAIL}${lines.join('\n')}\n.\nNOOP\n`);
    const mail = lines.map((line) => `${line}\r\n`).join('');
    expect(sent).toBe(`MAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\nDATA\r\n${mail}.\r\nNOOP\r\n${QUIT}`);
    expect(stdout).toBe('250 ok\n250 ok\n354 go on\n250 taken\n250 ok\n221 bye\n');
    expect(code).toBe(0);
  });

  /** Half a mail with a dot behind it would be delivered. */
  it('that does not come to its end is not ended, and not followed by QUIT', async () => {
    const { sent, stderr, code } = await record(`${MAIL}Subject: x\nhello`);
    expect(sent).toMatch(/DATA\r\n(?:Subject: x\r\n(?:hello\r\n)?)?$/);
    expect(stderr).toMatch(/error: the input ended inside the mail[^]*hint: .*dot/);
    expect(code).toBe(2);
  });

  it('of ten megabytes is no matter', { timeout: 30_000 }, async () => {
    const line = `${'x'.repeat(70)}\n`;
    const { sent, code } = await record(`${MAIL}${line.repeat(140_000)}.\n`);
    expect(code).toBe(0);
    expect(sent.length).toBeGreaterThan(140_000 * 72);
  });

  /** The lines of a mail whose DATA was refused would be commands to the server, and whoever wrote the mail would give them. */
  it('does not become commands where DATA is refused: a script ends there', async () => {
    const answer = (line: string): string =>
      line === 'DATA' ? '554 no valid recipients' : line === 'QUIT' ? '221 bye' : '250 ok';
    const { sent, stderr, code } = await record(`${MAIL}RCPT TO:<victim@b.test>\n.\nNOOP\n`, [], { answer });
    expect(sent).toBe(`MAIL FROM:<>\r\nRCPT TO:<a@b.test>\r\nDATA\r\n${QUIT}`);
    expect(stderr).toMatch(/DATA was answered with 554/);
    expect(code).toBe(1);
  });

  it('is begun anew in LMTP by LHLO', async () => {
    const { sent } = await record('.ehlo\n.ehlo x.test\n', ['--lmtp', '--ehlo', 'me.test'], { lmtp: true });
    expect(sent).toBe(`LHLO me.test\r\nLHLO x.test\r\n${QUIT}`);
  });

  it('is answered for each recipient in LMTP', async () => {
    const input = 'MAIL FROM:<>\nRCPT TO:<a@b.test>\nRCPT TO:<c@b.test>\nDATA\nx\n.\nNOOP\n';
    const { sent, stdout, code } = await record(input, ['--lmtp'], { lmtp: true });
    expect(stdout).toBe('250 ok\n250 ok\n250 ok\n354 go on\n250 taken\n250 taken\n250 ok\n221 bye\n');
    expect(sent).toMatch(/\.\r\nNOOP\r\nQUIT\r\n$/);
    expect(code).toBe(0);
  });
});

describe('BDAT', () => {
  it('is followed by its octets as they stand, out of a pipe', async () => {
    const { sent, code } = await record('BDAT 9 LAST\r\na\nb\r\n.\n\0xNOOP\r\n');
    expect(sent).toBe(`BDAT 9 LAST\r\na\nb\r\n.\n\0xNOOP\r\n${QUIT}`);
    expect(code).toBe(0);
  });

  it.each([
    ['BDAT 9\nabc', /3 of its 9 octets/],
    ['BDAT 99999999999\nabc', /up to 67108864 octets/],
  ])('is not sent where they are not there: %j', async (input, words) => {
    const { sent, stderr, code } = await record(input);
    expect({ sent, code }).toEqual({ sent: QUIT, code: 1 });
    expect(stderr).toMatch(words);
  });

  /** A server that does not know BDAT takes the octets for commands, and whoever wrote the mail gives them. */
  it('is not sent where CHUNKING is not offered', async () => {
    await withServer(startServer(), async ({ port, log }) => {
      const { code, stderr } = await connect(port, 'BDAT 6 LAST\nRSET\r\nNOOP\n');
      expect(stderr).toMatch(/without CHUNKING/);
      expect(code).toBe(1);
      expect(log.slice(-2)).toEqual([expect.stringMatching(/^EHLO/), 'QUIT']);
    });
  });

  it('is not sent out of --command, which has lines alone', async () => {
    const { sent, stderr, code } = await record('', ['--command', 'BDAT 3', '--command', 'abc']);
    expect({ sent, code }).toEqual({ sent: QUIT, code: 1 });
    expect(stderr).toMatch(/BDAT was not sent[^]*hint: .*pipe/);
  });
});

describe('--command', () => {
  it('says all in order and then QUIT; stdin is not read', async () => {
    const lines = ['MAIL FROM:<>', 'DATA', 'Subject: x', '', '.auth', '.', 'R', '.quit', 'NOOP'];
    const { sent, code } = await record(
      'RSET\n',
      lines.flatMap((line) => ['--command', line]),
    );
    expect(sent).toBe(`MAIL FROM:<>\r\nDATA\r\nSubject: x\r\n\r\n.auth\r\n.\r\nR\r\n${QUIT}`);
    expect(code).toBe(0);
  });

  it('cannot carry a line end past the reply', async () => {
    const { sent, early } = await record('', ['-c', 'NOOP\nRSET\r\nNOOP\rRSET\n']);
    expect(sent).toBe(`NOOP\r\nRSET\r\nNOOP\r\nRSET\r\n${QUIT}`);
    expect(early).toBe(0);
  });

  it('is said as it stands, quotes and dashes too', async () => {
    const { sent } = await record('', [
      '-c',
      '"a"',
      "--command='b'",
      '--command=--c',
      '-c',
      '0123',
      '-c',
      ' d ',
    ]);
    expect(sent).toBe(`"a"\r\n'b'\r\n--c\r\n0123\r\n d \r\n${QUIT}`);
  });

  it.each(['AUTH PLAIN AGEAYg==', ' auth\tplain  AGEAYg==', 'NOOP\nAUTH PLAIN AGEAYg=='])(
    'is no place for a secret: %j',
    async (line) => {
      const { stdout, stderr, code } = await runMain(['connect', '127.0.0.1:1', '-c', line]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toMatch(/secret may not be an argument[^]*\.auth/);
      expect(stderr).not.toContain('AGEAYg');
    },
  );

  it('answers no challenge', async () => {
    const answer = (line: string): string =>
      /^AUTH/.test(line) ? '334 VXNlcm5hbWU6' : line === 'QUIT' ? '221 bye' : '501 cancelled';
    const { sent, stderr, code } = await record('', ['-c', 'AUTH LOGIN', '-c', 'c2VjcmV0'], { answer });
    expect(sent).toBe(`AUTH LOGIN\r\n*\r\n${QUIT}`);
    expect(stderr).toMatch(/may not come from where it can be seen/);
    expect(code).toBe(1);
  });
});

describe('what the server says', () => {
  const spoken = {
    keywordsAfterTls: ['SIZE 1000', 'AUTH PLAIN'],
    repliesAfterTls: {
      HELP: reply(214, 'first', '', 'third  '),
      ODD: '250 \x1b[2J\x9b1m\u202e\\ \xff\r\n',
      QUIT: [{ send: reply(221, 'Bye') }, 'close'] as const,
    },
  };

  it('is all that goes to stdout, every line of it, and does nothing to a terminal', async () => {
    const { stdout, stderr, code } = await withServer(startServer(spoken), ({ port }) =>
      connect(port, 'HELP\nODD\n'),
    );
    expect(stdout.split('\n')).toEqual([
      '214-first',
      '214-',
      '214 third  ',
      expect.stringMatching(/^250 \\x1b\[2J\\x9b1m.*\\\\ /),
      '221 Bye',
      '',
    ]);
    expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
    expect(code).toBe(0);
  });

  it('is preceded on stderr by who it is, and how far it is to be trusted', async () => {
    const { stderr } = await withServer(startServer(spoken), ({ port }) => connect(port, ''));
    expect(stderr).toMatch(/^PASS {2}127\.0\.0\.1:\d+ {2}TLSv1\.3, chain trusted, name matches\n/);
    expect(stderr).toMatch(/SNI mail\.smtpcheck\.test\n.*banner: > mail\.smtpcheck\.test ESMTP\n/);
    expect(stderr).toMatch(/session: TLSv1\.3, TLS_AES_256_GCM_SHA384, x25519\n/);
    expect(stderr.split('\n').length).toBeLessThan(7);
  });

  it('stands alone with --quiet, and -v adds what is said to it', async () => {
    await withServer(startServer(spoken), async ({ port }) => {
      expect((await connect(port, 'NOOP\n', ['-q'])).stderr).toBe('');
      const { stdout, stderr } = await connect(port, 'NOOP\nx\n', ['-v']);
      expect(stderr).toMatch(/^S: 220 .*\nC: EHLO /);
      expect(stderr).toMatch(/\nC: NOOP\nC: x\nC: QUIT\n$/);
      expect(stdout).toBe('250 2.0.0 Ok\n502 5.5.1 Command not implemented\n221 Bye\n');
    });
  });

  it('about TLS and certificates is told by .tls and .cert, on stderr', async () => {
    await withServer(startServer(spoken), async ({ port }) => {
      const { stdout, stderr, code } = await connect(port, '.tls\n.cert\n.cert pem\n.help\n', ['-q']);
      expect({ stdout, code }).toEqual({ stdout: '221 Bye\n', code: 0 });
      expect(stderr).toMatch(/signature: \w+/);
      expect(stderr).toMatch(/after TLS: .*SIZE 1000, AUTH PLAIN/);
      expect(stderr).toMatch(/Lab Root EC .*from store\n.*verify: 0 X509_V_OK/);
      expect(stderr.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
      expect(stderr).toMatch(/\.quit +say QUIT/);
    });
  });
});

describe('the exit code', () => {
  it.each<readonly [string, Parameters<typeof startServer>[0], readonly string[], number]>([
    ['is 0 when all went well', {}, [], 0],
    ['is 0 where replies were refusals', { repliesAfterTls: { NOOP: reply(550, 'no') } }, [], 0],
    ['is 1 for these with --strict', { repliesAfterTls: { NOOP: reply(450, 'no') } }, ['--strict'], 1],
    ['is 1 for a chain that is not trusted', { tls: certificate('self-signed-leaf') }, [], 1],
    ['is 0 for it with --no-verify', { tls: certificate('self-signed-leaf') }, ['--no-verify'], 0],
    ['is 1 for another name', {}, ['--verify-hostname', 'other.test'], 1],
    ['is 1 where there is no STARTTLS', { keywords: [] }, [], 1],
    ['is 4 for a server that closes', { repliesAfterTls: { NOOP: ['close'] } }, [], 4],
    ['is 4 for a 421', { repliesAfterTls: { NOOP: reply(421, 'busy') } }, [], 4],
    ['is 1 for a 421 with --strict', { repliesAfterTls: { NOOP: reply(421, 'busy') } }, ['--strict'], 1],
    ['is 4 for a goodbye that was not asked for', { repliesAfterTls: { NOOP: reply(221, 'bye') } }, [], 4],
    [
      'is 4 where QUIT is answered with something else',
      { repliesAfterTls: { QUIT: reply(250, 'no') } },
      [],
      4,
    ],
    [
      'is 4 where there is no reply in time',
      { repliesAfterTls: { NOOP: ['silence'] } },
      ['--timeout', '700ms'],
      4,
    ],
    [
      'is 4 where EHLO inside TLS gets none',
      { repliesAfterTls: { EHLO: ['silence'] } },
      ['--timeout', '700ms'],
      4,
    ],
    ['is 4 for a server that is busy', { greeting: reply(421, 'busy') }, [], 4],
    [
      'is 0 where the reply comes late',
      { repliesAfterTls: { NOOP: [{ waitMs: 400 }, { send: reply(250, 'ok') }] } },
      ['--timeout', '1s'],
      0,
    ],
  ])('%s', async (_what, spec, options, code) => {
    const result = await withServer(startServer(spec), ({ port }) => connect(port, 'NOOP\nRSET\n', options));
    expect(result.code, result.stderr).toBe(code);
    if (code === 4) expect(result.stderr).toMatch(/INCONCLUSIVE|error: /);
  });

  it('is 3 where nobody is', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const { stdout, stderr, code } = await connect(port, 'NOOP\n');
    expect({ stdout, code }).toEqual({ stdout: '', code: 3 });
    expect(stderr).toMatch(/^ERROR .*refused/);
    expect((await connect(port, 'NOOP\n', ['-q'])).stderr).toMatch(/^smtpcheck: error: .*refused/);
  });

  it('is 1 for a script with a line that cannot be, which ends it', async () => {
    const { sent, stderr, code } = await record('NOOP\n.hlep\nNOOP\n');
    expect({ sent, code }).toEqual({ sent: `NOOP\r\n${QUIT}`, code: 1 });
    expect(stderr).toMatch(/there is no command \.hlep\nhint: did you mean \.help\?.*\.\.hlep/);
  });

  /** The time is for each reply: whoever types has as much of it as he likes. */
  it('does not come from a user who takes his time', async () => {
    const slowly = new PassThrough();
    slowly.write('NOOP\n');
    setTimeout(() => slowly.end('NOOP\n'), 900);
    const { sent, code } = await record(slowly, ['--timeout', '500ms']);
    expect({ sent, code }).toEqual({ sent: `NOOP\r\nNOOP\r\n${QUIT}`, code: 0 });
  });
});

describe('smtpcheck connect, asked wrongly', () => {
  it.each<readonly [readonly string[], RegExp]>([
    [[], /no target was given[^]*smtpcheck connect mail\.example\.org/],
    [['a.example', 'b.example'], /one target/],
    [['a.example', '--json'], /unknown argument: json[^]*hint: .*smtpcheck tls/],
    [['a.example', '--password', 'hunter2'], /never arguments/],
    [['a.example', '--password-file', '-'], /standard input, which is the session/],
    [['a.example', '--password-file', '/nonexistent'], /no such file/],
    [['a.example', '--mechanism', 'PLAINN'], /did you mean PLAIN/],
    [['a.example', '--strikt'], /did you mean --strict/],
    [['a.example', '--ehlo', 'a b'], /EHLO name/],
  ])('%j', async (args, words) => {
    const { stdout, stderr, code } = await runMain(['connect', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).not.toContain('hunter2');
  });

  it('the port is 587 unless given', async () => {
    const { stderr, code } = await runMain(['connect', '127.0.0.1', '--connect-timeout', '1s']);
    expect(code).toBe(3);
    expect(stderr).toContain('127.0.0.1:587');
  });

  it('--help lists every option, and has those of tls that mean one connection and no report', async () => {
    const { stdout } = await runCli(['connect', '--help']);
    for (const name of Object.keys(CONNECT_OPTIONS)) expect(stdout).toContain(`--${name}`);
    expect(
      Object.keys(TLS_OPTIONS)
        .filter((name) => !(name in CONNECT_OPTIONS))
        .sort(),
    ).toEqual(['json', 'format', 'output', 'reconnect', 'targets-file'].sort());
  });
});

describe('the built command', () => {
  it('reads a pipe, closed or not', async () => {
    await withServer(startServer(), async ({ port }) => {
      const args = ['connect', `127.0.0.1:${port}`, ...TRUSTING, '-q'];
      const { stdout, stderr, code } = await runCli(args, { input: 'NOOP\nRSET\n' });
      expect({ stdout, stderr, code }).toEqual({
        stdout: '250 2.0.0 Ok\n250 2.0.0 Ok\n221 2.0.0 Bye\n',
        stderr: '',
        code: 0,
      });
      expect((await runCli(args)).stdout).toBe('221 2.0.0 Bye\n');
    });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('%s ends it with %d', async (signal, expected) => {
    await withServer(startServer({ repliesAfterTls: { NOOP: ['silence'] } }), async ({ port, log }) => {
      const { code, stderr } = await runCli(['connect', `127.0.0.1:${port}`, ...TRUSTING, '-q'], {
        input: 'NOOP\n',
        started: (child) => {
          const seen = setInterval(() => {
            if (!log.includes('NOOP')) return;
            clearInterval(seen);
            child.kill(signal);
          }, 20);
        },
      });
      expect({ code, stderr }).toEqual({ code: expected, stderr: '' });
    });
  });

  it('loads readline for a terminal alone, and nothing of it for a probe', () => {
    const bundle = (name: string): string =>
      readFileSync(new URL(`../../dist/${name}`, import.meta.url), 'utf8');
    for (const name of ['full.cjs', 'probe.cjs']) expect(bundle(name)).not.toContain('node:readline');
    expect(bundle('terminal.cjs')).toContain('node:readline');
    expect(bundle('probe.cjs')).not.toMatch(/HeldSession|TypedSecrets|PipedLines/);
  });
});

it('can be started by another command, with what that has read of stdin', async () => {
  const server = await startRecordingServer();
  const input = new PassThrough();
  input.end('OOP\nRSET\n');
  let stdout = '';
  const code = await startConnect(
    [`127.0.0.1:${server.port}`, ...TRUSTING],
    Buffer.from('NOOP\nN'),
    {
      stdout: (text) => (stdout += text),
      stderr: () => undefined,
      stdoutIsTty: false,
      stderrIsTty: false,
      columns: 80,
      env: {},
      input: () => input,
    },
    new AbortController().signal,
  );
  await server.stop();
  expect(code).toBe(0);
  expect(server.octets()).toMatch(/\r\nNOOP\r\nNOOP\r\nRSET\r\nQUIT\r\n$/);
  expect(stdout).toBe('250 ok\n250 ok\n250 ok\n221 bye\n');
});

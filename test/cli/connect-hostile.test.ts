import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { reply, startServer, type ServerSpec, type Step } from '../servers/scripted.js';
import { connect } from '../support/connect.js';
import { withServer } from '../support/probe.js';
import type { CliResult } from '../support/run-cli.js';

/* Servers that do in the midst of a session what none should. None may hang it, fill memory, or have it say what was not typed. */

interface Heard extends CliResult {
  /** What the server was told inside TLS, EHLO left out. */
  readonly heard: readonly string[];
}

const inside = (replies: NonNullable<ServerSpec['repliesAfterTls']>): ServerSpec => ({
  repliesAfterTls: replies,
});

function sit(
  spec: ServerSpec,
  input: string | PassThrough,
  options: readonly string[] = [],
  timeout = '3s',
): Promise<Heard> {
  return withServer(startServer(spec), async (server) => {
    const result = await connect(server.port, input, ['--timeout', timeout, ...options]);
    const after = server.log.lastIndexOf(server.log.findLast((line) => line.startsWith('EHLO')) ?? '');
    return { ...result, heard: server.log.slice(after + 1) };
  });
}

/** Typed lines that come slowly, as if somebody waited for what the server says of its own accord. */
function waiting(first: string, ms: number, then: string): PassThrough {
  const input = new PassThrough();
  input.write(first);
  setTimeout(() => input.end(then), ms);
  return input;
}

describe('a reply', () => {
  it.each<readonly [string, readonly Step[], RegExp]>([
    ['that never ends', [{ forever: '250-x\r\n'.repeat(100) }], /longer than 65536 octets/],
    ['of one endless line', [{ forever: '250-'.padEnd(5000, 'x') }], /line is longer than 12288 octets/],
    [
      'that is none',
      [{ send: 'HTTP/1.1 400 Bad Request\r\n' }],
      /three-digit code[^]*the server said: HTTP\/1\.1 400/,
    ],
    ['with two codes', [{ send: '250-a\r\n550 b\r\n' }], /a line of a 250 reply has the code 550/],
    ['that stops in the middle', [{ send: '250-a\r\n250-b' }, 'silence'], /did not end within 3s/],
    ['that is cut off', [{ send: '250-a\r\n' }, 'close'], /the server closed the connection/],
    ['that is a reset', [{ waitMs: 30 }, 'reset'], /reset/],
  ])('%s ends the session', async (_what, steps, words) => {
    const { code, stderr, stdout, heard } = await sit(inside({ NOOP: steps }), 'NOOP\nRSET\n');
    expect(code).toBe(4);
    expect(stderr).toMatch(words);
    expect(stdout.length).toBeLessThan(100);
    expect(heard.filter((line) => line !== 'QUIT')).toEqual(['NOOP']);
  });

  /** Whoever takes the second for the answer to the next command believes that it was accepted. */
  it('with a second behind it ends the session, and answers nothing', async () => {
    const spec = inside({ NOOP: reply(250, 'ok') + reply(250, 'and more'), MAIL: reply(550, 'no') });
    const { code, stdout, stderr, heard } = await sit(spec, 'NOOP\nMAIL FROM:<>\n');
    expect(code).toBe(4);
    expect(stdout).toMatch(/^250 ok\n250 and more\n/);
    expect(stderr).toMatch(/spoke without being asked/);
    expect(heard).not.toContain('MAIL FROM:<>');
  });
});

describe('a server that is not asked', () => {
  it.each<readonly [string, readonly Step[], string, RegExp]>([
    [
      'says that it has waited long enough',
      [{ send: reply(421, '4.4.2 timeout') }, 'close'],
      '421 4.4.2 timeout\n',
      /closes the session \(421\)/,
    ],
    ['says anything at all', [{ send: reply(250, 'a', 'b') }], '250-a\n250 b\n', /without being asked/],
    ['closes', ['close'], '', /closed the connection/],
    ['resets', ['reset'], '', /reset|closed/],
    ['says half a line', [{ send: '250 hal' }], '', /did not end within 2s[^]*the server said: 250 hal/],
    ['says what is no reply', [{ send: '\x1b[2Jhello\r\n' }], '', /the server said: \\x1b\[2Jhello/],
    ['floods', [{ forever: '250-x\r\n'.repeat(1000) }], '', /longer than 65536/],
    ['floods with whole replies', [{ forever: '250 x\r\n'.repeat(1000) }], '250 x\n', /without being asked/],
  ])('and %s is heard at once, and the session is over', async (_what, steps, said, words) => {
    const spec = inside({ NOOP: [{ send: reply(250, 'ok') }, { waitMs: 150 }, ...steps], QUIT: ['close'] });
    const { code, stdout, stderr, heard, ms } = await sit(spec, waiting('NOOP\n', 6_000, 'MAIL FROM:<>\n'));
    expect(stdout.startsWith(`250 ok\n${said}`), stdout.slice(0, 200)).toBe(true);
    expect(stdout.length).toBeLessThan(200);
    expect(stderr).toMatch(words);
    expect(code).toBe(4);
    expect(heard).not.toContain('MAIL FROM:<>');
    expect(ms).toBeLessThan(5_500);
  });

  it('is no part of what --strict counts', async () => {
    const spec = inside({
      NOOP: [{ send: reply(250, 'ok') }, { waitMs: 100 }, { send: reply(421, 'bye') }, 'close'],
    });
    expect((await sit(spec, waiting('NOOP\n', 4_000, ''), ['--strict'])).code).toBe(4);
  });
});

describe('DATA', () => {
  const data = (line: string): readonly Step[] => (line === 'DATA' ? [{ send: reply(354, 'go on') }] : []);

  it('that is followed by silence ends in time', async () => {
    const { code, stderr, heard } = await sit(
      { repliesAfterTls: { DATA: [{ send: reply(354, 'go on') }], '*': ['silence'] } },
      'DATA\nhello\n.\nNOOP\n',
      [],
      '600ms',
    );
    expect(code).toBe(4);
    expect(stderr).toMatch(/said nothing for 600ms/);
    expect(heard).not.toContain('NOOP');
  });

  it('that is broken off by the server ends the session, and the rest of the mail is not sent', async () => {
    const spec: ServerSpec = {
      repliesAfterTls: {
        DATA: data('DATA'),
        '*': [{ send: reply(552, 'too much') }, 'close'],
      },
    };
    const { code, stdout, heard } = await sit(
      spec,
      waiting('DATA\nhello\n', 300, 'AUTH PLAIN AGEAYg==\n.\n'),
    );
    expect(code).toBe(4);
    expect(stdout).toBe('354 go on\n552 too much\n');
    expect(heard).toEqual(['DATA', 'hello']);
  });

  it('alone makes mail: 354 to anything else is a reply like others', async () => {
    const { heard, stdout } = await sit(inside({ NOOP: reply(354, 'go on') }), 'NOOP\nRSET\n');
    expect(heard).toEqual(['NOOP', 'RSET', 'QUIT']);
    expect(stdout).toMatch(/^354 go on\n250 2\.0\.0 Ok\n/);
  });
});

describe('AUTH', () => {
  const USER = Buffer.from('somebody').toString('base64');
  const PASSWORD = Buffer.from('correct horse').toString('base64');

  /** The lines that were to answer the challenges would go to the server as commands, and into every transcript. */
  it.each([
    ['is not known', reply(500, 'what?')],
    ['is refused', reply(535, '5.7.8 no')],
    ['is put off', reply(454, 'later')],
    ['is answered like any other command', reply(250, 'ok')],
  ])('that %s is not followed by its answers', async (_what, auth) => {
    const { heard, code, stderr, stdout } = await sit(
      inside({ AUTH: auth }),
      `AUTH LOGIN\n${USER}\n${PASSWORD}\n`,
      ['-v'],
    );
    expect(heard).toEqual(['AUTH LOGIN', 'QUIT']);
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain(PASSWORD);
  });

  it('that succeeds before it was told anything does not count', async () => {
    const { heard, code, stderr } = await sit(
      inside({ AUTH: reply(235, 'welcome') }),
      `AUTH LOGIN\n${USER}\nx\n`,
    );
    expect(heard).toEqual(['AUTH LOGIN', 'QUIT']);
    expect(stderr).toMatch(/success before it had the credentials/);
    expect(code).toBe(1);
  });

  it.each(['334 \x1b[31mPassword:\x07\r\n', '334 =====\r\n', '334\r\n', '334-a\r\n334 b\r\n'])(
    'with the challenge %j is answered all the same, and harms nobody',
    async (challenge) => {
      const spec = inside({ AUTH: challenge, '*': reply(501, 'no') });
      const { heard, stdout, stderr } = await sit(spec, `AUTH LOGIN\n${PASSWORD}\n`, ['-v']);
      expect(heard).toEqual(['AUTH LOGIN', PASSWORD, 'QUIT']);
      expect(stdout + stderr).not.toMatch(/[\x00-\x09\x0b-\x1f]/);
      expect(stdout + stderr).not.toContain(PASSWORD);
    },
  );

  it('is cancelled when the input ends before the answer', async () => {
    const spec = inside({ AUTH: reply(334, ''), '*': reply(501, 'cancelled'), QUIT: reply(221, 'Bye') });
    const { heard, stdout } = await sit(spec, 'AUTH PLAIN\n');
    expect(heard).toEqual(['AUTH PLAIN', '*', 'QUIT']);
    expect(stdout).toBe('334\n501 cancelled\n221 Bye\n');
  });

  it('alone makes secrets: 334 to anything else is a reply like others', async () => {
    const { heard, stderr } = await sit(inside({ NOOP: reply(334, '') }), 'NOOP\nRSET\n', ['-v']);
    expect(heard).toEqual(['NOOP', 'RSET', 'QUIT']);
    expect(stderr).toContain('C: RSET');
  });
});

it('a server that wants TLS inside TLS gets no further', async () => {
  const { heard, code, stderr } = await sit(inside({ STARTTLS: reply(220, 'go on') }), 'STARTTLS\nNOOP\n');
  expect(heard).toEqual(['STARTTLS']);
  expect(stderr).toMatch(/TLS inside TLS/);
  expect(code).toBe(4);
});

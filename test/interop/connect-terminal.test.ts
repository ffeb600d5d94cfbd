import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reply, startServer, type Answer, type ServerSpec } from '../servers/scripted.js';
import { TRUSTING } from '../support/connect.js';
import { withServer } from '../support/probe.js';
import { BIN } from '../support/run-cli.js';
import { requireTool } from './support/require.js';
import { KEYS, onTerminal, type Screen, type Step } from './support/terminal.js';

/* `connect` on a real terminal: what the keys do, what is seen, and what reaches the server. */

const { enter, up, left, tab, backspace, ctrlC, ctrlD, ctrlU, ctrlY } = KEYS;
const PROMPT = 'smtp> ';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const PASSWORD = 'Tr0ub4dor-and-3-horses';
const PLAIN = base64(`\0alice\0${PASSWORD}`);
const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-terminal-'));
afterAll(() => rmSync(dir, { recursive: true }));

interface Typed extends Screen {
  /** What the server was told inside TLS, EHLO left out. */
  readonly heard: readonly string[];
}

type Options = Parameters<typeof onTerminal>[2] & {
  readonly args?: readonly string[];
  readonly redirect?: string;
};

function type(spec: ServerSpec, steps: readonly Step[], options: Options = {}): Promise<Typed> {
  return withServer(startServer(spec), async ({ port, log }) => {
    const argv = [
      process.execPath,
      BIN,
      'connect',
      `127.0.0.1:${port}`,
      ...TRUSTING,
      ...(options.args ?? []),
    ];
    const { redirect } = options;
    const command = redirect === undefined ? argv : ['sh', '-c', `exec "$@" ${redirect}`, 'sh', ...argv];
    const screen = await onTerminal(command, steps, options);
    return { ...screen, heard: log.slice(log.findLastIndex((line) => line.startsWith('EHLO')) + 1) };
  });
}

/** Nothing of the password, in any of its shapes, whatever moves of the cursor stand in between. */
function expectSilence(screen: string): void {
  const all = screen.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
  const needles = [
    PASSWORD,
    PASSWORD.slice(0, 11),
    PASSWORD.slice(11),
    PLAIN,
    PLAIN.slice(0, PLAIN.length / 2),
    PLAIN.slice(PLAIN.length / 2),
    base64(PASSWORD),
    base64(PASSWORD).slice(0, 12),
    Buffer.from(PASSWORD).toString('hex'),
  ];
  for (const needle of needles) expect(all).not.toContain(needle);
}

const login = (...answers: readonly string[]): ServerSpec => {
  let asked = 0;
  const next = (line: string): ReturnType<typeof steps> =>
    steps(answers[asked++] ?? reply(500, `what? ${line}`));
  const steps = (send: string): readonly { readonly send: string }[] => [{ send }];
  return {
    keywordsAfterTls: ['AUTH LOGIN PLAIN'],
    repliesAfterTls: {
      AUTH: next as unknown as Answer,
      '*': next as unknown as Answer,
      QUIT: reply(221, 'Bye'),
    },
  };
};
const PROMPTS = [reply(334, base64('Username:')), reply(334, base64('Password:'))];

describe.skipIf(!requireTool('python3'))('a session on a terminal', { timeout: 30_000 }, () => {
  it('has a prompt, a history, and sends RCPT TO and QUIT to the server', async () => {
    const { heard, code, screen } = await type({}, [
      [PROMPT, `NOOP${enter}`],
      [`250 2.0.0 Ok.*${PROMPT}`, `RCPT TO:<>${enter}`],
      [`502.*${PROMPT}`, `${up}${up}${enter}`],
      [`250 2.0.0 Ok.*${PROMPT}`, `${up}${up}${enter}`],
      [`502.*${PROMPT}`, `QUIT${enter}`],
    ]);
    expect(heard).toEqual(['NOOP', 'RCPT TO:<>', 'NOOP', 'RCPT TO:<>', 'QUIT']);
    expect(code).toBe(0);
    expect(screen).toMatch(/PASS .*127\.0\.0\.1[^]*\.help lists what there is[^]*221 2\.0\.0 Bye\r\n$/);
  });

  it('edits a line: what is sent is what was seen', async () => {
    const { heard } = await type({}, [
      [PROMPT, `NOP${left}O`],
      ['NO.*O', enter],
      [PROMPT, `xx${ctrlU}RSET?${backspace}${enter}`],
      [PROMPT, ctrlD],
    ]);
    expect(heard).toEqual(['NOOP', 'RSET', 'QUIT']);
  });

  it('completes verbs, mechanisms and commands of ours', async () => {
    const { heard, screen } = await type({ keywordsAfterTls: ['AUTH PLAIN XYZZY'] }, [
      [PROMPT, 'rc'],
      ['rc', tab],
      ['RCPT TO:<|rcPT TO:<', `>${enter}`],
      [`502.*${PROMPT}`, 'AUTH X'],
      ['AUTH X', tab],
      ['YZZY', ctrlU],
      [PROMPT, '.qu'],
      ['.qu', tab],
      ['it', enter],
    ]);
    expect(heard).toEqual([expect.stringMatching(/^rcpt to:<>$/i), 'QUIT']);
    expect(screen).toMatch(/221/);
  });

  it('Ctrl-D says QUIT and leaves with what tls would say', async () => {
    expect(await type({}, [[PROMPT, ctrlD]])).toMatchObject({ heard: ['QUIT'], code: 0 });
    const failed = await type({}, [[PROMPT, ctrlD]], { args: ['--verify-hostname', 'other.test'] });
    expect(failed).toMatchObject({ heard: ['QUIT'], code: 1 });
    expect(failed.screen).toMatch(/FAIL/);
  });

  it('Ctrl-C takes a line away, and where there is none the session, with a QUIT', async () => {
    const { heard, code, screen } = await type({}, [
      [PROMPT, 'RSET'],
      ['RSET', ctrlC],
      [PROMPT, `NOOP${enter}`],
      [`250.*${PROMPT}`, ctrlC],
    ]);
    expect(heard).toEqual(['NOOP', 'QUIT']);
    expect(code).toBe(130);
    expect(screen).toContain('RSET^C');
    expect(screen).not.toMatch(/error/);
  });

  it('Ctrl-C ends one whose server does not answer', async () => {
    const { heard, code } = await type({ repliesAfterTls: { NOOP: ['silence'] } }, [
      [PROMPT, `NOOP${enter}`],
      ['\n', ctrlC],
    ]);
    expect(heard[0]).toBe('NOOP');
    expect(code).toBe(130);
  });

  it.each<readonly [string, Answer, RegExp]>([
    [
      'says that it was waiting too long',
      [{ send: reply(250, 'ok') }, { waitMs: 400 }, { send: reply(421, '4.4.2 timeout') }, 'close'],
      /smtp> .*\r?\n421 4\.4\.2 timeout\r\n.*error: the server closes the session \(421\)\r\n$/s,
    ],
    [
      'closes',
      [{ send: reply(250, 'ok') }, { waitMs: 400 }, 'close'],
      /smtp> .*\r?\n.*error: the server closed the connection\r\n$/s,
    ],
    [
      'talks',
      [{ send: reply(250, 'ok') }, { waitMs: 400 }, { send: reply(250, '\x1b[2Jboo') }],
      /\n250 \\x1b\[2Jboo\r\n.*error: the server spoke without being asked\r\n/s,
    ],
  ])('a server that %s while the prompt waits ends it', async (_what, answer, words) => {
    const { screen, code } = await type({ repliesAfterTls: { NOOP: answer } }, [
      [PROMPT, `NOOP${enter}`],
      [`250 ok.*${PROMPT}`, 'half a li'],
    ]);
    expect(code).toBe(4);
    expect(screen).toMatch(words);
    expect(screen).not.toContain('\x1b[2J');
  });

  it('takes mail as it is typed or pasted, tabs too, and keeps it out of the history', async () => {
    let mail = false;
    const lines = (line: string): readonly { readonly send: string }[] => {
      if (line === 'DATA') mail = true;
      else if (line === '.') mail = false;
      else if (mail) return [];
      return [{ send: line === 'DATA' ? reply(354, 'go on') : reply(250, 'taken') }];
    };
    const each = lines as unknown as Answer;
    const { heard, screen, code } = await type(
      { repliesAfterTls: { DATA: each, '*': each, QUIT: each, '.': each } },
      [
        [PROMPT, `DATA${enter}`],
        ['data> ', `Subject: x${enter}`],
        ['data> ', `${enter}a\tb${enter}.quit${enter}`],
        ['quit.*data> ', `QUIT${enter}`],
        ['data> ', `.${enter}`],
        [`250 taken.*${PROMPT}`, `${up}${enter}`],
        ['data> ', `.${enter}`],
        [PROMPT, ctrlD],
      ],
    );
    expect(heard).toEqual(['DATA', 'Subject: x', '', 'a\tb', '.quit', 'QUIT', '.', 'DATA', '.', 'QUIT']);
    expect(screen).toContain('354 go on');
    // QUIT was answered as everything here.
    expect(code).toBe(4);
  });

  it('does not finish a mail that is left', async () => {
    const spec: ServerSpec = { repliesAfterTls: { DATA: reply(354, 'go on'), '*': [] } };
    const left = await type(spec, [
      [PROMPT, `DATA${enter}`],
      ['data> ', `x${enter}`],
      ['data> ', ctrlD],
    ]);
    expect(left.heard.filter((line) => line !== 'x')).toEqual(['DATA']);
    expect(left.code).toBe(2);
    const stopped = await type(spec, [
      [PROMPT, `DATA${enter}`],
      ['data> ', ctrlC],
    ]);
    expect(stopped).toMatchObject({ heard: ['DATA'], code: 130 });
  });

  it('shows what is pasted ahead where it belongs', async () => {
    const { heard, screen } = await type(
      { repliesAfterTls: { NOOP: [{ waitMs: 300 }, { send: reply(250, 'late') }] } },
      [[PROMPT, `NOOP${enter}RSET${enter}.quit${enter}`]],
    );
    expect(heard).toEqual(['NOOP', 'RSET', 'QUIT']);
    const text = screen.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '').replaceAll('\r', '');
    expect(text).toContain('smtp> NOOP\n250 late\nsmtp> RSET\n250 2.0.0 Ok\nsmtp> .quit\n221 2.0.0 Bye\n');
  });

  it('leaves stdout to the server, and draws on stderr', async () => {
    const file = join(dir, 'replies');
    const { screen } = await type(
      {},
      [
        [PROMPT, `NOOP${enter}`],
        [PROMPT, ctrlD],
      ],
      { redirect: `>${file}` },
    );
    expect(readFileSync(file, 'utf8')).toBe('250 2.0.0 Ok\n221 2.0.0 Bye\n');
    expect(screen).not.toContain('250 2.0.0');
    const log = join(dir, 'log');
    const { screen: replies, code } = await type(
      {},
      [
        [PROMPT, `NOOP${enter}`],
        [`250.*${PROMPT}`, ctrlD],
      ],
      { redirect: `2>${log}` },
    );
    expect(code).toBe(0);
    expect(replies).toMatch(/^[^P]*smtp> /);
    expect(readFileSync(log, 'utf8')).toMatch(/^PASS/);
  });

  it('goes without a prompt where there is nothing to draw it on', async () => {
    const spec = login(reply(334, base64('Username:')), reply(501, 'cancelled'));
    const file = join(dir, 'unseen');
    const { heard } = await type(
      spec,
      [
        ['', `AUTH LOGIN${enter}`],
        ['', `${base64('alice')}${enter}`],
      ],
      {
        redirect: `>${file} 2>&1`,
      },
    );
    // The terminal itself shows what is typed on it: no answer is taken from there.
    expect(heard).toEqual(['AUTH LOGIN', '*', 'QUIT']);
    expect(existsSync(file) && readFileSync(file, 'utf8')).toMatch(/may not come from where it can be seen/);
  });

  it.each([0, 5, 40, 200])('is the same on a terminal of %d columns', async (columns) => {
    const long = `NOOP ${'x'.repeat(120)}`;
    const { heard, screen } = await type(
      { repliesAfterTls: { AUTH: reply(235, '2.7.0 ok') } },
      [
        [PROMPT, `${long}${enter}`],
        [`250.*${PROMPT}`, `AUTH PLAIN ${PLAIN}${left}${left}`],
        ['AUTH PLAIN', `!${backspace}${enter}`],
        [`235.*${PROMPT}`, ctrlD],
      ],
      { columns },
    );
    expect(heard).toEqual([long, `AUTH PLAIN ${PLAIN}`, 'QUIT']);
    expectSilence(screen);
  });
});

describe.skipIf(!requireTool('python3'))('a secret on a terminal', { timeout: 30_000 }, () => {
  it('is not seen when it answers a challenge, nor afterwards', async () => {
    const spec = login(...PROMPTS, reply(235, '2.7.0 Authentication successful'));
    const { heard, screen, code } = await type(
      spec,
      [
        [PROMPT, `AUTH LOGIN${enter}`],
        ['hidden[^:]*: ', `${base64('alice')}${enter}`],
        ['hidden[^:]*: ', `${base64(PASSWORD)}x${backspace}${enter}`],
        [`235.*${PROMPT}`, up],
        ['AUTH LOGIN', `${up}${up}${ctrlU}${ctrlY}${ctrlU}NOOP${enter}`],
        [`500.*${PROMPT}`, ctrlD],
      ],
      { args: ['-v', '--debug'] },
    );
    expect(heard).toEqual(['AUTH LOGIN', base64('alice'), base64(PASSWORD), 'NOOP', 'QUIT']);
    expect(code).toBe(0);
    expect(screen).toContain('C: <response hidden>');
    expect(screen).not.toContain(base64('alice'));
    expectSilence(screen);
  });

  it('is not seen behind AUTH PLAIN, and does not come back with the arrow', async () => {
    const spec: ServerSpec = { repliesAfterTls: { AUTH: reply(535, `5.7.8 no ${PLAIN} ${PASSWORD}`) } };
    const { heard, screen } = await type(
      spec,
      [
        [PROMPT, `RSET${enter}`],
        [PROMPT, `AUTH PLAIN ${PLAIN}${enter}`],
        [`535.*${PROMPT}`, `${up}${enter}`],
        [PROMPT, ctrlD],
      ],
      { args: ['-v', '--debug'] },
    );
    expect(heard).toEqual(['RSET', `AUTH PLAIN ${PLAIN}`, 'RSET', 'QUIT']);
    expectSilence(screen);
  });

  it('is asked for by .auth, and not seen; Ctrl-C takes the command back', async () => {
    const spec = login(reply(235, '2.7.0 Authentication successful'));
    const { heard, screen, code } = await type(
      spec,
      [
        [PROMPT, `.auth alice${enter}`],
        ['password of alice: ', `${PASSWORD}${ctrlC}`],
        [`no password was given.*${PROMPT}`, `.auth alice${enter}`],
        ['password of alice: ', `wrong${ctrlU}${PASSWORD}${enter}`],
        [`accepted by PLAIN.*${PROMPT}`, `${up}${enter}`],
        ['password of alice: ', ctrlD],
        [PROMPT, ctrlD],
      ],
      { args: ['-v', '--debug'] },
    );
    expect(heard).toEqual([`AUTH PLAIN ${PLAIN}`, 'QUIT']);
    expect(code).toBe(0);
    expectSilence(screen);
  });

  it('that was pasted ahead is not seen, whatever the server says to AUTH', async () => {
    const pasted = `AUTH LOGIN${enter}${base64('alice')}${enter}${base64(PASSWORD)}${enter}`;
    const taken = await type(login(...PROMPTS, reply(235, '2.7.0 ok')), [
      [PROMPT, pasted],
      [`235.*${PROMPT}`, ctrlD],
    ]);
    expect(taken.heard).toEqual(['AUTH LOGIN', base64('alice'), base64(PASSWORD), 'QUIT']);
    expectSilence(taken.screen);
    const refused = await type(login(reply(504, 'what?')), [
      [PROMPT, pasted],
      [`504.*${PROMPT}`, ctrlD],
    ]);
    expect(refused.heard).toEqual(['AUTH LOGIN', 'QUIT']);
    expectSilence(refused.screen);
  });

  it('is not asked for by a challenge that is given up', async () => {
    const spec = login(reply(334, ''), reply(501, 'cancelled'), reply(334, ''), reply(501, 'cancelled'));
    const { heard, code } = await type(spec, [
      [PROMPT, `AUTH PLAIN${enter}`],
      ['hidden[^:]*: ', `${PASSWORD}${ctrlC}`],
      [`501.*${PROMPT}`, `AUTH PLAIN${enter}`],
      ['hidden[^:]*: ', ctrlD],
    ]);
    expect(heard).toEqual(['AUTH PLAIN', '*', 'AUTH PLAIN', '*', 'QUIT']);
    expect(code).toBe(0);
  });
});

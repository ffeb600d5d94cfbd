import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import type { ProbeAuthOptions } from '../../src/probe/auth/options.js';
import { probeAuth } from '../../src/probe/auth/probe.js';
import { renderJson, renderText } from '../../src/report/index.js';
import { certificate } from '../servers/fixtures.js';
import { reply, startServer, type Answer, type ServerSpec, type TestServer } from '../servers/scripted.js';
import { findingIds, labTrust, withServer } from '../support/probe.js';
import { assertValidReport } from '../support/schema.js';

/*
 * What `auth` does with servers that are not what they seem: it sends the password to nobody whom it has not verified, asks
 * once, falls back to nothing, and tells a no from a "not now".
 */

const PASSWORD = 'correct horse battery';
const USER = { user: 'alice', secret: { kind: 'password', value: PASSWORD } } as const;
const BASE64 = Buffer.from(`\0alice\0${PASSWORD}`).toString('base64');

type Options = Partial<ProbeAuthOptions>;

const offering = (...mechanisms: readonly string[]): readonly string[] => [
  'PIPELINING',
  '8BITMIME',
  `AUTH ${mechanisms.join(' ')}`,
];

function spec(
  mechanisms: readonly string[],
  auth: Answer,
  more: Readonly<Record<string, Answer>> = {},
): ServerSpec {
  return {
    keywordsAfterTls: offering(...mechanisms),
    repliesAfterTls: {
      MAIL: reply(530, '5.7.0 Must authenticate'),
      QUIT: [{ send: reply(221, 'Bye') }, 'close'],
      AUTH: auth,
      ...more,
    },
  };
}

async function logIn(server: TestServer, options: Options = {}): Promise<Report> {
  const report = await probeAuth(
    { host: '127.0.0.1', port: server.port, mode: 'starttls', literal: 4 },
    {
      trust: labTrust(),
      servername: 'mail.smtpcheck.test',
      ehloName: 'client.example',
      timeoutMs: 5000,
      transcript: true,
      credentials: USER,
      ...options,
    },
  );
  assertValidReport(JSON.parse(JSON.stringify(report)));
  return report;
}

/** The report, and the lines that the server was sent. */
function attempt(
  server: ServerSpec,
  options: Options = {},
): Promise<{ readonly report: Report; readonly heard: readonly string[] }> {
  return withServer(startServer(server), async (running) => {
    const report = await logIn(running, options);
    return { report, heard: running.log };
  });
}

const verbs = (heard: readonly string[]): string[] => heard.map((line) => line.split(' ')[0] ?? '');
const authLines = (heard: readonly string[]): string[] => heard.filter((line) => line.startsWith('AUTH'));

describe('auth keeps the credentials to itself', () => {
  it.each<readonly [string, ServerSpec, Options, RegExp]>([
    ['the chain is not trusted', { tls: certificate('self-signed-leaf') }, {}, /18/],
    ['the certificate has expired', { tls: certificate('expired-leaf') }, {}, /10/],
    ['the name is another', {}, { servername: 'other.test' }, /62/],
    ['the name was not checked', { tls: certificate('wrong-name') }, { servername: null }, /62|not verified/],
    [
      'bytes came behind STARTTLS',
      { readyText: reply(220, 'Ready') + reply(250, 'AUTH PLAIN') },
      {},
      /before TLS/,
    ],
  ])('where %s', async (_what, server, options, reason) => {
    const { report, heard } = await attempt({ ...spec(['PLAIN'], reply(235, 'ok')), ...server }, options);
    expect(authLines(heard)).toEqual([]);
    expect(report).toMatchObject({
      outcome: 'fail',
      exitCode: 1,
      auth: { result: 'not-attempted', reply: null },
    });
    expect(report.auth?.reason).toMatch(reason);
    expect(findingIds(report)).toContain('auth-not-attempted');
  });

  it('unless it is told otherwise, and then the chain still fails', async () => {
    const server = { ...spec(['PLAIN'], reply(235, 'ok')), tls: certificate('self-signed-leaf') };
    const { report, heard } = await attempt(server, { insecureAuth: true });
    expect(authLines(heard)).toEqual([`AUTH PLAIN ${BASE64}`]);
    expect(report).toMatchObject({ exitCode: 1, auth: { result: 'accepted' }, verify: { code: 18 } });
  });

  it('where there is no TLS: AUTH is offered before it and not used', async () => {
    const { report, heard } = await attempt({
      keywords: offering('PLAIN'),
      replies: { AUTH: reply(235, 'ok') },
    });
    expect(authLines(heard)).toEqual([]);
    expect(report).toMatchObject({
      exitCode: 1,
      auth: { result: 'not-attempted', offeredBeforeTls: ['PLAIN'] },
    });
    expect(findingIds(report)).toEqual(['starttls-not-offered', 'auth-before-tls']);
  });
});

describe('auth asks once', () => {
  it('takes the strongest that is offered, and falls back to nothing when that is refused', async () => {
    const { report, heard } = await attempt(
      spec(['PLAIN', 'LOGIN', 'SCRAM-SHA-256', 'CRAM-MD5'], reply(535, '5.7.8 no')),
    );
    expect(authLines(heard)).toHaveLength(1);
    expect(report.auth).toMatchObject({ mechanism: 'SCRAM-SHA-256', result: 'rejected' });
  });

  it('--all-mechanisms goes on to the next, and stops at the first no', async () => {
    const yes = await attempt(spec(['PLAIN', 'LOGIN'], reply(534, '5.7.9 too weak')), {
      allMechanisms: true,
    });
    expect(yes.report.auth?.attempts?.map(({ mechanism, result }) => [mechanism, result])).toEqual([
      ['PLAIN', 'mechanism-refused'],
      ['LOGIN', 'mechanism-refused'],
    ]);
    expect(yes.report.connections).toBe(2);
    const no = await attempt(spec(['PLAIN', 'LOGIN', 'CRAM-MD5'], reply(535, '5.7.8 no')), {
      allMechanisms: true,
    });
    expect(no.report.auth?.attempts).toHaveLength(1);
    expect(authLines(no.heard)).toHaveLength(1);
    expect(no.report.connections).toBe(1);
  });

  it('goes on to no other mechanism when the server could not prove itself', async () => {
    const { report, heard } = await attempt(spec(['SCRAM-SHA-256', 'PLAIN'], reply(235, 'welcome')), {
      allMechanisms: true,
    });
    expect(report).toMatchObject({ exitCode: 1, auth: { result: 'server-not-authenticated' } });
    expect(findingIds(report)).toEqual(['auth-server-not-authenticated']);
    expect(authLines(heard)).toHaveLength(1);
    expect(heard.join('\n')).not.toContain(BASE64);
  });

  it('a pinned mechanism that is not offered is not tried', async () => {
    const { report, heard } = await attempt(spec(['PLAIN'], reply(235, 'ok')), { mechanism: 'CRAM-MD5' });
    expect(report.auth).toMatchObject({ mechanism: 'CRAM-MD5', result: 'not-offered' });
    expect(authLines(heard)).toEqual([]);
  });

  it('sends no password where a token is wanted, and no token where a password is', async () => {
    const password = await attempt(spec(['XOAUTH2'], reply(235, 'ok')));
    const token = await attempt(spec(['PLAIN'], reply(235, 'ok')), {
      credentials: { user: 'alice', secret: { kind: 'token', value: PASSWORD } },
    });
    for (const { report, heard } of [password, token]) {
      expect(authLines(heard)).toEqual([]);
      expect(report).toMatchObject({ exitCode: 1, auth: { result: 'not-attempted' } });
    }
  });
});

describe('auth tells the answers apart', () => {
  it.each<readonly [string, Answer, string, number]>([
    ['235', reply(235, '2.7.0 ok'), 'accepted', 0],
    ['535', reply(535, '5.7.8 no'), 'rejected', 1],
    ['454', reply(454, '4.7.0 later'), 'temporary-failure', 4],
    ['451', reply(451, '4.3.0 later'), 'temporary-failure', 4],
    ['432', reply(432, '4.7.12 transition'), 'temporary-failure', 4],
    ['534', reply(534, '5.7.9 too weak'), 'mechanism-refused', 1],
    ['538', reply(538, '5.7.11 encrypt'), 'encryption-required', 1],
    ['530', reply(530, '5.7.0 STARTTLS first'), 'encryption-required', 1],
    ['504', reply(504, '5.5.4 unknown'), 'not-offered', 1],
    ['502', reply(502, '5.5.1 unknown'), 'not-offered', 1],
    ['a close', ['close'], 'temporary-failure', 4],
    ['a reset', ['reset'], 'temporary-failure', 4],
    ['421', reply(421, '4.3.2 bye'), 'temporary-failure', 4],
  ])('%s', async (_what, answer, result, exitCode) => {
    const { report } = await attempt(spec(['PLAIN'], answer));
    expect(report).toMatchObject({ command: 'auth', exitCode, auth: { mechanism: 'PLAIN', result } });
  });

  it.each<readonly [string, Answer]>([
    ['a challenge over two lines', reply(334, 'YQ==', 'YQ==')],
    ['a challenge that is no base64', reply(334, '%%%')],
    ['a challenge where none belongs', reply(334, 'YQ==')],
  ])('%s is cancelled, and no login', async (_what, challenge) => {
    const { report, heard } = await attempt(
      spec(['PLAIN'], challenge, { '*': reply(501, '5.7.0 cancelled') }),
    );
    expect(report.exitCode).toBe(1);
    expect(report.auth?.result).not.toBe('accepted');
    expect(heard.at(-2)).toBe('*');
  });

  it('a server that asks for ever is left', async () => {
    const endless = { AUTH: reply(334, 'VXNlcm5hbWU6'), '*': reply(334, 'VXNlcm5hbWU6') };
    const { report, heard } = await attempt(spec(['LOGIN'], endless.AUTH, endless));
    expect(report.auth?.result).not.toBe('accepted');
    expect(report.exitCode).not.toBe(0);
    expect(heard.length).toBeLessThan(25);
  });

  it('a challenge that never ends is a reply that is too large', async () => {
    const { report } = await attempt(spec(['PLAIN'], [{ send: '334 ' }, { forever: 'A'.repeat(4096) }]));
    expect(report).toMatchObject({
      outcome: 'inconclusive',
      error: { code: 'reply-too-large', phase: 'auth' },
    });
  });
});

describe('a reply counts for the line that it answers', () => {
  /** A 235 behind the reply to MAIL was taken for the answer to AUTH: a rejected password passed. */
  it('one that came before AUTH ends it, with nothing sent', async () => {
    const early = reply(530, '5.7.0 auth first') + reply(235, '2.7.0 ok');
    const { report, heard } = await attempt(spec(['PLAIN'], reply(535, 'no'), { MAIL: early }));
    expect(authLines(heard)).toEqual([]);
    expect(report).toMatchObject({ exitCode: 4, error: { code: 'reply-out-of-turn', phase: 'auth' } });
  });

  it('one with more behind it is no answer to the last line', async () => {
    const { report } = await attempt(spec(['PLAIN'], reply(235, 'ok') + reply(535, '5.7.8 no')));
    expect(report).toMatchObject({ exitCode: 4, error: { code: 'reply-out-of-turn' } });
    expect(report.auth?.result).not.toBe('accepted');
  });
});

describe('auth does not lock accounts', () => {
  /** The digest was refused with "unrecognized" in front of 5.7.8, and PLAIN and LOGIN followed. */
  it.each([504, 502, 534, 501])('%i 5.7.8 counts as a wrong password', async (code) => {
    const { report, heard } = await attempt(spec(['PLAIN', 'LOGIN'], reply(code, '5.7.8 no')), {
      allMechanisms: true,
    });
    expect(authLines(heard)).toHaveLength(1);
    expect(report.auth).toMatchObject({ result: 'rejected' });
  });

  it('nor goes on when the password was heard and refused for another reason', async () => {
    const { heard } = await attempt(spec(['PLAIN', 'LOGIN'], reply(503, '5.7.0 no')), {
      allMechanisms: true,
    });
    expect(authLines(heard)).toHaveLength(1);
  });

  /** Only the first attempt was looked at. */
  it('and a second mechanism that is put off is no pass', async () => {
    const answers = [reply(235, 'ok'), reply(454, '4.7.0 later')];
    const next = {
      get send() {
        return answers.shift() ?? '';
      },
    };
    const server = spec(['PLAIN', 'LOGIN'], [next]);
    const { report } = await attempt(server, { allMechanisms: true });
    expect(report.auth?.attempts?.map(({ result }) => result)).toEqual(['accepted', 'temporary-failure']);
    expect(report).toMatchObject({ exitCode: 4, error: { code: 'auth-temporary' } });
  });
});

/** `--timeout` is for the whole of it, and was taken for each connection: five seconds became fifteen. */
it('the time is that of all connections together', async () => {
  const slow = [{ waitMs: 700 }, { send: reply(220, 'mail.smtpcheck.test ESMTP') }];
  const server = { ...spec(['PLAIN', 'CRAM-MD5', 'SCRAM-SHA-1'], reply(504, '5.5.4 no')), greeting: slow };
  const all = { allMechanisms: true, probePlaintext: true };
  const { report } = await attempt(server, { ...all, timeoutMs: 1500 });
  // The refusal that was heard in time stays a fail.
  expect(report).toMatchObject({ exitCode: 1, error: { phase: 'banner' } });
  expect((await attempt(server, { ...all, timeoutMs: 60_000 })).report).toMatchObject({
    exitCode: 1,
    error: null,
    connections: 4,
  });
});

/** It fell back to SCRAM without a binding, and with no -PLUS in the list to one that hides that it was struck from it. */
describe('a channel binding that was asked for', () => {
  it.each<readonly [string, readonly string[], Options]>([
    [
      'the session has none of the kind',
      ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256'],
      { channelBinding: 'tls-unique' },
    ],
    ['no -PLUS is offered', ['SCRAM-SHA-256', 'PLAIN'], { channelBinding: 'tls-exporter' }],
  ])('is not left out where %s', async (_what, mechanisms, options) => {
    const { report, heard } = await attempt(spec(mechanisms, reply(535, 'no')), options);
    expect(authLines(heard)).toEqual([]);
    expect(report).toMatchObject({ exitCode: 1, auth: { result: 'not-attempted' } });
  });
});

describe('auth looks around', () => {
  it.each<readonly [string, Answer, string]>([
    ['530', reply(530, '5.7.0 Must authenticate'), 'refused'],
    ['554 with 5.7.1', reply(554, '5.7.1 Client host rejected'), 'refused'],
    ['250', reply(250, '2.1.0 Ok'), 'accepted'],
    ['451', reply(451, '4.3.0 later'), 'inconclusive'],
  ])('MAIL FROM answered with %s', async (_what, answer, expected) => {
    const { report, heard } = await attempt(spec(['PLAIN'], reply(235, 'ok'), { MAIL: answer }));
    expect(report.auth?.mailBeforeAuth).toBe(expected);
    expect(verbs(heard).includes('RSET')).toBe(expected === 'accepted');
    expect(heard.filter((line) => /RCPT|DATA/.test(line))).toEqual([]);
  });

  it.each<readonly [string, Answer, string]>([
    ['taken', reply(334, ''), 'accepted'],
    ['refused', reply(538, 'encrypt'), 'refused'],
    ['unknown', reply(503, 'not here'), 'not-offered'],
    ['put off', reply(454, 'later'), 'inconclusive'],
  ])('--probe-plaintext: %s, and nothing of ours is sent', async (_what, answer, expected) => {
    const server = spec(['PLAIN'], reply(235, 'ok'));
    const { report, heard } = await attempt(
      { ...server, replies: { AUTH: answer, '*': reply(501, 'cancelled') } },
      { probePlaintext: true },
    );
    expect(report.auth?.plaintext).toBe(expected);
    expect(report.connections).toBe(2);
    expect(authLines(heard).filter((line) => line !== `AUTH PLAIN ${BASE64}`)).toEqual(['AUTH PLAIN']);
    expect(findingIds(report).includes('auth-accepted-before-tls')).toBe(expected === 'accepted');
  });
});

describe('the password is in nothing that comes out', () => {
  const needles = [
    PASSWORD,
    BASE64,
    Buffer.from(PASSWORD).toString('base64'),
    Buffer.from(PASSWORD).toString('base64').slice(0, -2),
    encodeURIComponent(PASSWORD),
  ];
  const echo = `you said ${BASE64} and ${PASSWORD}`;

  it.each<readonly [string, ServerSpec]>([
    ['a success that repeats it', spec(['PLAIN'], reply(235, echo))],
    ['a failure that repeats it', spec(['PLAIN'], reply(535, '5.7.8', echo))],
    ['a temporary failure', spec(['PLAIN'], reply(454, echo))],
    ['421', spec(['PLAIN'], reply(421, echo))],
    ['a syntax error', spec(['LOGIN'], reply(334, 'VXNlcm5hbWU6'), { '*': reply(500, `unknown: ${echo}`) })],
    [
      'a goodbye that repeats it',
      spec(['PLAIN'], reply(235, 'ok'), { QUIT: [{ send: reply(221, echo) }, 'close'] }),
    ],
    ['a goodbye out of turn', spec(['PLAIN'], reply(235, 'ok'), { QUIT: reply(250, echo) })],
    ['a reply that breaks off', spec(['PLAIN'], [{ send: `535-${echo}` }, 'close'])],
    ['what is no reply', spec(['PLAIN'], `${echo}\r\n`)],
    ['a close', spec(['PLAIN'], ['close'])],
    ['SCRAM', spec(['SCRAM-SHA-256'], reply(334, 'cj1hLHM9YQ=='), { '*': reply(501, echo) })],
    ['CRAM-MD5', spec(['CRAM-MD5'], reply(334, 'PDFAYT4='), { '*': reply(535, echo) })],
  ])('%s', async (_what, server) => {
    const { report, heard } = await attempt(server);
    expect(authLines(heard)).toHaveLength(1);
    const text = renderText(report, { color: false, width: Infinity, verbose: true });
    const narrow = renderText(report, { color: false, width: 40, verbose: true }).replace(
      /\n\s*(?:> )?/g,
      '',
    );
    for (const needle of needles) {
      for (const out of [renderJson(report), text, narrow]) expect(out).not.toContain(needle);
    }
    expect(renderJson(report)).toContain('"user":"alice"');
  });

  /** The shapes in which the secret came out, of which only two were looked for; no list of them is whole. */
  it.each<readonly [string, (secret: string) => string]>([
    ['hexadecimal', (secret) => Buffer.from(secret).toString('hex')],
    ['backwards', (secret) => Array.from(secret).reverse().join('')],
    ['capitals', (secret) => secret.toUpperCase()],
    ['base64 twice', (secret) => Buffer.from(Buffer.from(secret).toString('base64')).toString('base64')],
    ['a letter a word', (secret) => Array.from(secret).join(' ')],
    ['all but its end', (secret) => secret.slice(0, -1)],
  ])('not in %s either', async (_what, shape) => {
    const secret = 'Xk7-zQ9-wV5';
    const said = shape(secret);
    const credentials = { user: 'alice', secret: { kind: 'password', value: secret } } as const;
    for (const answer of [
      reply(535, `5.7.8 failed: ${said}`),
      `535-${said.slice(0, 5)}\r\n535 ${said.slice(5)}\r\n`,
      `x${said}\r\n`,
    ]) {
      const { report } = await attempt(spec(['PLAIN'], answer), { credentials });
      const shown = renderJson(report) + renderText(report, { color: false, width: Infinity, verbose: true });
      expect(shown).not.toContain(said);
      expect(shown).not.toContain(said.slice(0, 5));
    }
  });

  it('nor in what the server says on its next connection, where it knows it from the start', async () => {
    const secret = 'Xk7-zQ9-wV5';
    const credentials = { user: 'alice', secret: { kind: 'password', value: secret } } as const;
    const server = {
      ...spec(['PLAIN', 'LOGIN'], reply(235, 'ok')),
      greeting: reply(220, `mx ${secret.toLowerCase()}`),
      keywords: ['STARTTLS', `X-${secret}`],
    };
    const { report } = await attempt(server, { credentials, allMechanisms: true, probePlaintext: true });
    expect(report.connections).toBeGreaterThan(1);
    expect(
      renderJson(report) + renderText(report, { color: false, width: Infinity, verbose: true }),
    ).not.toMatch(/Xk7-zQ9/i);
  });

  it('and what servers do say is shown', async () => {
    const { report } = await attempt(
      spec(['PLAIN'], reply(535, '5.7.8 Error: authentication failed: ABCDEFGH')),
    );
    expect(report.auth?.reply?.text).toBe('5.7.8 Error: authentication failed: <hidden>');
  });
});

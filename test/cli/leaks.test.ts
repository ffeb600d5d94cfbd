import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scramFirst } from '../../src/lab/scram.js';
import { reply, type Replies, type Step } from '../../src/lab/script.js';
import { certificate } from '../servers/fixtures.js';
import { startScript, startServer, toScript, type TestServer } from '../servers/scripted.js';
import { fixture, withServer } from '../support/probe.js';
import { readDump } from '../support/recording-relay.js';
import { runMain } from '../support/run-cli.js';
import { parseReport } from '../support/schema.js';

/*
 * The secret is in nothing that a login leaves behind: report as JSON and text, dialogue on the screen and in a file, dump of
 * the wire, key log, errors. The servers say back whatever they hear, in every shape and every place.
 */

const TRUST = ['--ca-path', fixture('ca-dir'), '--servername', 'mail.smtpcheck.test'];
const SECRET = 'Tr0ub4dor&3 and möre';
/** No token has a blank or a letter beyond ASCII. */
const TOKEN = 'ya29.a0AfH6SMBx-Tr0ub4dor';
const USER = 'mallory';
let dir = '';

beforeAll(() => void (dir = mkdtempSync(join(tmpdir(), 'smtpcheck-leaks-'))));
afterAll(() => rmSync(dir, { recursive: true }));

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const letters = (text: string): string[] => Array.from(text);
const decoded = (line: string): string => Buffer.from(line, 'base64').toString('utf8');

/** What was said, in other words. */
function shapes(said: string): string[] {
  const raw = decoded(said.split(' ').at(-1) ?? '').replaceAll('\0', ' ');
  const backwards = letters(raw).reverse().join('');
  return [
    said,
    raw.replaceAll(/[\r\n]/g, ' '),
    backwards,
    Buffer.from(raw).toString('hex'),
    base64(`> ${raw}`),
    letters(raw).join(' '),
  ];
}

type Echo = (said: string) => readonly Step[];

/** Where a server puts what it heard. */
const PLACES: Readonly<Record<string, Echo>> = {
  'a refusal': (said) => [{ send: reply(535, ...shapes(said).map((text) => `5.7.8 ${text}`)) }],
  'a success': (said) => [{ send: reply(235, ...shapes(said)) }],
  'a temporary failure': (said) => [{ send: reply(454, ...shapes(said)) }],
  '421 and the end': (said) => [{ send: reply(421, ...shapes(said)) }, 'close'],
  'a syntax error': (said) => [{ send: reply(500, `unrecognized command: ${said}`, ...shapes(said)) }],
  'another challenge': (said) => [{ send: reply(334, base64(shapes(said).join(' | '))) }],
  'what is no reply': (said) => [{ send: `${shapes(said).join(' ')}\r\n` }],
  'a reply that breaks off': (said) => [{ send: `535-${shapes(said).join(' ')}` }, 'close'],
  'a reply and another': (said) => [{ send: reply(535, 'no') + reply(250, ...shapes(said)) }],
};

interface Mechanism {
  readonly name: string;
  readonly token?: true;
  /** What the server answers to AUTH, and to the lines behind it, before the secret has come. */
  readonly challenges: (line: string) => readonly Step[] | null;
}

const challenge = (text: string): readonly Step[] => [{ send: reply(334, base64(text)) }];
const account = { user: USER, password: 'another', iterations: 4096 };

const MECHANISMS: readonly Mechanism[] = [
  { name: 'PLAIN', challenges: () => null },
  {
    name: 'LOGIN',
    challenges: (line) =>
      line === 'AUTH LOGIN' ? challenge('Username:') : line === base64(USER) ? challenge('Password:') : null,
  },
  {
    name: 'CRAM-MD5',
    challenges: (line) => (line === 'AUTH CRAM-MD5' ? challenge('<1.2@mail.smtpcheck.test>') : null),
  },
  {
    name: 'SCRAM-SHA-256',
    challenges: (line) => (line.startsWith('AUTH ') ? scramFirst(account, line) : null),
  },
  { name: 'XOAUTH2', token: true, challenges: () => null },
  { name: 'OAUTHBEARER', token: true, challenges: () => null },
];

/** A server that says what it heard in one place, and in its goodbye. */
function echoing(mechanism: Mechanism, echo: Echo): Promise<TestServer> {
  let heard = '';
  const answer = (line: string): readonly Step[] => {
    const steps = mechanism.challenges(line);
    if (steps !== null) return steps;
    heard = line;
    return echo(line);
  };
  const secure: Replies = {
    ...toScript({ keywordsAfterTls: [`AUTH ${mechanism.name}`] }).secure,
    MAIL: [{ send: reply(530, '5.7.0 Authentication required') }],
    QUIT: () => [{ send: reply(221, ...shapes(heard)) }, 'close'],
    '*': answer,
    AUTH: answer,
  };
  return startScript({ ...toScript({}), secure });
}

const secretOf = ({ token }: Mechanism): string => (token === true ? TOKEN : SECRET);

/** What nobody else may see: the secret, what of it was sent, and what lets it be guessed offline. */
function needles(log: readonly string[], mechanism: Mechanism): string[] {
  const sent = log.filter(
    (line) => !/^(?:EHLO|STARTTLS|MAIL|QUIT)\b/.test(line) && mechanism.challenges(line) === null,
  );
  const responses = sent.map((line) => line.split(' ').at(-1) ?? '').filter((word) => word.length > 4);
  const proofs = responses.flatMap(
    (word) => /(?:p=|^mallory )([A-Za-z0-9+/=]{20,})$/.exec(decoded(word))?.[1] ?? [],
  );
  // That left out a cancelled exchange, "*", and the empty answer of OAUTHBEARER.
  expect(responses.length).toBeGreaterThan(0);
  const forms = [secretOf(mechanism), ...proofs].flatMap((text) => [
    text,
    letters(text).reverse().join(''),
    letters(text).join(' '),
    Buffer.from(text).toString('hex'),
    ...[0, 1, 2].map((n) => base64(' '.repeat(n) + text).slice(Math.ceil((n * 8) / 6), -4)),
  ]);
  return [...forms, ...responses, ...responses.map(decoded)];
}

describe.each(MECHANISMS)('$name', (mechanism) => {
  const env = { [mechanism.token === true ? 'SMTPCHECK_TOKEN' : 'SMTPCHECK_PASSWORD']: secretOf(mechanism) };

  it.each(Object.keys(PLACES))('said back in %s', async (place) => {
    const echo = PLACES[place] ?? (() => []);
    const [transcript, keylog] = [join(dir, 'transcript'), join(dir, 'keylog')];
    rmSync(keylog, { force: true });
    await withServer(echoing(mechanism, echo), async (server) => {
      const args = [
        'auth',
        `127.0.0.1:${server.port}`,
        '-u',
        USER,
        ...TRUST,
        '-m',
        mechanism.name,
        '--timeout',
        '5s',
      ];
      const inside = ['--debug', '--transcript', transcript, '--keylog', keylog];
      const json = await runMain([...args, ...inside, '-v', '--json'], { env });
      const text = await runMain(
        [...args, '-v', '--all-mechanisms'].filter((word) => word !== '-m' && word !== mechanism.name),
        { env },
      );
      expect(parseReport(json.stdout).auth?.mechanism).toBe(mechanism.name);
      const dump = readDump(json.stderr);
      const places = {
        json: json.stdout,
        stderr: json.stderr,
        text: text.stdout + text.stderr,
        transcript: readFileSync(transcript, 'utf8'),
        keylog: readFileSync(keylog, 'utf8'),
        wire: dump.sent.toString('latin1') + dump.received.toString('latin1'),
        strings: JSON.stringify(JSON.parse(json.stdout)).replaceAll('\\u0000', '\0'),
      };
      expect(places.transcript).toMatch(/^C: .*hidden>$/m);
      expect(places.keylog).toMatch(/^\w+ [0-9a-f]{64} /);
      for (const [name, content] of Object.entries(places)) {
        const found = needles(server.log, mechanism).filter((needle) =>
          content.toLowerCase().includes(needle.toLowerCase()),
        );
        expect(found, name).toEqual([]);
      }
    });
  });
});

describe('the key log', () => {
  const env = { SMTPCHECK_PASSWORD: SECRET };
  const run = (
    server: TestServer,
    options: readonly string[],
    more: Record<string, string> = {},
  ): ReturnType<typeof runMain> =>
    runMain(['auth', `127.0.0.1:${server.port}`, '-u', USER, ...TRUST, ...options], {
      env: { ...env, ...more },
    });

  /** Design section 8: the pair reveals the password. */
  it('beside what it decrypts is warned of, before anything is sent', async () => {
    await withServer(
      startServer({ keywordsAfterTls: ['AUTH PLAIN'], repliesAfterTls: { AUTH: reply(535, 'no') } }),
      async (server) => {
        const [keylog, transcript] = [join(dir, 'k'), join(dir, 't')];
        const warning =
          /^smtpcheck: warning: with the key log, .* can be decrypted, and the password with it/;
        expect((await run(server, ['--keylog', keylog, '--debug'])).stderr).toMatch(warning);
        expect((await run(server, ['--keylog', keylog, '--transcript', transcript])).stderr).toMatch(warning);
        expect((await run(server, ['--debug'], { SSLKEYLOGFILE: keylog })).stderr).toMatch(warning);
        for (const options of [['--keylog', keylog], ['--transcript', transcript], ['--debug']])
          expect((await run(server, options)).stderr).not.toMatch(/warning/);
        // No password, no warning.
        const { stderr } = await runMain([
          'tls',
          `127.0.0.1:${server.port}`,
          ...TRUST,
          '--keylog',
          keylog,
          '--debug',
        ]);
        expect(stderr).not.toMatch(/warning/);
      },
    );
  });
});

/** With a suite that does not encrypt, --debug showed the password: `AUTH PLAIN AG1hbGxvcnkA…` in its columns. */
it('credentials are not sent where nothing is encrypted, --insecure-auth or not', async () => {
  const tls = { ciphers: 'NULL-SHA256:@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const;
  const spec = { keywordsAfterTls: ['AUTH PLAIN'], repliesAfterTls: { AUTH: reply(235, 'ok') } };
  await withServer(startServer({ ...spec, tls: { ...tls, ...certificate('good-rsa') } }), async (server) => {
    const { stdout, stderr, code } = await runMain(
      [
        'auth',
        `127.0.0.1:${server.port}`,
        '-u',
        USER,
        ...TRUST,
        '--cipher',
        'NULL-SHA256',
        '--insecure-auth',
        '--debug',
        '--json',
      ],
      { env: { SMTPCHECK_PASSWORD: SECRET } },
    );
    expect(code).toBe(1);
    expect(parseReport(stdout)).toMatchObject({
      tls: { cipher: { bits: 0 } },
      auth: { result: 'not-attempted', reason: 'NULL-SHA256 does not encrypt anything' },
    });
    expect(server.log.filter((line) => line.startsWith('AUTH'))).toEqual([]);
    expect(readDump(stderr).sent.toString('latin1')).not.toContain(base64(`\0${USER}\0${SECRET}`));
  });
});

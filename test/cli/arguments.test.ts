import { beforeEach, describe, expect, it, vi } from 'vitest';
import type * as tlsCommand from '../../src/cli/commands/tls.js';
import { runFull } from '../../src/cli/full.js';
import { main, readPlainly } from '../../src/cli/main.js';
import type { RawArgs } from '../../src/cli/args/getter.js';
import { readTlsArgs, type TlsArgs } from '../../src/cli/args/tls.js';
import type { Io } from '../../src/cli/io.js';

/*
 * The command line is read twice: quickly by yargs-parser alone, and by all of yargs where the quick way finds something
 * odd. Nobody may be able to tell which one it was.
 */

const calls: { raw: RawArgs; targets: readonly string[] }[] = [];

vi.mock('../../src/cli/commands/tls.js', async (load) => ({
  ...(await load<typeof tlsCommand>()),
  runTls: (raw: RawArgs, targets: readonly string[]): Promise<number> => {
    calls.push({ raw, targets });
    return Promise.resolve(0);
  },
}));

beforeEach(() => void (calls.length = 0));

function io(): Io & { said: string } {
  const it = { said: '' };
  const write = (text: string): void => void (it.said += text);
  return Object.assign(it, {
    stdout: write,
    stderr: write,
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    env: {},
  });
}

/** What the command would do: its arguments, or the words of the usage error. */
function meaning(raw: RawArgs, targets: readonly string[]): TlsArgs | string {
  try {
    return readTlsArgs(raw, targets);
  } catch (error) {
    return (error as Error).message;
  }
}

async function byYargs(argv: readonly string[]): Promise<TlsArgs | string> {
  const screen = io();
  const code = await runFull(['tls', ...argv], screen, new AbortController().signal);
  const call = calls.at(-1);
  return call === undefined ? `exit ${code}: ${screen.said}` : meaning(call.raw, call.targets);
}

function quickly(argv: readonly string[]): TlsArgs | string | null {
  const plain = readPlainly(argv);
  return plain === null ? null : meaning(plain, plain.targets);
}

const PIN = `sha256:${'ab'.repeat(32)}`;

/** Every option of the command is in here at least once; the last test sees to it. */
const CORPUS: readonly (readonly string[])[] = [
  ['mail.example.org'],
  [
    'mail.example.org:25',
    '--tls1.2',
    '--cipher',
    'ECDHE-RSA-AES128-GCM-SHA256',
    '--depth',
    '3',
    '--ca-path',
    '/etc/ssl/certs',
  ],
  ['a.example', 'b.example:587', 'smtps://c.example', '--json'],
  ['--json', 'a.example', '--quiet=false', 'b.example'], // refused, see cli.test.ts
  ['-4', 'a.example'],
  ['-6', 'a.example'],
  ['--ipv4', 'a.example', '-v'],
  ['--ipv6', 'a.example', '-q'],
  ['-v', '-q', 'a.example'],
  ['a.example', '--tls1'],
  ['a.example', '--tls1.0'],
  ['a.example', '--tls1', '--tls1.1', '--tls1.2', '--tls1.3'],
  ['a.example', '--min-tls', '1.2', '--max-tls=1.3'],
  ['a.example', '--ca-file', 'a.pem', '--ca-file=b.pem', '--ca-store', 'mozilla', '--ca-store', 'system'],
  ['a.example', '--pin', PIN, '--pin', PIN],
  ['a.example', '--no-sni', '--no-verify', '--verify-hostname', 'b.example'],
  ['a.example', '--servername', 'b.example', '--alpn', 'smtp', '--alpn', 'lmtp'],
  ['192.0.2.1', '--address', '192.0.2.2', '--bind', '192.0.2.3'],
  ['[2001:db8::1]:25', '--address', '[::1]'],
  ['a.example', '--timeout', '20s', '--connect-timeout', '500ms', '--expires-within', '21d'],
  ['--targets-file', 'list.txt'],
  ['a.example', '--targets-file=-', '--json'],
  ['a.example', '--proxy', 'socks5h://127.0.0.1:1080'],
  ['a.example', '--proxy=http://alice@proxy.example:3128'],
  ['a.example', '--ehlo', 'mail.example.org', '--implicit-tls'],
  ['a.example', '--lmtp', '--fail-on', 'warning', '--auth-level', '0'],
  ['a.example', '--cert', 'c.pem', '--key', 'k.pem', '--passphrase-file', '-'],
  ['a.example', '--groups', 'X25519:P-256', '--sigalgs', 'ECDSA+SHA256'],
  ['a.example', '--show-certs', '--save-chain', 'out.pem', '--verbose', '--debug', '--trace'],
  ['a.example', '--format', 'junit', '-o', 'a.xml', '--format=sarif', '--output=b.sarif', '-o', 'c.prom'],
  ['a.example', '-o=a.json', '--quiet'],
  ['a.example', '-o', '-', '--format', 'nagios'],
  ['a.example', '--format', 'xml'],
  ['a.example', '--output', 'f', '--quiet', '--json'],
  ['a.example', '--reconnect', '--transcript', 'dialogue.txt', '--keylog=keys.txt'],
  ['bücher.example', '--json'],
  ['a.example', '--json', '--json'],
  ['--depth', '0', 'a.example'],
  ['12345.example', '--depth', '007'],
  ['a.example', '--', 'b.example'],
  ['a.example', '--json=true'],
  ['a.example', '-tls1.2'],
  ['a.example', '--servername', "'b.example'"],
  // What is refused is refused by both, in the same words.
  ['a.example', '--depth', 'abc'],
  ['a.example', '--depth', '1', '--depth', '2'],
  ['a.example', '--timeout', '20'],
  ['a.example', '--ca-store=other'],
  ['a.example', '--tls1.3', '--cipher', 'AES128-SHA'],
  ['http://a.example'],
  ['a.example', '--cipher', 'NOSUCH'],
  ['a.example', '--quiet', '--json'],
  ['2130706433'],
  ['a.example', '--transcript', 'f', '--keylog', 'f'],
  ['a.example', '--keylog', '-'],
  ['a.example', '--transcript', 'f', '--transcript', 'g'],
  [
    'a.example',
    '--partial-chain',
    '--x509-strict',
    '--crl-file',
    'a.crl',
    '--crl-file',
    'b.crl',
    '--crl-check',
    'all',
  ],
  ['a.example', '--crl-check', 'leaf'],
  ['a.example', '--show-leaf', '--session-out', 'session.pem'],
  ['a.example', 'b.example', '--session-out', 'session.pem'],
];

describe('both readers of the command line', () => {
  it.each(CORPUS.map((argv) => ({ argv, line: argv.join(' ') })))(
    'take "$line" for the same',
    async ({ argv }) => {
      const quick = quickly(argv);
      const full = await byYargs(argv);
      if (quick === null) {
        // What only yargs reads is no difference, but it has to come to something.
        expect(typeof full === 'string' ? full : full.targets.length).toBeTruthy();
        return;
      }
      // A choice is checked by yargs itself, in words of its own; it is refused all the same.
      if (typeof quick === 'string' && typeof full === 'string' && full.startsWith('exit')) {
        expect(full).toMatch(/^exit 2: smtpcheck: error: /);
        return;
      }
      expect(quick).toEqual(full);
    },
  );

  it('leave everyday command lines to the quick one', () => {
    const slow = CORPUS.filter((argv) => readPlainly(argv) === null).map((argv) => argv.join(' '));
    expect(slow).toEqual([
      '--json a.example --quiet=false b.example',
      'a.example --json --json',
      'a.example -- b.example',
      'a.example --json=true',
      'a.example -tls1.2',
      "a.example --servername 'b.example'",
    ]);
  });

  it.each<[readonly string[], Partial<TlsArgs>]>([
    [['a.example', '--json', '--json'], { json: true }],
    [
      ['a.example', '-tls1.2'],
      { pins: { versionPinned: true, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } },
    ],
  ])('give yargs the last word on %j', async (argv, expected) => {
    expect(readPlainly(argv)).toBeNull();
    expect(await byYargs(argv)).toMatchObject(expected);
  });

  it.each([
    [['a.example', '--nosuch']],
    [['a.example', '--help']],
    [['--cipher']],
    [['a.example', '--cipher', '--json']],
    [['-connect', 'a.example:25']],
    [['a.example', '-x']],
    [['a.example', '--tlsx1.2']],
    [[]],
    [['a.example', '--constructor', 'x']],
    [['a.example', '--__proto__', 'x']],
  ])('leave %j to yargs', (argv) => {
    expect(readPlainly(argv)).toBeNull();
  });

  it('are both behind the command', async () => {
    const screen = io();
    expect(await main(['tls', 'a.example', '--json'], screen)).toBe(0);
    expect(calls).toHaveLength(1);
    expect(await main(['tls', '--nosuch', 'a.example'], screen)).toBe(2);
    expect(calls).toHaveLength(1);
  });

  it('are compared on every option there is', async () => {
    const { TLS_OPTIONS } = await import('../../src/cli/options/tls.js');
    const words = new Set(CORPUS.flat().map((word) => word.replace(/=.*$/, '')));
    const untested = Object.entries(TLS_OPTIONS).flatMap(([name, { alias }]) =>
      [name, ...(alias === undefined ? [] : [alias].flat())].filter(
        (word) => !words.has(word.length === 1 ? `-${word}` : `--${word}`),
      ),
    );
    expect(untested).toEqual([]);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB_USER, startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { runCli } from '../support/run-cli.js';
import { sClient } from './support/openssl.js';
import { startCapture, tshark } from './support/packets.js';
import { requireTool } from './support/require.js';

/*
 * `--keylog` is right when somebody else can read a session with it: tcpdump captures our own connection on loopback, and tshark
 * decrypts it.
 */

const ready = [requireTool('tcpdump'), requireTool('tshark'), requireTool('openssl')].every(Boolean);
const COMMON = [
  '--servername',
  'mail.smtpcheck.test',
  '--ca-path',
  join(FIXTURES_DIR, 'ca-dir'),
  '--ehlo',
  'client.example',
];

describe.skipIf(!ready)('tshark, with a key log of smtpcheck', () => {
  let lab: Lab;
  let dir = '';
  const port = (name: string): number =>
    lab.servers.find(({ definition }) => definition.name === name)?.port ?? 0;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'smtpcheck-tshark-'));
    lab = await startLab({ fixturesDir: FIXTURES_DIR, names: ['good', 'good-implicit', 'auth-good'] });
  });
  afterAll(async () => {
    await lab.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  interface Captured {
    readonly pcap: string;
    readonly keylog: string;
    readonly stderr: string;
  }

  /** Runs smtpcheck while its connection is captured. */
  async function captured(
    to: number,
    args: readonly string[],
    env: Record<string, string> = {},
  ): Promise<Captured> {
    const [pcap, keylog] = [join(dir, 'capture.pcap'), join(dir, 'keys')];
    rmSync(keylog, { force: true });
    const capture = await startCapture(to, pcap);
    const { code, stderr } = await runCli([...args, ...COMMON], { env: { SSLKEYLOGFILE: keylog, ...env } });
    await capture.stop();
    expect(code).toBe(0);
    return { pcap, keylog, stderr };
  }

  const asSmtp = (to: number): string[] => ['-d', `tcp.port==${to},smtp`];
  const withKeys = (keylog: string): string[] => ['-o', `tls.keylog_file:${keylog}`];

  /** `EHLO client.example` and the like, by stream: what tshark takes for commands. */
  async function commands(pcap: string, options: readonly string[]): Promise<string[]> {
    const fields = ['-T', 'fields', '-e', 'tcp.stream', '-e', 'smtp.req.command', '-e', 'smtp.req.parameter'];
    const text = await tshark(pcap, [...options, '-Y', 'smtp.req', ...fields]);
    return text
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd().replaceAll('\t', ' '));
  }

  it.each(['--tls1.2', '--tls1.3'])(
    '%s: shows the EHLO inside TLS, which is not there without',
    async (version) => {
      const to = port('good');
      const { pcap, keylog } = await captured(to, ['tls', `127.0.0.1:${to}`, version]);
      const clear = ['0 EHLO client.example', '0 STAR TLS'];
      expect(await commands(pcap, asSmtp(to))).toEqual(clear);
      expect(await commands(pcap, [...asSmtp(to), ...withKeys(keylog)])).toEqual([
        ...clear,
        '0 EHLO client.example',
        '0 QUIT',
      ]);
      const stream = ['-q', '-z', 'follow,tls,ascii,0'];
      expect(await tshark(pcap, [...asSmtp(to), ...withKeys(keylog), ...stream])).toMatch(
        /EHLO client\.example\r?\n[^]*250-mail\.smtpcheck\.test[^]*250 AUTH LOGIN PLAIN\r?\n[^]*QUIT\r?\n[^]*221 2\.0\.0 Bye/,
      );
      expect(await tshark(pcap, [...asSmtp(to), ...stream])).not.toMatch(/EHLO|AUTH|QUIT/);
      // Another run's keys are of no use.
      const other = join(dir, 'other-keys');
      rmSync(other, { force: true });
      await runCli(['tls', `127.0.0.1:${to}`, version, ...COMMON, '--keylog', other]);
      expect(await commands(pcap, [...asSmtp(to), ...withKeys(other)])).toEqual(clear);
    },
  );

  it('implicit TLS: the greeting and all that follows', async () => {
    const to = port('good-implicit');
    const { pcap, keylog } = await captured(to, ['tls', `smtps://127.0.0.1:${to}`]);
    const decode = ['-d', `tcp.port==${to},tls`, '-d', `tls.port==${to},smtp`];
    expect(await commands(pcap, [...decode, ...withKeys(keylog)])).toEqual([
      '0 EHLO client.example',
      '0 QUIT',
    ]);
    expect(await tshark(pcap, [...decode, '-Y', 'smtp'])).toBe('');
  });

  it.each(['--tls1.2', '--tls1.3'])(
    '%s: both sessions of --reconnect, the resumed one too',
    async (version) => {
      const to = port('good');
      const { pcap, keylog } = await captured(to, ['tls', `127.0.0.1:${to}`, version, '--reconnect']);
      const one = ['EHLO client.example', 'STAR TLS', 'EHLO client.example', 'QUIT'];
      expect(await commands(pcap, [...asSmtp(to), ...withKeys(keylog)])).toEqual([
        ...one.map((line) => `0 ${line}`),
        ...one.map((line) => `1 ${line}`),
      ]);
      // No Certificate (11) in the second handshake: it was resumed, as the report says.
      const certificates = await tshark(pcap, [
        ...asSmtp(to),
        ...withKeys(keylog),
        '-Y',
        'tls.handshake.type==11',
        '-T',
        'fields',
        '-e',
        'tcp.stream',
      ]);
      expect(certificates.trim()).toBe('0');
    },
  );

  /** Why the pair is warned of: whoever has both has the password. */
  it('a login: the password, which the warning is about', async () => {
    const to = port('auth-good');
    const { pcap, keylog, stderr } = await captured(
      to,
      ['auth', `127.0.0.1:${to}`, '-u', LAB_USER.user, '-m', 'PLAIN', '--debug', '-q'],
      {
        SMTPCHECK_PASSWORD: LAB_USER.password,
      },
    );
    expect(stderr).toMatch(/^smtpcheck: warning: with the key log/);
    const plain = Buffer.from(`\0${LAB_USER.user}\0${LAB_USER.password}`).toString('base64');
    expect(await tshark(pcap, [...asSmtp(to), ...withKeys(keylog), '-V'])).toContain(plain);
    expect(await tshark(pcap, [...asSmtp(to), '-V'])).not.toContain(plain);
  });

  it.each([
    ['--tls1.2', '-tls1_2'],
    ['--tls1.3', '-tls1_3'],
  ])('%s: has the lines that openssl s_client -keylogfile has', async (ours, theirs) => {
    const [one, other] = [join(dir, 'ours'), join(dir, 'theirs')];
    for (const file of [one, other]) rmSync(file, { force: true });
    await runCli(['tls', `127.0.0.1:${port('good')}`, ours, ...COMMON, '--keylog', one]);
    await sClient(
      ['-starttls', 'smtp', '-connect', `127.0.0.1:${port('good')}`, theirs, '-keylogfile', other, '-quiet'],
      { input: 'QUIT\r\n' },
    );
    const shape = (file: string): string[] =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => line.replace(/[0-9a-f]{32,}/g, (digits) => `<${digits.length}>`))
        .sort();
    expect(shape(one)).toEqual(shape(other));
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { chainFile } from './support/chain-file.js';
import { parseSClient, sClient, type SClientReport } from './support/openssl.js';
import { startPostfix, type PostfixInstance, type PostfixOptions } from './support/postfix.js';
import { findTool, requireTool } from './support/require.js';
import {
  chainOf,
  chainOfSClient,
  errorsOf,
  errorsOfSClient,
  sessionOf,
  sessionOfSClient,
  verifyOf,
  verifyOfSClient,
} from './support/same.js';
import { probe, smtpcheck } from './support/smtpcheck.js';

const NAME = 'mail.smtpcheck.test';
const CA_DIR = join(FIXTURES_DIR, 'ca-dir');
const ready = [requireTool('postfix'), requireTool('openssl'), requireTool('posttls-finger')].every(Boolean);

let folder = '';
const running: PostfixInstance[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-interop-'));
});

afterAll(async () => {
  await Promise.all(running.map((postfix) => postfix.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function postfix(chains: readonly string[], options: PostfixOptions = {}): Promise<PostfixInstance> {
  const instance = await startPostfix({ chainFiles: chains.map((id) => chainFile(folder, id)), ...options });
  running.push(instance);
  return instance;
}

/** Every protocol, group and suite that this Postfix's OpenSSL has. */
const WIDE: Readonly<Record<string, string>> = {
  smtpd_tls_protocols: '>=TLSv1',
  smtpd_tls_ciphers: 'medium',
  tls_medium_cipherlist: 'ALL:@SECLEVEL=0',
  smtpd_tls_eecdh_grade: 'auto',
};

/** Loopback clients are limited like any other, and the window is short enough to be waited for. */
const LIMITED: Readonly<Record<string, string>> = {
  smtpd_client_event_limit_exceptions: '',
  anvil_rate_time_unit: '60s',
};

interface Pair {
  readonly ours: Report;
  readonly theirs: SClientReport;
  readonly theirExit: number;
}

/** The two tools on the same server, one after the other, since Postfix may count connections. */
async function both(
  port: number,
  ours: readonly string[],
  theirs: readonly string[],
  implicit = false,
): Promise<Pair> {
  const target = `${implicit ? 'smtps://' : ''}127.0.0.1:${port}`;
  const report = await probe([target, '--ca-path', CA_DIR, '--servername', NAME, '--show-certs', ...ours]);
  const said = await sClient([
    ...(implicit ? [] : ['-starttls', 'smtp']),
    ...['-verify', '3', '-verify_return_error', '-CApath', CA_DIR, '-servername', NAME, '-showcerts'],
    ...['-connect', `127.0.0.1:${port}`, ...theirs],
  ]);
  return { ours: report, theirs: parseSClient(said), theirExit: said.exitCode };
}

/** Field by field: session, chain as sent, verify result, exit status. */
function expectSame({ ours, theirs, theirExit }: Pair): void {
  expect(theirs.established, 's_client shook hands').toBe(true);
  expect(sessionOf(ours)).toEqual(sessionOfSClient(theirs));
  expect(chainOf(ours)).toEqual(chainOfSClient(theirs));
  expect(chainOf(ours)).not.toEqual([]);
  expect(verifyOf(ours)).toEqual(verifyOfSClient(theirs));
  expect(ours.exitCode === 0).toBe(theirExit === 0);
}

describe.skipIf(!ready)('Postfix, measured by smtpcheck and by openssl s_client', () => {
  describe('a server that passes', () => {
    let server: PostfixInstance;
    beforeAll(async () => {
      server = await postfix(['good-rsa', 'good-ecdsa'], { main: WIDE, smtps: true });
    });

    const rsa = 'ECDHE-RSA-AES128-GCM-SHA256';
    const suites13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
    const suites12 = [
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-RSA-CHACHA20-POLY1305',
      'ECDHE-RSA-AES128-SHA',
      'ECDHE-RSA-CAMELLIA128-SHA256',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES256-SHA384',
      'DHE-RSA-AES128-GCM-SHA256',
      'DHE-RSA-AES256-SHA',
      'AES128-GCM-SHA256',
      'AES256-SHA',
    ];
    const old = ['-auth_level', '2'];
    const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
      [
        "the design's own example",
        ['--tls1.2', '--cipher', rsa, '--depth', '3'],
        ['-tls1_2', '-cipher', rsa],
      ],
      ['nothing pinned', [], []],
      ...suites13.map((suite) => [suite, ['--cipher', suite], ['-tls1_3', '-ciphersuites', suite]] as const),
      ...suites12.map(
        (suite) =>
          [
            suite,
            ['--tls1.2', '--cipher', suite],
            ['-tls1_2', ...old, '-cipher', `${suite}:@SECLEVEL=0`],
          ] as const,
      ),
      ['TLS 1.1', ['--tls1.1'], ['-tls1_1', ...old, '-cipher', 'DEFAULT:@SECLEVEL=0']],
      ['TLS 1.0', ['--tls1'], ['-tls1', ...old, '-cipher', 'DEFAULT:@SECLEVEL=0']],
      [
        'TLS 1.0 with DHE',
        ['--tls1', '--cipher', 'DHE-RSA-AES128-SHA'],
        ['-tls1', ...old, '-cipher', 'DHE-RSA-AES128-SHA:@SECLEVEL=0'],
      ],
      ...['X25519', 'X448', 'P-256', 'P-384', 'P-521'].flatMap((group) => [
        [`TLS 1.3 with ${group}`, ['--tls1.3', '--groups', group], ['-tls1_3', '-groups', group]] as const,
        [
          `TLS 1.2 with ${group}`,
          ['--tls1.2', '--cipher', rsa, '--groups', group],
          ['-tls1_2', '-cipher', rsa, '-groups', group],
        ] as const,
      ]),
      ...['RSA-PSS+SHA256', 'RSA-PSS+SHA512', 'ECDSA+SHA256', 'ECDSA+SHA384'].map(
        (scheme) =>
          [
            `TLS 1.2 with ${scheme}`,
            ['--tls1.2', '--sigalgs', scheme],
            ['-tls1_2', '-sigalgs', scheme],
          ] as const,
      ),
      // Of the two certificates, the one that the signature asks for; with both asked for, the first that was named.
      ...['RSA-PSS+SHA256', 'RSA-PSS+SHA384', 'ECDSA+SHA256'].map(
        (scheme) =>
          [
            `TLS 1.3 with ${scheme}`,
            ['--tls1.3', '--sigalgs', scheme],
            ['-tls1_3', '-sigalgs', scheme],
          ] as const,
      ),
    ];

    it.each(cases)('%s', async (_what, ours, theirs) => {
      const pair = await both(server.port, ours, theirs);
      expectSame(pair);
      expect(pair.ours).toMatchObject({
        outcome: 'pass',
        exitCode: 0,
        error: null,
        verify: { code: 0, name: 'X509_V_OK', judges: { openssl: 0, own: 0 }, hostname: { result: 'match' } },
        smtp: { starttls: 'offered' },
      });
      expect(pair.ours.smtp?.ehloAfterTls?.map(({ keyword }) => keyword)).not.toContain('STARTTLS');
      expect(pair.theirExit).toBe(0);
    });

    it('implicit TLS (smtpd_tls_wrappermode)', async () => {
      const pair = await both(server.smtpsPort ?? 0, [], [], true);
      expectSame(pair);
      expect(pair.ours).toMatchObject({ outcome: 'pass', target: { mode: 'implicit' }, verify: { code: 0 } });
    });

    it('implicit TLS met with STARTTLS, and the other way round', async () => {
      const [late, early] = await Promise.all([
        probe([`127.0.0.1:${server.smtpsPort ?? 0}`, '--timeout', '1s']),
        probe([`smtps://127.0.0.1:${server.port}`]),
      ]);
      expect(late).toMatchObject({ exitCode: 4, error: { code: 'silent', phase: 'banner' } });
      expect(late.error?.hint).toContain('--implicit-tls');
      expect(early).toMatchObject({ exitCode: 1, error: { code: 'plaintext-on-implicit-tls' } });
    });

    it('agrees with posttls-finger, a third witness', async () => {
      const [ours, said] = await Promise.all([
        probe([`127.0.0.1:${server.port}`, '--ca-path', CA_DIR, '--servername', NAME]),
        finger(server.port),
      ]);
      const line =
        /^posttls-finger: Verified TLS connection established to .*: (\S+) with cipher (\S+) \((\d+)\/\d+ bits\)(.*)$/m.exec(
          said,
        );
      expect(line, said).not.toBeNull();
      const [, protocol, cipher, bits, more = ''] = line ?? [];
      expect(ours.tls).toMatchObject({ protocol, cipher: { name: cipher, bits: Number(bits) } });
      expect(ours.verify?.code).toBe(0);
      const exchange = /key-exchange (\S+)/.exec(more)?.[1];
      expect(ours.tls?.group).toBe(exchange?.toLowerCase());
    });
  });

  describe('a chain that does not hold', () => {
    const cases: readonly (readonly [string, number, readonly string[], readonly string[]])[] = [
      ['expired-leaf', 10, [], []],
      ['expired-intermediate', 10, [], []],
      ['not-yet-valid', 9, [], []],
      ['wrong-name', 62, [], ['-verify_hostname', NAME]],
      ['incomplete', 20, [], []],
      ['self-signed-leaf', 18, [], []],
      ['untrusted-root-sent', 19, [], []],
      ['rsa-1024-leaf', 66, [], []],
      ['sha1-leaf', 68, [], []],
      ['good-deep', 22, ['--depth', '1'], ['-verify_depth', '1']],
      ['intermediate-not-ca', 79, [], []],
    ];

    it.each(cases)('%s: %i', async (id, code, ours, theirs) => {
      const server = await postfix([id], { main: { ...WIDE } });
      const pair = await both(server.port, ours, theirs);
      // s_client ended at the first error; without -verify_return_error it goes on, and has a session to compare.
      const tolerant = await sClient([
        ...['-starttls', 'smtp', '-verify', '3', '-CApath', CA_DIR, '-servername', NAME, '-showcerts'],
        ...['-connect', `127.0.0.1:${server.port}`, ...theirs],
      ]);
      await server.stop();
      const whole = parseSClient(tolerant);
      expect(verifyOf(pair.ours)).toEqual(verifyOfSClient(pair.theirs));
      expect(errorsOf(pair.ours)).toEqual(errorsOfSClient(whole));
      expect(sessionOf(pair.ours)).toEqual(sessionOfSClient(whole));
      expect(chainOf(pair.ours)).toEqual(chainOfSClient(whole));
      expect(chainOf(pair.ours)).not.toEqual([]);
      expect(pair.ours).toMatchObject({ outcome: 'fail', exitCode: 1, error: null, verify: { code } });
      expect(pair.ours.smtp?.ehloAfterTls).not.toBeNull();
      expect(pair.theirExit).not.toBe(0);
    });

    it('a chain in disorder passes, as with OpenSSL', async () => {
      const server = await postfix(['misordered'], { main: { ...WIDE } });
      const pair = await both(server.port, [], []);
      await server.stop();
      expectSame(pair);
      expect(pair.ours.exitCode).toBe(0);
    });
  });

  describe('what the server does not do', () => {
    let server: PostfixInstance;
    beforeAll(async () => {
      server = await postfix(['good-rsa'], { main: { smtpd_tls_protocols: '>=TLSv1.2' } });
    });

    const refusals: readonly (readonly [string, readonly string[], readonly string[], number, string])[] = [
      [
        'a suite for another kind of key',
        ['--tls1.2', '--cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
        ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
        40,
        'handshake_failure',
      ],
      ['an old version', ['--tls1.1'], ['-tls1_1', '-cipher', 'DEFAULT:@SECLEVEL=0'], 70, 'protocol_version'],
    ];

    it.each(refusals)(
      '%s: refused with the alert that s_client gets',
      async (_what, ours, theirs, alert, name) => {
        const report = await probe([`127.0.0.1:${server.port}`, ...ours]);
        const said = await sClient(['-starttls', 'smtp', '-connect', `127.0.0.1:${server.port}`, ...theirs]);
        expect(report).toMatchObject({
          outcome: 'fail',
          exitCode: 1,
          error: { code: 'tls-alert-rejected', phase: 'handshake', alert },
        });
        expect(report.error?.message).toContain(name);
        expect(said.exitCode).not.toBe(0);
        expect(said.stderr).toContain(`SSL alert number ${alert}`);
      },
    );

    it('no TLS at all: a failure', async () => {
      const plain = await startPostfix();
      running.push(plain);
      const report = await probe([`127.0.0.1:${plain.port}`]);
      expect(report).toMatchObject({
        exitCode: 1,
        error: { code: 'starttls-not-offered' },
        smtp: { starttls: 'not-offered' },
      });
      expect(plain.log()).toMatch(/disconnect from \S+ ehlo=1 quit=1 commands=2/);
    });
  });

  describe('a server that does not let everybody in', () => {
    it("waits for the last line of postscreen's greeting", async () => {
      const server = await postfix(['good-rsa'], { postscreen: { greetWaitSeconds: 2 } });
      const report = await probe([`127.0.0.1:${server.port}`, '--ca-path', CA_DIR, '--servername', NAME]);
      expect(report).toMatchObject({ exitCode: 0, verify: { code: 0 } });
      expect(report.timings.bannerMs).toBeGreaterThan(1_500);
      expect(report.smtp?.banner?.split('\n').length).toBeGreaterThan(1);
      expect(server.log()).toMatch(/PASS NEW/);
      expect(server.log()).not.toMatch(/PREGREET/);
    });

    it('454, because the key cannot be read: inconclusive, and politely left', async () => {
      const server = await startPostfix({
        certFile: join(FIXTURES_DIR, 'chains', 'good-rsa.pem'),
        keyFile: join(folder, 'no-such-key.pem'),
      });
      running.push(server);
      const report = await probe([`127.0.0.1:${server.port}`]);
      expect(report.exitCode).toBe(4);
      expect(report.error).toMatchObject({ code: 'starttls-temporary', phase: 'starttls' });
      expect(report.error?.serverSaid).toMatch(/^454 /);
      await expect
        .poll(() => server.log())
        .toMatch(/disconnect from \S+ ehlo=1 starttls=0\/1 quit=1 commands=2\/3/);
    });

    it('TLS sessions are limited: 421 inside TLS for the first too many, then 454', async () => {
      const server = await postfix(['good-rsa'], {
        main: { ...LIMITED, smtpd_client_new_tls_session_rate_limit: '2' },
      });
      const [first, second, third, fourth] = await repeat(4, server.port);
      expect([first?.exitCode, second?.exitCode]).toEqual([0, 0]);
      // The handshake went well and so did verification; nobody answered the EHLO after it, so it is no pass. Postfix
      // hangs up with our EHLO unread, which resets the connection and can take its last words away.
      expect(third).toMatchObject({ outcome: 'inconclusive', exitCode: 4, verify: { code: 0 } });
      expect(third?.error?.phase).toBe('ehlo-after-tls');
      expect(third?.error?.code).toMatch(/^(?:service-closing|connection-closed|connection-reset)$/);
      expect(third?.error?.serverSaid ?? '421 ').toMatch(/^421 /);
      expect(third?.smtp?.ehloAfterTls).toBeNull();
      expect(fourth).toMatchObject({
        outcome: 'inconclusive',
        exitCode: 4,
        verify: null,
        error: { code: 'starttls-temporary', phase: 'starttls' },
      });
      expect(fourth?.error?.serverSaid).toMatch(/^454 /);
    });

    it('421 by connection rate: inconclusive, and the greeting is shown', async () => {
      const server = await postfix(['good-rsa'], {
        main: { ...LIMITED, smtpd_client_connection_rate_limit: '2' },
      });
      const reports = await repeat(4, server.port);
      expect(reports.filter((report) => report.exitCode === 0).length).toBe(2);
      for (const report of reports.slice(2)) {
        expect(report).toMatchObject({
          outcome: 'inconclusive',
          exitCode: 4,
          error: { phase: 'banner' },
          tls: null,
        });
        expect(report.error?.serverSaid).toMatch(/^421 /);
      }
    });

    it('421 by connection count: one of two at a time', async () => {
      const server = await postfix(['good-rsa'], {
        main: { ...LIMITED, smtpd_client_connection_count_limit: '1' },
      });
      const target = `127.0.0.1:${server.port}`;
      const { stdout } = await smtpcheck([
        ...['tls', target, target, target, target],
        ...['--ca-path', CA_DIR, '--servername', NAME, '--json'],
      ]);
      const reports = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Report);
      expect(reports.length).toBe(4);
      for (const report of reports) {
        if (report.exitCode === 0) expect(report.verify?.code).toBe(0);
        else expect(report).toMatchObject({ exitCode: 4, error: { code: 'greeting-rejected' } });
      }
    });

    it('is left with QUIT, whatever the verdict', async () => {
      const server = await postfix(['expired-leaf']);
      const target = `127.0.0.1:${server.port}`;
      const verdicts = [
        await probe([target, '--ca-path', CA_DIR, '--servername', NAME]),
        await probe([target, '--ca-path', CA_DIR, '--servername', NAME, '--no-verify']),
        await probe([target, '--pin', `sha256:${'00'.repeat(32)}`]),
      ];
      expect(verdicts.map((report) => report.exitCode)).toEqual([1, 0, 1]);
      await expect
        .poll(() =>
          server.log().match(/disconnect from \S+\[127\.0\.0\.1\] ehlo=2 starttls=1 quit=1 commands=4/g),
        )
        .toHaveLength(verdicts.length);
      expect(server.log()).not.toMatch(/lost connection|SSL_accept error|non-SMTP|warning/i);
    });
  });
});

async function repeat(times: number, port: number): Promise<Report[]> {
  const reports: Report[] = [];
  for (let i = 0; i < times; i += 1) {
    reports.push(await probe([`127.0.0.1:${port}`, '--ca-path', CA_DIR, '--servername', NAME]));
  }
  return reports;
}

function finger(port: number): Promise<string> {
  const args = ['-c', '-l', 'secure', '-P', CA_DIR, '-s', NAME, `[127.0.0.1]:${port}`, NAME];
  return new Promise((resolve, reject) => {
    const child = spawn(findTool('posttls-finger') ?? 'posttls-finger', args, {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', reject).once('close', () => resolve(said));
  });
}

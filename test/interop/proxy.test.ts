import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { fixture } from '../support/probe.js';
import { runCli } from '../support/run-cli.js';
import { parseReport } from '../support/schema.js';
import { freePorts } from './support/loopback.js';
import { parseSClient, sClient } from './support/openssl.js';
import { startMicrosocks, startTinyproxy, type RealProxy } from './support/proxies.js';
import { requireTool } from './support/require.js';
import { chainOf, chainOfSClient, sessionOf, sessionOfSClient } from './support/same.js';

/** Real proxies, and what curl and openssl make of them. */

const tools = ['tinyproxy', 'microsocks', 'curl', 'openssl'] as const;
const LOGIN = { user: 'alice', password: 'lab-proxy-password' };
const TRUST = ['--ca-path', fixture('ca-dir'), '--servername', 'mail.smtpcheck.test'];

interface CurlResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** curl reads what the port says, and no more. */
function curl(proxy: string, target: string, more: readonly string[] = []): Promise<CurlResult> {
  const args = ['-sS', '--max-time', '3', '--proxytunnel', '-x', proxy, ...more, `telnet://${target}`];
  return new Promise((resolve) => {
    execFile('curl', args, { env: { PATH: process.env['PATH'] } }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    ).stdin?.end();
  });
}

async function probe(target: string, proxy: string, env: Record<string, string> = {}): Promise<Report> {
  const { stdout, code } = await runCli(
    ['tls', target, ...TRUST, '--proxy', proxy, '--json', '--show-certs'],
    { env },
  );
  const report = parseReport(stdout);
  expect(report.exitCode).toBe(code);
  return report;
}

describe.skipIf(!tools.every(requireTool))('real proxies', () => {
  let lab: Lab;
  let port: number;
  let closed: number;
  let socks: RealProxy;
  let socksWithLogin: RealProxy;
  let http: RealProxy;
  let httpWithLogin: RealProxy;

  beforeAll(async () => {
    lab = await startLab({ fixturesDir: FIXTURES_DIR, names: ['good'] });
    port = lab.servers[0]?.port ?? 0;
    [closed = 0] = await freePorts(1);
    [socks, socksWithLogin, http, httpWithLogin] = await Promise.all([
      startMicrosocks(),
      startMicrosocks(LOGIN),
      startTinyproxy([port, closed]),
      startTinyproxy([port], LOGIN),
    ]);
  });
  afterAll(async () => {
    await Promise.all([lab, socks, socksWithLogin, http, httpWithLogin].map((one) => one.stop()));
  });

  it.each(['socks5', 'socks5h'])('microsocks by %s leads where it leads curl', async (scheme) => {
    const url = `${scheme}://127.0.0.1:${socks.port}`;
    const seen = await curl(url, `localhost:${port}`);
    const report = await probe(`localhost:${port}`, url);
    expect(report).toMatchObject({ outcome: 'pass', target: { proxy: { protocol: scheme } } });
    expect(seen.stdout.trim()).toBe(`220 ${report.smtp?.banner ?? ''}`);
  });

  it('tinyproxy leads where it leads openssl, to the same session', async () => {
    const target = `127.0.0.1:${port}`;
    const report = await probe(target, `http://127.0.0.1:${http.port}`);
    const said = parseSClient(
      await sClient(
        [
          '-proxy',
          `127.0.0.1:${http.port}`,
          '-connect',
          target,
          '-starttls',
          'smtp',
          '-servername',
          'mail.smtpcheck.test',
          '-showcerts',
        ],
        { input: 'QUIT\r\n' },
      ),
    );
    expect(report.outcome).toBe('pass');
    expect(sessionOf(report)).toEqual(sessionOfSClient(said));
    expect(chainOf(report)).toEqual(chainOfSClient(said));
  });

  it('a port where nobody listens: both proxies cannot connect, and SOCKS says why', async () => {
    const bySocks = await probe(`127.0.0.1:${closed}`, `socks5://127.0.0.1:${socks.port}`);
    const curlBySocks = await curl(`socks5://127.0.0.1:${socks.port}`, `127.0.0.1:${closed}`);
    expect(bySocks).toMatchObject({ exitCode: 3, error: { code: 'connection-refused' } });
    expect(curlBySocks).toMatchObject({ code: 97 });
    expect(curlBySocks.stderr).toContain('(5)');
    expect(bySocks.error?.message).toContain('(5)');
    const byHttp = await probe(`127.0.0.1:${closed}`, `http://127.0.0.1:${http.port}`);
    const curlByHttp = await curl(`http://127.0.0.1:${http.port}`, `127.0.0.1:${closed}`);
    expect(byHttp).toMatchObject({ exitCode: 4, error: { code: 'proxy-failed' } });
    const [, status = 'none'] = /response (\d+)/.exec(curlByHttp.stderr) ?? [];
    expect(byHttp.error?.message).toContain(`(${status})`);
  });

  it('a port that tinyproxy does not allow is no verdict on the server', async () => {
    const [forbidden = 0] = await freePorts(1);
    const report = await probe(`127.0.0.1:${forbidden}`, `http://127.0.0.1:${http.port}`);
    const seen = await curl(`http://127.0.0.1:${http.port}`, `127.0.0.1:${forbidden}`);
    expect(seen.stderr).toContain('403');
    expect(report).toMatchObject({ exitCode: 4, error: { code: 'proxy-refused' } });
    expect(report.error?.message).toContain('(403)');
  });

  it.each(['socks5', 'http'])('a login by %s is taken with the password, and not without', async (scheme) => {
    const { port: at } = scheme === 'http' ? httpWithLogin : socksWithLogin;
    const url = (user: string): string => `${scheme}://${user}127.0.0.1:${at}`;
    const env = { SMTPCHECK_PROXY_PASSWORD: LOGIN.password };
    const target = `127.0.0.1:${port}`;
    expect((await curl(url(''), target, ['-U', `${LOGIN.user}:${LOGIN.password}`])).stdout).toContain('220 ');
    expect((await probe(target, url('alice@'), env)).outcome).toBe('pass');
    const wrong = await probe(target, url('alice@'), { SMTPCHECK_PROXY_PASSWORD: 'other' });
    const none = await probe(target, url(''));
    for (const { exitCode, error } of [wrong, none])
      expect({ exitCode, code: error?.code }).toEqual({ exitCode: 4, code: 'proxy-auth' });
    expect((await curl(url(''), target)).code).not.toBe(0);
  });

  it('each is recognised where the other was meant', async () => {
    const socksAsHttp = await probe(`127.0.0.1:${port}`, `http://127.0.0.1:${socks.port}`);
    expect(socksAsHttp).toMatchObject({
      exitCode: 4,
      error: { code: 'not-a-proxy', hint: 'a SOCKS proxy is socks5h://host:port' },
    });
    const mailAsSocks = await probe(`127.0.0.1:${port}`, `socks5://127.0.0.1:${port}`);
    expect(mailAsSocks).toMatchObject({ exitCode: 4, error: { code: 'not-a-proxy' } });
    expect(mailAsSocks.error?.message).toContain('SMTP');
  });
});

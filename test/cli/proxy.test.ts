import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LAB_USER, startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { httpProxy, socksProxy, startProxy, type Behaviour, type TestProxy } from '../servers/proxies.js';
import { fixture } from '../support/probe.js';
import { runCli, runMain } from '../support/run-cli.js';
import { parseReport } from '../support/schema.js';

/** --proxy on the command line: what it may be beside, and where its password comes from and does not go. */

const TRUST = ['--ca-path', fixture('ca-dir'), '--servername', 'mail.smtpcheck.test'];
const SECRET = 's3cret of the proxy';
let lab: Lab;
let tls: string;
let auth: string;

beforeAll(async () => {
  lab = await startLab({ fixturesDir: FIXTURES_DIR, names: ['good', 'auth-good'] });
  const [good, login] = lab.servers;
  tls = `127.0.0.1:${good?.port ?? 0}`;
  auth = `127.0.0.1:${login?.port ?? 0}`;
});
afterAll(() => lab.stop());

const running: TestProxy[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((proxy) => proxy.stop()));
});

async function proxyIs(behaviour: Behaviour): Promise<TestProxy> {
  const proxy = await startProxy(behaviour);
  running.push(proxy);
  return proxy;
}

describe('--proxy', () => {
  it('is named in the report', async () => {
    const { port } = await proxyIs(socksProxy());
    const url = `socks5://127.0.0.1:${port}`;
    const text = await runMain(['tls', tls, ...TRUST, '--proxy', url]);
    expect(text.code).toBe(0);
    expect(text.stdout).toContain(`connected: 127.0.0.1 (IPv4) through ${url}, SMTP with STARTTLS`);
    const json = await runMain(['tls', tls, ...TRUST, '--proxy', url, '--json']);
    expect(parseReport(json.stdout).target?.proxy).toEqual({
      protocol: 'socks5',
      host: '127.0.0.1',
      port,
      address: '127.0.0.1',
      resolvedBy: null,
    });
  });

  it('that finds the name by itself leaves no address to name', async () => {
    const { port } = await proxyIs(httpProxy());
    const target = tls.replace('127.0.0.1', 'mail.smtpcheck.test');
    const { stdout, code } = await runMain(['tls', target, ...TRUST, '--proxy', `http://127.0.0.1:${port}`]);
    expect(code).toBe(0);
    expect(stdout).toContain(`an address that the proxy found through http://127.0.0.1:${port}`);
  });

  it('is what every connection of a login goes through', async () => {
    const proxy = await proxyIs(socksProxy());
    const { code, stdout } = await runMain(
      [
        'auth',
        auth,
        '-u',
        LAB_USER.user,
        '--probe-plaintext',
        ...TRUST,
        '--proxy',
        `socks5h://127.0.0.1:${proxy.port}`,
        '--json',
      ],
      { env: { SMTPCHECK_PASSWORD: LAB_USER.password } },
    );
    expect(code).toBe(0);
    expect(parseReport(stdout).connections).toBe(2);
    expect(proxy.connections).toBe(2);
  });

  it('has its password from the environment, and nobody sees it', async () => {
    const login = { user: 'alice', password: SECRET };
    const proxy = await proxyIs(socksProxy({ login }));
    const url = `socks5://alice@127.0.0.1:${proxy.port}`;
    for (const options of [
      ['--json', '--debug'],
      ['-v', '--debug'],
    ]) {
      const { stdout, stderr, code } = await runCli(['tls', tls, ...TRUST, '--proxy', url, ...options], {
        env: { SMTPCHECK_PROXY_PASSWORD: SECRET },
      });
      expect(code).toBe(0);
      expect(proxy.heard().toString()).toContain(SECRET);
      expect(stderr).toContain('>>> sent');
      const dump = stderr.replace(/^[0-9a-f]{4} - .{47} {3}(.*)$/gm, '$1').replaceAll('\n', '');
      for (const secret of [SECRET, Buffer.from(SECRET).toString('base64'), 's3cret'])
        expect(stdout + stderr + dump).not.toContain(secret);
    }
  });

  it('given with its password is refused without repeating it', async () => {
    const url = 'socks5://alice:s3cret@127.0.0.1:1';
    for (const options of [[], ['--json'], ['--proxy', url], ['--nosuch']]) {
      const { stdout, stderr, code } = await runMain(['tls', tls, '--proxy', url, ...options]);
      expect(code).toBe(2);
      expect(stdout + stderr).not.toContain('s3cret');
    }
    const { stderr } = await runMain(['tls', tls, '--proxy', url]);
    expect(stderr).toContain('SMTPCHECK_PROXY_PASSWORD');
  });

  it('is not looked for in the environment', async () => {
    const proxy = await proxyIs(socksProxy());
    const url = `socks5h://127.0.0.1:${proxy.port}`;
    const env = { ALL_PROXY: url, all_proxy: url, https_proxy: url, HTTPS_PROXY: url, http_proxy: url };
    expect((await runCli(['tls', tls, ...TRUST], { env })).code).toBe(0);
    expect(proxy.connections).toBe(0);
  });

  it.each([
    [['mail.example.org', '-4', '--proxy', 'socks5h://p'], 'the proxy looks mail.example.org up'],
    [['192.0.2.1', 'mail.example.org', '-4', '--proxy', 'http://p:1'], 'the proxy looks mail.example.org up'],
    [['mail.example.org', '--proxy', 'p:1080'], 'without saying what it speaks'],
    [['mail.example.org', '--proxy', ''], '--proxy'],
    [['mail.example.org', '--proxy', 'socks5://p', '--proxy', 'socks5://q'], 'it takes one value'],
  ])('%j is refused before anything is sent', async (args, words) => {
    const { stderr, code } = await runMain(['tls', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });

  it.each([
    [['-4', '--proxy', 'socks5://127.0.0.1:1']],
    [['-4', '--proxy', 'socks5h://127.0.0.1:1', '--address', '127.0.0.1']],
  ])('%j is none of these: the family can be had', async (args) => {
    const { code, stdout } = await runMain(['tls', 'localhost:25', ...args, '--json']);
    expect(code).toBe(4);
    expect(parseReport(stdout).error?.code).toBe('proxy-unreachable');
  });

  it('that hangs is left by Ctrl-C, and by the clock', async () => {
    const silent = await proxyIs(() => undefined);
    const args = ['tls', tls, ...TRUST, '--json', '--proxy', `socks5://127.0.0.1:${silent.port}`];
    const broken = await runCli(args, {
      started: (child) => {
        const timer = setInterval(() => {
          if (silent.connections > 0) child.kill('SIGINT');
        }, 50);
        child.once('exit', () => clearInterval(timer));
      },
    });
    expect(broken.code).toBe(130);
    expect(broken.ms).toBeLessThan(8000);
    const late = await runCli([...args, '--timeout', '500ms']);
    expect(late.code).toBe(4);
    expect(parseReport(late.stdout).error?.code).toBe('proxy-timeout');
    expect(late.ms).toBeLessThan(5000);
  });
});

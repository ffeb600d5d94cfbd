import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { ProxyServer } from '../../src/core/proxy.js';
import type { Report } from '../../src/core/report.js';
import { probeTls } from '../../src/index.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import { httpProxy, socksProxy, startProxy, type Behaviour, type TestProxy } from '../servers/proxies.js';
import { startServer, type ServerSpec, type TestServer } from '../servers/scripted.js';
import { labTrust, probe, type ProbeTestOptions } from '../support/probe.js';
import { assertValidReport } from '../support/schema.js';

/*
 * What a proxy says of itself says nothing about the mail server. So whatever a bad proxy does, the verdict on the server can
 * neither be a pass nor a fail; and a good one may change nothing about it.
 */

const running: { stop: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function serverIs(spec: ServerSpec = {}): Promise<TestServer> {
  const server = await startServer(spec);
  running.push(server);
  return server;
}

async function proxyIs(behaviour: Behaviour): Promise<TestProxy> {
  const proxy = await startProxy(behaviour);
  running.push(proxy);
  return proxy;
}

const LOGIN = { user: 'alice', password: 'pässwörd 1' };

function at(protocol: ProxyServer['protocol'], { port }: TestProxy, login?: typeof LOGIN): ProxyServer {
  return { protocol, host: '127.0.0.1', port, ...(login === undefined ? {} : { login }) };
}

/** Probes by name: with socks5h and http nobody but the proxy finds it. */
async function probeByName(port: number, options: ProbeTestOptions): Promise<Report> {
  const report = await probeTls(
    { host: LAB_HOSTNAME, port, mode: options.mode ?? 'starttls', literal: 0 },
    { trust: labTrust(), ehloName: 'client.example', timeoutMs: 5000, ...options },
  );
  assertValidReport(JSON.parse(JSON.stringify(report)));
  return report;
}

const WAYS = [
  ['socks5', socksProxy],
  ['socks5h', socksProxy],
  ['http', httpProxy],
] as const;

describe.each(WAYS)('through a %s proxy', (protocol, behaviour) => {
  it.each([
    ['at once', {}],
    ['octet by octet', { slow: true }],
    ["with the server's first words in one segment", { together: true }],
    ["octet by octet, the server's first words too", { slow: true, together: true }],
  ])('%s the server is measured as without it', async (_how, manner) => {
    const server = await serverIs();
    const proxy = await proxyIs(behaviour(manner));
    const direct = await probe(server.port);
    const report = await probe(server.port, { proxy: at(protocol, proxy) });
    expect(report.outcome).toBe('pass');
    expect(report).toMatchObject({
      target: {
        address: '127.0.0.1',
        family: 4,
        proxy: { protocol, host: '127.0.0.1', port: proxy.port, address: '127.0.0.1', resolvedBy: null },
      },
      smtp: direct.smtp,
      chain: direct.chain,
      findings: direct.findings,
      connections: 1,
    });
    expect([proxy.connections, server.connections]).toEqual([1, 2]);
  });

  it('TLS from the first byte passes too, and a failure stays one', async () => {
    const proxy = await proxyIs(behaviour({ together: false }));
    const implicit = await serverIs({ implicit: true });
    expect(await probe(implicit.port, { mode: 'implicit', proxy: at(protocol, proxy) })).toMatchObject({
      outcome: 'pass',
    });
    const refusing = await serverIs({ replies: { STARTTLS: '502 no\r\n' } });
    expect(await probe(refusing.port, { proxy: at(protocol, proxy) })).toMatchObject({
      outcome: 'fail',
      error: { code: 'starttls-refused' },
    });
  });

  it('a long greeting that begins in the segment of its answer is not lost', async () => {
    const lines = Array.from({ length: 200 }, (_, i) => `220-line ${i}\r\n`).join('');
    const server = await serverIs({ greeting: `${lines}220 end\r\n` });
    const proxy = await proxyIs(behaviour({ together: true }));
    const report = await probe(server.port, { proxy: at(protocol, proxy) });
    expect(report.smtp?.banner?.split('\n')).toHaveLength(201);
    expect(report.outcome).toBe('pass');
  });

  it('the login is made, and is in nothing that is reported', async () => {
    const server = await serverIs();
    const proxy = await proxyIs(behaviour({ login: LOGIN }));
    const dump: string[] = [];
    const report = await probe(server.port, {
      proxy: at(protocol, proxy, LOGIN),
      transcript: true,
      onBytes: (_direction, chunk) => dump.push(Buffer.from(chunk).toString('latin1')),
    });
    expect(report.outcome).toBe('pass');
    const secrets = secretsOf(LOGIN);
    expect(secrets.some((secret) => proxy.heard().toString('latin1').includes(secret))).toBe(true);
    for (const secret of secrets) expect(JSON.stringify(report) + dump.join('')).not.toContain(secret);
    expect(JSON.stringify(report)).not.toContain('alice');
  });

  it.each([
    ['wanting', undefined, 'asks for'],
    ['wrong', { user: 'alice', password: 'other' }, 'does not take'],
  ])('a login that is %s is no verdict on the server', async (_how, login, words) => {
    const server = await serverIs();
    const proxy = await proxyIs(behaviour({ login: LOGIN }));
    const report = await probe(server.port, { proxy: at(protocol, proxy, login) });
    expect(report).toMatchObject({
      outcome: 'inconclusive',
      exitCode: 4,
      error: { code: 'proxy-auth', phase: 'connect' },
    });
    expect(report.error?.message).toContain(words);
    expect(server.connections).toBe(0);
  });
});

/** The password in every shape that travels. */
function secretsOf({ user, password }: typeof LOGIN): string[] {
  const both = Buffer.from(`${user}:${password}`).toString('base64');
  const own = Buffer.from(password);
  return [password, own.toString('latin1'), own.toString('base64'), both, own.toString('hex')];
}

describe('a name', () => {
  it.each([
    ['socks5h', socksProxy],
    ['http', httpProxy],
  ] as const)('is for the %s proxy to look up', async (protocol, behaviour) => {
    const server = await serverIs();
    const proxy = await proxyIs(behaviour());
    const report = await probeByName(server.port, { proxy: at(protocol, proxy) });
    expect(proxy.heard().toString('latin1')).toContain(LAB_HOSTNAME);
    expect(report).toMatchObject({
      outcome: 'pass',
      target: {
        host: LAB_HOSTNAME,
        address: null,
        family: null,
        proxy: { resolvedBy: 'proxy', address: '127.0.0.1' },
      },
    });
  });

  it('is looked up here for socks5, and the proxy never hears it', async () => {
    const proxy = await proxyIs(socksProxy());
    const missing = await probeByName(25, { proxy: at('socks5', proxy) });
    expect(missing).toMatchObject({ outcome: 'error', error: { code: 'dns-not-found', phase: 'dns' } });
    expect(proxy.connections).toBe(0);
    const server = await serverIs();
    const report = await probeTls(
      { host: 'localhost', port: server.port, mode: 'starttls', literal: 0 },
      { trust: labTrust(), family: 4, servername: LAB_HOSTNAME, proxy: at('socks5', proxy), timeoutMs: 5000 },
    );
    expect(report).toMatchObject({
      outcome: 'pass',
      target: { address: '127.0.0.1', proxy: { resolvedBy: 'smtpcheck' } },
    });
    expect(proxy.heard().toString('latin1')).not.toContain('localhost');
  });

  it('with an address beside it is not looked up by anybody', async () => {
    const server = await serverIs();
    const proxy = await proxyIs(socksProxy());
    const report = await probeByName(server.port, { address: '127.0.0.1', proxy: at('socks5h', proxy) });
    expect(report).toMatchObject({
      outcome: 'pass',
      target: { address: '127.0.0.1', proxy: { resolvedBy: null } },
    });
  });
});

/** After the greeting of SOCKS, which it takes as it should. */
const socksReply =
  (reply: Uint8Array | string): Behaviour =>
  (client) => {
    client.once('data', () => {
      client.write(Buffer.of(5, 0));
      client.once('data', () => client.write(reply));
    });
  };
const answer =
  (...texts: readonly (string | Uint8Array)[]): Behaviour =>
  (client) =>
    client.once('data', () => texts.forEach((text) => client.write(text)));

describe('what a SOCKS proxy replies', () => {
  it.each([
    [1, 'proxy-failed', 4, 'general failure'],
    [2, 'proxy-refused', 4, 'not allowed'],
    [3, 'unreachable', 3, 'network unreachable'],
    [4, 'unreachable', 3, 'host unreachable'],
    [5, 'connection-refused', 3, 'connection refused'],
    [6, 'unreachable', 3, 'TTL expired'],
    [7, 'proxy-failed', 4, 'command not supported'],
    [8, 'proxy-failed', 4, 'address type not supported'],
    [9, 'proxy-failed', 4, 'no meaning'],
    [255, 'proxy-failed', 4, 'no meaning'],
  ])('%i is told by name: %s', async (code, error, exitCode, words) => {
    const proxy = await proxyIs(socksReply(Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0])));
    const report = await probe(25, { proxy: at('socks5', proxy) });
    expect(report).toMatchObject({ exitCode, error: { code: error, phase: 'connect' } });
    expect(report.error?.message).toContain(words);
    expect(report.error?.message).toContain('127.0.0.1:25');
    expect(report.target?.tried).toHaveLength(1);
    expect(report.target?.proxy?.address).toBe('127.0.0.1');
  });

  it.each([
    ['an address type that does not exist', Buffer.from([5, 0, 0, 9, 0, 0, 0, 0, 0, 0]), 'not-a-proxy'],
    ['another version in its reply', Buffer.from([4, 5, 0, 1, 0, 0, 0, 0, 0, 0]), 'not-a-proxy'],
    ['half a reply', Buffer.from([5, 0, 0, 1]), 'proxy-timeout'],
  ])('%s is no connection', async (_what, reply, code) => {
    const proxy = await proxyIs(socksReply(reply));
    const report = await probe(25, { proxy: at('socks5', proxy), connectTimeoutMs: 300 });
    expect(report).toMatchObject({ outcome: 'inconclusive', error: { code } });
  });

  it('gives its own address as a name, or in IPv6: the tunnel is open', async () => {
    for (const bound of [
      [3, 4, 0x6d, 0x61, 0x69, 0x6c],
      [4, ...Array.from({ length: 16 }, () => 0)],
    ]) {
      const proxy = await proxyIs(
        socksReply(Buffer.concat([Buffer.from([5, 0, 0, ...bound, 0, 25]), Buffer.from('554 go away\r\n')])),
      );
      const report = await probe(25, { proxy: at('socks5', proxy) });
      expect(report).toMatchObject({ error: { code: 'greeting-rejected' }, smtp: { banner: 'go away' } });
    }
  });
});

describe('what an HTTP proxy answers', () => {
  it.each([
    ['HTTP/1.1 102 Processing\r\n\r\n', 'proxy-failed', '102 Processing'],
    ['HTTP/1.1 401 Unauthorized\r\n\r\n', 'proxy-auth', '401 Unauthorized'],
    ['HTTP/1.1 403 Filtered\r\n\r\n', 'proxy-refused', '403 Filtered'],
    ['HTTP/1.1 404 \r\n\r\n', 'proxy-refused', '404'],
    ['HTTP/1.1 301 Moved\r\nLocation: http://x/\r\n\r\n', 'proxy-refused', '301 Moved'],
    ['HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\n\r\n', 'proxy-auth', '407 No; it takes NTLM'],
    ['HTTP/1.0 500 Unable to connect\r\n\r\n', 'proxy-failed', '500 Unable to connect'],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', 'proxy-failed', '502 Bad Gateway'],
    ['HTTP/1.1 503 x\r\nContent-Length: 100000\r\n\r\n', 'proxy-failed', '503 x'],
    ['HTTP/1.1 504 Gateway Timeout\r\n\r\n', 'proxy-failed', '504 Gateway Timeout'],
  ])('%j is no verdict on the server', async (text, code, said) => {
    const proxy = await proxyIs(answer(text));
    const report = await probe(25, { proxy: at('http', proxy) });
    expect(report).toMatchObject({
      outcome: 'inconclusive',
      exitCode: 4,
      error: { code, phase: 'connect', serverSaid: said },
    });
  });

  it.each([
    ['HTTP/1.0 200 OK\r\n\r\n'],
    ['HTTP/1.1 201 Created\r\n\r\n'],
    ['HTTP/1.1 299 \r\nVia: 1.1 x\r\nContent-Length: 12\r\n\r\n'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'],
  ])('%j opens the tunnel, and all behind it is the server’s', async (text) => {
    const server = await serverIs();
    const proxy = await proxyIs(httpProxy({ answer: text, together: true }));
    expect(await probe(server.port, { proxy: at('http', proxy) })).toMatchObject({
      outcome: 'pass',
      smtp: { banner: 'mail.smtpcheck.test ESMTP' },
    });
  });
});

const MEGABYTE = Buffer.alloc(1024 * 1024, 'x');

describe.each(['socks5', 'http'] as const)('a hostile %s proxy', (protocol) => {
  it.each<[string, Behaviour, string]>([
    ['garbage', answer(Buffer.alloc(4096, 0xfe)), 'not-a-proxy'],
    ['a megabyte of it', answer(MEGABYTE), 'not-a-proxy'],
    ['SMTP', (client) => client.write('220 mail ESMTP\r\n'), 'not-a-proxy'],
    ['SSH', (client) => client.write('SSH-2.0-OpenSSH_9.2\r\n'), 'not-a-proxy'],
    ['a TLS alert', answer(Buffer.from([21, 3, 3, 0, 2, 2, 40])), 'not-a-proxy'],
    ['the end at once', (client) => client.end(), 'proxy-failed'],
    ['the end after what we said', (client) => client.once('data', () => client.end()), 'proxy-failed'],
    ['a reset', (client) => client.once('data', () => client.resetAndDestroy()), 'proxy-failed'],
    ['nothing', () => undefined, 'proxy-timeout'],
  ])('that gives %s is no verdict on the server', async (_what, behaviour, code) => {
    const proxy = await proxyIs(behaviour);
    const report = await probe(25, { proxy: at(protocol, proxy), connectTimeoutMs: 500 });
    expect(report).toMatchObject({ outcome: 'inconclusive', exitCode: 4, error: { code, phase: 'connect' } });
    expect(report.connections).toBe(0);
  });

  // "does not speak SOCKS 5, but SOCKS", with the advice to say what had been said.
  it('that speaks its protocol badly is not told to speak it', async () => {
    const words = protocol === 'http' ? 'HTTP/1.1 xyz\r\n\r\n' : Buffer.of(5, 5);
    const proxy = await proxyIs(answer(words));
    const { error } = await probe(25, { proxy: at(protocol, proxy), connectTimeoutMs: 500 });
    expect(error).toMatchObject({ code: 'not-a-proxy', hint: 'is this the port of the proxy?' });
    expect(error?.message).toMatch(protocol === 'http' ? /does not speak HTTP$/ : /does not speak SOCKS 5$/);
  });

  it('that gives one octet now and then is bounded by the clock', async () => {
    const proxy = await proxyIs((client) => {
      const timer = setInterval(() => client.write(protocol === 'http' ? 'H' : Buffer.of(5)), 60);
      client.on('close', () => clearInterval(timer));
    });
    const from = performance.now();
    const report = await probe(25, { proxy: at(protocol, proxy), timeoutMs: 400 });
    expect(report.outcome).toBe('inconclusive');
    expect(performance.now() - from).toBeLessThan(3000);
  });

  it('is left at once when the user breaks off', async () => {
    const controller = new AbortController();
    const proxy = await proxyIs(() => setTimeout(() => controller.abort('SIGINT'), 50));
    const from = performance.now();
    const report = await probe(25, { proxy: at(protocol, proxy), signal: controller.signal });
    expect(report).toMatchObject({ exitCode: 130, error: { code: 'interrupted', phase: 'connect' } });
    expect(performance.now() - from).toBeLessThan(2000);
  });

  it('whatever it says: an answer with a code, and never a verdict', async () => {
    let next: Uint8Array = new Uint8Array();
    const proxy = await proxyIs((client) => {
      client.once('data', () => {
        if (protocol === 'socks5') client.write(Buffer.of(5, 0));
        client.end(next);
      });
    });
    const head = Buffer.from('HTTP/1.1 ');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), fc.boolean(), async (bytes, plausible) => {
        next = plausible ? Buffer.concat([protocol === 'http' ? head : Buffer.of(5, 0, 0), bytes]) : bytes;
        const report = await probe(25, { proxy: at(protocol, proxy), connectTimeoutMs: 1000 });
        expect(['inconclusive', 'error']).toContain(report.outcome);
        expect(report.error).not.toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it('that says the password back is not quoted', async () => {
    const said = secretsOf(LOGIN).join(' ');
    const status = Buffer.from(
      `HTTP/1.1 407 ${said}\r\nProxy-Authenticate: Basic ${said}, X-${said}\r\n\r\n`,
    );
    const texts: Behaviour[] = [
      answer(status),
      answer(Buffer.from(`HTTP/1.1 503 ${said}\r\n\r\n`)),
      answer(Buffer.from(said)),
      answer(Buffer.from(`220 ${said}\r\n`)),
    ];
    for (const behaviour of texts) {
      const proxy = await proxyIs(behaviour);
      const report = await probe(25, { proxy: at(protocol, proxy, LOGIN), transcript: true });
      expect(report.outcome).toBe('inconclusive');
      for (const secret of secretsOf(LOGIN)) expect(JSON.stringify(report)).not.toContain(secret);
    }
  });
});

describe('headers', () => {
  it('without end are refused, not kept', async () => {
    const proxy = await proxyIs((client) => {
      client.once('data', () => {
        client.write('HTTP/1.1 200 OK\r\n');
        const more = (): void => {
          if (!client.destroyed) client.write(`X-${'y'.repeat(1000)}: z\r\n`, () => setImmediate(more));
        };
        more();
      });
    });
    const report = await probe(25, { proxy: at('http', proxy) });
    expect(report).toMatchObject({ outcome: 'inconclusive', error: { code: 'not-a-proxy' } });
    expect(report.error?.message).toContain('16 KiB');
  });
});

describe('the proxy itself', () => {
  it('that cannot be reached is no verdict on the server', async () => {
    const proxy = await startProxy(() => undefined);
    await proxy.stop();
    const refused = await probe(25, { proxy: at('socks5', proxy) });
    expect(refused).toMatchObject({
      outcome: 'inconclusive',
      error: { code: 'proxy-unreachable', phase: 'connect' },
    });
    expect(refused.target?.proxy?.address).toBeNull();
    const nowhere = await probe(25, { proxy: { protocol: 'http', host: 'nosuch.invalid', port: 3128 } });
    expect(nowhere).toMatchObject({
      outcome: 'inconclusive',
      error: { code: 'proxy-unreachable', phase: 'connect' },
    });
  });
});

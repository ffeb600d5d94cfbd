import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_OUTCOMES } from '../../src/core/errors.js';
import { Deadline } from '../../src/net/deadline.js';
import { dial } from '../../src/net/dial.js';
import type { Address } from '../../src/net/resolve.js';
import { probeTls } from '../../src/probe/tls.js';
import { startServer, type TestServer } from '../servers/scripted.js';
import { labTrust } from '../support/probe.js';
import { assertValidReport } from '../support/schema.js';

const LOCAL: Address = { address: '127.0.0.1', family: 4 };
/** Loopback too, and nobody listens there. */
const OTHER: Address = { address: '127.0.0.2', family: 4 };

let server: Server;
let port: number;
const connections: (string | undefined)[] = [];

beforeAll(async () => {
  server = createServer((socket) => {
    connections.push(socket.remoteAddress);
    socket.on('error', () => undefined);
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

async function freePort(): Promise<number> {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port: free } = other.address() as AddressInfo;
  await new Promise((resolve) => other.close(resolve));
  return free;
}

describe('dial', () => {
  it('connects to the first address that lets it, and reports those before', async () => {
    const dialled = await dial([OTHER, LOCAL, OTHER], { port, connectTimeoutMs: 2000 }, new Deadline(5000));
    dialled.socket.destroy();
    expect(dialled.address).toEqual(LOCAL);
    expect(dialled.tried).toEqual([
      { address: OTHER.address, result: `${OTHER.address}:${port} refused the connection` },
    ]);
  });

  it('does not touch the second address when the first answers', async () => {
    const dialled = await dial([LOCAL, OTHER], { port, connectTimeoutMs: 2000 }, new Deadline(5000));
    dialled.socket.destroy();
    expect(dialled.tried).toEqual([]);
  });

  it('says that a connection was refused: exit code 3', async () => {
    const dead = await freePort();
    await expect(
      dial([LOCAL], { port: dead, connectTimeoutMs: 2000 }, new Deadline(5000)),
    ).rejects.toMatchObject({
      code: 'connection-refused',
      phase: 'connect',
      message: `127.0.0.1:${dead} refused the connection`,
      cause: { tried: [{ address: '127.0.0.1' }] },
    });
    expect(ERROR_OUTCOMES['connection-refused']).toBe('error');
  });

  it('says of every address why it was left', async () => {
    const dead = await freePort();
    await expect(
      dial([LOCAL, OTHER], { port: dead, connectTimeoutMs: 2000 }, new Deadline(5000)),
    ).rejects.toMatchObject({
      message: `no address answered: 127.0.0.1:${dead} refused the connection; 127.0.0.2:${dead} refused the connection`,
    });
  });

  it('writes an IPv6 address with brackets', async () => {
    const dead = await freePort();
    const address: Address = { address: '::1', family: 6 };
    await expect(
      dial([address], { port: dead, connectTimeoutMs: 2000 }, new Deadline(5000)),
    ).rejects.toMatchObject({
      message: expect.stringContaining(`[::1]:${dead}`) as string,
    });
  });

  it('connects from the address it is told', async () => {
    connections.length = 0;
    const dialled = await dial(
      [LOCAL],
      { port, connectTimeoutMs: 2000, bind: '127.0.0.3' },
      new Deadline(5000),
    );
    expect(dialled.socket.localAddress).toBe('127.0.0.3');
    dialled.socket.destroy();
  });

  it('says so when that address is not of this machine', async () => {
    await expect(
      dial([LOCAL], { port, connectTimeoutMs: 2000, bind: '192.0.2.77' }, new Deadline(5000)),
    ).rejects.toMatchObject({
      code: 'unreachable',
      hint: expect.stringContaining('--bind') as string,
    });
  });

  it.each([
    ['SIGINT', 'interrupted'],
    ['SIGTERM', 'terminated'],
  ])('tries no other address after %s', async (reason, code) => {
    const error: unknown = await dial(
      [LOCAL, OTHER],
      { port, connectTimeoutMs: 2000 },
      new Deadline(5000, AbortSignal.abort(reason)),
    ).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, phase: 'connect', message: code });
  });

  it('has nothing to dial without addresses', async () => {
    await expect(dial([], { port, connectTimeoutMs: 2000 }, new Deadline(5000))).rejects.toMatchObject({
      code: 'unreachable',
    });
  });
});

describe('a server that lets nobody in', () => {
  it('is left at the connect timeout', async () => {
    // A full backlog: Linux drops the SYN of one who comes too late, and the connection neither opens nor fails.
    const full = createServer();
    await new Promise<void>((resolve) => full.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, resolve));
    const { port: busy } = full.address() as AddressInfo;
    const { execFile } = await import('node:child_process');
    // Connections are accepted by this process's event loop; a listener in a stopped process never accepts.
    await new Promise((resolve) => full.close(resolve));
    const listener = execFile(process.execPath, [
      '-e',
      `const s = require('node:net').createServer(); s.listen({ port: ${busy}, host: '127.0.0.1', backlog: 1 }, () => { console.log('up'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 30000); });`,
    ]);
    const sockets = [];
    try {
      await new Promise((resolve) => listener.stdout?.once('data', resolve));
      const { connect } = await import('node:net');
      for (let i = 0; i < 8; i += 1) sockets.push(connect(busy, '127.0.0.1').on('error', () => undefined));
      await new Promise((resolve) => setTimeout(resolve, 100));
      const from = performance.now();
      await expect(
        dial([LOCAL, LOCAL], { port: busy, connectTimeoutMs: 300 }, new Deadline(400)),
      ).rejects.toMatchObject({
        code: 'connect-timeout',
        phase: 'connect',
      });
      expect(performance.now() - from).toBeLessThan(2000);
      expect(ERROR_OUTCOMES['connect-timeout']).toBe('error');
    } finally {
      for (const socket of sockets) socket.destroy();
      listener.kill('SIGKILL');
    }
  });
});

describe('the report', () => {
  let smtp: TestServer;
  beforeAll(async () => {
    smtp = await startServer();
  });
  afterAll(() => smtp.stop());

  it('has nothing of SMTP or TLS when nobody answered', async () => {
    const dead = await freePort();
    const report = await probeTls(
      { host: '127.0.0.1', port: dead, mode: 'starttls', literal: 4 },
      { trust: labTrust(), timeoutMs: 3000 },
    );
    assertValidReport(JSON.parse(JSON.stringify(report)));
    expect(report).toMatchObject({
      outcome: 'error',
      exitCode: 3,
      connections: 0,
      smtp: null,
      tls: null,
      chain: null,
      verify: null,
      findings: [],
      target: { address: null, family: null, tried: [{ address: '127.0.0.1' }] },
      error: { code: 'connection-refused', phase: 'connect' },
    });
  });

  it('keeps the name of the target when an address is given', async () => {
    const report = await probeTls(
      { host: 'mail.smtpcheck.test', port: smtp.port, mode: 'starttls', literal: 0 },
      { trust: labTrust(), address: '127.0.0.1', timeoutMs: 5000 },
    );
    assertValidReport(JSON.parse(JSON.stringify(report)));
    expect(report).toMatchObject({
      outcome: 'pass',
      target: {
        host: 'mail.smtpcheck.test',
        address: '127.0.0.1',
        family: 4,
        servername: 'mail.smtpcheck.test',
      },
      verify: { hostname: { name: 'mail.smtpcheck.test', result: 'match' } },
    });
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { FIXTURES_DIR } from '../../servers/fixtures.js';
import { join } from 'node:path';
import { freePorts } from './loopback.js';
import { findTool } from './require.js';

/** A TLS server of somebody else's, which is to be stopped. */
export interface RunningServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Chain and key of a fixture, such as `good-rsa`. */
export const chainFiles = (id: string): { cert: string; key: string } => ({
  cert: join(FIXTURES_DIR, 'chains', `${id}.pem`),
  key: join(FIXTURES_DIR, 'chains', `${id}.key.pem`),
});

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

/** `openssl s_server`, which answers lines after the handshake with the same, reversed. */
export async function startOpenssl(args: readonly string[]): Promise<RunningServer> {
  const child = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', '-rev', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const port = await firstNumber(child, /^ACCEPT .*:(\d+)$/m);
  return { port, stop: stopper(child) };
}

/** `gnutls-serv`, which answers lines after the handshake with the same. */
export async function startGnutls(args: readonly string[]): Promise<RunningServer> {
  const [port = 0] = await freePorts(1);
  const child = spawn(findTool('gnutls-serv') ?? 'gnutls-serv', ['--echo', '--port', `${port}`, ...args], {
    stdio: 'ignore',
  });
  for (let tries = 0; tries < 100; tries++) {
    if (child.exitCode !== null) throw new Error(`gnutls-serv ended with ${child.exitCode}`);
    if (await canConnect(port)) return { port, stop: stopper(child) };
    await sleep(50);
  }
  child.kill();
  throw new Error('gnutls-serv does not listen');
}

/** A Node.js with ML-KEM: this one, or that of `MODERN_NODE` (scripts/modern-node.sh); null when there is none. */
export function modernNode(): string | null {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const named = process.env['MODERN_NODE'] ?? '';
  return named !== '' && existsSync(named) ? named : null;
}

const SMTPS_SERVER = fileURLToPath(new URL('smtps-server.mjs', import.meta.url));

/** An SMTP server behind implicit TLS, of another Node.js. */
export async function startNode(node: string, options: object): Promise<RunningServer> {
  const child = spawn(node, [SMTPS_SERVER, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'pipe'] });
  return { port: await firstNumber(child, /^(\d+)$/m), stop: stopper(child) };
}

function firstNumber(child: ChildProcess, pattern: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    let said = '';
    const read = (text: string): void => {
      said += text;
      const found = pattern.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('error', reject).once('exit', () => reject(new Error(`the server ended: ${said}`)));
  });
}

function stopper(child: ChildProcess): () => Promise<void> {
  return async () => {
    child.kill('SIGKILL');
    await ended(child);
  };
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

export interface FrontOptions {
  /** How a hello with an empty key_share is refused, by a server that has not heard of HelloRetryRequest. */
  readonly emptyShare?: 'close' | number;
}

/** key_share of no octets but the length of its list. */
const EMPTY_SHARE = Buffer.from('003300020000', 'hex');

const fatal = (alert: number): Buffer => Buffer.from([21, 3, 3, 0, 2, 2, alert]);

/** SMTP up to STARTTLS, in front of a server that knows nothing but TLS. */
export async function startFront(
  upstream: number,
  { emptyShare }: FrontOptions = {},
): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    client.write('220 mx.example.test ESMTP\r\n');
    let said = '';
    const onData = (chunk: Buffer): void => {
      said += chunk.toString('latin1');
      for (let at = said.indexOf('\r\n'); at >= 0; at = said.indexOf('\r\n')) {
        const line = said.slice(0, at).toUpperCase();
        said = said.slice(at + 2);
        if (line.startsWith('EHLO')) client.write('250-mx.example.test\r\n250 STARTTLS\r\n');
        else if (line.startsWith('QUIT')) client.end('221 2.0.0 bye\r\n');
        else if (line === 'STARTTLS') passOn();
        else client.write('250 2.0.0 ok\r\n');
      }
    };
    const passOn = (): void => {
      client.off('data', onData).pause();
      const far = connect(upstream, '127.0.0.1', () => {
        client.write('220 2.0.0 go ahead\r\n');
        far.pipe(client);
        client.once('data', (hello: Buffer) => {
          if (emptyShare === 'close' && hello.includes(EMPTY_SHARE)) client.end();
          else if (typeof emptyShare === 'number' && hello.includes(EMPTY_SHARE))
            client.end(fatal(emptyShare));
          else {
            far.write(hello);
            client.pipe(far);
          }
        });
        client.resume();
      });
      keep(far);
      far.once('close', () => client.destroy());
      client.once('close', () => far.destroy());
    };
    client.on('data', onData);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

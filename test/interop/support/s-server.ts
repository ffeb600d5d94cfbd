import { spawn } from 'node:child_process';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { fixture } from '../../support/probe.js';
import { freePorts } from './loopback.js';

/** `openssl s_server`, with just enough SMTP in front of it and inside it for a dialogue with STARTTLS. */
export interface SServer {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export async function startSServer(options: readonly string[]): Promise<SServer> {
  const [tlsPort = 0] = await freePorts(1);
  const chain = fixture('chains', 'good-rsa.pem');
  const files = ['-cert', chain, '-cert_chain', chain, '-key', fixture('chains', 'good-rsa.key.pem')];
  const child = spawn('openssl', ['s_server', '-accept', `127.0.0.1:${tlsPort}`, ...files, ...options], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C' },
  });
  const ended = new Promise((resolve) => child.once('close', resolve));
  child.stdin.on('error', () => undefined);
  let rest = '';
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === 'ACCEPT') resolve();
        if (line.startsWith('EHLO')) child.stdin.write('250-openssl s_server\r\n250 8BITMIME\r\n');
        if (line.startsWith('QUIT')) child.stdin.write('221 Bye\r\n');
        // For a client that waits for the end: a "q" on a line of its own ends the connection, and not the server.
        if (line.startsWith('BYE')) child.stdin.write('q\n');
      }
    });
  });
  const front = await startFront(tlsPort);
  return {
    port: front.port,
    stop: async () => {
      await front.stop();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Plays SMTP up to STARTTLS's 220, and passes on what follows. */
async function startFront(tlsPort: number): Promise<SServer> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    keep(client, sockets);
    client.write('220 mail.smtpcheck.test ESMTP\r\n');
    const onLine = (chunk: Buffer): void => {
      const line = chunk.toString('latin1');
      if (line.startsWith('EHLO')) client.write('250-mail.smtpcheck.test\r\n250 STARTTLS\r\n');
      if (!line.startsWith('STARTTLS')) return;
      client.off('data', onLine);
      const upstream = connect(tlsPort, '127.0.0.1');
      keep(upstream, sockets);
      client.pipe(upstream).pipe(client);
      client.write('220 Ready\r\n');
    };
    client.on('data', onLine);
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

function keep(socket: Socket, sockets: Set<Socket>): void {
  sockets.add(socket);
  socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
}

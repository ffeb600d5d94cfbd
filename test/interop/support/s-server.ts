import { spawn } from 'node:child_process';
import { fixture } from '../../support/probe.js';
import type { TcpServer } from '../../support/tcp-server.js';
import { freePorts } from './loopback.js';
import { startFront } from './starttls-front.js';

/** `openssl s_server`, with just enough SMTP in front of it and inside it for a dialogue with STARTTLS. */
export async function startSServer(options: readonly string[]): Promise<TcpServer> {
  const [tlsPort = 0] = await freePorts(1);
  const chain = fixture('chains', 'good-rsa.pem');
  const files = ['-cert', chain, '-cert_chain', chain, '-key', fixture('chains', 'good-rsa.key.pem')];
  // A test runner that is killed ends no children: this one ends by itself.
  const child = spawn(
    'timeout',
    ['60', 'openssl', 's_server', '-accept', `127.0.0.1:${tlsPort}`, ...files, ...options],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C' },
    },
  );
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
      child.kill('SIGTERM');
      await ended;
    },
  };
}

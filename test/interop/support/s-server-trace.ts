import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './loopback.js';

/** An `openssl s_server` that speaks just enough SMTP for one probe, inside TLS from the first byte. */
export interface SServer {
  readonly port: number;
  /** What it wrote with `-trace`, once its one connection is over. */
  trace(): Promise<string>;
  stop(): void;
}

const WAIT_MS = 15_000;

/** Starts it on a free port, for one connection; `folder` takes its trace. */
export async function startSServer(args: readonly string[], folder: string): Promise<SServer> {
  const [port = 0] = await freePorts(1);
  const file = `${folder}/s_server-${port}.trace`;
  const child = spawn(
    'openssl',
    [
      's_server',
      '-accept',
      `127.0.0.1:${port}`,
      '-naccept',
      '1',
      '-crlf',
      '-trace',
      '-msgfile',
      file,
      ...args,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } },
  );
  let said = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (data: Buffer) => (said += data.toString('latin1')));
  child.stdout.on('data', (data: Buffer) => {
    const text = data.toString('latin1');
    said += text;
    // It copies what it gets to stdout, and what comes on stdin to the client.
    if (text.includes('CIPHER is ')) child.stdin.write('220 s_server ESMTP\n');
    if (/^EHLO /m.test(text)) child.stdin.write('250-s_server\n250 8BITMIME\n');
    if (/^QUIT/m.test(text)) child.stdin.write('221 bye\n');
  });
  const stop = (): void => void child.kill('SIGKILL');
  await listens(() => said, stop);
  return {
    port,
    stop,
    async trace() {
      const timer = setTimeout(stop, WAIT_MS);
      await ended;
      clearTimeout(timer);
      return readFileSync(file, 'latin1');
    },
  };
}

/** It says ACCEPT once it listens; to try would use up its one connection. */
async function listens(said: () => string, stop: () => void): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (!said().includes('ACCEPT')) {
    if (Date.now() > deadline) {
      stop();
      throw new Error(`openssl s_server does not listen: ${said()}`);
    }
    await sleep(20);
  }
}

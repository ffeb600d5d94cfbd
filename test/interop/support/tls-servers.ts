import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixture } from '../../support/probe.js';
import { freePorts } from './loopback.js';
import { findTool } from './require.js';
import { startFront, type FrontOptions } from './starttls-front.js';

/** A TLS server with SMTP around it. */
export interface SmtpTlsServer {
  /** SMTP with STARTTLS. */
  readonly port: number;
  /** TLS from the first octet: the server itself, for `openssl s_client` without SMTP. */
  readonly tlsPort: number;
  stop(): Promise<void>;
}

const START_MS = 10_000;
const TRIES_MS = 50;

export type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * `openssl s_server` as a mail server: it knows no SMTP, so what comes before TLS is said in front of it, and what comes inside TLS
 * through its standard input and output. It serves one connection at a time.
 */
export async function startOpensslServer(
  args: readonly string[] = [],
  front: FrontOptions = {},
): Promise<SmtpTlsServer> {
  const [tlsPort = 0] = await freePorts(1);
  const child = spawn(
    'openssl',
    [
      's_server',
      '-accept',
      `127.0.0.1:${tlsPort}`,
      '-quiet',
      ...defaultCertificate(args, '-cert', '-key'),
      ...args,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } },
  );
  speakSmtp(child);
  return withFront(child, tlsPort, front);
}

/** That of `good-rsa`, unless the arguments have another one. */
function defaultCertificate(args: readonly string[], certOption: string, keyOption: string): string[] {
  if (args.includes(certOption)) return [];
  const { cert, key } = chainFiles('good-rsa');
  return [certOption, cert, keyOption, key];
}

/** `gnutls-serv`, which gives back what it hears: no mail server inside TLS, but one that can be asked for all that comes before. */
export async function startGnutlsServer(args: readonly string[] = []): Promise<SmtpTlsServer> {
  const [tlsPort = 0] = await freePorts(1);
  const certificate = defaultCertificate(args, '--x509certfile', '--x509keyfile');
  const child = spawn(
    findTool('gnutls-serv') ?? 'gnutls-serv',
    ['--echo', '-p', String(tlsPort), ...certificate, ...args],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  child.stdout.resume();
  return withFront(child, tlsPort);
}

/** A Node with ML-KEM: this one, or that of `MODERN_NODE` (scripts/modern-node.sh); null when there is none. */
export function modernNode(): string | null {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const named = process.env['MODERN_NODE'] ?? '';
  return named !== '' && existsSync(named) ? named : null;
}

export interface NodeServerOptions {
  /** Ids of fixtures; default `good-rsa`. */
  readonly chains?: readonly string[];
  /** Groups, as tls.createServer takes them. */
  readonly ecdhCurve?: string;
}

/** Another Node than the one that runs the tests, with its own OpenSSL, as a mail server. */
export async function startNodeServer(
  node: string,
  { chains = ['good-rsa'], ...rest }: NodeServerOptions = {},
): Promise<SmtpTlsServer> {
  const [tlsPort = 0] = await freePorts(1);
  const files = chains.map(chainFiles);
  const options = {
    ...rest,
    cert: files.map(({ cert }) => readFileSync(cert, 'utf8')),
    key: files.map(({ key }) => readFileSync(key, 'utf8')),
  };
  const child = spawn(node, ['-e', NODE_SERVER, String(tlsPort), JSON.stringify(options)], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdout.resume();
  return withFront(child, tlsPort);
}

const NODE_SERVER = `
const [port, options] = process.argv.slice(1);
require('node:tls')
  .createServer(JSON.parse(options), (socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (line) => socket.write(/^QUIT/.test(line) ? '221 bye\\r\\n' : '250 mail.smtpcheck.test\\r\\n'));
  })
  .on('tlsClientError', () => undefined)
  .listen(Number(port), '127.0.0.1');
`;

/** Chain and key of a fixture, such as `good-rsa`. */
export const chainFiles = (id: string): { readonly cert: string; readonly key: string } => ({
  cert: fixture('chains', `${id}.pem`),
  key: fixture('chains', `${id}.key.pem`),
});

/** Answers what comes out of a server's standard output as a mail server would. */
function speakSmtp({ stdin, stdout }: Child): void {
  stdin.on('error', () => undefined);
  stdout.setEncoding('latin1').on('data', (text: string) => {
    for (const line of text.split('\r\n')) {
      if (/^EHLO /i.test(line)) stdin.write('250 mail.smtpcheck.test\r\n');
      else if (/^QUIT$/i.test(line)) stdin.write('221 bye\r\n');
    }
  });
}

/** A TLS server that listens on `tlsPort`, or soon will, with SMTP in front of it. */
export async function withFront(
  child: Child,
  tlsPort: number,
  options: FrontOptions = {},
): Promise<SmtpTlsServer> {
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-2000)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  const deadline = Date.now() + START_MS;
  while (!(await accepts(tlsPort))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await end();
      throw new Error(`the TLS server did not start\n${said}`);
    }
    await sleep(TRIES_MS);
  }
  const front = await startFront(tlsPort, options);
  return {
    port: front.port,
    tlsPort,
    stop: async () => {
      await front.stop();
      await end();
    },
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

import { createDiffieHellmanGroup } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { parseKeylogLine, ServerFlight } from '../../../src/wire/flight.js';
import type { FlightFacts } from '../../../src/wire/flight-types.js';
import { RecordReader } from '../../../src/wire/record.js';

/** What one handshake of node:tls with itself sent, and what node says about it. */
export interface Capture {
  /** Every octet the server sent. */
  readonly bytes: Buffer;
  /** SERVER_HANDSHAKE_TRAFFIC_SECRET, or null up to TLS 1.2. */
  readonly secret: Uint8Array | null;
  readonly keylog: readonly string[];
  /** All that passed, and the lines of the key log, in the order in which they came. */
  readonly wire: readonly WireStep[];
  /** verify_data of both sides (node:tls' getFinished), null when the handshake failed. */
  readonly finished: { readonly sent: Buffer; readonly received: Buffer } | null;
  readonly protocol: string | null;
  readonly cipher: tls.CipherNameAndProtocol;
  readonly ephemeral: { type?: string; name?: string; size?: number };
  readonly chain: readonly Buffer[];
  readonly alpn: string | null;
  readonly staple: Buffer | null;
  readonly session: Buffer | null;
  readonly error: Error | null;
}

/** As the client sees it. */
export type WireStep =
  | { readonly kind: 'bytes'; readonly direction: 'sent' | 'received'; readonly chunk: Buffer }
  | { readonly kind: 'keylog'; readonly line: string };

/** One end of a pipe that keeps what was written into it. */
class End extends Duplex {
  readonly written: Buffer[] = [];
  other: End | null = null;

  constructor(private readonly onWrite: (chunk: Buffer) => void) {
    super();
  }

  override _read(): void {
    // Data is pushed by the other end.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written.push(Buffer.from(chunk));
    this.onWrite(Buffer.from(chunk));
    this.other?.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    if (this.other?.destroyed === false && !this.other.readableEnded) this.other.push(null);
    done(error);
  }
}

const chains = new URL('../../../certs-fixtures/out/chains/', import.meta.url);

/** Certificate chain and key of a fixture, such as `good-rsa`. */
export function fixture(name: string): { cert: string; key: string } {
  const read = (file: string): string => readFileSync(new URL(file, chains), 'utf8');
  return { cert: read(`${name}.pem`), key: read(`${name}.key.pem`) };
}

/** The certificates of a fixture as DER, in the order of the file. */
export function ders(name: string): Buffer[] {
  const blocks = fixture(name).cert.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((block) => Buffer.from(block.replace(/-----[^-]+-----/g, ''), 'base64'));
}

/** DH parameters of a named group (PKCS #3) as PEM. */
export function dhParameters(group: string): string {
  const prime = createDiffieHellmanGroup(group).getPrime();
  const integer = (value: Buffer): Buffer =>
    der(0x02, (value[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), value]) : value);
  const body = der(0x30, Buffer.concat([integer(prime), integer(Buffer.from([2]))]));
  return `-----BEGIN DH PARAMETERS-----\n${body.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END DH PARAMETERS-----\n`;
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

export interface Handshake {
  readonly server: tls.TlsOptions;
  readonly client?: tls.ConnectionOptions;
  /** A response for the server to staple. */
  readonly staple?: Buffer;
  /** What the server does once the handshake is over; says `x` and goodbye unless given. */
  readonly afterwards?: (socket: tls.TLSSocket) => void;
}

/** Makes a handshake in memory. An error of the client ends it and is kept. */
export async function capture({
  server: serverOptions,
  client: clientOptions = {},
  staple,
  afterwards = (socket) => void socket.end('x'),
}: Handshake): Promise<Capture> {
  const wire: WireStep[] = [];
  const clientEnd = new End((chunk) => wire.push({ kind: 'bytes', direction: 'sent', chunk }));
  const serverEnd = new End((chunk) => wire.push({ kind: 'bytes', direction: 'received', chunk }));
  clientEnd.other = serverEnd;
  serverEnd.other = clientEnd;
  const server = tls.createServer(serverOptions);
  server.on('tlsClientError', () => undefined);
  server.on(
    'OCSPRequest',
    (_certificate: unknown, _issuer: unknown, done: (error: null, response: Buffer | null) => void) => {
      done(null, staple ?? null);
    },
  );
  server.on('secureConnection', (socket) => afterwards(socket.on('error', () => undefined)));
  server.emit('connection', serverEnd);
  const client = tls.connect({ rejectUnauthorized: false, ...clientOptions, socket: clientEnd });
  const keylog: string[] = [];
  client.on('keylog', (line) => {
    keylog.push(line.toString('latin1'));
    wire.push({ kind: 'keylog', line: line.toString('latin1') });
  });
  let stapled: Buffer | null = null;
  client.on('OCSPResponse', (response: Buffer | null) => (stapled = response));
  let session: Buffer | null = null;
  client.on('session', (data) => (session = data));
  const error = await settle(client);
  const known = error === null ? describeClient(client) : NOTHING_KNOWN;
  if (error === null) await once(client.resume(), 'end');
  client.destroy();
  return {
    bytes: Buffer.concat(serverEnd.written),
    secret: secretOf(keylog),
    keylog,
    wire,
    error,
    staple: stapled,
    session,
    ...known,
  };
}

const NOTHING_KNOWN = {
  protocol: null,
  cipher: { name: '', standardName: '', version: '' },
  ephemeral: {},
  chain: [],
  alpn: null,
  finished: null,
};

function settle(client: tls.TLSSocket): Promise<Error | null> {
  return new Promise((resolve) => {
    client.once('secureConnect', () => resolve(null));
    client.on('error', resolve);
  });
}

function describeClient(client: tls.TLSSocket) {
  const chain: Buffer[] = [];
  for (let next = client.getPeerX509Certificate(); next !== undefined; next = next.issuerCertificate)
    chain.push(next.raw);
  return {
    protocol: client.getProtocol(),
    cipher: client.getCipher(),
    ephemeral: (client.getEphemeralKeyInfo() ?? {}) as Capture['ephemeral'],
    chain,
    alpn: typeof client.alpnProtocol === 'string' ? client.alpnProtocol : null,
    finished: finishedOf(client),
  };
}

function finishedOf(client: tls.TLSSocket): Capture['finished'] {
  const [sent, received] = [client.getFinished(), client.getPeerFinished()];
  return sent === undefined || received === undefined
    ? null
    : { sent: Buffer.from(sent), received: Buffer.from(received) };
}

function secretOf(keylog: readonly string[]): Uint8Array | null {
  const entries = keylog.map((line) => parseKeylogLine(line));
  return entries.find((entry) => entry?.label === 'SERVER_HANDSHAKE_TRAFFIC_SECRET')?.secret ?? null;
}

/** Reads octets as they would arrive, in the given chunks, with the secret once it is waited for. */
export function readFlight(chunks: Iterable<Uint8Array>, secret: Uint8Array | null): ServerFlight {
  const reader = new RecordReader();
  const flight = new ServerFlight();
  for (const chunk of chunks) {
    for (const record of reader.push(chunk)) flight.accept(record);
    if (flight.waitingForSecret && secret !== null) flight.provideServerHandshakeSecret(secret);
  }
  return flight;
}

/** The facts of a capture; throws what the reader failed on. */
export function factsOf(captured: Capture): FlightFacts {
  const flight = readFlight([captured.bytes], captured.secret);
  if (flight.failure !== null) throw flight.failure;
  if (!flight.finished) throw new Error('the flight was not read to its end');
  return flight.facts;
}

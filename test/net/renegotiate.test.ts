import { constants } from 'node:crypto';
import {
  connect as connectTcp,
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { Deadline } from '../../src/net/deadline.js';
import { FlightTap } from '../../src/net/flight-tap.js';
import { renegotiate } from '../../src/net/renegotiate.js';
import { certificate } from '../servers/fixtures.js';

/*
 * Renegotiation is refused in many ways, and OpenSSL makes an error of each: of the warning that RFC 5246 has for it as well as of its
 * own trouble. Only what the server said or did is a refusal.
 */

const { SSL_OP_NO_RENEGOTIATION, SSL_OP_LEGACY_SERVER_CONNECT } = constants;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** A server of TLS 1.2 that says what it is told. */
function serve(options: TlsOptions = {}): Promise<number> {
  const server = createServer(
    { ...certificate('good-ecdsa'), maxVersion: 'TLSv1.2', ...options },
    (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data: Buffer) => socket.write(data));
    },
  );
  server.on('tlsClientError', () => undefined);
  return listen(server);
}

/** Between client and server, until the client begins a handshake within the session. */
function relay(port: number, then: (client: Socket) => void): Promise<number> {
  const server = createTcpServer((client) => {
    const upstream = connectTcp(port, '127.0.0.1');
    upstream.on('error', () => undefined).on('close', () => client.destroy());
    upstream.pipe(client);
    let inside = false;
    client.on('close', () => upstream.destroy());
    client.on('data', (chunk: Buffer) => {
      if (inside && chunk[0] === HANDSHAKE) then(client);
      else upstream.write(chunk);
      inside ||= chunk[0] === APPLICATION_DATA;
    });
  });
  return listen(server);
}

/** A session in which something was said. */
async function session(server: number | Duplex): Promise<TLSSocket> {
  const stream = connect({
    ...(typeof server === 'number' ? { port: server, host: '127.0.0.1' } : { socket: server }),
    rejectUnauthorized: false,
    maxVersion: 'TLSv1.2',
    secureOptions: SSL_OP_LEGACY_SERVER_CONNECT,
  });
  open.push(() => Promise.resolve(void stream.destroy()));
  await new Promise<void>((resolve, reject) => {
    stream.once('secureConnect', resolve).once('error', reject);
  });
  stream.on('error', () => undefined);
  const heard = new Promise((resolve) => stream.once('data', resolve));
  stream.write('hello');
  await heard;
  stream.pause();
  return stream;
}

const SOON = 400;
const deadline = (): Deadline => new Deadline(10_000);

describe('renegotiation', () => {
  it('is carried out as often as it is asked for, and the session goes on', async () => {
    const stream = await session(await serve());
    expect(await renegotiate(stream, 3, deadline())).toEqual({ times: 3, refusal: null });
    const heard = new Promise((resolve) => stream.once('data', resolve));
    stream.resume();
    stream.write('still there');
    expect(String(await heard)).toBe('still there');
  });

  it('makes a handshake each time', async () => {
    let handshakes = 0;
    const server = createServer({ ...certificate('good-ecdsa'), maxVersion: 'TLSv1.2' }, (socket) => {
      socket.on('error', () => undefined).on('data', (data: Buffer) => socket.write(data));
      socket.on('secure', () => (handshakes += 1));
    });
    const stream = await session(await listen(server));
    await renegotiate(stream, 2, deadline());
    expect(handshakes).toBe(2);
  });

  it('is refused with the warning that there is for it', async () => {
    const stream = await session(await serve({ secureOptions: SSL_OP_NO_RENEGOTIATION }));
    expect(await renegotiate(stream, 3, deadline())).toEqual({
      times: 0,
      refusal: { by: 'alert', words: 'alert 100 (no_renegotiation)' },
    });
    expect(stream.destroyed).toBe(true);
  });

  it.each([
    ['a close', (client: Socket) => client.end(), 'the server closed the connection'],
    ['a reset', (client: Socket) => client.resetAndDestroy(), 'the server reset the connection'],
  ])('is refused with %s', async (_, how, words) => {
    const stream = await session(await relay(await serve(), how));
    expect(await renegotiate(stream, 3, deadline(), SOON)).toEqual({
      times: 0,
      refusal: { by: 'close', words },
    });
  });

  it('is refused by a server that falls out of TLS, as Exim with GnuTLS does', async () => {
    const spoken = (client: Socket): unknown => client.end('421 4.4.2 lost input connection\r\n');
    const socket = connectTcp(await relay(await serve(), spoken), '127.0.0.1');
    const stream = await session(new FlightTap(socket, () => undefined));
    expect(await renegotiate(stream, 3, deadline(), SOON)).toEqual({
      times: 0,
      refusal: { by: 'close', words: 'the server fell out of TLS and ended the session' },
    });
  });

  it('is not answered', async () => {
    const stream = await session(await relay(await serve(), () => undefined));
    expect(await renegotiate(stream, 3, deadline(), SOON)).toMatchObject({
      times: 0,
      refusal: { by: 'silence', words: 'no answer for 400ms' },
    });
  });

  it('that breaks for a reason of its own is not refused', async () => {
    // A record that nobody can decrypt, in the place of an answer.
    const rubbish = Buffer.concat([Buffer.of(HANDSHAKE, 3, 3, 0, 64), Buffer.alloc(64, 0xa5)]);
    const stream = await session(await relay(await serve(), (client) => client.write(rubbish)));
    expect(await renegotiate(stream, 3, deadline(), SOON)).toMatchObject({
      times: 0,
      refusal: { by: 'other', words: expect.stringMatching(/^OpenSSL went no further: /) as string },
    });
  });

  it('ends with the whole time: that is no silence of the server', async () => {
    const stream = await session(await relay(await serve(), () => undefined));
    const error = await renegotiate(stream, 3, new Deadline(300)).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SmtpcheckError);
    expect(error).toMatchObject({ code: 'deadline-exceeded' });
  });
});

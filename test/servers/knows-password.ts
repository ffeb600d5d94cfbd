import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket, type TlsOptions } from 'node:tls';
import { extension, message, record, serverHello, v16, v8 } from '../wire/support/build.js';

const EHLO = '250-mail\r\n250 AUTH PLAIN LOGIN\r\n';

/**
 * A submission service (implicit TLS) that takes any password by PLAIN, and gives it away on the next connection: in the random,
 * the ALPN protocol and an extension of its ServerHello, which anybody on the way can read, and behind that as text.
 */
export async function startGivingAway(
  tls: TlsOptions,
  secret: string,
): Promise<{ readonly port: number; stop(): void }> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    connections += 1;
    if (connections === 1) speak(new TLSSocket(socket, { ...tls, isServer: true }));
    else socket.once('data', () => socket.end(giveAway(Buffer.from(secret))));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function speak(stream: TLSSocket): void {
  stream.on('error', () => undefined);
  stream.on('secure', () => stream.write('220 mail ESMTP\r\n'));
  stream.on('data', (data: Buffer) => {
    const [verb = ''] = data.toString().split(/[ \r]/);
    const replies: Record<string, string> = {
      EHLO,
      AUTH: '235 ok\r\n',
      MAIL: '530 no\r\n',
      QUIT: '221 bye\r\n',
    };
    stream.write(replies[verb] ?? '500 what\r\n');
  });
}

function giveAway(secret: Buffer): Buffer {
  const random = Buffer.alloc(32, 7);
  secret.copy(random);
  const extensions = [extension(16, v16(v8(secret))), extension(0x1234, secret)];
  const hello = record(22, message(2, serverHello({ random, extensions })));
  return Buffer.concat([hello, Buffer.from(`500 it is ${secret.toString()}\r\n`)]);
}

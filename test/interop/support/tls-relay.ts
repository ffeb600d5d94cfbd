import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

import { certificate } from '../../servers/fixtures.js';

/** A man in the middle who has the server's key. */
export interface TlsRelay {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Relays to a server on 127.0.0.1 through a TLS session with the client and another with the server, with the very
 * certificate that the client expects: nothing but a channel binding shows that there are two. `implicit` for TLS from
 * the first byte, else STARTTLS is waited for.
 */
export async function startTlsRelay(
  serverPort: number,
  options: { readonly implicit?: boolean } = {},
): Promise<TlsRelay> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    }
    if (options.implicit === true) join(client, upstream);
    else joinAfterStarttls(client, upstream);
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

/** Passes all on up to the 220 that follows STARTTLS. */
function joinAfterStarttls(client: Socket, upstream: Socket): void {
  let said = '';
  client.on('data', (chunk: Buffer) => {
    said += chunk.toString('latin1');
    upstream.write(chunk);
  });
  upstream.on('data', (chunk: Buffer) => {
    client.write(chunk);
    if (!/^STARTTLS\r\n$/im.test(said) || !chunk.toString('latin1').startsWith('220')) return;
    for (const socket of [client, upstream]) socket.removeAllListeners('data');
    join(client, upstream);
  });
  client.on('close', () => upstream.destroy());
  upstream.on('close', () => client.destroy());
}

function join(client: Socket, upstream: Socket): void {
  const near = new TLSSocket(client, { ...certificate('good-rsa'), isServer: true });
  const far = connectTls({ socket: upstream, rejectUnauthorized: false });
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
  near.pipe(far).pipe(near);
}

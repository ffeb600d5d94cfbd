import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';

import { certificate } from '../../servers/fixtures.js';
import { serveTcp, type TcpServer } from '../../support/tcp-server.js';

/**
 * A man in the middle who has the server's key. Relays to a server on 127.0.0.1 through a TLS session with the client and
 * another with the server, with the very certificate that the client expects: nothing but a channel binding shows that there are
 * two. `implicit` for TLS from the first byte, else STARTTLS is waited for.
 */
export function startTlsRelay(
  serverPort: number,
  options: { readonly implicit?: boolean } = {},
): Promise<TcpServer> {
  return serveTcp((client, keep) => {
    const upstream = keep(connect(serverPort, '127.0.0.1'));
    if (options.implicit === true) join(client, upstream);
    else joinAfterStarttls(client, upstream);
  });
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

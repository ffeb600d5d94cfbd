import { createServer, type AddressInfo, type Server } from 'node:net';
import { Peer } from './peer.js';
import type { RunningServer } from './types.js';

/** Listens and runs `converse` on every connection; a connection ends when that returns. */
export async function serve(
  where: { readonly host: string; readonly port: number },
  converse: (peer: Peer) => Promise<void>,
): Promise<RunningServer> {
  const peers = new Set<Peer>();
  const server = createServer((socket) => {
    const peer = new Peer(socket);
    peers.add(peer);
    void peer.closed.then(() => peers.delete(peer));
    converse(peer).then(
      () => peer.end(),
      () => peer.destroy(),
    );
  });
  const port = await listening(server, where);
  const stop = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const peer of peers) peer.destroy();
    await closed;
  };
  return { port, stop };
}

/** Binds and gives the port that was got. */
export async function listening(
  server: Server,
  where: { readonly host: string; readonly port: number },
): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port, where.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

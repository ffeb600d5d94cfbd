import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { TestServer } from './scripted.js';

/** Listens on loopback and hands over each connection; stops at once, whatever clients do. */
export async function listen(
  converse: (socket: Socket) => void,
  log: readonly string[],
  where: { readonly host?: string; readonly port?: number } = {},
): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    converse(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(where.port ?? 0, where.host ?? '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    log,
    get connections() {
      return connections;
    },
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

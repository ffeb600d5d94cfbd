import { createServer, type AddressInfo, type Socket } from 'node:net';

export interface TcpServer {
  readonly port: number;
  /** Stops listening, and ends what is still open. */
  readonly stop: () => Promise<void>;
}

/** A server on a free port of 127.0.0.1. What `keep` is given is ended with it, and so is each client; errors of both are ignored. */
export async function serveTcp(
  onClient: (client: Socket, keep: (socket: Socket) => Socket) => void,
  options: { readonly allowHalfOpen?: boolean } = {},
): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
  };
  const server = createServer(options, (client) => onClient(keep(client), keep));
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

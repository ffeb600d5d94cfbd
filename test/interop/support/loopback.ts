import { connect, createServer, type AddressInfo } from 'node:net';

/**
 * The address that readiness checks come from. Linux has all of 127/8 on loopback, and servers count connections and
 * remember greet tests by client address: what a check used up must not be missing for the test, which uses 127.0.0.1.
 */
const CHECK_FROM = '127.0.0.9';

/** Ports on 127.0.0.1 that were free a moment ago. They are held together, so they differ; a race is left to the caller. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) =>
        server.once('error', reject).listen(0, '127.0.0.1', resolve),
      );
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/**
 * Connects once and returns the last line of the SMTP greeting (after any `220-` lines), having said QUIT; or
 * undefined when the connection was refused or cut off, or when `signal` ended the wait.
 */
export function readGreeting(port: number, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: CHECK_FROM });
    let text = '';
    let greeting: string | undefined;
    const giveUp = (): unknown => socket.destroy();
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    socket.setEncoding('utf8');
    socket.on('error', () => undefined);
    // Waiting for the close leaves the server's log complete and its process free again.
    socket.on('close', () => {
      signal.removeEventListener('abort', giveUp);
      resolve(greeting);
    });
    socket.on('data', (chunk: string) => {
      text += chunk;
      if (greeting !== undefined) return;
      greeting = /^\d{3}(?: .*)?(?=\r\n)/m.exec(text)?.[0];
      if (greeting !== undefined) socket.end('QUIT\r\n');
    });
  });
}

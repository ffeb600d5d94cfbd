import type { Socket } from 'node:net';
import type { SMTPServer, SMTPServerOptions } from 'smtp-server';
import { listening } from './listener.js';
import type { LabContext, RunningServer } from './types.js';

export interface WellBehavedOptions extends SMTPServerOptions {
  /** Offers AUTH before TLS, which smtp-server does by itself and its other users here must not. */
  readonly authInTheClear?: boolean;
}

/** A server that keeps to the standards, by the smtp-server package; what is wrong with it is in `options`. */
export async function startSmtpServer(
  context: LabContext,
  options: WellBehavedOptions,
): Promise<RunningServer> {
  // Imported here, so that a command which starts no lab does not load it.
  const { SMTPServer } = await import('smtp-server');
  const { authInTheClear = false, disabledCommands = [], ...rest } = options;
  const server = new SMTPServer({
    name: context.hostname,
    banner: 'smtpcheck lab',
    disableReverseLookup: true,
    logger: false,
    hideENHANCEDSTATUSCODES: false,
    disabledCommands,
    allowInsecureAuth: authInTheClear,
    // Set for the session and not for the server, because AUTH belongs in the EHLO after TLS.
    onConnect: (session, callback) => {
      session.disabledCommands = authInTheClear ? disabledCommands : [...disabledCommands, 'AUTH'];
      callback();
    },
    onSecure: (_socket, session, callback) => {
      session.disabledCommands = disabledCommands;
      callback();
    },
    ...rest,
  });
  // Failed handshakes and clients that leave arrive here; they are what the lab is for.
  server.on('error', () => undefined);
  const sockets = new Set<Socket>();
  server.server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listening(server.server, context);
  return { port, stop: () => stop(server, sockets) };
}

async function stop(server: SMTPServer, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // TLS first, then what is left below: smtp-server would wait for half a minute for its clients to leave.
  for (const connection of server.connections) connection._socket.destroy();
  for (const socket of sockets) socket.destroy();
  await closed;
}

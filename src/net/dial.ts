import { connect, type Socket } from 'node:net';
import { SmtpcheckError } from '../core/errors.js';
import { formatMs, type Deadline } from './deadline.js';
import type { Address } from './resolve.js';

export interface DialOptions {
  readonly port: number;
  readonly connectTimeoutMs: number;
  /** Local address to connect from. */
  readonly bind?: string;
}

export interface Dialled {
  readonly socket: Socket;
  readonly address: Address;
  /** Every address tried before this one, with the reason it was left. */
  readonly tried: readonly { readonly address: string; readonly result: string }[];
}

/**
 * Connects to the first address that lets us, one at a time, so that the report can say which address was measured.
 * The next one is tried only when connecting fails, never when the server misbehaves.
 * @throws SmtpcheckError `connection-refused`, `connect-timeout` or `unreachable`; `tried` rides on the error as `cause`.
 */
export async function dial(
  addresses: readonly Address[],
  options: DialOptions,
  deadline: Deadline,
): Promise<Dialled> {
  const tried: { address: string; result: string }[] = [];
  let last: SmtpcheckError | undefined;
  for (const address of addresses) {
    // An address that cannot be given any time is not tried, and nothing is said about it.
    if (tried.length > 0 && deadline.remaining === 0) break;
    try {
      return { socket: await dialOne(address, options, deadline), address, tried };
    } catch (error) {
      if (!(error instanceof SmtpcheckError) || error.code === 'interrupted' || error.code === 'terminated')
        throw error;
      tried.push({ address: address.address, result: error.message });
      last = error;
    }
  }
  const message =
    tried.length > 1 ? `no address answered: ${tried.map((t) => t.result).join('; ')}` : last?.message;
  throw new SmtpcheckError(last?.code ?? 'unreachable', 'connect', message ?? 'no address to connect to', {
    hint: last?.hint,
    cause: { tried },
  });
}

function dialOne(address: Address, options: DialOptions, deadline: Deadline): Promise<Socket> {
  const where = `${address.family === 6 ? `[${address.address}]` : address.address}:${options.port}`;
  return deadline.wait<Socket>(
    'connect',
    (resolve, reject) => {
      const socket = connect({
        host: address.address,
        port: options.port,
        family: address.family,
        autoSelectFamily: false,
        noDelay: true,
        ...(options.bind === undefined ? {} : { localAddress: options.bind }),
      });
      let connected = false;
      const onError = (error: NodeJS.ErrnoException): void => reject(connectError(where, error, options));
      socket.once('error', onError);
      socket.once('connect', () => {
        connected = true;
        resolve(socket);
      });
      return () => {
        socket.off('error', onError);
        if (connected) return;
        socket.on('error', () => undefined);
        socket.destroy();
      };
    },
    (ms) =>
      new SmtpcheckError('connect-timeout', 'connect', `${where} did not answer within ${formatMs(ms)}`, {
        hint:
          options.port === 25
            ? 'many networks block outgoing port 25; try from another network or port 587'
            : undefined,
      }),
    options.connectTimeoutMs,
  );
}

function connectError(where: string, error: NodeJS.ErrnoException, options: DialOptions): SmtpcheckError {
  switch (error.code) {
    case 'ECONNREFUSED':
      return new SmtpcheckError('connection-refused', 'connect', `${where} refused the connection`, {
        hint: 'is the mail server running, and is this its port? SMTP is on 25, submission on 587 and 465',
      });
    case 'ETIMEDOUT':
      return new SmtpcheckError('connect-timeout', 'connect', `${where} did not answer`);
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      if (options.bind !== undefined) {
        return new SmtpcheckError(
          'unreachable',
          'connect',
          `cannot connect to ${where} from ${options.bind} (${error.code})`,
          {
            hint: '--bind takes an address of this machine, of the same family as the target',
          },
        );
      }
      break;
    default:
  }
  return new SmtpcheckError(
    'unreachable',
    'connect',
    `cannot connect to ${where} (${error.code ?? error.message})`,
  );
}

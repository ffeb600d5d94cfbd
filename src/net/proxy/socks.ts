import { Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import { SmtpcheckError } from '../../core/errors.js';
import { loginError, notAProxy, proxyError } from './errors.js';
import { authorityOf, type Ask, type ProxyRequest } from './types.js';

interface Reply {
  readonly code: SmtpcheckError['code'];
  readonly words: string;
  readonly hint?: string;
}

/** Replies other than "succeeded" (RFC 1928 section 6), by the library's names: of the server, or of the proxy itself. */
const REPLIES: Readonly<Record<string, Reply>> = {
  Failure: {
    code: 'proxy-failed',
    words: 'general failure (1)',
    hint: 'the reason, such as a name that it does not find, is in its log',
  },
  NotAllowed: {
    code: 'proxy-refused',
    words: 'connection not allowed (2)',
    hint: 'its rules decide who may go where',
  },
  NetworkUnreachable: { code: 'unreachable', words: 'network unreachable (3)' },
  HostUnreachable: { code: 'unreachable', words: 'host unreachable (4)' },
  ConnectionRefused: { code: 'connection-refused', words: 'connection refused (5)' },
  TTLExpired: { code: 'unreachable', words: 'TTL expired (6)' },
  CommandNotSupported: { code: 'proxy-failed', words: 'command not supported (7)' },
  AddressNotSupported: {
    code: 'proxy-failed',
    words: 'address type not supported (8)',
    hint: 'socks5h:// gives it the name, socks5:// an address',
  },
};

const NO_MEANING: Reply = { code: 'proxy-failed', words: 'a reply that has no meaning' };

/**
 * Asks a SOCKS 5 proxy for a connection (RFC 1928, with RFC 1929 for the login). The library is fed an octet at a time, and no more
 * once it has what it asked for: the mail server's first words may come in the segment of the proxy's last, and are ours alone.
 */
export const askSocks: Ask = (request, answer) => {
  const { socket, proxy, host, port, timeoutMs } = request;
  const feed = new OctetFeed(socket);
  const client = new SocksClient({
    command: 'connect',
    destination: { host, port },
    proxy: {
      host: proxy.host,
      port: proxy.port,
      type: 5,
      ...(proxy.login === undefined ? {} : { userId: proxy.login.user, password: proxy.login.password }),
    },
    // Our own clock comes first; without one the library would give up after 30 s.
    timeout: timeoutMs + 60_000,
  });
  client.on('established', ({ remoteHost }) => {
    feed.stop();
    // An address type that does not exist: where the reply ends is not known then, nor where the server's words begin.
    answer(remoteHost === undefined ? notAProxy(request, 'SOCKS 5', feed.heard) : null);
  });
  client.on('error', ({ message }) => {
    feed.stop();
    // Not the error itself: it carries the options, and with them the password.
    answer(socksError(message, request, feed));
  });
  client.connect(feed);
  return () => feed.stop();
};

function socksError(message: string, request: ProxyRequest, feed: OctetFeed): SmtpcheckError {
  const { where } = request;
  const [, name] = /rejected connection - (\w+)$/.exec(message) ?? [];
  // The version stands before the reply; what has another one is no reply.
  if (name !== undefined && feed.versionOfReply() === 5) {
    const { code, words, hint } = REPLIES[name] ?? NO_MEANING;
    return new SmtpcheckError(code, 'connect', `${where} says of ${authorityOf(request)}: ${words}`, {
      hint,
    });
  }
  if (/no accepted authentication type|Authentication failed/.test(message)) return loginError(request);
  if (/Socket closed/.test(message) || feed.broken !== null) {
    const how = feed.broken === null ? 'closed' : 'broke';
    return proxyError('proxy-failed', `${where} ${how} the connection without an answer`);
  }
  return notAProxy(request, 'SOCKS 5', feed.heard);
}

/** The socket as the library sees it. */
class OctetFeed extends Duplex {
  /** All that came, also what the library was not given any more. */
  heard: Buffer = Buffer.alloc(0);
  private given = 0;
  broken: string | null = null;
  private stopped = false;
  private readonly onData = (chunk: Buffer): void => this.give(chunk);
  private readonly onClose = (): void => void this.emit('close');
  private readonly onError = (error: Error): void => {
    this.broken = error.message;
    this.emit('error', error);
  };

  constructor(private readonly socket: Socket) {
    super({ emitClose: false });
    this.on('error', () => undefined);
    socket.on('data', this.onData);
    socket.on('end', this.onClose);
    socket.on('close', this.onClose);
    socket.on('error', this.onError);
  }

  /** Takes nothing more; what is left of the last chunk is the socket's again. */
  stop(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.socket.pause();
    this.socket.off('data', this.onData);
    this.socket.off('end', this.onClose);
    this.socket.off('close', this.onClose);
    this.socket.off('error', this.onError);
  }

  private give(chunk: Buffer): void {
    this.heard = Buffer.concat([this.heard, chunk]);
    for (let at = 0; at < chunk.length; at += 1) {
      if (this.stopped) {
        this.socket.unshift(chunk.subarray(at));
        return;
      }
      this.given += 1;
      this.emit('data', chunk.subarray(at, at + 1));
    }
  }

  /** Of a reply that was refused: its first octet. The library looks at five. */
  versionOfReply(): number | undefined {
    return this.heard[this.given - 5];
  }

  override _read(): void {
    // What comes is given at once.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.socket.write(chunk);
    done();
  }
}

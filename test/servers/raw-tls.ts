import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { listen } from './listen.js';
import { reply, type TestServer } from './scripted.js';

/** A server that answers ClientHellos by hand, octet for octet: no TLS library would do what these do. */
export interface RawServer extends TestServer {
  /** The records of each ClientHello, or the octets of an SSLv2 one, as they came. */
  readonly hellos: readonly Buffer[];
  /** What clients said behind their hello: their goodbye. */
  readonly behind: readonly Buffer[];
}

/** What a connection gets: all that was heard of the hello, and the how-manieth it is (from 0). */
export type RawScript = (peer: RawPeer, hello: Buffer, index: number) => Promise<void> | void;

export interface RawServerOptions {
  /** TLS is begun with STARTTLS; otherwise at once. */
  readonly starttls?: boolean;
  /** Answers to STARTTLS in turn, the last one again and again; default 220. */
  readonly starttlsReplies?: readonly string[];
}

export class RawPeer {
  constructor(readonly socket: Socket) {}

  /** Each in a segment of its own. */
  async send(...segments: readonly Uint8Array[]): Promise<void> {
    for (const segment of segments) {
      if (!this.socket.writable) return;
      this.socket.write(segment);
      // A turn of the event loop is enough for a segment of its own, and a busy machine does not make it long.
      if (segments.length > 1) await turn();
    }
  }

  async dribble(octets: Uint8Array): Promise<void> {
    await this.send(...Array.from(octets, (octet) => Buffer.of(octet)));
  }

  close(): void {
    this.socket.end();
  }

  reset(): void {
    this.socket.resetAndDestroy();
  }
}

export async function startRawTls(script: RawScript, options: RawServerOptions = {}): Promise<RawServer> {
  const log: string[] = [];
  const hellos: Buffer[] = [];
  const behind: Buffer[] = [];
  let replies = 0;
  const serveTls = (socket: Socket): void => {
    let heard = Buffer.alloc(0);
    let answered = false;
    socket.on('data', (chunk: Buffer) => {
      if (answered) {
        behind.push(chunk);
        return;
      }
      heard = Buffer.concat([heard, chunk]);
      if (heard.length < wholeHello(heard)) return;
      answered = true;
      hellos.push(heard);
      void script(new RawPeer(socket), heard, hellos.length - 1);
    });
  };
  const serveSmtp = (socket: Socket): void => {
    socket.write(reply(220, 'raw ESMTP'));
    const onLine = (chunk: Buffer): void => {
      const line = chunk.toString('latin1').trim();
      log.push(line);
      if (line.startsWith('EHLO')) socket.write(reply(250, 'raw', 'STARTTLS'));
      else if (line === 'QUIT') socket.end(reply(221, 'bye'));
      else if (line === 'STARTTLS') {
        const all = options.starttlsReplies ?? [reply(220, 'go')];
        const said = all[Math.min(replies++, all.length - 1)] ?? '';
        if (said.startsWith('220')) {
          socket.off('data', onLine);
          serveTls(socket);
        }
        socket.write(said);
      }
    };
    socket.on('data', onLine);
  };
  const server = await listen(options.starttls === true ? serveSmtp : serveTls, log);
  return {
    port: server.port,
    stop: server.stop,
    log,
    hellos,
    behind,
    get connections() {
      return server.connections;
    },
  };
}

/** How many octets the hello has, as soon as that can be said. */
function wholeHello(octets: Buffer): number {
  if (octets.length < 5) return Infinity;
  if ((octets[0] ?? 0) >= 0x80) return 2 + (octets.readUInt16BE(0) & 0x7fff);
  // The message's own length, when it reaches over several records.
  const message = octets.length < 9 ? 0 : 4 + octets.readUIntBE(6, 3);
  let at = 0;
  let held = 0;
  while (at + 5 <= octets.length) {
    const length = octets.readUInt16BE(at + 3);
    at += 5 + length;
    held += length;
    if (held >= message) return at;
  }
  return Infinity;
}

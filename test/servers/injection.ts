import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { certificate } from './fixtures.js';
import { listen } from './listen.js';
import { reply, type TestServer } from './scripted.js';

/** What a server does with the octets that came behind STARTTLS in the clear. */
export type Injected =
  /** Carries them out inside TLS: CVE-2011-0411. */
  | 'vulnerable'
  /** The same, after a while. */
  | 'vulnerable-late'
  /** The same, and it never says 221. */
  | 'vulnerable-without-goodbye'
  /** Drops them, as RFC 3207 wants it. */
  | 'discards'
  /** Takes them for the beginning of TLS. */
  | 'reads-as-tls'
  /** The same, and its alert comes in the segment of the 220. */
  | 'alerts-at-once'
  /** Closes, when there are any. */
  | 'closes'
  /** Closes once, and drops them then. */
  | 'closes-once'
  /** Answers STARTTLS and closes inside TLS. */
  | 'closes-inside'
  /** Carries them out before TLS, in the segment of the 220. */
  | 'answers-in-clear'
  /** The same in a segment of its own, when the client has begun with TLS. */
  | 'answers-in-clear-late'
  /** Refuses STARTTLS, as Exim does. */
  | 'refuses'
  /** Refuses with a temporary code and says why. */
  | 'refuses-for-now'
  /** Is busy whenever it is asked so. */
  | 'busy'
  /** Speaks out of turn inside TLS whatever was sent. */
  | 'chatters'
  /** Says nothing inside TLS. */
  | 'silent-inside';

interface Session {
  readonly write: (text: string) => void;
  readonly end: () => void;
}

/** A server that does one thing with what was injected; without an injection it behaves, unless it chatters. */
export async function startInjectionServer(does: Injected): Promise<TestServer> {
  const log: string[] = [];
  let injections = 0;
  const command = (line: string, session: Session, secure: boolean): void => {
    log.push(`${secure ? 'tls ' : ''}${line}`);
    const verb = line.split(' ')[0]?.toUpperCase();
    if (verb === 'EHLO')
      session.write(
        secure ? reply(250, 'server', 'PIPELINING') : reply(250, 'server', 'PIPELINING', 'STARTTLS'),
      );
    else if (verb !== 'QUIT') session.write(reply(250, '2.0.0 Ok'));
    else if (does === 'vulnerable-without-goodbye') session.end();
    else {
      session.write(reply(221, '2.0.0 Bye'));
      session.end();
    }
  };
  const secure = async (socket: Socket, left: Buffer): Promise<void> => {
    if (does === 'reads-as-tls' && left.length > 0) socket.unshift(left);
    const tls = new TLSSocket(socket, { isServer: true, ...certificate('good-ecdsa') });
    tls.on('error', () => socket.destroy());
    const session: Session = { write: (text) => void tls.write(text), end: () => void tls.end() };
    const queue = new LineQueue((line) => command(line, session, true));
    await new Promise((resolve) => tls.once('secure', resolve));
    if (does === 'silent-inside' && left.length > 0) return;
    if (does === 'closes-inside' && left.length > 0) {
      tls.end();
      return;
    }
    if (does === 'chatters') tls.write(reply(220, 'hello again'));
    if (does.startsWith('vulnerable')) {
      if (does === 'vulnerable-late') await sleep(300);
      queue.push(left);
    }
    tls.on('data', (chunk: Buffer) => queue.push(chunk));
  };
  const starttls = async (socket: Socket, left: Buffer): Promise<void> => {
    const ready = reply(220, '2.0.0 Ready');
    if (left.length === 0) {
      socket.write(ready);
      return secure(socket, left);
    }
    injections += 1;
    switch (does) {
      case 'closes':
        socket.destroy();
        return;
      case 'closes-once':
        if (injections === 1) {
          socket.destroy();
          return;
        }
        break;
      case 'alerts-at-once':
        socket.end(Buffer.from(`${ready}\x15\x03\x03\x00\x02\x02\x0a`, 'latin1'));
        return;
      case 'refuses':
        socket.end(reply(554, 'SMTP synchronization error'));
        return;
      case 'refuses-for-now':
        socket.end(reply(421, '4.5.0 improper command pipelining'));
        return;
      case 'busy':
        socket.end(reply(421, '4.7.0 too busy'));
        return;
      case 'answers-in-clear':
        socket.write(ready + reply(250, '2.0.0 Ok'));
        return secure(socket, Buffer.alloc(0));
      case 'answers-in-clear-late':
        socket.write(ready);
        await sleep(100);
        socket.write(reply(250, '2.0.0 Ok'));
        return secure(socket, Buffer.alloc(0));
      default:
    }
    socket.write(ready);
    return secure(socket, left);
  };
  const converse = (socket: Socket): void => {
    socket.write(reply(220, 'server ESMTP'));
    const session: Session = { write: (text) => void socket.write(text), end: () => void socket.end() };
    const onData = (chunk: Buffer): void => queue.push(chunk);
    const queue: LineQueue = new LineQueue((line) => {
      if (line !== 'STARTTLS') {
        command(line, session, false);
        return;
      }
      log.push(line);
      socket.off('data', onData);
      socket.pause();
      void starttls(socket, queue.take());
    });
    socket.on('data', onData);
  };
  return listen(converse, log);
}

/** Lines as they become complete; what is behind one can be taken away while it is worked on. */
class LineQueue {
  private octets = Buffer.alloc(0);
  constructor(private readonly onLine: (line: string) => void) {}

  push(chunk: Buffer): void {
    this.octets = Buffer.concat([this.octets, chunk]);
    for (let end = this.octets.indexOf(10); end >= 0; end = this.octets.indexOf(10)) {
      const line = this.octets.subarray(0, end).toString('latin1').trimEnd();
      this.octets = this.octets.subarray(end + 1);
      this.onLine(line);
    }
  }

  take(): Buffer {
    const rest = this.octets;
    this.octets = Buffer.alloc(0);
    return rest;
  }
}

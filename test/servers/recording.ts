import { createServer, type AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { certificate } from './fixtures.js';

/** A server that keeps every octet that it is sent inside TLS. */
export interface RecordingServer {
  readonly port: number;
  /** All octets inside TLS, one character each. */
  readonly octets: () => string;
  /** How often octets came while a reply was still owed. */
  readonly early: () => number;
  readonly stop: () => Promise<void>;
}

export interface RecordingOptions {
  /** The reply to a command, without line end; `354` opens mail, which `.` ends. Default: 250 to all but DATA and QUIT. */
  readonly answer?: (line: string) => string;
  /** Before each reply inside TLS. */
  readonly delayMs?: number;
  readonly lmtp?: boolean;
}

function everyday(line: string): string {
  if (/^DATA$/i.test(line)) return '354 go on';
  return /^QUIT$/i.test(line) ? '221 bye' : '250 ok';
}

/** Takes mail from everybody, over STARTTLS, and says `250 ok`. */
export async function startRecordingServer(options: RecordingOptions = {}): Promise<RecordingServer> {
  const { answer = everyday, delayMs = 0, lmtp = false } = options;
  let octets = '';
  let early = 0;
  const open = new Set<{ destroy(): unknown }>();

  const insideTls = (tls: TLSSocket): void => {
    let buffer = '';
    let mail = false;
    let recipients = 0;
    let owed = false;
    const reply = (text: string): void => {
      owed = true;
      setTimeout(() => {
        owed = false;
        tls.write(`${text}\r\n`);
        if (/^221 /.test(text)) tls.end();
        else next();
      }, delayMs);
    };
    let chunk = 0;
    const next = (): void => {
      if (chunk > 0 && !owed && buffer.length >= chunk) {
        buffer = buffer.slice(chunk);
        chunk = 0;
        reply('250 taken');
      }
      if (chunk > 0) return;
      const end = buffer.indexOf('\n');
      if (owed || end < 0) return;
      const line = buffer.slice(0, end).replace(/\r$/, '');
      buffer = buffer.slice(end + 1);
      if (mail) {
        mail = line !== '.';
        if (mail) next();
        else
          reply(
            Array(lmtp ? recipients : 1)
              .fill('250 taken')
              .join('\r\n'),
          );
        return;
      }
      chunk = Number(/^BDAT (\d+)/.exec(line)?.[1] ?? 0);
      if (chunk > 0) {
        next();
        return;
      }
      const text = /^(?:EHLO|LHLO) /.test(line) ? '250-mail.smtpcheck.test\r\n250 CHUNKING' : answer(line);
      mail = text.startsWith('354');
      if (/^RCPT /.test(line) && text.startsWith('250')) recipients += 1;
      reply(text);
    };
    tls.on('data', (data: Buffer) => {
      octets += data.toString('latin1');
      if (owed) early += 1;
      buffer += data.toString('latin1');
      next();
    });
    tls.on('error', () => undefined);
  };

  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket)).on('error', () => undefined);
    socket.write('220 mail.smtpcheck.test ESMTP\r\n');
    const plain = (chunk: Buffer): void => {
      if (/^(?:EHLO|LHLO)/.test(chunk.toString()))
        socket.write('250-mail.smtpcheck.test\r\n250 STARTTLS\r\n');
      if (!/^STARTTLS/.test(chunk.toString())) return;
      socket.off('data', plain);
      socket.write('220 go on\r\n');
      insideTls(new TLSSocket(socket, { isServer: true, ...certificate('good-ecdsa') }));
    };
    socket.on('data', plain);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    octets: () => octets,
    early: () => early,
    stop: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // What is still on its way is to be heard.
      setTimeout(() => {
        for (const socket of open) socket.destroy();
      }, 1_000).unref();
      return closed;
    },
  };
}

import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Duplex } from 'node:stream';

/** How fast to write: so many octets a time, with a pause behind each. */
export interface Pace {
  readonly octets: number;
  readonly delayMs: number;
}

/** What to write one after the other. Text is latin1: one character is one octet, so that any octet can be written. */
export function pieces(data: string | Uint8Array, pace: Pace | undefined): Uint8Array[] {
  const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
  if (pace === undefined) return [bytes];
  const result: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += pace.octets) result.push(bytes.subarray(at, at + pace.octets));
  return result;
}

/** The socket as a stream that writes slowly; for TLS on top of it. */
export function pacedDuplex(socket: Socket, pace: Pace): Duplex {
  const duplex = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, callback) => {
      writeSlowly(socket, chunk, pace).then(() => callback(), callback);
    },
    final: (callback) => {
      socket.end();
      callback();
    },
    destroy: (error, callback) => {
      socket.destroy();
      callback(error);
    },
  });
  socket.on('data', (chunk) => {
    if (!duplex.push(chunk)) socket.pause();
  });
  socket.on('end', () => duplex.push(null));
  socket.on('close', () => duplex.destroy());
  duplex.on('error', () => socket.destroy());
  return duplex;
}

async function writeSlowly(socket: Socket, chunk: Uint8Array, pace: Pace): Promise<void> {
  for (const piece of pieces(chunk, pace)) {
    if (!socket.writable) return;
    socket.write(piece);
    await sleep(pace.delayMs);
  }
}

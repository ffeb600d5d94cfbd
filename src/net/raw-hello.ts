import type { Socket } from 'node:net';
import { SmtpcheckError } from '../core/errors.js';
import { garbled } from '../wire/bytes.js';
import { CLOSE_NOTIFY, HelloReader, type HelloAnswer, type SecretMaker } from '../wire/hello/answer.js';
import { alertRecord } from '../wire/hello/client-hello.js';
import { formatMs, type Deadline } from './deadline.js';

export interface RawHello {
  /** Each is written by itself, with a pause between two: a ClientHello cut over several segments is several of them. */
  readonly segments: readonly Uint8Array[];
  /** Of the record layer, for our goodbye. */
  readonly recordVersion: number;
  readonly sslv2?: boolean;
  readonly secret?: SecretMaker;
}

/** The answer, or why there is none. */
export type RawAnswer = HelloAnswer | { readonly kind: 'none'; readonly error: SmtpcheckError };

const USER_CANCELED = 90;
/** For the rest of a flight that has begun: what the server picked is known by then. */
const REST_OF_FLIGHT_MS = 5_000;

/**
 * Sends one ClientHello over a connected socket on which TLS is to begin, and reads the answer. No key is exchanged. The handshake
 * is left with the alerts that RFC 8446 section 6.1 has for it, so that the server need not guess.
 * @throws SmtpcheckError `interrupted` or `terminated` only.
 */
export async function exchangeHello(
  socket: Socket,
  hello: RawHello,
  deadline: Deadline,
  limitMs: number,
): Promise<RawAnswer> {
  const reader = new HelloReader({
    ...(hello.sslv2 === undefined ? {} : { sslv2: hello.sslv2 }),
    ...(hello.secret === undefined ? {} : { secret: hello.secret }),
  });
  socket.setNoDelay(true);
  const stop = sendSegments(socket, hello.segments);
  const answer = await awaitAnswer(socket, reader, deadline, limitMs).finally(stop);
  if (answer.kind === 'hello' || answer.kind === 'retry') sayGoodbye(socket, hello.recordVersion);
  return answer;
}

/** Long enough for a server to have read one segment before the next is there. */
const SEGMENT_PAUSE_MS = 20;

/** Sends the first at once and the others in turn. Gives what stops it. */
function sendSegments(socket: Socket, segments: readonly Uint8Array[]): () => void {
  let timer: NodeJS.Timeout | undefined;
  const sendFrom = (index: number): void => {
    const segment = segments[index];
    if (segment === undefined || !socket.writable) return;
    socket.write(segment);
    if (index + 1 < segments.length) timer = setTimeout(() => sendFrom(index + 1), SEGMENT_PAUSE_MS);
  };
  sendFrom(0);
  return () => clearTimeout(timer);
}

function awaitAnswer(
  socket: Socket,
  reader: HelloReader,
  deadline: Deadline,
  limitMs: number,
): Promise<RawAnswer> {
  return deadline
    .wait<RawAnswer>(
      'handshake',
      (resolve) => {
        let rest: NodeJS.Timeout | undefined;
        const onData = (chunk: Uint8Array): void => {
          const answer = reader.push(chunk);
          if (answer !== null) resolve(answer);
          else rest ??= setTimeout(() => settle('the rest of its flight did not come'), REST_OF_FLIGHT_MS);
        };
        const settle = (why: string): void => {
          const partial = reader.end(why);
          if (partial !== null) resolve(partial);
        };
        const onEnd = (): void => {
          settle('the server closed the connection');
          resolve(none('connection-closed', 'the server closed the connection', reader));
        };
        const onError = (error: NodeJS.ErrnoException): void => {
          const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
          settle('the connection broke');
          resolve(
            none(
              reset ? 'connection-reset' : 'connection-closed',
              reset ? 'the server reset the connection' : `the connection broke: ${error.message}`,
              reader,
            ),
          );
        };
        socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onError);
        socket.resume();
        return () => {
          clearTimeout(rest);
          socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onError);
        };
      },
      (ms) => silence(reader, ms),
      limitMs,
    )
    .catch((error: unknown) => {
      if (!(error instanceof SmtpcheckError) || error.code !== 'silent') throw error;
      return reader.end('the rest of its flight did not come') ?? { kind: 'none', error };
    });
}

function silence({ heard }: HelloReader, ms: number): SmtpcheckError {
  const what = heard ? 'no whole answer' : 'no answer';
  return new SmtpcheckError('silent', 'handshake', `${what} to the ClientHello for ${formatMs(ms)}`);
}

/** A close is a no at the most where nothing was said before: who has begun to answer was not refusing. */
function none(
  code: 'connection-closed' | 'connection-reset',
  message: string,
  reader: HelloReader,
): RawAnswer {
  return reader.heard
    ? { kind: 'garbled', error: garbled(`${message} in the midst of its answer`) }
    : { kind: 'none', error: new SmtpcheckError(code, 'handshake', message) };
}

function sayGoodbye(socket: Socket, recordVersion: number): void {
  if (!socket.writable) return;
  // In one segment: a write wakes the server, and costs more than what is in it.
  const alerts = [USER_CANCELED, CLOSE_NOTIFY].map((alert) => alertRecord(1, alert, recordVersion));
  socket.write(Buffer.concat(alerts));
}

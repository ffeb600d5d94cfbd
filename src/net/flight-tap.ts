import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { SmtpcheckError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { ServerFlight } from '../wire/flight.js';
import { RecordReader, type TlsRecord } from '../wire/record.js';

/**
 * A stream between the socket and OpenSSL that reads the server's flight as it passes (design section 6).
 *
 * Records are handed on as they came, with one exception: in TLS 1.3 the records behind ServerHello are held until the
 * `keylog` event has brought the secret that opens them. So the chain is known before OpenSSL verifies it, and
 * `onCertificates` can add just the trust anchors that can matter, instead of parsing a whole store.
 */
export class FlightTap extends Duplex {
  readonly flight = new ServerFlight();
  /** Why the server's bytes could not go on to OpenSSL, when they could not. */
  failure: SmtpcheckError | null = null;
  private readonly records = new RecordReader();
  private held: TlsRecord[] = [];
  private heldBytes = 0;
  private announced = false;
  private anyBytes = false;

  constructor(
    private readonly socket: Socket,
    private readonly onCertificates: (ders: readonly Uint8Array[]) => void,
    private readonly onBytes: (direction: 'sent' | 'received', chunk: Uint8Array) => void = () => undefined,
  ) {
    super({ allowHalfOpen: false });
    socket.on('data', (chunk: Buffer) => this.receive(chunk));
    socket.on('end', () => this.close('connection-closed', 'the server closed the connection'));
    socket.on('close', () => this.close('connection-closed', 'the connection was closed'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      const reset = error.code === 'ECONNRESET' || error.code === 'EPIPE';
      this.close(
        reset ? 'connection-reset' : 'connection-closed',
        reset ? 'the server reset the connection' : `the connection broke: ${error.message}`,
      );
    });
  }

  /** The server handshake traffic secret, from the `keylog` event. */
  provideSecret(secret: Uint8Array): void {
    this.flight.provideServerHandshakeSecret(secret);
    this.release();
  }

  override _read(): void {
    this.socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // A write that fails is no reason to stop reading: what the server said before it left (a 421, an alert) is worth more
    // than our own EPIPE. The socket's error and close come by themselves.
    if (!this.socket.writable) {
      done();
      return;
    }
    this.onBytes('sent', chunk);
    this.socket.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    if (this.socket.writable) this.socket.end(done);
    else done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.socket.destroy();
    done(error);
  }

  /** Whether the server said anything at all, be it less than a ServerHello. */
  get heard(): boolean {
    return this.anyBytes;
  }

  private receive(chunk: Buffer): void {
    this.anyBytes = true;
    this.onBytes('received', chunk);
    try {
      for (const record of this.records.push(chunk)) this.pass(record);
      // Rubbish behind good records: those, an alert perhaps, have been handed on.
      if (this.records.failure !== null) this.fail(this.records.failure);
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      this.fail(error);
    }
  }

  private pass(record: TlsRecord): void {
    const hold = this.isWaiting();
    this.flight.accept(record);
    this.announce();
    if (!hold) {
      this.forward(record);
      return;
    }
    this.held.push(record);
    this.heldBytes += record.raw.length;
    // Bounds what a server can make us keep; OpenSSL then goes on without anchors, which can only make the verdict stricter.
    if (this.heldBytes > LIMITS.heldFlight || !this.isWaiting()) this.release();
  }

  private isWaiting(): boolean {
    return this.flight.waitingForSecret;
  }

  private release(): void {
    this.announce();
    const records = this.held;
    this.held = [];
    this.heldBytes = 0;
    for (const record of records) this.forward(record);
  }

  private announce(): void {
    const ders = this.flight.facts.certificates;
    if (this.announced || ders === null) return;
    this.announced = true;
    this.onCertificates(ders);
  }

  private forward(record: TlsRecord): void {
    if (!this.destroyed && !this.push(record.raw)) this.socket.pause();
  }

  private fail(error: SmtpcheckError): void {
    this.failure ??= error;
    this.destroy(error);
  }

  /** The end of the server's bytes; a TLS stream learns of it after what came before. */
  private close(code: 'connection-closed' | 'connection-reset', message: string): void {
    this.failure ??= new SmtpcheckError(code, 'handshake', message);
    this.release();
    if (!this.destroyed && !this.readableEnded) this.push(null);
  }
}

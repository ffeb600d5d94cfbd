import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';
import { type Pace, pacedDuplex, pieces } from './pace.js';

/** Octets a peer may send without a line end; the lab's servers are not for sending mail to. */
const MAX_LINE = 64 * 1024;

/** The server's end of one connection: reads lines or TLS records, writes at any pace, becomes TLS, ends as told. */
export class Peer {
  /** Resolves when the TCP connection is gone. */
  readonly closed: Promise<void>;
  readonly #raw: Socket;
  #stream: Socket | TLSSocket;
  #buffer = Buffer.alloc(0);
  #over = false;
  #wake: (() => void) | undefined;
  readonly #onData = (chunk: Buffer): void => {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    this.#wake?.();
  };
  readonly #onOver = (): void => {
    this.#over = true;
    this.#wake?.();
  };

  constructor(socket: Socket) {
    this.#raw = socket;
    this.#stream = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.setNoDelay(true);
    socket.on('close', this.#onOver);
    this.#attach(socket);
  }

  /** True once the TLS handshake is over. */
  get secure(): boolean {
    return this.#stream !== this.#raw;
  }

  /** The next command without its line end, or null when there will be none. */
  async readLine(): Promise<string | null> {
    for (;;) {
      const end = this.#buffer.indexOf(0x0a);
      if (end >= 0)
        return this.#take(end + 1)
          .toString('latin1')
          .replace(/\r?\n$/, '');
      if (this.#over || this.#buffer.length > MAX_LINE) return null;
      await this.#more();
    }
  }

  /** One whole TLS record as it came, or whatever there was when the peer left. */
  async readRecord(): Promise<Buffer> {
    for (;;) {
      const length = this.#buffer.length >= 5 ? 5 + this.#buffer.readUInt16BE(3) : Infinity;
      if (this.#buffer.length >= length) return this.#take(length);
      if (this.#over) return this.#take(this.#buffer.length);
      await this.#more();
    }
  }

  /** True if the peer says anything within `ms`; what it says is dropped. */
  async hears(ms: number): Promise<boolean> {
    if (this.#buffer.length === 0 && !this.#over) await Promise.race([this.#more(), this.sleep(ms)]);
    return this.#take(this.#buffer.length).length > 0;
  }

  /** Writes and waits until the system has taken it. False when the connection is gone. */
  async send(data: string | Uint8Array, pace?: Pace): Promise<boolean> {
    for (const piece of pieces(data, pace)) {
      if (!(await this.#write(piece))) return false;
      if (pace !== undefined) await this.sleep(pace.delayMs);
    }
    return true;
  }

  /** Waits; returns early when the connection is gone. */
  async sleep(ms: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const elapsed = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await Promise.race([elapsed, this.closed]);
    clearTimeout(timer);
  }

  /**
   * Stops reading, so that a ClientHello that is already on its way waits for `upgrade`. What came before it is dropped:
   * it was sent in plaintext behind STARTTLS (RFC 3207 section 4.2).
   */
  hold(): void {
    this.#raw.off('data', this.#onData);
    this.#raw.pause();
    this.#buffer = Buffer.alloc(0);
  }

  /** The server side of a TLS handshake. False when it failed; the connection is closed then. */
  async upgrade(options: TLSSocketOptions, pace?: Pace): Promise<boolean> {
    this.hold();
    const beneath: Duplex = pace === undefined ? this.#raw : pacedDuplex(this.#raw, pace);
    const stream = new TLSSocket(beneath, { ...options, isServer: true });
    this.#stream = stream;
    const done = new Promise<boolean>((resolve) => {
      stream.once('secure', () => resolve(true));
      stream.once('close', () => resolve(false));
    });
    this.#attach(stream);
    return done;
  }

  /** Ends politely: close_notify where TLS is, then FIN. */
  end(): void {
    this.#stream.end();
  }

  /** Ends with a TCP reset. */
  reset(): void {
    this.#raw.resetAndDestroy();
  }

  /** Ends at once. From the top: taking the TCP socket from below a handshake is not something Node expects. */
  destroy(): void {
    this.#stream.destroy();
    this.#raw.destroy();
  }

  #attach(stream: Socket | TLSSocket): void {
    stream.on('data', this.#onData);
    stream.on('end', this.#onOver);
    // Clients that go away are everyday life here, and readers are told through `closed`.
    stream.on('error', this.#onOver);
  }

  #take(length: number): Buffer {
    const taken = this.#buffer.subarray(0, length);
    this.#buffer = this.#buffer.subarray(length);
    return taken;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  async #write(data: Uint8Array): Promise<boolean> {
    const stream = this.#stream;
    if (!stream.writable) return false;
    const written = new Promise<boolean>((resolve) => stream.write(data, (error) => resolve(!error)));
    return Promise.race([written, this.closed.then(() => false)]);
  }
}

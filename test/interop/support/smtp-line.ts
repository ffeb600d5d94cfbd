import type { Socket } from 'node:net';
import { TLSSocket, type TLSSocketOptions } from 'node:tls';

/** A server's end of an SMTP connection, by lines; it can become TLS, and gives the TLS socket away then. */
export class SmtpLine {
  #stream: Socket;
  #text = '';
  #over = false;
  #wake: () => void = () => undefined;

  constructor(
    socket: Socket,
    /** Told every line, as `C: …` or `S: …`. */
    readonly note: (line: string) => void,
  ) {
    this.#stream = socket;
    this.#attach();
  }

  /** The next line without its end, or null when there will be none. */
  async read(): Promise<string | null> {
    for (;;) {
      const end = this.#text.indexOf('\n');
      if (end >= 0) {
        const line = this.#text.slice(0, end).replace(/\r$/, '');
        this.#text = this.#text.slice(end + 1);
        this.note(`C: ${line}`);
        return line;
      }
      if (this.#over) return null;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  write(...lines: readonly string[]): void {
    for (const line of lines) this.note(`S: ${line}`);
    if (this.#stream.writable) this.#stream.write(lines.map((line) => `${line}\r\n`).join(''));
  }

  /** The server's side of a handshake; rejects when it fails. Whatever was sent before it is dropped (RFC 3207). */
  async secure(options: TLSSocketOptions): Promise<TLSSocket> {
    this.#stream.removeAllListeners('data');
    this.#text = '';
    const secure = new TLSSocket(this.#stream, { ...options, isServer: true });
    this.#stream = secure;
    await new Promise<void>((resolve, reject) => {
      secure.once('secure', resolve).once('error', reject);
      secure.once('close', () => reject(new Error('closed during the handshake')));
    });
    this.#attach();
    return secure;
  }

  end(): void {
    this.#stream.end();
  }

  #attach(): void {
    const over = (): void => {
      this.#over = true;
      this.#wake();
    };
    this.#stream.on('error', over).on('end', over).on('close', over);
    this.#stream.on('data', (chunk: Buffer) => {
      this.#text += chunk.toString('latin1');
      this.#wake();
    });
  }
}

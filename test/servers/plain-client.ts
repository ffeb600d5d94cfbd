import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';

/** A client that knows just enough SMTP to look at a test server, and shares no code with what is tested. */
export class PlainClient {
  /** Every chunk read before TLS, as the system gave it. */
  readonly chunks: Buffer[] = [];
  /** How the connection ended, once it has: an error's code, or `end`. */
  readonly ended: Promise<string>;
  #text = '';
  #wake: () => void = () => undefined;
  #over = false;

  constructor(readonly socket: Socket | TLSSocket) {
    socket.on('data', (chunk: Buffer) => {
      this.chunks.push(chunk);
      this.#text += chunk.toString('latin1');
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('end', () => resolve('end'));
      socket.once('close', () => resolve('close'));
    });
    void this.ended.then(() => {
      this.#over = true;
      this.#wake();
    });
  }

  static to(port: number): PlainClient {
    return new PlainClient(connect(port, '127.0.0.1'));
  }

  /** One whole reply, lines joined by `|`; or what there was when the connection ended. */
  async reply(): Promise<string> {
    for (;;) {
      const whole = /^(?:\d{3}-[^\n]*\n)*\d{3}(?: [^\n]*)?\r?\n/.exec(this.#text)?.[0];
      if (whole !== undefined || this.#over) {
        const taken = whole ?? this.#text;
        this.#text = this.#text.slice(taken.length);
        return taken.replace(/\r?\n$/, '').replaceAll(/\r?\n/g, '|');
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  say(line: string): Promise<string> {
    this.socket.write(`${line}\r\n`);
    return this.reply();
  }

  /** The dialogue up to STARTTLS's answer, which is returned. */
  async upToStarttls(hello = 'EHLO'): Promise<string> {
    await this.reply();
    await this.say(`${hello} client.example`);
    return this.say('STARTTLS');
  }

  /** A TLS client over this connection, or the error's message. Nothing is verified unless the options say so. */
  async secure(options: ConnectionOptions = {}): Promise<PlainClient | string> {
    this.socket.removeAllListeners('data');
    const secure = connectTls({
      socket: this.socket,
      rejectUnauthorized: false,
      servername: 'mail.smtpcheck.test',
      ...options,
    });
    const failed = new Promise<string>((resolve) => {
      secure.once('error', (error: Error) => resolve(error.message));
      secure.once('close', () => resolve('closed'));
    });
    const done = new Promise<PlainClient>((resolve) =>
      secure.once('secureConnect', () => resolve(new PlainClient(secure))),
    );
    return Promise.race([done, failed]);
  }

  end(): void {
    this.socket.destroy();
  }
}

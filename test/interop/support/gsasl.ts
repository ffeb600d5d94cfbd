import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

export type BindingType = 'tls-exporter' | 'tls-unique';

export interface GsaslOptions {
  /** Such as SCRAM-SHA-256-PLUS; it must be one in which the client speaks first. */
  readonly mechanism: string;
  readonly password: string;
  /**
   * The server's own channel binding data; null when it has none. gsasl asks for it when the client uses it, and when the
   * client says that it could have (`y`): then a server that offers -PLUS, and so has the data, knows of a downgrade.
   */
  readonly binding: ((type: BindingType) => Buffer) | null;
}

/** The two lines before any dialogue: the mechanism's name, and the challenge that a client which speaks first does not get. */
const HEADER_LINES = 2;
const PROMPT = /^Enter base64 encoded (tls-exporter|tls-unique) channel binding: /;

/** One authentication by `gsasl --server`, which prints challenges and reads responses, both in base64, line by line. */
export class GsaslServer {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #binding: GsaslOptions['binding'];
  #text = '';
  #headers = HEADER_LINES;
  #said = '';
  #result: boolean | undefined;
  #wake: () => void = () => undefined;

  constructor({ mechanism, password, binding }: GsaslOptions) {
    this.#binding = binding;
    // -d switches off what would follow the authentication.
    const args = [
      '--server',
      '-d',
      '-m',
      mechanism,
      '--no-starttls',
      ...(binding === null ? ['--no-cb'] : []),
    ];
    // The password is in the argument list: gsasl would ask for it on a terminal only. It is a made-up one.
    this.#child = spawn('gsasl', [...args, `--password=${password}`], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    this.#child.stdin.on('error', () => undefined);
    this.#child.stdout.setEncoding('latin1').on('data', (text: string) => this.#read(text));
    this.#child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    this.#child.on('error', (error) => (this.#said += String(error)));
    this.#child.on('close', (code) => {
      this.#result = code === 0;
      this.#wake();
    });
  }

  /** What gsasl has to say about it. */
  get said(): string {
    return this.#said;
  }

  /** Gives a client's response: the next challenge, or whether the client is in. */
  async answer(response: string): Promise<string | boolean> {
    this.#child.stdin.write(`${response}\n`);
    for (;;) {
      const challenge = this.#takeLine();
      if (challenge !== undefined) return challenge;
      if (this.#result !== undefined) return this.#result;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** Ends it, wherever it is. */
  end(): void {
    this.#child.kill('SIGKILL');
  }

  #read(text: string): void {
    this.#text += text;
    for (; this.#headers > 0 && this.#text.includes('\n'); this.#headers -= 1) {
      this.#text = this.#text.slice(this.#text.indexOf('\n') + 1);
    }
    const prompt = this.#headers === 0 ? PROMPT.exec(this.#text) : null;
    if (prompt !== null) {
      this.#text = this.#text.slice(prompt[0].length);
      const data = this.#binding?.(prompt[1] as BindingType);
      this.#child.stdin.write(`${data?.toString('base64') ?? ''}\n`);
    }
    this.#wake();
  }

  #takeLine(): string | undefined {
    const end = this.#text.indexOf('\n');
    if (this.#headers > 0 || end < 0) return undefined;
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }
}

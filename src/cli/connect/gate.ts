import { PassThrough } from 'node:stream';
import type { ReadStream } from 'node:tty';

const CTRL_C = 0x03;
const CTRL_D = 0x04;
const CTRL_U = 0x15;
const BACKSPACE = 0x08;
const DELETE = 0x7f;
const CR = 0x0d;
const LF = 0x0a;

/** How a line that was read unseen ended. */
export type Hidden =
  { readonly kind: 'line'; readonly text: string } | { readonly kind: 'interrupted' | 'end' | 'stopped' };

/**
 * Between the terminal and who reads a line. It lets one line pass at a time: what is typed or pasted ahead is seen where it belongs,
 * at its own prompt, and not at all where that prompt asks for a secret. Ctrl-C is heard at any time.
 */
export class Gate {
  /** What readline reads, a line each time the gate is opened. */
  readonly input = Object.assign(new PassThrough(), {
    isTTY: true,
    // The terminal stays raw from the first prompt to the last: in between it would show what is typed.
    setRawMode: (): void => undefined,
  });
  #held: Uint8Array = new Uint8Array();
  #mode: 'closed' | 'line' | 'hidden' = 'closed';
  #afterCr = false;
  #secret: number[] = [];
  #settle: (hidden: Hidden) => void = () => undefined;
  readonly #onData = (chunk: Uint8Array): void => this.feed(chunk);
  readonly #onEnd = (): void => {
    this.input.end();
    this.#finish({ kind: 'end' });
  };

  constructor(
    private readonly tty: ReadStream,
    private readonly onInterrupt: () => void,
  ) {
    tty.setRawMode(true);
    tty.on('data', this.#onData);
    tty.on('end', this.#onEnd);
  }

  /** Octets as they are typed. */
  feed(chunk: Uint8Array): void {
    this.#held = Buffer.concat([this.#held, chunk]);
    this.#pass();
  }

  /** Lets the next line through. */
  open(): void {
    this.#mode = 'line';
    this.#pass();
  }

  shut(): void {
    this.#mode = 'closed';
  }

  /** Reads a line that nothing is shown of, and that goes through nothing which would remember it. */
  readHidden(): Promise<Hidden> {
    this.#secret = [];
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#mode = 'hidden';
      if (this.tty.readableEnded) this.#finish({ kind: 'end' });
      else this.#pass();
    });
  }

  /** Ends a hidden line that is being read. */
  stop(): void {
    this.#finish({ kind: 'stopped' });
  }

  discard(): void {
    this.#held = new Uint8Array();
  }

  suspend(again: () => void): void {
    this.tty.setRawMode(false);
    process.once('SIGCONT', () => {
      this.tty.setRawMode(true);
      again();
    });
    process.kill(process.pid, 'SIGTSTP');
  }

  close(): void {
    this.tty.off('data', this.#onData);
    this.tty.off('end', this.#onEnd);
    this.tty.setRawMode(false);
    this.tty.pause();
  }

  #pass(): void {
    if (this.#afterCr && this.#held.length > 0) {
      if (this.#held[0] === LF) this.#held = this.#held.subarray(1);
      this.#afterCr = false;
    }
    if (this.#mode === 'hidden') this.#passHidden();
    else if (this.#mode === 'line') this.#passLine();
    else if (this.#held.includes(CTRL_C)) {
      this.discard();
      this.onInterrupt();
    }
  }

  #passLine(): void {
    const end = this.#held.findIndex((octet) => octet === CR || octet === LF);
    const length = end < 0 ? this.#held.length : end + 1;
    if (end >= 0) this.#mode = 'closed';
    this.#afterCr = this.#held[end] === CR;
    const passed = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    if (passed.length > 0) this.input.write(passed);
  }

  #passHidden(): void {
    for (const [i, octet] of this.#held.entries()) {
      if (this.#take(octet)) continue;
      this.#held = this.#held.subarray(i + 1);
      this.#afterCr = octet === CR;
      if (octet === CTRL_C) this.#finish({ kind: 'interrupted' });
      else if (octet === CTRL_D) this.#finish({ kind: 'end' });
      else this.#finish({ kind: 'line', text: withoutKeys(Buffer.from(this.#secret).toString('utf8')) });
      return;
    }
    this.discard();
  }

  /** Adds what was typed to the hidden line; false for what ends it. */
  #take(octet: number): boolean {
    if (octet === CR || octet === LF || octet === CTRL_C) return false;
    if (octet === CTRL_D) return this.#secret.length > 0;
    if (octet === CTRL_U) this.#secret = [];
    else if (octet === BACKSPACE || octet === DELETE) {
      // A character of UTF-8 goes whole.
      while (((this.#secret.pop() ?? 0) & 0xc0) === 0x80);
    } else this.#secret.push(octet);
    return true;
  }

  #finish(hidden: Hidden): void {
    if (this.#mode !== 'hidden') return;
    this.#mode = 'closed';
    this.#secret = [];
    this.#settle(hidden);
  }
}

/** Arrow keys and the like are not meant. */
function withoutKeys(text: string): string {
  return text.replace(/\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O[A-Z])/g, '');
}

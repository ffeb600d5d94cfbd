import { usageError } from '../../core/errors.js';
import type { LineSource, Next } from './source.js';

const CR = 0x0d;
const LF = 0x0a;

/** Octets of a line: stops `/dev/zero`. Mail has lines of 1000 (RFC 5321 section 4.5.3.1.6). */
const MAX_LINE = 1024 * 1024;

const END: Next = { kind: 'end' };
const STOPPED: Next = { kind: 'stopped' };

/** Lines out of a stream of octets, whatever they end in: LF, CRLF or CR. */
export class PipedLines implements LineSource {
  readonly interactive = false;
  readonly #input: AsyncIterator<Uint8Array>;
  #rest: Uint8Array;
  #ended = false;
  /** The line before ended in CR at the end of what there was: an LF may follow that belongs to it. */
  #afterCr = false;
  #stopped = false;
  #onStop: () => void = () => undefined;
  readonly #whenStopped: Promise<'stopped'>;

  constructor(
    input: AsyncIterable<Uint8Array>,
    early: Uint8Array,
    readonly hidesAnswers: boolean,
  ) {
    this.#input = input[Symbol.asyncIterator]();
    this.#rest = early;
    this.#whenStopped = new Promise((resolve) => (this.#onStop = () => resolve('stopped')));
  }

  async next(): Promise<Next> {
    for (;;) {
      if (this.#stopped) return STOPPED;
      const line = this.#takeLine();
      if (line !== null) return { kind: 'line', line };
      if (this.#ended) return END;
      await this.#more();
    }
  }

  async take(octets: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for (let missing = octets; missing > 0;) {
      this.#dropLf();
      if (this.#rest.length > 0) pieces.push(this.#cut(Math.min(missing, this.#rest.length), 0));
      else if (this.#ended || this.#stopped) break;
      else await this.#more();
      missing = octets - pieces.reduce((sum, piece) => sum + piece.length, 0);
    }
    return Buffer.concat(pieces);
  }

  discard(): void {
    // A pipe was written without having seen what came of it: nothing in it was typed too early.
  }

  stop(): void {
    this.#stopped = true;
    this.#onStop();
  }

  close(): void {
    this.stop();
  }

  #takeLine(): Uint8Array | null {
    this.#dropLf();
    const end = this.#rest.findIndex((octet) => octet === CR || octet === LF);
    if (end < 0) {
      if (this.#rest.length > MAX_LINE) throw usageError('a line of the input is longer than 1 MiB');
      return this.#ended && this.#rest.length > 0 ? this.#cut(this.#rest.length, 0) : null;
    }
    this.#afterCr = this.#rest[end] === CR;
    return this.#cut(end, 1);
  }

  #cut(length: number, lineEnd: number): Uint8Array {
    const line = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length + lineEnd);
    return line;
  }

  #dropLf(): void {
    if (!this.#afterCr || this.#rest.length === 0) return;
    if (this.#rest[0] === LF) this.#rest = this.#rest.subarray(1);
    this.#afterCr = false;
  }

  async #more(): Promise<void> {
    const more = await Promise.race([this.#input.next(), this.#whenStopped]);
    if (more === 'stopped') return;
    if (more.done === true) this.#ended = true;
    else this.#rest = Buffer.concat([this.#rest, more.value]);
  }
}

/** Lines that were given with the command itself. */
export class GivenLines implements LineSource {
  readonly interactive = false;
  // Every user of the machine can read them.
  readonly hidesAnswers = false;
  readonly #lines: string[];
  #stopped = false;

  constructor(lines: readonly string[]) {
    this.#lines = [...lines];
  }

  next(): Promise<Next> {
    const line = this.#lines.shift();
    if (this.#stopped) return Promise.resolve(STOPPED);
    return Promise.resolve(line === undefined ? END : { kind: 'line', line: Buffer.from(line) });
  }

  take(): null {
    return null;
  }

  discard(): void {
    // As for a pipe.
  }

  stop(): void {
    this.#stopped = true;
  }

  close(): void {
    this.stop();
  }
}

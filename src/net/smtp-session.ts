import type { Duplex } from 'node:stream';
import { SmtpcheckError, type Phase } from '../core/errors.js';
import { decodeText, replyLines, ReplyReader, type Reply } from '../smtp/reply.js';
import { formatMs, type Deadline } from './deadline.js';
import { brokenStream, noReply } from './session-error.js';

/** Receives the dialogue, a line at a time, without line ends. */
export type TranscriptSink = (side: 'C' | 'S', line: string) => void;

/**
 * The client side of an SMTP dialogue over any stream: one command at a time, each reply read whole (design section 7).
 * It keeps what the server sent out of turn; reading on a TLS stream starts with a session of its own, so that
 * nothing that came before TLS can be taken for an answer inside it (RFC 3207 section 4.2).
 */
export class SmtpSession {
  private readonly reader = new ReplyReader();
  private wake: (() => void) | undefined;
  private onNews: (() => void) | undefined;
  /** Whether QUIT would be understood as a command, and was not said yet. */
  quitDue = true;
  private ended: SmtpcheckError | undefined;
  private phase: Phase = 'banner';
  private readonly onData = (chunk: Uint8Array): void => {
    this.reader.push(chunk);
    // One wake-up a read; a flood is bounded by the reader, which is asked after each chunk.
    this.stream.pause();
    this.tell();
  };
  private readonly onEnd = (): void =>
    this.end(
      this.translateError?.(null, this.phase) ??
        new SmtpcheckError('connection-closed', this.phase, 'the server closed the connection'),
    );
  private readonly onError = (error: NodeJS.ErrnoException): void => this.end(this.streamError(error));

  constructor(
    private readonly stream: Duplex,
    private readonly deadline: Deadline,
    private readonly transcript: TranscriptSink,
    /** What an error of the stream means, or its end (null): below TLS there may be more to know. */
    private readonly translateError?: (
      error: NodeJS.ErrnoException | null,
      phase: Phase,
    ) => SmtpcheckError | null,
  ) {
    stream.on('data', this.onData);
    stream.on('end', this.onEnd);
    stream.on('close', this.onEnd);
    stream.on('error', this.onError);
    stream.pause();
  }

  /** The next whole reply. @throws SmtpcheckError with `phase`. */
  async readReply(
    phase: Phase,
    limitMs = Infinity,
    show: (reply: Reply) => readonly string[] = replyLines,
  ): Promise<Reply> {
    this.phase = phase;
    const reply = await this.deadline.wait<Reply>(
      phase,
      (resolve, reject) => {
        this.wake = () => this.step(phase, resolve, reject);
        this.wake();
        return () => {
          this.wake = undefined;
          this.listen();
        };
      },
      (ms) => this.timeout(phase, ms),
      limitMs,
    );
    for (const line of show(reply)) this.transcript('S', line);
    return reply;
  }

  private step(phase: Phase, resolve: (reply: Reply) => void, reject: (error: unknown) => void): void {
    try {
      const next = this.reader.next();
      if (next !== null) resolve(next);
      else if (this.ended !== undefined) reject(this.ended);
      else this.stream.resume();
    } catch (error) {
      reject(error instanceof SmtpcheckError ? error.inPhase(phase) : error);
    }
  }

  /** Sends one command line (with its CRLF) and reads the reply. */
  command(line: string, phase: Phase): Promise<Reply> {
    this.transcript('C', line.replace(/\r\n$/, ''));
    this.stream.write(line);
    return this.readReply(phase);
  }

  /**
   * Sends a line that holds secrets, and reads the reply: the transcript has what may be shown of either.
   * @throws SmtpcheckError `reply-out-of-turn` when the server has spoken without being asked: its answer to something else would
   * be taken for that to this line. `interrupted` or `deadline-exceeded` before anything is sent.
   */
  async exchange(
    line: { readonly text: string; readonly shown: string },
    phase: Phase,
    show: (reply: Reply) => readonly string[],
  ): Promise<Reply> {
    await this.requireTurn(phase);
    this.transcript('C', line.shown);
    this.stream.write(line.text);
    return this.readReply(phase, Infinity, show);
  }

  /** Sends octets for which no reply is awaited; resolves when there is room for more. @throws SmtpcheckError */
  async send(octets: Uint8Array, phase: Phase, shown?: string): Promise<void> {
    if (this.ended !== undefined) throw this.ended.inPhase(phase);
    if (shown !== undefined) this.transcript('C', shown);
    if (this.stream.write(octets)) return;
    await this.deadline.wait<null>(
      phase,
      (resolve, reject) => {
        const drained = (): void => resolve(null);
        this.stream.once('drain', drained);
        this.wake = () => this.ended !== undefined && reject(this.ended.inPhase(phase));
        this.stream.resume();
        return () => {
          this.stream.off('drain', drained);
          this.wake = undefined;
        };
      },
      (ms) => new SmtpcheckError('silent', phase, `the server took nothing more for ${formatMs(ms)}`),
    );
  }

  /** Calls `onNews` whenever there is `news` while no reply is awaited. */
  watch(onNews: () => void): void {
    this.onNews = onNews;
    this.listen();
  }

  /** Whether the server has spoken without being asked, or is gone. */
  get news(): boolean {
    return this.reader.midReply || this.ended !== undefined;
  }

  /** @throws SmtpcheckError `reply-out-of-turn`, or what ended the probe meanwhile. */
  async requireTurn(phase: Phase): Promise<void> {
    // The computing of SCRAM takes seconds: who wants to stop has said so, or the time is up, before the proof is sent.
    await this.deadline.wait<null>(
      phase,
      (resolve) => {
        if (this.deadline.remaining > 0) resolve(null);
        return undefined;
      },
      (ms) => this.timeout(phase, ms),
    );
    const early = await this.takeEarlyBytes();
    if (early.length === 0) return;
    throw new SmtpcheckError('reply-out-of-turn', phase, 'the server answered before it was asked');
  }

  /** Takes away what the server sent behind its last reply before it was asked anything; empty when it kept its turn. */
  takeOutOfTurn(): Uint8Array {
    return this.reader.drain();
  }

  /** The same for a session in which nothing was said yet: gives what is on its way a turn of the event loop to arrive. */
  async takeEarlyBytes(): Promise<Uint8Array> {
    this.stream.resume();
    await new Promise((resolve) => setImmediate(resolve));
    this.stream.pause();
    return this.reader.drain();
  }

  /** What was read of a reply that never ended, as text. */
  get partial(): string {
    return decodeText(this.reader.rest().subarray(0, 200));
  }

  /**
   * Says QUIT and waits a moment for the reply; null when none came.
   * @throws SmtpcheckError `interrupted` or `terminated` only.
   */
  async quit(): Promise<Reply | null> {
    if (!this.quitDue || this.ended !== undefined || !this.stream.writable) return null;
    this.quitDue = false;
    this.transcript('C', 'QUIT');
    this.stream.write('QUIT\r\n');
    return this.readReply(this.phase, QUIT_WAIT_MS).catch((error: unknown) => {
      const stopped =
        error instanceof SmtpcheckError && (error.code === 'interrupted' || error.code === 'terminated');
      if (stopped) throw error;
      return null;
    });
  }

  /** Stops reading, so that the stream can be handed to TLS. Gives back what was read and not used. */
  detach(): Uint8Array {
    this.stream.pause();
    this.stream.off('data', this.onData);
    this.stream.off('end', this.onEnd);
    this.stream.off('close', this.onEnd);
    this.stream.off('error', this.onError);
    // What the operating system delivered meanwhile lies in the stream's own buffer: it came before TLS all the same.
    for (;;) {
      const more = this.stream.read() as Uint8Array | null;
      if (more === null) return this.reader.drain();
      this.reader.push(more);
    }
  }

  private end(error: SmtpcheckError): void {
    this.ended ??= error;
    this.tell();
  }

  private tell(): void {
    (this.wake ?? this.onNews)?.();
  }

  private listen(): void {
    if (this.onNews === undefined) return;
    if (this.news) this.onNews();
    else this.stream.resume();
  }

  private streamError(error: NodeJS.ErrnoException): SmtpcheckError {
    return this.translateError?.(error, this.phase) ?? brokenStream(error, this.phase);
  }

  private timeout(phase: Phase, ms: number): SmtpcheckError {
    return noReply(phase, ms, this.reader.midReply ? this.partial : null);
  }
}

/** A polite goodbye may not double a probe's time when the server does not answer it. */
const QUIT_WAIT_MS = 2_000;

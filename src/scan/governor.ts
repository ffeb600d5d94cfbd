import { SmtpcheckError, type ReportError } from '../core/errors.js';

export interface GovernorOptions {
  /** Connections at a time. */
  readonly concurrency: number;
  /** Connections in all; what does not fit is left undone, and said. */
  readonly maxConnections: number;
  /** Least time between two connections, milliseconds. */
  readonly spacingMs: number;
  /** How long to wait in all because a server asks to slow down, milliseconds. */
  readonly maxWaitMs: number;
  /** The end of everything, on the clock of `now`. */
  readonly endMs: number;
  readonly signal?: AbortSignal;
  /** Injected in tests. */
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  /** Told when all has to wait, and for how long. */
  readonly onWait?: (ms: number, reason: string) => void;
}

/** One connection: its value, or that the server would not have it now. */
export type Attempt<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'throttled'; readonly error: ReportError };

/** Why a job was not done. */
export interface Undone {
  readonly kind: 'undone';
  readonly error: ReportError;
}

const FIRST_PAUSE_MS = 1_000;
/** Postfix's anvil counts by the minute. */
const LONGEST_PAUSE_MS = 60_000;

/**
 * Sees to it that a server is not asked more than it wants to be (design section 7): so many connections at a time and in
 * all, a pause that doubles while it refuses, and one at a time from then on. What it refused is asked again, since a refusal
 * to talk answers no question.
 */
export class Governor {
  made = 0;
  throttled = 0;
  waitedMs = 0;
  leftUndone = 0;
  stoppedBy: ReportError | null = null;
  /** Told of each connection as it begins. */
  onConnection: (made: number) => void = () => undefined;
  private running = 0;
  private limit: number;
  private readonly waiting: (() => void)[] = [];
  private alone: Promise<unknown> | null = null;
  private pause = FIRST_PAUSE_MS;
  private pausedUntil = 0;
  private nextStart = 0;
  private readonly now: () => number;
  private readonly sleep: (ms: number) => Promise<void>;

  constructor(private readonly options: GovernorOptions) {
    this.limit = options.concurrency;
    this.now = options.now ?? (() => performance.now());
    this.sleep = options.sleep ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));
  }

  /** Runs one connection when it is its turn, again for as long as the server puts it off and there is time. */
  async run<T>(
    job: () => Promise<Attempt<T>>,
  ): Promise<{ readonly kind: 'done'; readonly value: T } | Undone> {
    await this.enter();
    try {
      for (;;) {
        const stop = await this.ready();
        if (stop !== null) return this.undone(stop);
        const attempt = await job();
        if (attempt.kind === 'done') {
          this.pause = FIRST_PAUSE_MS;
          return attempt;
        }
        this.throttled += 1;
        if (!this.slowDown(attempt.error)) return this.undone(attempt.error);
      }
    } finally {
      this.leave();
    }
  }

  /** Runs several connections with no other one between them. */
  async exclusive<T>(work: (run: Governor['run']) => Promise<T>): Promise<T> {
    while (this.alone !== null) await this.alone;
    const before = this.limit;
    let done: (value: unknown) => void = () => undefined;
    this.alone = new Promise((resolve) => (done = resolve));
    try {
      while (this.running > 0) await new Promise<void>((resolve) => this.waiting.unshift(resolve));
      return await work((job) => this.runAlone(job));
    } finally {
      this.alone = null;
      this.limit = Math.min(before, this.limit);
      done(null);
      this.wake();
    }
  }

  private async runAlone<T>(
    job: () => Promise<Attempt<T>>,
  ): Promise<{ readonly kind: 'done'; readonly value: T } | Undone> {
    const stop = await this.ready();
    if (stop !== null) return this.undone(stop);
    const attempt = await job();
    if (attempt.kind === 'done') return attempt;
    this.throttled += 1;
    this.slowDown(attempt.error);
    return this.undone(attempt.error);
  }

  private async enter(): Promise<void> {
    while (this.running >= this.limit || this.alone !== null)
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    this.running += 1;
  }

  private leave(): void {
    this.running -= 1;
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  /** Waits for the next connection's time; an error when there will be none. */
  private async ready(): Promise<ReportError | null> {
    for (;;) {
      const over = this.over();
      if (over !== null) return over;
      const wait = Math.max(this.pausedUntil, this.nextStart) - this.now();
      if (wait <= 0) break;
      await this.sleep(Math.min(wait, Math.max(0, this.options.endMs - this.now()) + 1, 250));
    }
    // Counted at once: those that wait beside this one are to see it.
    this.onConnection((this.made += 1));
    this.nextStart = this.now() + this.options.spacingMs;
    return null;
  }

  /** Why there will be no more connections; null while there can be. Asked at the end as well: the last one may have been broken off. */
  over(): ReportError | null {
    const { signal, endMs, maxConnections } = this.options;
    if (this.stoppedBy !== null) return this.stoppedBy;
    if (signal?.aborted === true) {
      const code = signal.reason === 'SIGTERM' ? 'terminated' : 'interrupted';
      return this.stop(new SmtpcheckError(code, 'scan', code));
    }
    if (this.now() >= endMs)
      return this.stop(new SmtpcheckError('deadline-exceeded', 'scan', 'the time for the scan is over'));
    if (this.made < maxConnections) return null;
    return this.stop(
      new SmtpcheckError(
        'connections-exhausted',
        'scan',
        `the ${maxConnections} connections that are allowed for one target are used up`,
        { hint: 'raise --max-connections, or ask for less with --only' },
      ),
    );
  }

  private stop(error: SmtpcheckError): ReportError {
    this.stoppedBy ??= error.toReport();
    return this.stoppedBy;
  }

  private undone(error: ReportError): Undone {
    this.leftUndone += 1;
    return { kind: 'undone', error };
  }

  /** False when there is no more patience: the scan ends with what is known. */
  private slowDown(error: ReportError): boolean {
    this.limit = 1;
    const { maxWaitMs, endMs, onWait } = this.options;
    const now = this.now();
    // Another connection of the same moment has said so already.
    if (this.pausedUntil > now) return true;
    const ms = Math.min(this.pause, maxWaitMs - this.waitedMs, endMs - now);
    if (ms <= 0) {
      this.stoppedBy ??= { ...error, hint: HOW_TO_GO_ON };
      return false;
    }
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
    this.waitedMs += ms;
    this.pausedUntil = now + ms;
    onWait?.(ms, error.message);
    return true;
  }
}

const HOW_TO_GO_ON =
  'the server limits connections: give it time with --max-wait 10m and --timeout 15m, ask slower with --rate 20/m, or scan from an address that it exempts';

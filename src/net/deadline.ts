import { SmtpcheckError, type Phase } from '../core/errors.js';

/** How long a probe may wait, and the caller's wish to stop. Everything that waits, waits through `wait`. */
export class Deadline {
  private readonly end: number;
  private each: number | undefined;

  constructor(
    readonly totalMs: number,
    private readonly signal?: AbortSignal,
  ) {
    this.end = performance.now() + totalMs;
  }

  /** Milliseconds left for the next wait, never negative. */
  get remaining(): number {
    return this.each ?? Math.max(0, this.end - performance.now());
  }

  /** From now on each wait has this long, and nothing ends all of them: people sit in a session as long as they like. */
  giveEachWait(ms: number): void {
    this.each = ms;
  }

  /**
   * Runs `start`, which calls one of its two arguments; rejects when the deadline (or the shorter `limitMs`) passes or the
   * caller interrupts. `onTimeout` makes the error, since a silence means something else in each phase.
   * @throws SmtpcheckError whatever `onTimeout` makes, or `interrupted`.
   */
  wait<T>(
    phase: Phase,
    start: (resolve: (value: T) => void, reject: (error: unknown) => void) => (() => void) | undefined,
    onTimeout: (waitedMs: number) => SmtpcheckError,
    limitMs = Infinity,
  ): Promise<T> {
    const ms = Math.min(this.remaining, limitMs);
    return new Promise<T>((resolve, reject) => {
      const cleanUps: (() => void)[] = [];
      let done = false;
      const finish = (act: () => void): void => {
        if (done) return;
        done = true;
        clearTimeout(timer);
        release();
        for (const cleanUp of cleanUps) cleanUp();
        act();
      };
      const isDone = (): boolean => done;
      const onAbort = (): void => finish(() => reject(interrupted(phase, this.signal?.reason)));
      const timer = setTimeout(() => finish(() => reject(onTimeout(ms))), Math.min(ms, 2 ** 31 - 1));
      const release = this.signal === undefined ? () => undefined : whenAborted(this.signal, onAbort);
      if (this.signal?.aborted === true) {
        onAbort();
        return;
      }
      const cleanUp = start(
        (value) => finish(() => resolve(value)),
        (error: unknown) => finish(() => reject(error instanceof Error ? error : new Error(String(error)))),
      );
      if (cleanUp === undefined) return;
      // A start that settled at once ran before there was anything to clean up.
      if (isDone()) cleanUp();
      else cleanUps.push(cleanUp);
    });
  }
}

const waitersOf = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls `act` when the signal is aborted; what it gives takes that back. One listener serves all: a scan waits five hundred times. */
function whenAborted(signal: AbortSignal, act: () => void): () => void {
  let waiters = waitersOf.get(signal);
  if (waiters === undefined) {
    const all = new Set<() => void>();
    signal.addEventListener('abort', () => {
      for (const waiter of [...all]) waiter();
    });
    waitersOf.set(signal, (waiters = all));
  }
  waiters.add(act);
  const mine = waiters;
  return () => void mine.delete(act);
}

/** `abort('SIGTERM')` is told apart from every other reason, since the exit codes differ. */
function interrupted(phase: Phase, reason: unknown): SmtpcheckError {
  return reason === 'SIGTERM'
    ? new SmtpcheckError('terminated', phase, 'terminated')
    : new SmtpcheckError('interrupted', phase, 'interrupted');
}

/** `12.3s` or `500ms`, for messages. */
export function formatMs(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(1))}s` : `${Math.round(ms)}ms`;
}

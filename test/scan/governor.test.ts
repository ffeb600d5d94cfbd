import { describe, expect, it } from 'vitest';
import { SmtpcheckError, type ReportError } from '../../src/core/errors.js';
import { Governor, type Attempt, type GovernorOptions } from '../../src/scan/governor.js';

/* Scanners of the field run into a server's limits and report what they got by then. The governor keeps below them. */

/** Time passes only when all sleep, and then to the moment at which the first of them wakes. */
class Clock {
  time = 0;
  readonly sleeps: number[] = [];
  private readonly sleepers: { at: number; wake: () => void }[] = [];
  readonly now = (): number => this.time;
  readonly sleep = (ms: number): Promise<void> => {
    this.sleeps.push(ms);
    return new Promise((wake) => {
      this.sleepers.push({ at: this.time + ms, wake });
      setImmediate(() => this.wakeFirst());
    });
  };

  private wakeFirst(): void {
    this.sleepers.sort((a, b) => a.at - b.at);
    const first = this.sleepers.shift();
    if (first === undefined) return;
    this.time = Math.max(this.time, first.at);
    first.wake();
  }
}

const LATER: ReportError = new SmtpcheckError('service-closing', 'banner', 'too many connections', {
  serverSaid: '421 4.7.0 later',
}).toReport();
const done = (): Promise<Attempt<string>> => Promise.resolve({ kind: 'done', value: 'ok' });
const later = (): Promise<Attempt<string>> => Promise.resolve({ kind: 'throttled', error: LATER });
/** Put off so many times, and done then. */
const afterwards = (times: number): (() => Promise<Attempt<string>>) => {
  let left = times;
  return () => (left-- > 0 ? later() : done());
};

function governor(changes: Partial<GovernorOptions> = {}): {
  governor: Governor;
  clock: Clock;
  waits: number[];
} {
  const clock = new Clock();
  const waits: number[] = [];
  return {
    clock,
    waits,
    governor: new Governor({
      concurrency: 4,
      maxConnections: 1000,
      spacingMs: 0,
      maxWaitMs: 1_000_000,
      endMs: 10_000_000,
      now: clock.now,
      sleep: clock.sleep,
      onWait: (ms) => waits.push(ms),
      ...changes,
    }),
  };
}

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
/** A job that is open for a few turns of the event loop. */
const slow = async (): Promise<Attempt<string>> => {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve));
  return { kind: 'done', value: 'ok' };
};

describe('connections at a time', () => {
  it.each([1, 4, 16])('are no more than %i', async (concurrency) => {
    const { governor: it_ } = governor({ concurrency });
    let open = 0;
    let most = 0;
    const results = await Promise.all(
      times(40, () =>
        it_.run(async () => {
          most = Math.max(most, (open += 1));
          const result = await slow();
          open -= 1;
          return result;
        }),
      ),
    );
    expect(most).toBe(concurrency);
    expect(results.every(({ kind }) => kind === 'done')).toBe(true);
    expect(it_).toMatchObject({ made: 40, leftUndone: 0, stoppedBy: null });
  });

  it('are one once the server has complained', async () => {
    const { governor: it_ } = governor();
    await it_.run(afterwards(1));
    let open = 0;
    let most = 0;
    await Promise.all(
      times(10, () =>
        it_.run(async () => {
          most = Math.max(most, (open += 1));
          const result = await slow();
          open -= 1;
          return result;
        }),
      ),
    );
    expect(most).toBe(1);
  });

  it('are still limited when a job fails', async () => {
    const { governor: it_ } = governor({ concurrency: 1 });
    await expect(it_.run(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    expect(await it_.run(done)).toEqual({ kind: 'done', value: 'ok' });
  });
});

describe('the budget', () => {
  it.each([1, 4, 16])('is kept to the last connection, %i at a time', async (concurrency) => {
    const { governor: it_ } = governor({ concurrency, maxConnections: 10 });
    let begun = 0;
    const results = await Promise.all(
      times(30, () =>
        it_.run(() => {
          begun += 1;
          return slow();
        }),
      ),
    );
    expect(begun).toBe(10);
    expect(results.filter(({ kind }) => kind === 'done')).toHaveLength(10);
    expect(it_).toMatchObject({ made: 10, leftUndone: 20 });
    expect(it_.stoppedBy).toMatchObject({
      code: 'connections-exhausted',
      hint: expect.stringContaining('--max-connections') as string,
    });
  });

  it('is not given out twice to those who were waiting for the same pause to end', async () => {
    const { governor: it_ } = governor({ maxConnections: 5 });
    let begun = 0;
    const jobs = times(8, () => {
      const job = afterwards(1);
      return () => {
        begun += 1;
        return job();
      };
    });
    await Promise.all(jobs.map((job) => it_.run(job)));
    expect([begun, it_.made]).toEqual([5, 5]);
  });

  it('counts what was put off, and what is alone', async () => {
    const { governor: it_ } = governor({ maxConnections: 5 });
    await it_.run(afterwards(2));
    const kinds = await it_.exclusive(async (run) => [
      (await run(done)).kind,
      (await run(done)).kind,
      (await run(done)).kind,
    ]);
    expect(kinds).toEqual(['done', 'done', 'undone']);
    expect(it_.made).toBe(5);
  });
});

describe('pacing', () => {
  it('keeps connections apart, whoever asks for them', async () => {
    const { governor: it_, clock } = governor({ spacingMs: 2000 });
    const starts: number[] = [];
    await Promise.all(
      times(10, () =>
        it_.run(() => {
          starts.push(clock.time);
          return slow();
        }),
      ),
    );
    starts.sort((a, b) => a - b);
    expect(starts[0]).toBe(0);
    for (let i = 1; i < starts.length; i++)
      expect((starts[i] ?? 0) - (starts[i - 1] ?? 0)).toBeGreaterThanOrEqual(2000);
  });

  it('holds for those that are alone', async () => {
    const { governor: it_, clock } = governor({ spacingMs: 2000 });
    await it_.exclusive(async (run) => {
      await run(done);
      await run(done);
      await run(done);
    });
    expect(clock.time).toBeGreaterThanOrEqual(4000);
  });
});

describe('a server that puts off', () => {
  it('is asked again after pauses that double up to a minute', async () => {
    const { governor: it_, waits } = governor();
    expect(await it_.run(afterwards(9))).toEqual({ kind: 'done', value: 'ok' });
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
    expect(it_).toMatchObject({ made: 10, throttled: 9, leftUndone: 0, stoppedBy: null });
    expect(it_.waitedMs).toBe(waits.reduce((a, b) => a + b));
  });

  it('is trusted again once it has answered', async () => {
    const { governor: it_, waits } = governor();
    await it_.run(afterwards(3));
    await it_.run(afterwards(1));
    expect(waits).toEqual([1000, 2000, 4000, 1000]);
  });

  it('is waited for once when several connections are put off together', async () => {
    const { governor: it_, waits } = governor();
    await Promise.all(times(4, () => it_.run(afterwards(1))));
    expect(waits).toEqual([1000]);
    expect(it_).toMatchObject({ throttled: 4, made: 8 });
  });

  it('ends the scan at once where nobody wants to wait', async () => {
    const { governor: it_, waits } = governor({ maxWaitMs: 0, concurrency: 1 });
    const results = await Promise.all(times(5, () => it_.run(later)));
    expect(results.map(({ kind }) => kind)).toEqual(times(5, () => 'undone'));
    expect(it_).toMatchObject({ made: 1, throttled: 1, leftUndone: 5, waitedMs: 0 });
    expect(waits).toEqual([]);
    expect(it_.stoppedBy).toMatchObject({
      code: 'service-closing',
      serverSaid: '421 4.7.0 later',
      hint: expect.stringMatching(/--max-wait .*--rate/) as string,
    });
  });

  it('is waited for no longer than was allowed', async () => {
    const { governor: it_, waits } = governor({ maxWaitMs: 10_000 });
    expect((await it_.run(later)).kind).toBe('undone');
    expect(waits).toEqual([1000, 2000, 4000, 3000]);
    expect(it_.waitedMs).toBe(10_000);
    // And then no more.
    expect((await it_.run(done)).kind).toBe('undone');
  });

  it('is not waited for past the end', async () => {
    const { governor: it_, clock } = governor({ endMs: 5000 });
    expect((await it_.run(later)).kind).toBe('undone');
    expect(clock.time).toBeLessThanOrEqual(5001);
    expect(it_.stoppedBy).not.toBeNull();
  });
});

describe('the end', () => {
  it('is the deadline', async () => {
    const { governor: it_, clock } = governor({ endMs: 100, concurrency: 1 });
    const result = await it_.run(done);
    clock.time = 100;
    expect([result.kind, (await it_.run(done)).kind]).toEqual(['done', 'undone']);
    expect(it_.stoppedBy?.code).toBe('deadline-exceeded');
  });

  it.each([
    ['SIGINT', 'interrupted'],
    ['SIGTERM', 'terminated'],
  ])('is %s', async (reason, code) => {
    const stop = new AbortController();
    const { governor: it_ } = governor({ signal: stop.signal });
    await it_.run(done);
    stop.abort(reason);
    expect((await it_.run(done)).kind).toBe('undone');
    expect(it_).toMatchObject({ made: 1, leftUndone: 1, stoppedBy: { code } });
  });

  it('is heard within a pause', async () => {
    const stop = new AbortController();
    const clock = new Clock();
    const { governor: it_ } = governor({
      signal: stop.signal,
      now: clock.now,
      sleep: (ms) => {
        if (clock.time > 600) stop.abort();
        return clock.sleep(ms);
      },
      maxWaitMs: 60_000,
    });
    expect((await it_.run(afterwards(7))).kind).toBe('undone');
    expect(clock.time).toBeLessThan(1500);
    expect(Math.max(...clock.sleeps)).toBeLessThanOrEqual(250);
  });
});

describe('connections with no other between them', () => {
  it('wait for those that are open, and hold the others back', async () => {
    const { governor: it_ } = governor();
    const events: string[] = [];
    const noted =
      (name: string): (() => Promise<Attempt<string>>) =>
      async () => {
        events.push(`${name} begins`);
        const result = await slow();
        events.push(`${name} ends`);
        return result;
      };
    const before = times(2, (i) => it_.run(noted(`before ${i}`)));
    const alone = it_.exclusive(async (run) => {
      await run(noted('alone 0'));
      await run(noted('alone 1'));
    });
    const behind = times(3, (i) => it_.run(noted(`behind ${i}`)));
    await Promise.all([...before, alone, ...behind]);
    expect(events.slice(0, 8)).toEqual([
      'before 0 begins',
      'before 1 begins',
      'before 0 ends',
      'before 1 ends',
      'alone 0 begins',
      'alone 0 ends',
      'alone 1 begins',
      'alone 1 ends',
    ]);
    expect(events).toHaveLength(14);
  });

  it('take turns with others of their kind', async () => {
    const { governor: it_ } = governor();
    let alone = 0;
    await Promise.all(
      times(5, () =>
        it_.exclusive(async (run) => {
          alone += 1;
          expect(alone).toBe(1);
          await run(slow);
          await run(slow);
          alone -= 1;
        }),
      ),
    );
    expect(it_.made).toBe(10);
  });

  it('are not made again when they are put off, since another would then stand between them', async () => {
    const { governor: it_ } = governor();
    const kinds = await it_.exclusive(async (run) => [(await run(later)).kind, (await run(done)).kind]);
    expect(kinds).toEqual(['undone', 'done']);
    expect(it_).toMatchObject({ made: 2, throttled: 1 });
  });

  it('let the others go on when they fail', async () => {
    const { governor: it_ } = governor();
    await expect(it_.exclusive(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    expect((await it_.run(done)).kind).toBe('done');
  });
});

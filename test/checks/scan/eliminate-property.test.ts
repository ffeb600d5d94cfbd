import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HelloResult } from '../../../src/checks/scan/context.js';
import { eliminate, type Elimination } from '../../../src/checks/scan/eliminate.js';

/* A server of numbers: which it takes, in whose order, how much of a list it reads, and how it refuses. */
interface Model {
  readonly accepts: readonly number[];
  readonly ownOrder: boolean;
  /** Reads no more of a list than this. */
  readonly reads: number;
  readonly refuses: 'alert' | 'close' | 'silence';
  /** Longer lists it does not answer. */
  readonly bears: number;
}

const HANDSHAKE_FAILURE = 40;

function answer(model: Model, offered: readonly number[]): HelloResult {
  if (offered.length > model.bears) return { answer: 'inconclusive', kind: 'closed', reason: 'too long' };
  const read = offered.slice(0, model.reads);
  const first = model.ownOrder
    ? model.accepts.find((id) => read.includes(id))
    : read.find((id) => model.accepts.includes(id));
  if (first !== undefined)
    return {
      answer: 'accepted',
      pick: { version: 0x0303, suite: first, group: null, flight: null, cut: null },
    };
  if (model.refuses === 'alert')
    return { answer: 'rejected', evidence: 'alert 40', alert: HANDSHAKE_FAILURE };
  return {
    answer: 'inconclusive',
    kind: model.refuses === 'close' ? 'closed' : 'silent',
    reason: model.refuses,
  };
}

async function run(model: Model, ids: readonly number[]): Promise<{ found: Elimination; asked: number }> {
  let asked = 0;
  const found = await eliminate({
    ids,
    ask: (offered) => {
      asked += 1;
      return Promise.resolve(answer(model, offered));
    },
    reading: { longestList: 0 },
    pickOf: ({ suite }) => suite,
  });
  return { found, asked };
}

const IDS = Array.from({ length: 370 }, (_, i) => i);
const models: fc.Arbitrary<Model> = fc.record({
  accepts: fc.uniqueArray(fc.integer({ min: 0, max: 369 }), { maxLength: 40 }),
  ownOrder: fc.boolean(),
  reads: fc.constantFrom(64, 100, 127, 128, 370),
  refuses: fc.constantFrom('alert', 'close', 'silence'),
  bears: fc.constantFrom(1, 30, 128, 370),
});

describe('elimination', () => {
  it('never says no of what the server takes, says something of all, and comes to an end', async () => {
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        const { found, asked } = await run(model, IDS);
        const picked = found.picks.map(({ id }) => id);
        const rejected = found.rejected?.ids ?? [];
        const unknown = found.unknown?.ids ?? [];
        expect(picked.every((id) => model.accepts.includes(id))).toBe(true);
        expect(rejected.filter((id) => model.accepts.includes(id))).toEqual([]);
        expect([...picked, ...rejected, ...unknown].sort((a, b) => a - b)).toEqual(IDS);
        expect(asked).toBeLessThan(model.accepts.length + 40);
      }),
      { numRuns: 1500, seed: 20_261 },
    );
  });

  it('knows all of a server that answers, in accepted + 1 questions', async () => {
    await fc.assert(
      fc.asyncProperty(models, async (model) => {
        const whole: Model = {
          ...model,
          accepts: [...model.accepts, 369],
          reads: 370,
          bears: 370,
          refuses: 'alert',
        };
        const { found, asked } = await run(whole, IDS);
        const all = new Set(whole.accepts);
        expect(new Set(found.picks.map(({ id }) => id))).toEqual(all);
        expect(found.unknown).toBeNull();
        expect(asked).toBe(all.size + 1);
      }),
      { numRuns: 300, seed: 20_262 },
    );
  });

  it('sees whose order it was', async () => {
    const model: Model = {
      accepts: [300, 200, 100],
      ownOrder: true,
      reads: 370,
      refuses: 'alert',
      bears: 370,
    };
    expect((await run(model, IDS)).found.followedOurs).toBe(false);
    expect((await run({ ...model, ownOrder: false }, IDS)).found.followedOurs).toBe(true);
  });

  it('takes no pick that was not offered', async () => {
    const found = await eliminate({
      ids: [1, 2],
      ask: () =>
        Promise.resolve({
          answer: 'accepted',
          pick: { version: 0x0303, suite: 9, group: null, flight: null, cut: null },
        }),
      reading: { longestList: 0 },
      pickOf: ({ suite }) => suite,
    });
    expect(found).toMatchObject({ picks: [], rejected: null, unknown: { ids: [1, 2] } });
  });

  it('asks no more of a server that is out of reach', async () => {
    let asked = 0;
    const found = await eliminate({
      ids: IDS,
      ask: () => {
        asked += 1;
        return Promise.resolve({ answer: 'inconclusive', kind: 'unreached', reason: '421' });
      },
      reading: { longestList: 0 },
      pickOf: ({ suite }) => suite,
    });
    expect([asked, found.unknown?.ids.length, found.rejected]).toEqual([1, 370, null]);
  });
});

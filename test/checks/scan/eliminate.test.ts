import { describe, expect, it } from 'vitest';
import type { HelloResult } from '../../../src/checks/scan/context.js';
import { eliminate, type Elimination } from '../../../src/checks/scan/eliminate.js';
import { picked, REJECTED, unknown } from './support.js';

const range = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

interface Run {
  readonly found: Elimination;
  /** The lists that were offered. */
  readonly asked: readonly (readonly number[])[];
}

async function run(
  ids: readonly number[],
  server: (list: readonly number[], nth: number) => HelloResult,
  reading = { longestList: 0 },
): Promise<Run> {
  const asked: (readonly number[])[] = [];
  const found = await eliminate({
    ids,
    reading,
    ask: (list) => Promise.resolve(server(list, asked.push(list))),
    pickOf: ({ suite }) => suite,
  });
  return { found, asked };
}

const taking =
  (taken: readonly number[]) =>
  (list: readonly number[]): HelloResult => {
    const pick = taken.find((id) => list.includes(id));
    return pick === undefined ? REJECTED : picked(0x0303, pick);
  };

const idsOf = ({ found }: Run): number[] => found.picks.map(({ id }) => id).sort((a, b) => a - b);

describe('elimination', () => {
  it('takes as many connections as are accepted, and one', async () => {
    const result = await run(range(60), taking([3, 17, 50]));
    expect(idsOf(result)).toEqual([3, 17, 50]);
    expect(result.asked.length).toBe(4);
    expect(result.found.rejected?.ids.length).toBe(57);
    expect(result.found.unknown).toBeNull();
  });

  it('sees whose order it was', async () => {
    const client = await run(range(50), (list) => {
      const first = list.find((id) => [30, 10, 20].includes(id));
      return first === undefined ? REJECTED : picked(0x0303, first);
    });
    expect(client.found.followedOurs).toBe(true);
    expect((await run(range(50), taking([30, 10, 20]))).found.followedOurs).toBe(false);
  });

  // Servers of old read 64 or 128 suites and no more: what stands behind would be a false no.
  it.each([64, 100, 128])(
    'finds what stands behind the first %i, which are all that a server reads',
    async (reads) => {
      const all = [5, 63, 64, 120, 199, 340];
      const result = await run(range(350), (list) => taking(all)(list.slice(0, reads)));
      expect(idsOf(result)).toEqual(all);
    },
  );

  it('asks no more of a server that has read a long list before', async () => {
    const result = await run(range(350), taking([]), { longestList: 340 });
    expect(result.asked.length).toBe(1);
  });

  it('halves a list that is no answer, down to the one that is to blame', async () => {
    const result = await run(range(64), (list) => (list.includes(40) ? unknown('alert') : taking([3])(list)));
    expect(idsOf(result)).toEqual([3]);
    expect(result.found.unknown?.ids).toEqual([40]);
    expect(result.found.unknown?.reason).toBe('it was alert');
    expect(result.found.rejected?.ids.length).toBe(62);
  });

  it('does not halve what was not reached', async () => {
    const result = await run(range(64), () => unknown('unreached'));
    expect(result.asked.length).toBe(1);
    expect(result.found.unknown?.ids.length).toBe(64);
    expect(result.found.rejected).toBeNull();
  });

  it('gives up on a server that answers nothing, and calls none of it a no', async () => {
    for (const kind of ['silent', 'closed', 'garbled'] as const) {
      const result = await run(range(300), () => unknown(kind));
      expect(result.asked.length).toBeLessThan(30);
      expect(result.found.unknown?.ids.length).toBe(300);
      expect(result.found.rejected).toBeNull();
    }
  });

  it('keeps what it found before the server stopped answering', async () => {
    const result = await run(range(80), (list, nth) =>
      nth > 2 ? unknown('unreached') : taking([1, 2, 3])(list),
    );
    expect(idsOf(result)).toEqual([1, 2]);
    expect(result.found.unknown?.ids).toContain(3);
  });

  it('is not led on by a server that picks the same again and again', async () => {
    const result = await run(range(80), () => picked(0x0303, 7));
    expect(idsOf(result)).toEqual([7]);
    expect(result.asked.length).toBe(2);
    expect(result.found.unknown?.ids.length).toBe(79);
    expect(result.found.unknown?.reason).toContain('not offered');
  });
});

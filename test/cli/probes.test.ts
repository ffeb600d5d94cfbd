import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/core/outcome.js';
import type { Report } from '../../src/core/report.js';
import type { Target } from '../../src/core/target.js';
import type { Io } from '../../src/cli/io.js';
import { probeEach } from '../../src/cli/probes.js';
import type { Output } from '../../src/cli/reporting.js';

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('targets that are probed side by side', () => {
  /** Node ended the process for the second while the first was still awaited: nothing of what was measured came out. */
  it('are reported where one meets a bug of ours, which is thrown at the end', async () => {
    const added: string[] = [];
    const ended: (readonly number[])[] = [];
    const output = {
      add: ({ target }: Report) => added.push(target?.host ?? ''),
      end: (codes: readonly number[]) => ended.push(codes),
    } as unknown as Output;
    const unhandled: unknown[] = [];
    const note = (error: unknown): number => unhandled.push(error);
    process.on('unhandledRejection', note);
    const targets = ['slow', 'bug', 'after'].map((host) => ({ host }) as Target);
    const args = { targets, quiet: true, debug: false, trace: false };
    const probed = probeEach(args, {} as Io, output, 3, async (target) => {
      if (target.host === 'bug') throw new TypeError('a bug');
      await wait(30);
      return { target, exitCode: EXIT.fail } as unknown as Report;
    });
    await expect(probed).rejects.toThrow('a bug');
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(added).toEqual(['slow', 'after']);
    expect(ended).toEqual([[EXIT.fail, EXIT.fail, EXIT.bug]]);
  });
});

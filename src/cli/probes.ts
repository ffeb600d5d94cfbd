import type { Phase } from '../core/errors.js';
import { EXIT } from '../core/outcome.js';
import type { Report } from '../core/report.js';
import type { Target } from '../core/target.js';
import type { TlsArgs } from './args/tls.js';
import type { Io } from './io.js';
import { startProgress } from './progress.js';
import type { Output } from './reporting.js';

/** How one target is probed, with a report or one for each of its addresses; it tells of each phase, or of more than a phase can say. */
export type Probe = (
  target: Target,
  onPhase: (phase: Phase) => void,
  say: (text: string) => void,
) => Promise<Report | readonly Report[]>;

/**
 * Probes the targets, `width` of them side by side, and hands the reports over in order. Resolves to the exit codes; `also` may
 * add one of its own for each report.
 */
export async function probeEach(
  args: Pick<TlsArgs, 'targets' | 'quiet' | 'debug' | 'trace'>,
  io: Io,
  output: Output,
  width: number,
  probe: Probe,
  also: (report: Report) => number[] = () => [],
): Promise<number[]> {
  // What shows the wire has stderr for itself.
  const progress =
    args.quiet || args.debug || args.trace
      ? null
      : startProgress(io, args.targets.length === 1 ? 'smtpcheck' : `${args.targets.length} targets`);
  const onPhase = (phase: Phase): void => progress?.phase(phase);
  const say = (text: string): void => progress?.say(text);
  const waiting = args.targets.map((target) => ({ target, found: null as ReturnType<Probe> | null }));
  const codes: number[] = [];
  const bugs: unknown[] = [];
  try {
    for (const [i] of waiting.entries()) {
      for (const next of waiting.slice(i, i + width)) next.found ??= begun(probe(next.target, onPhase, say));
      const found = (await waiting[i]?.found?.catch((error: unknown) => void bugs.push(error))) ?? [];
      progress?.stop();
      for (const report of [found].flat()) {
        codes.push(...also(report));
        output.add(report);
        codes.push(report.exitCode);
      }
    }
  } catch (error) {
    bugs.push(error);
  }
  if (bugs.length === 0) return codes;
  // A bug of ours takes nothing with it that was measured, or could be at other targets.
  output.end([...codes, EXIT.bug]);
  throw bugs[0];
}

/** Its turn to be awaited may come late: until then Node is not to end the process for what it throws. */
function begun<T>(probe: Promise<T>): Promise<T> {
  probe.catch(() => undefined);
  return probe;
}

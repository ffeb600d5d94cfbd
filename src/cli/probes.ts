import type { Phase } from '../core/errors.js';
import type { Report } from '../core/report.js';
import type { Target } from '../core/target.js';
import type { TlsArgs } from './args/tls.js';
import type { Io } from './io.js';
import { startProgress } from './progress.js';
import { printReport } from './reporting.js';

/** How one target is probed, with a report or one for each of its addresses; it tells of each phase, or of more than a phase can say. */
export type Probe = (
  target: Target,
  onPhase: (phase: Phase) => void,
  say: (text: string) => void,
) => Promise<Report | readonly Report[]>;

/**
 * Probes the targets, `width` of them side by side, and prints the reports in order. Resolves to the exit codes; `also` may add
 * one of its own for each report.
 */
export async function probeEach(
  args: TlsArgs,
  io: Io,
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
  let printed = 0;
  for (const [i] of waiting.entries()) {
    for (const next of waiting.slice(i, i + width)) next.found ??= probe(next.target, onPhase, say);
    const found = (await waiting[i]?.found) ?? [];
    progress?.stop();
    for (const report of [found].flat()) {
      codes.push(...also(report));
      printReport(report, args, io, printed > 0);
      printed += 1;
      codes.push(report.exitCode);
    }
  }
  return codes;
}

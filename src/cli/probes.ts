import type { Phase } from '../core/errors.js';
import type { Report } from '../core/report.js';
import type { Target } from '../core/target.js';
import type { TlsArgs } from './args/tls.js';
import type { Io } from './io.js';
import { startProgress } from './progress.js';
import { printReport } from './reporting.js';

/** How one target is probed; told of each phase. */
export type Probe = (target: Target, onPhase: (phase: Phase) => void) => Promise<Report>;

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
  const waiting = args.targets.map((target) => ({ target, report: null as Promise<Report> | null }));
  const codes: number[] = [];
  for (const [i] of waiting.entries()) {
    for (const next of waiting.slice(i, i + width)) next.report ??= probe(next.target, onPhase);
    const report = await waiting[i]?.report;
    if (report === undefined || report === null) continue;
    progress?.stop();
    codes.push(...also(report));
    printReport(report, args, io, i > 0);
    codes.push(report.exitCode);
  }
  return codes;
}

import { ERROR_OUTCOMES, type ReportError } from './errors.js';
import type { Finding } from './finding.js';

/** What one target came to. */
export type Outcome = 'pass' | 'fail' | 'inconclusive' | 'error';

/** Process exit codes (design section 3): an interface, the same in every output format. */
export const EXIT = {
  pass: 0,
  fail: 1,
  usage: 2,
  error: 3,
  inconclusive: 4,
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** Which findings make a target fail. */
export type FailOn = 'error' | 'warning';

/**
 * The outcome of one target. Something measured that does not hold is a failure even when the probe was cut off later;
 * an error without such a finding decides by its code; only a probe without either passes.
 */
export function decideOutcome(
  findings: readonly Finding[],
  error: ReportError | undefined,
  failOn: FailOn,
): Outcome {
  const failing = findings.some(
    (f) => f.severity === 'error' || (failOn === 'warning' && f.severity === 'warning'),
  );
  if (failing) return 'fail';
  if (error === undefined) return 'pass';
  const outcome = ERROR_OUTCOMES[error.code];
  switch (outcome) {
    case 'fail':
    case 'error':
    case 'inconclusive':
      return outcome;
    case 'interrupted':
    case 'terminated':
      return 'inconclusive';
    case 'usage':
    case 'internal':
      return 'error';
  }
}

/** The exit code of one target's report. */
export function exitCodeOf(outcome: Outcome, error: ReportError | undefined): number {
  if (error !== undefined) {
    const kind = ERROR_OUTCOMES[error.code];
    if (kind === 'usage') return EXIT.usage;
    if (kind === 'internal') return EXIT.bug;
    if (kind === 'interrupted') return EXIT.interrupted;
    if (kind === 'terminated') return EXIT.terminated;
  }
  return EXIT[outcome];
}

// Worst first: an interruption or a bug may not be hidden by what other targets came to (design section 3).
const WORST_FIRST: readonly number[] = [
  EXIT.interrupted,
  EXIT.terminated,
  EXIT.bug,
  EXIT.fail,
  EXIT.usage,
  EXIT.inconclusive,
  EXIT.error,
  EXIT.pass,
];

/** The exit code of a run over several targets. An unknown code or an empty run counts as a bug, never as a pass. */
export function combineExitCodes(codes: readonly number[]): number {
  const known = codes.map((code) => (WORST_FIRST.includes(code) ? code : EXIT.bug));
  return WORST_FIRST.find((code) => known.includes(code)) ?? EXIT.bug;
}

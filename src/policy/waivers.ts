import type { Finding } from '../core/finding.js';
import type { RuleResult } from '../core/policy-report.js';

/** A breach that somebody has agreed to live with, for a time. */
export interface Waiver {
  readonly rule: string;
  /** The last day, in UTC, on which it counts: `2027-03-31`. */
  readonly until: string;
  readonly reason: string;
  /** File, line and column. */
  readonly where?: string;
}

const DAY = 86_400_000;

/** The whole of its last day belongs to it. */
const hasEnded = ({ until }: Waiver, now: number): boolean => now >= Date.parse(`${until}T00:00:00Z`) + DAY;

export function activeWaiver(waivers: readonly Waiver[], rule: string, now: number): Waiver | undefined {
  return waivers.find((waiver) => waiver.rule === rule && !hasEnded(waiver, now));
}

/**
 * What has ended or matches nothing is reported, so that the list does not rot; but for those that are `settled`: they matched elsewhere,
 * or may yet.
 */
export function waiverFindings(
  waivers: readonly Waiver[],
  rules: readonly RuleResult[],
  now: number,
  settled: ReadonlySet<Waiver> = new Set(),
): Finding[] {
  return waivers.flatMap((waiver): Finding[] => {
    const { rule, until, reason, where } = waiver;
    const evidence = [where, reason].filter((text) => text !== undefined).join(': ');
    if (hasEnded(waiver, now))
      return [
        {
          id: 'waiver-ended',
          severity: 'warning',
          message: `the waiver for ${rule} ended on ${until}`,
          evidence,
          fix: 'mend what it was for, or agree on another date; then take it out of the file, or change it',
        },
      ];
    if (settled.has(waiver) || rules.some((one) => one.id === rule && one.result === 'waived')) return [];
    return [
      {
        id: 'waiver-unused',
        severity: 'warning',
        message: `the waiver for ${rule} matches no breach`,
        evidence,
        fix: 'take it out of the file: it would hide the next one',
      },
    ];
  });
}

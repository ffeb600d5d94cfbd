import type { Severity } from '../../core/finding.js';
import type { Report } from '../../core/report.js';
import type { Profile, Sourced } from '../profile.js';

/** What a rule makes of the facts of one report. */
export type Verdict =
  | { readonly kind: 'holds'; readonly measured: string | null }
  | {
      readonly kind: 'broken';
      readonly measured: string;
      /** What breaks it, one each. */
      readonly items: readonly string[];
      /** As the check has it, for rules that count as found. */
      readonly severity?: Severity;
      readonly fix?: string;
      readonly refs?: readonly string[];
    }
  /** It was asked, and there is no answer. */
  | { readonly kind: 'unknown'; readonly measured: string }
  /** It was never asked: a fact is not in the report. */
  | { readonly kind: 'missing'; readonly fact: string }
  /** It is about something that the server does not have. */
  | { readonly kind: 'not-applicable'; readonly measured: string };

/** One rule of a profile, ready to be judged. */
export interface PolicyRule {
  readonly id: string;
  readonly severity: Severity | 'as-found';
  /** What the profile asks for; null where the id says it. */
  readonly required: string | null;
  readonly sourced: Sourced;
  /** Ids of the checks of a scan that bring its facts; none where `tls` does. */
  readonly checks: readonly string[];
  evaluate(report: Report): Verdict;
}

/** Makes the rules of one part of a profile; none where it does not have that part. */
export type RuleMaker = (profile: Profile) => readonly PolicyRule[];

export const holds = (measured: string | null): Verdict => ({ kind: 'holds', measured });
export const unknown = (measured: string): Verdict => ({ kind: 'unknown', measured });
export const missing = (fact: string): Verdict => ({ kind: 'missing', fact });
export const notApplicable = (measured: string): Verdict => ({ kind: 'not-applicable', measured });
export const broken = (
  measured: string,
  items: readonly string[],
  more: { readonly fix?: string; readonly refs?: readonly string[]; readonly severity?: Severity } = {},
): Verdict => ({ kind: 'broken', measured, items, ...more });

/** The severity of a rule that a requirement brings: the profile's own setting, or else what the requirement means. */
export function severityOf(
  { rules }: Profile,
  id: string,
  otherwise: Severity,
): Severity | 'as-found' | 'off' {
  return rules[id]?.severity ?? otherwise;
}

/** The rule, unless the profile has switched it off. */
export function ruleUnlessOff(
  profile: Profile,
  rule: Omit<PolicyRule, 'severity' | 'sourced'>,
  otherwise: Severity,
  sourced: Sourced,
): PolicyRule[] {
  const severity = severityOf(profile, rule.id, otherwise);
  if (severity === 'off') return [];
  const own = profile.rules[rule.id];
  return [{ ...rule, severity, sourced: own?.source === undefined ? sourced : own }];
}

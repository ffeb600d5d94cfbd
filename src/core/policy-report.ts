import type { Finding, Severity } from './finding.js';

/**
 * What became of one rule of a profile: `note` is a breach that counts for nothing, `known` one that the baseline has too,
 * `waived` one that a waiver covers, `not-applicable` a rule about something that this server does not have.
 */
export type RuleOutcome =
  'pass' | 'fail' | 'warning' | 'note' | 'inconclusive' | 'waived' | 'known' | 'not-applicable';

/** One rule, judged for one target. */
export interface RuleResult {
  /** Stable, kebab-case, named after the breach: the id of the finding that a breach is. */
  readonly id: string;
  /** The breach in a few words. */
  readonly title: string;
  /** What a breach counts as in this profile. */
  readonly severity: Severity;
  readonly result: RuleOutcome;
  /** What the profile asks for, such as `TLSv1.2, TLSv1.3`; null where the title says it all. */
  readonly required: string | null;
  /** What was measured, or why it is not known; null when there is nothing to say. */
  readonly measured: string | null;
  /** What breaks the rule, one each, such as the names of suites: a baseline knows by them whether it got worse. */
  readonly items: readonly string[];
  /** Where the requirement stands. */
  readonly source: string;
  /** The source leaves it to judgement: it is our reading. */
  readonly reading?: true;
  /** What to change. */
  readonly fix?: string;
  readonly refs?: readonly string[];
  readonly waiver?: { readonly until: string; readonly reason: string };
}

/** The `policy` object of a report: a profile's verdict on one target. */
export interface PolicyReport {
  readonly profile: { readonly name: string; readonly version: string; readonly title: string };
  /** Every rule of the profile, once, in its order; then those of the target's `expect`. */
  readonly rules: readonly RuleResult[];
  /** Connections made, and how many were allowed: null where a saved report that is judged again does not say. */
  readonly budget: { readonly connections: number; readonly limit: number | null };
  /** How an inconclusive rule was to count. */
  readonly inconclusive: 'inconclusive' | 'fail' | 'warn';
  /** What the checks found, before the profile weighed it: another profile can judge the report again. */
  readonly observed: readonly Finding[];
  /** Of the report that the target was compared with. */
  readonly baseline?: { readonly startedAt: string };
}

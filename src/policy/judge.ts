import { TLS_CHECKS } from '../checks/index.js';
import type { ReportError } from '../core/errors.js';
import type { Finding, Severity } from '../core/finding.js';
import { exitCodeOf, type FailOn } from '../core/outcome.js';
import type { PolicyReport, RuleOutcome, RuleResult } from '../core/policy-report.js';
import type { Report } from '../core/report.js';
import { couldFail, decide, openFinding, type Inconclusive } from './decide.js';
import { explanationOf } from './explain/index.js';
import type { Expect } from './expect.js';
import type { Profile } from './profile.js';
import { expectRules } from './rules/expect.js';
import { rulesOf } from './rules/index.js';
import type { PolicyRule, Verdict } from './rules/rule.js';
import { isLetPass, withoutTls } from './without-tls.js';
import { activeWaiver, waiverFindings, type Waiver } from './waivers.js';

export interface PolicyOptions {
  readonly profile: Profile;
  readonly expect?: Expect;
  /** Those that are about this target. */
  readonly waivers?: readonly Waiver[];
  /** Waivers that other targets have used, or may yet use: they are not called unused here. */
  readonly settled?: ReadonlySet<Waiver>;
  /** A report of the same target from before: what it has too does not fail. */
  readonly baseline?: Report;
  /** How a rule that could fail and cannot be judged counts; default `inconclusive`. */
  readonly inconclusive?: Inconclusive;
  readonly failOn?: FailOn;
  /** Connections that were allowed; null where that is not known. */
  readonly limit: number | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A report, judged by a profile: its outcome and its findings are then those of the policy. Pure. */
export function judgePolicy(given: Report, options: PolicyOptions): Report {
  const report = asMeasured(given);
  const { profile, waivers = [], baseline, inconclusive = 'inconclusive', failOn = 'error' } = options;
  const rules = withoutTls(report, resultsOf(report, options));
  const policy: PolicyReport = {
    profile: { name: profile.name, version: profile.version, title: profile.title },
    rules,
    budget: { connections: report.connections, limit: options.limit },
    inconclusive,
    observed: report.findings,
    ...(baseline === undefined ? {} : { baseline: { startedAt: baseline.startedAt } }),
  };
  const open = rules.filter((rule) => rule.result === 'inconclusive' && couldFail(rule, failOn));
  const findings = [
    ...rules.flatMap(findingOf),
    ...waiverFindings(waivers, rules, options.now, options.settled),
    ...(inconclusive === 'warn' && open.length > 0 ? [openFinding(open)] : []),
  ];
  const reached = isLetPass(report, rules) ? { ...report, error: null } : report;
  const { outcome, error } = decide(reached, findings, open, options);
  return {
    ...report,
    command: 'gate',
    outcome,
    exitCode: exitCodeOf(outcome, error ?? undefined),
    policy,
    findings,
    error,
  };
}

/** What a profile needs to know and a report does not say, a line each; empty when it can be judged. */
export function missingFacts(given: Report, profile: Profile): readonly string[] {
  const report = asMeasured(given);
  const facts = rulesOf(profile).flatMap((rule) => {
    const verdict = rule.evaluate(report);
    return verdict.kind === 'missing' ? [verdict.fact] : [];
  });
  return [...new Set(facts)];
}

/** A report that a profile has judged, as it was before: what that profile waived or did not ask for counts again. */
function asMeasured(report: Report): Report {
  return report.policy === undefined ? report : { ...report, findings: report.policy.observed };
}

function resultsOf(report: Report, options: PolicyOptions): RuleResult[] {
  const { profile, expect, waivers = [], baseline, now } = options;
  const rules = [...rulesOf(profile), ...expectRules(expect ?? {})];
  const judged = rules.map((rule) => {
    const result = resultOf(rule, rule.evaluate(report), profile, report.error);
    const before = baseline === undefined ? undefined : rule.evaluate(asMeasured(baseline));
    const waiver = activeWaiver(waivers, rule.id, now);
    if (waiver !== undefined && WAIVABLE.includes(result.result))
      return { ...result, result: 'waived' as const, waiver: { until: waiver.until, reason: waiver.reason } };
    return isKnown(rule, result, before) ? { ...result, result: 'known' as const } : result;
  });
  return [...judged, ...askedFor(report, profile, rules)];
}

const WAIVABLE: readonly RuleOutcome[] = ['fail', 'warning', 'note', 'inconclusive'];

/** It was so before, and no worse. */
function isKnown(
  { severity: counts }: PolicyRule,
  { result, items, severity }: RuleResult,
  before: Verdict | undefined,
): boolean {
  if (before?.kind !== 'broken' || !BREACHES.includes(result)) return false;
  // What the check weighs by itself may weigh more by now.
  if (counts === 'as-found' && severity === 'error' && asFound(before) !== 'error') return false;
  return items.every((item) => before.items.includes(item));
}

const BREACHES: readonly RuleOutcome[] = ['fail', 'warning'];

function resultOf(
  { id, severity, required, sourced }: PolicyRule,
  verdict: Verdict,
  profile: Profile,
  error: ReportError | null,
): RuleResult {
  const base = {
    id,
    title: titleOf(id),
    severity: severity === 'as-found' ? asFound(verdict) : severity,
    required,
    items: [],
    source: sourced.source ?? profile.title,
    ...(sourced.reading === undefined ? {} : { reading: sourced.reading }),
  } as const;
  switch (verdict.kind) {
    case 'holds':
      return { ...base, result: 'pass', measured: verdict.measured };
    case 'not-applicable':
      return { ...base, result: 'not-applicable', measured: verdict.measured };
    case 'unknown':
      return { ...base, result: 'inconclusive', measured: verdict.measured };
    case 'missing':
      // Nobody left it out: what ended the probe is why it is not known.
      return {
        ...base,
        result: 'inconclusive',
        measured: error?.message ?? `not in the report: ${verdict.fact}`,
      };
    case 'broken':
      return {
        ...base,
        result: BREACH[base.severity],
        measured: verdict.measured,
        items: verdict.items,
        ...(verdict.fix === undefined ? {} : { fix: verdict.fix }),
        ...(verdict.refs === undefined ? {} : { refs: verdict.refs }),
      };
  }
}

const BREACH = { error: 'fail', warning: 'warning', info: 'note' } as const satisfies Record<
  Severity,
  RuleOutcome
>;

const asFound = (verdict: Verdict): Severity =>
  verdict.kind === 'broken' ? (verdict.severity ?? 'error') : 'error';

const titleOf = (id: string): string => explanationOf(id)?.title ?? id.replaceAll('-', ' ');

/** What the user asked of this one probe, such as a pin, is judged although no profile has it. */
function askedFor(report: Report, profile: Profile, rules: readonly PolicyRule[]): RuleResult[] {
  const known = new Set(rules.map(({ id }) => id));
  const ofTls = new Set(TLS_CHECKS.flatMap(({ ids }) => ids));
  return report.findings
    .filter(({ id }) => ofTls.has(id) && !known.has(id) && profile.rules[id]?.severity !== 'off')
    .map(({ id, severity, message, evidence, fix, refs }) => ({
      id,
      title: titleOf(id),
      severity,
      result: BREACH[severity],
      required: null,
      measured: message,
      items: [evidence ?? message],
      source: 'smtpcheck',
      ...(fix === undefined ? {} : { fix }),
      ...(refs === undefined ? {} : { refs }),
    }));
}

const FINDING: Partial<Record<RuleOutcome, Severity>> = {
  fail: 'error',
  warning: 'warning',
  note: 'info',
  waived: 'info',
  known: 'info',
};

function findingOf(rule: RuleResult): Finding[] {
  const severity = FINDING[rule.result];
  if (severity === undefined) return [];
  return [
    {
      id: rule.id,
      severity,
      message: `${prefixOf(rule)}${rule.title}`,
      ...(rule.measured === null ? {} : { evidence: rule.measured }),
      ...(rule.fix === undefined ? {} : { fix: rule.fix }),
      refs: rule.refs ?? [rule.source],
    },
  ];
}

function prefixOf({ result, waiver }: RuleResult): string {
  if (result === 'known') return 'as before: ';
  return waiver === undefined ? '' : `waived until ${waiver.until} (${waiver.reason}): `;
}

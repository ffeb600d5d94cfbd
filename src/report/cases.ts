import { ERROR_OUTCOMES, type ReportError } from '../core/errors.js';
import type { Finding, Severity } from '../core/finding.js';
import type { PolicyReport, RuleOutcome, RuleResult } from '../core/policy-report.js';
import type { Report } from '../core/report.js';
import type { RenderOptions } from './format.js';
import { reachedNothing } from './reached.js';
import { summaryOf } from './text/verdict.js';

/*
 * What a report comes to, case by case, under the same ids in every format: one for the verdict, one for what stopped the probe,
 * and one for each rule of the profile, or for each finding where there is none.
 */

/** `error`: nothing was measured, for no server was reached or the arguments cannot be used. */
export type CaseResult = RuleOutcome | 'error';

/** What a case does to the exit code. */
export type Weight = 'good' | 'warning' | 'unknown' | 'bad';

export interface Case {
  readonly origin: 'verdict' | 'error' | 'rule' | 'finding';
  /** A rule, a finding, an error code, or `verdict`. */
  readonly id: string;
  /** The same in every run, whatever was measured; null where no such words are known. */
  readonly title: string | null;
  /** What came of it, in a line. */
  readonly message: string;
  readonly result: CaseResult;
  readonly weight: Weight;
  readonly severity: Severity;
  readonly required: string | null;
  /** May be a server's words. */
  readonly measured: string | null;
  readonly items: readonly string[];
  readonly source: string | null;
  readonly fix: string | null;
  readonly refs: readonly string[];
  readonly waiver: RuleResult['waiver'] | null;
}

type Describe = RenderOptions['describe'];

/** The cases of one report: the verdict first, then in the order of the report. */
export function casesOf(report: Report, describe?: Describe): Case[] {
  const { policy, findings, error } = report;
  const rules =
    policy === undefined ? [] : policy.rules.map((rule) => ruleCase(rule, policy, report.outcome));
  // A profile's findings are its rules over again, but for those about the file, such as a waiver that has ended.
  const others = findings.filter(({ id }) => !rules.some((rule) => rule.id === id));
  const rest = [...rules, ...others.map((finding) => findingCase(finding, describe))];
  // An error and the breach of the same name are one thing.
  const told = error === null || rest.some(({ id, weight }) => id === error.code && weight !== 'good');
  return [verdictCase(report), ...(told ? [] : [errorCase(error, describe)]), ...rest];
}

/** The cases for people: rules that are not known because no TLS was reached would hide why it was not. */
export function casesToTell(report: Report, describe?: Describe): Case[] {
  const cases = casesOf(report, describe);
  return reachedNothing(report)
    ? cases.filter(({ origin, result }) => origin !== 'rule' || result !== 'inconclusive')
    : cases;
}

const NOTHING = { required: null, items: [], source: null, fix: null, refs: [], waiver: null } as const;

const VERDICTS = { pass: 'good', fail: 'bad', inconclusive: 'unknown', error: 'bad' } as const;

function verdictCase(report: Report): Case {
  const { outcome, error } = report;
  return {
    ...NOTHING,
    origin: 'verdict',
    id: 'verdict',
    title: null,
    message: summaryOf(report),
    result: outcome,
    weight: error !== null && outcome === 'error' ? weightOfError(error) : VERDICTS[outcome],
    severity: outcome === 'pass' ? 'info' : 'error',
    measured: null,
  };
}

function errorCase(error: ReportError, describe: Describe): Case {
  const weight = weightOfError(error);
  const kind = ERROR_OUTCOMES[error.code];
  return {
    ...NOTHING,
    origin: 'error',
    id: error.code,
    title: describe?.(error.code)?.title ?? null,
    message: error.message,
    result: kind === 'fail' ? 'fail' : weight === 'unknown' && kind !== 'usage' ? 'inconclusive' : 'error',
    weight,
    severity: 'error',
    measured: error.serverSaid ?? null,
    fix: error.hint ?? null,
  };
}

/** A server that is not there is bad; arguments that cannot be used say nothing about any. */
function weightOfError({ code }: ReportError): Weight {
  const kind = ERROR_OUTCOMES[code];
  return kind === 'fail' || kind === 'error' ? 'bad' : 'unknown';
}

const FOUND = {
  error: { result: 'fail', weight: 'bad' },
  warning: { result: 'warning', weight: 'warning' },
  info: { result: 'note', weight: 'good' },
} as const;

function findingCase(finding: Finding, describe: Describe): Case {
  const { id, severity, message, evidence = null, fix = null, refs = [] } = finding;
  return {
    ...NOTHING,
    ...FOUND[severity],
    origin: 'finding',
    id,
    title: describe?.(id)?.title ?? null,
    message,
    severity,
    measured: evidence,
    fix,
    refs,
  };
}

const UNKNOWN_AS = { inconclusive: 'unknown', fail: 'bad', warn: 'warning' } as const;

function ruleCase(rule: RuleResult, { inconclusive }: PolicyReport, outcome: Report['outcome']): Case {
  const { id, title, result, severity, required, measured, items, source, fix = null, refs = [] } = rule;
  const weights: Partial<Record<RuleOutcome, Weight>> = {
    fail: 'bad',
    warning: 'warning',
    // What lets a gate pass is a rule that could at most have warned.
    inconclusive: outcome === 'pass' ? 'warning' : UNKNOWN_AS[inconclusive],
  };
  return {
    origin: 'rule',
    id,
    title,
    message: result === 'inconclusive' ? `not known: ${title}` : title,
    result,
    weight: weights[result] ?? 'good',
    severity,
    required,
    measured,
    items,
    source: rule.reading === true ? `${source} (our reading)` : source,
    fix,
    refs,
    waiver: rule.waiver ?? null,
  };
}

/** Everything that a case has to say behind its message, a line each, with a word in front. */
export function detailsOf(one: Case): (readonly [label: string, text: string])[] {
  const { required, measured, items, source, fix, refs, waiver } = one;
  const lines: (readonly [string, string | null])[] = [
    ['required', required],
    ['measured', measured],
    ['items', items.length === 0 ? null : items.join(', ')],
    ['waived', waiver === null || waiver === undefined ? null : `until ${waiver.until}: ${waiver.reason}`],
    ['source', source],
    ['fix', fix],
    ['see', refs.length === 0 ? null : refs.join(', ')],
  ];
  return lines.flatMap(([label, text]) => (text === null || text === '' ? [] : [[label, text] as const]));
}

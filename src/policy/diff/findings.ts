import { AUTH_CHECKS, FILE_CHECKS, TLS_CHECKS } from '../../checks/index.js';
import { SCAN_CHECKS } from '../../checks/scan/index.js';
import type { Finding } from '../../core/finding.js';
import type { RuleOutcome, RuleResult } from '../../core/policy-report.js';
import type { Report } from '../../core/report.js';
import { changed, union, type Change } from './change.js';

/** Findings by id; those of a policy are its rules. What only one of the two could have found is no difference. */
export function compareFindings(before: Report, after: Report): readonly Change[] {
  if (before.policy !== undefined && after.policy !== undefined) return comparePolicies(before, after);
  if (before.policy !== undefined || after.policy !== undefined) return [];
  const ids = union(
    before.findings.map(({ id }) => id),
    after.findings.map(({ id }) => id),
  );
  return ids.flatMap((id) => {
    const [a, b] = [before, after].map((report) => report.findings.find((one) => one.id === id));
    if (!couldFind(before, id) || !couldFind(after, id)) return [];
    // What ended early may have missed it.
    const missed = [a === undefined && before.error !== null, b === undefined && after.error !== null];
    const words = (finding: Finding | undefined, open: boolean | undefined): string | null =>
      finding?.severity ?? (open === true ? 'not known' : null);
    const worse = missed.includes(true) ? null : worseFinding(a, b);
    return changed('finding', id, words(a, missed[0]), words(b, missed[1]), worse);
  });
}

const RANK = { info: 0, warning: 1, error: 2 } as const;

function worseFinding(a: Finding | undefined, b: Finding | undefined): boolean | null {
  const rank = (finding: Finding | undefined): number => (finding === undefined ? 0 : RANK[finding.severity]);
  return rank(a) === rank(b) ? null : rank(b) > rank(a);
}

const idsOf = (checks: readonly { readonly ids: readonly string[] }[]): ReadonlySet<string> =>
  new Set(checks.flatMap(({ ids }) => ids));

/** Whether the command of a report makes such a finding at all. */
function couldFind({ command, scan }: Report, id: string): boolean {
  const ofScan = SCAN_CHECKS.filter((check) => check.ids.includes(id));
  if (ofScan.some((check) => scan?.checks.includes(check.id))) return true;
  if (command === 'cert') return idsOf(FILE_CHECKS).has(id);
  if (command === 'auth') return idsOf(AUTH_CHECKS).has(id);
  return idsOf(TLS_CHECKS).has(id) || (command === 'scan' && ofScan.length === 0);
}

function comparePolicies({ policy: old, ...before }: Report, { policy: fresh, ...after }: Report): Change[] {
  if (old === undefined || fresh === undefined) return [];
  const name = ({ profile }: typeof old): string => `${profile.name} (${profile.version})`;
  const ids = union(
    old.rules.map(({ id }) => id),
    fresh.rules.map(({ id }) => id),
  );
  const isRule = (id: string): boolean => ids.includes(id);
  const others = union(
    before.findings.map(({ id }) => id),
    after.findings.map(({ id }) => id),
  ).filter((id) => !isRule(id));
  const severity = (findings: readonly Finding[], id: string): string | null =>
    findings.find((one) => one.id === id)?.severity ?? null;
  return [
    ...changed('policy', 'profile', name(old), name(fresh)),
    ...ids.flatMap((id) => {
      // One for each group that has to be there, for instance.
      const [a = [], b = []] = [old, fresh].map(({ rules }) => rules.filter((rule) => rule.id === id));
      return Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
        compareRules(id, a[i], b[i]),
      ).flat();
    }),
    ...others.flatMap((id) =>
      changed('finding', id, severity(before.findings, id), severity(after.findings, id)),
    ),
  ];
}

/** What breaks a rule counts, and not only that it is broken. */
function compareRules(id: string, a: RuleResult | undefined, b: RuleResult | undefined): Change[] {
  if (a === undefined || b === undefined)
    return changed(
      'policy',
      id,
      a === undefined ? null : ruleWords(a),
      b === undefined ? null : ruleWords(b),
    );
  if (a.result === b.result && a.items.join('\n') === b.items.join('\n')) return [];
  return [
    {
      area: 'policy',
      kind: 'changed',
      what: id,
      before: ruleWords(a),
      after: ruleWords(b),
      worse: worseRule(a, b),
    },
  ];
}

const BREACH: Readonly<Record<RuleOutcome, number | null>> = {
  pass: 0,
  'not-applicable': 0,
  note: 1,
  waived: 1,
  known: 1,
  warning: 2,
  fail: 3,
  inconclusive: null,
};

function worseRule(a: RuleResult, b: RuleResult): boolean | null {
  const [before, after] = [BREACH[a.result], BREACH[b.result]];
  if (before === null || after === null) return null;
  if (before !== after) return after > before;
  const more = b.items.some((item) => !a.items.includes(item));
  const less = a.items.some((item) => !b.items.includes(item));
  return more === less ? null : more;
}

function ruleWords({ result, measured }: RuleResult): string {
  const word = result === 'inconclusive' ? 'not known' : result;
  return measured === null ? word : `${word}: ${measured}`;
}

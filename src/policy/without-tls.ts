import type { RuleOutcome, RuleResult } from '../core/policy-report.js';
import type { Report } from '../core/report.js';
import { EXPECT_RULES } from './rules/expect.js';

const RULE = 'starttls-not-offered';
const LET_PASS: readonly RuleOutcome[] = ['waived', 'known', 'warning', 'note'];

/** The server was seen to have no STARTTLS, and a waiver, the baseline or a milder profile lets that pass. */
export const isLetPass = ({ error }: Report, rules: readonly RuleResult[]): boolean =>
  error?.code === RULE && rules.some(({ id, result }) => id === RULE && LET_PASS.includes(result));

/**
 * Where that is let pass there is no TLS that another rule of the profile could be about. What the target itself expects of TLS stays not
 * known, and so does what a server without TLS can do wrong all the same, to take AUTH, where it offers AUTH: nobody tried.
 */
export function withoutTls(report: Report, rules: readonly RuleResult[]): readonly RuleResult[] {
  if (!isLetPass(report, rules)) return rules;
  const offersAuth = report.smtp?.ehlo?.some(({ keyword }) => /^AUTH\b/i.test(keyword)) ?? true;
  const stays = ({ id }: RuleResult): boolean =>
    EXPECT_RULES.includes(id) || (offersAuth && id === 'auth-accepted-before-tls');
  return rules.map((rule) =>
    rule.result === 'inconclusive' && !stays(rule)
      ? { ...rule, result: 'not-applicable', measured: 'the server has no TLS' }
      : rule,
  );
}

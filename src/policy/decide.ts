import { ERROR_OUTCOMES, SmtpcheckError, type ReportError } from '../core/errors.js';
import type { Finding } from '../core/finding.js';
import { decideOutcome, type FailOn, type Outcome } from '../core/outcome.js';
import type { PolicyReport, RuleResult } from '../core/policy-report.js';
import type { Report } from '../core/report.js';

export type Inconclusive = PolicyReport['inconclusive'];

/** Whether a breach of the rule would fail the gate. */
export function couldFail({ severity }: RuleResult, failOn: FailOn): boolean {
  return severity === 'error' || (failOn === 'warning' && severity === 'warning');
}

export interface Decision {
  readonly outcome: Outcome;
  readonly error: ReportError | null;
}

export interface DecisionOptions {
  readonly inconclusive?: Inconclusive;
  readonly failOn?: FailOn;
}

/** A breach fails whatever else is not known; then what kept the probe from its end decides; then what could not be judged. */
export function decide(
  report: Report,
  findings: readonly Finding[],
  open: readonly RuleResult[],
  { inconclusive = 'inconclusive', failOn = 'error' }: DecisionOptions,
): Decision {
  // What the scan says is missing is said again by the rules that need it; other profiles would need other things.
  // Where there was no TLS, nothing was measured that could pass.
  const incomplete = report.error?.code === 'scan-incomplete' && report.tls !== null;
  const error = incomplete ? null : report.error;
  if (decideOutcome(findings, undefined, failOn) === 'fail') return { outcome: 'fail', error };
  if (error !== null) {
    const outcome = decideOutcome([], error, failOn);
    const counts = outcome === 'inconclusive' && !isInterruption(error) && inconclusive === 'fail';
    return { outcome: counts ? 'fail' : outcome, error };
  }
  if (open.length === 0 || inconclusive === 'warn') return { outcome: 'pass', error: null };
  return { outcome: inconclusive === 'fail' ? 'fail' : 'inconclusive', error: openError(open, report.error) };
}

const isInterruption = ({ code }: ReportError): boolean =>
  ERROR_OUTCOMES[code] === 'interrupted' || ERROR_OUTCOMES[code] === 'terminated';

const SHOWN = 3;

function openWords(open: readonly RuleResult[]): string {
  const shown = open.slice(0, SHOWN).map(({ id, measured }) => `${id} (${measured ?? ''})`);
  const more = open.length > SHOWN ? ` and ${open.length - SHOWN} more` : '';
  return `${open.length} ${open.length === 1 ? 'rule' : 'rules'} could not be judged: ${shown.join('; ')}${more}`;
}

function openError(open: readonly RuleResult[], error: ReportError | null): ReportError {
  return new SmtpcheckError('scan-incomplete', 'scan', openWords(open), {
    hint:
      error?.hint ??
      'try again, or slower with --rate 20/m and a longer --max-wait; --inconclusive=warn lets it pass',
    serverSaid: error?.serverSaid,
  }).toReport();
}

/** With `--inconclusive=warn` what is not known has to be seen all the same. */
export const openFinding = (open: readonly RuleResult[]): Finding => ({
  id: RULES_INCONCLUSIVE,
  severity: 'warning',
  message: openWords(open),
  fix: 'try again, or slower with --rate 20/m and a longer --max-wait',
});

export const RULES_INCONCLUSIVE = 'rules-inconclusive';

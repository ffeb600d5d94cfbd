import type { Outcome } from '../../core/outcome.js';
import type { PolicyReport, RuleOutcome } from '../../core/policy-report.js';
import type { Report } from '../../core/report.js';
import { endpoint } from '../endpoint.js';
import type { Line } from '../layout.js';
import { reachedNothing } from '../reached.js';
import type { Tone } from '../style.js';
import { plural } from './names.js';

export const WORDS: Readonly<Record<Outcome, { readonly word: string; readonly tone: Tone }>> = {
  pass: { word: 'PASS', tone: 'good' },
  fail: { word: 'FAIL', tone: 'bad' },
  inconclusive: { word: 'INCONCLUSIVE', tone: 'warn' },
  error: { word: 'ERROR', tone: 'bad' },
};

/** The first line: the outcome, the target, and the reason in one breath. */
export function verdict(report: Report): Line {
  const { word, tone } = WORDS[report.outcome];
  const text = [targetName(report), summaryOf(report)].filter((part) => part !== '').join('  ');
  return { kind: 'line', lead: `${word}  `, leadTone: tone, hang: '      ', text };
}

/** The reason of the verdict, in one breath. */
export function summaryOf(report: Report): string {
  return report.outcome === 'pass' ? summaryOfPass(report) : summaryOfRest(report);
}

/** The server, or the file of `cert`; nothing when no target could be made out. */
export function targetName({ target, file }: Report): string {
  return target === null ? (file?.path ?? '') : endpoint(target);
}

function summaryOfPass(report: Report): string {
  if (report.policy !== undefined) return summaryOfPolicy(report.policy);
  const parts = [
    report.command === 'cert' ? '' : (report.tls?.protocol ?? 'no TLS'),
    describeTrust(report),
    describeHostname(report),
    report.file?.key === 'match' ? 'key belongs to it' : '',
    report.auth?.result === 'accepted' ? `${report.auth.user} can log in` : '',
  ];
  const warnings = report.findings.filter((finding) => finding.severity === 'warning').length;
  if (warnings > 0) parts.push(plural(warnings, 'warning'));
  return parts.filter((part) => part !== '').join(', ');
}

/** What was let pass is said with it. */
function summaryOfPolicy({ profile, rules }: PolicyReport): string {
  const count = (result: RuleOutcome): number => rules.filter((rule) => rule.result === result).length;
  const but: readonly (readonly [number, string])[] = [
    [count('warning'), plural(count('warning'), 'warning')],
    [count('inconclusive'), `${count('inconclusive')} not known`],
    [count('waived'), `${count('waived')} waived`],
    [count('known'), `${count('known')} known from the baseline`],
  ];
  const parts = but.filter(([number]) => number > 0).map(([, words]) => words);
  return [`meets ${profile.name} ${profile.version}`, ...parts].join(', ');
}

function describeTrust({ verify, tlsa }: Report): string {
  if (tlsa?.result === 'match' && verify?.code !== 0) return 'authenticated by a TLSA record';
  if (verify === null) return 'chain not verified';
  return verify.code === 0 ? 'chain trusted' : `verify error ${verify.code} not judged`;
}

function describeHostname({ verify }: Report): string {
  switch (verify?.hostname.result) {
    case undefined:
      return '';
    case 'match':
      return 'name matches';
    case 'mismatch':
      return 'name does not match';
    case 'not-checked':
      return 'name not checked';
  }
}

/**
 * Why it is no pass, the reason of the verdict line first. A failure names what was measured before what stopped the probe;
 * any other outcome is told by what stopped it.
 */
function reasons(report: Report): string[] {
  const errors =
    report.policy === undefined
      ? report.findings.filter((finding) => finding.severity === 'error').map((finding) => finding.message)
      : breaches(report.policy, report);
  const warnings =
    report.policy === undefined
      ? report.findings.filter((finding) => finding.severity === 'warning').map((f) => f.message)
      : titlesOf(report.policy, 'warning');
  // An error and the finding of the same name are one reason; but one that a waiver covers is none, and the error stands.
  const reasonIds =
    report.policy === undefined
      ? report.findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id)
      : report.policy.rules.filter(({ result }) => result === 'fail').map(({ id }) => id);
  const told = report.error === null || reasonIds.includes(report.error.code);
  const stopped = report.error === null || told ? [] : [report.error.message];
  const found = report.outcome === 'fail' ? [...errors, ...stopped] : [...stopped, ...errors];
  return [...new Set(found.length > 0 ? found : warnings)];
}

/** The findings of a gate are what its rules stand on: they are no reasons of their own. */
function breaches(policy: PolicyReport, report: Report): string[] {
  const failed = titlesOf(policy, 'fail');
  // What is not known is no reason for a failure, unless it was to count as one.
  if (reachedNothing(report)) return failed;
  if (report.outcome === 'fail' && policy.inconclusive !== 'fail') return failed;
  return [...failed, ...titlesOf(policy, 'inconclusive').map((title) => `not known: ${title}`)];
}

function titlesOf({ rules }: PolicyReport, result: RuleOutcome): string[] {
  return rules.filter((rule) => rule.result === result).map(({ title }) => title);
}

/** The reason that the verdict line gives, or nothing for a pass. */
export function firstReason(report: Report): string | undefined {
  return report.outcome === 'pass' ? undefined : reasons(report)[0];
}

function summaryOfRest(report: Report): string {
  const [first = 'no reason was recorded', ...more] = reasons(report);
  return more.length > 0 ? `${first} (and ${more.length} more)` : first;
}

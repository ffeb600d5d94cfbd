import type { Outcome } from '../core/outcome.js';
import type { Report } from '../core/report.js';
import { casesOf, casesToTell, detailsOf, type Case } from './cases.js';
import type { RenderOptions } from './format.js';
import { labelsOf } from './labels.js';
import { codeSpan, prose } from './markdown-text.js';

/** Markdown as GitHub has it, for a job summary or a comment: the verdicts first, then what is wrong with each target. */
export function renderMarkdown(reports: readonly Report[], options: RenderOptions): string {
  const labels = labelsOf(reports);
  const sections = reports.flatMap((report, i) => section(report, labels[i] ?? '', options));
  return `${['## smtpcheck', '', ...overview(reports, labels), ...sections].join('\n')}\n`;
}

const VERDICTS: Readonly<Record<Outcome, string>> = {
  pass: '✅ pass',
  fail: '❌ **fail**',
  inconclusive: '❓ **inconclusive**',
  error: '❌ **error**',
};

function overview(reports: readonly Report[], labels: readonly string[]): string[] {
  const rows = reports.map((report, i) => {
    const [verdict] = casesOf(report);
    return [VERDICTS[report.outcome], codeSpan(labels[i] ?? ''), prose(verdict?.message ?? '')];
  });
  return table(['verdict', 'target', 'why'], rows);
}

function section(report: Report, label: string, options: RenderOptions): string[] {
  const [, ...cases] = casesOf(report, options.describe);
  const [, ...told] = casesToTell(report, options.describe);
  const shown = options.verbose ? cases : told.filter(isTold);
  const facts = factsOf(report);
  return [
    '',
    `### ${codeSpan(label)}`,
    '',
    ...facts.map(([name, value]) => `- ${name}: ${value}`),
    ...(shown.length === 0 ? [] : ['', ...table(['', 'rule', 'what', 'details'], shown.map(row))]),
    ...goodOnes(cases, cases.length - told.length),
  ];
}

const isTold = ({ weight, result }: Case): boolean => weight !== 'good' || result === 'waived';

const SIGNS: Readonly<Record<Case['weight'], string>> = { bad: '❌', unknown: '❓', warning: '⚠️', good: '' };

function row(one: Case): string[] {
  const details = detailsOf(one).map(([label, text]) => `${label}: ${shownAs(label, text)}`);
  return [
    `${SIGNS[one.weight]} ${one.result}`.trim(),
    codeSpan(one.id),
    prose(one.message),
    details.join('<br>'),
  ];
}

/** Values, and what is to be typed, in one piece. */
function shownAs(label: string, text: string): string {
  const isValue = label === 'required' || label === 'measured' || label === 'items' || /["=]/.test(text);
  return isValue ? codeSpan(text) : prose(text);
}

/** Rules that hold are counted, and so are those that are not known because nothing is. */
function goodOnes(cases: readonly Case[], untold: number): string[] {
  const rules = cases.filter(({ origin }) => origin === 'rule');
  if (rules.length === 0) return [];
  const passed = rules.filter(({ result }) => result === 'pass').length;
  const open = untold === 0 ? '' : `, ${untold} not known`;
  return ['', `${passed} of ${rules.length} rules passed${open}.`];
}

function factsOf({ policy, tls, verify, chain, connections }: Report): (readonly [string, string])[] {
  const leaf = chain?.path[0] ?? chain?.sent[0];
  const facts: (readonly [string, string | null])[] = [
    ['profile', policy === undefined ? null : codeSpan(`${policy.profile.name} ${policy.profile.version}`)],
    [
      'TLS',
      tls === null ? null : codeSpan([tls.protocol, tls.cipher.name, tls.group ?? 'no group'].join(' ')),
    ],
    ['verify', verify === null ? null : codeSpan(`${verify.code} ${verify.name}`)],
    ['certificate until', leaf === undefined ? null : codeSpan(leaf.notAfter.slice(0, 10))],
    [
      'connections',
      policy === undefined || policy.budget.limit === null
        ? String(connections)
        : `${policy.budget.connections} of ${policy.budget.limit} allowed`,
    ],
  ];
  return facts.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

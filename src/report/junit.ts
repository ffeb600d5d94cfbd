import type { Report } from '../core/report.js';
import { casesOf, detailsOf, type Case } from './cases.js';
import type { RenderOptions } from './format.js';
import { labelsOf } from './labels.js';
import { splitLines } from './layout.js';
import { xmlDocument, type Element } from './xml.js';

/**
 * JUnit XML, for Jenkins, GitLab and whatever else reads test results: a testsuite for each target, a testcase for each rule or finding,
 * and one for the verdict. Valid by Jenkins' own schema and by that of Ant's JUnitReport, which is the strictest of the many.
 */
export function renderJunit(reports: readonly Report[], options: RenderOptions): string {
  const labels = labelsOf(reports);
  return xmlDocument({
    name: 'testsuites',
    content: reports.map((report, id) => suite(report, labels[id] ?? '', id, options)),
  });
}

type Mark = 'failure' | 'error' | 'skipped' | 'none';

function suite(report: Report, label: string, id: number, { describe }: RenderOptions): Element {
  const cases = casesOf(report, describe);
  const count = (mark: Mark): number => cases.filter((one) => markOf(one) === mark).length;
  return {
    name: 'testsuite',
    attributes: {
      name: label,
      package: `smtpcheck.${report.command}`,
      id,
      // No time zone is allowed behind it; it is UTC.
      timestamp: report.startedAt.slice(0, 19),
      hostname: report.target?.host ?? 'localhost',
      tests: cases.length,
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
      time: seconds(report),
    },
    content: [
      { name: 'properties', content: properties(report) },
      ...namesOf(cases).map(([name, one]) => testcase(name, one, `smtpcheck.${report.command}.${label}`)),
      { name: 'system-out', content: spoken(cases) },
      { name: 'system-err' },
    ],
  };
}

const seconds = ({ timings }: Report): string => ((timings.totalMs ?? 0) / 1000).toFixed(3);

function properties({ smtpcheck, outcome, exitCode, connections, policy }: Report): Element[] {
  const facts: Record<string, string | number> = {
    smtpcheck,
    outcome,
    exitCode,
    connections,
    ...(policy === undefined ? {} : { profile: `${policy.profile.name} ${policy.profile.version}` }),
  };
  return Object.entries(facts).map(([name, value]) => ({
    name: 'property',
    attributes: { name, value },
  }));
}

/** Names that are the same in every run, so that a history can be kept by them; counted where one comes again. */
function namesOf(cases: readonly Case[]): [string, Case][] {
  const seen = new Map<string, number>();
  return cases.map((one) => {
    const count = (seen.get(one.id) ?? 0) + 1;
    seen.set(one.id, count);
    const title = one.title === null ? one.id : `${one.id}: ${one.title}`;
    return [count === 1 ? title : `${title} #${count}`, one];
  });
}

/**
 * What is not known is an error and never a pass, unless whoever runs it lets it count as a warning: then it is skipped, and seen. A
 * warning is no failure, as for the exit code.
 */
function markOf({ result, weight }: Case): Mark {
  if (result === 'error') return 'error';
  if (weight === 'unknown') return 'error';
  if (weight === 'bad') return 'failure';
  const skipped =
    result === 'inconclusive' || result === 'waived' || result === 'known' || result === 'not-applicable';
  return skipped ? 'skipped' : 'none';
}

function testcase(name: string, one: Case, classname: string): Element {
  const mark = markOf(one);
  const attributes = { name, classname, time: '0' };
  if (mark === 'none') return { name: 'testcase', attributes };
  return { name: 'testcase', attributes, content: [markElement(mark, one)] };
}

const SKIPPED: Partial<Record<Case['result'], string>> = {
  known: 'known from the baseline: ',
  'not-applicable': 'not applicable: ',
};

function markElement(mark: Exclude<Mark, 'none'>, one: Case): Element {
  if (mark === 'skipped') return { name: mark, attributes: { message: skippedBecause(one) } };
  return { name: mark, attributes: { message: one.message, type: one.id }, content: linesOf(one).join('\n') };
}

function skippedBecause({ result, message, measured, waiver }: Case): string {
  if (waiver !== null && waiver !== undefined)
    return `waived until ${waiver.until}: ${waiver.reason} (${message})`;
  if (result === 'not-applicable' && measured !== null) return `not applicable: ${measured}`;
  return `${SKIPPED[result] ?? ''}${message}`;
}

/** Every line begins with a word of ours; what a server sent with line ends in it goes on behind one. */
function linesOf(one: Case): string[] {
  const details = detailsOf(one).flatMap(([label, text]) =>
    splitLines(text).map((line, i) => `${i === 0 ? label : ' '.repeat(label.length)}: ${line}`),
  );
  return [inOneLine(one.message), ...details];
}

const inOneLine = (text: string): string => splitLines(text).join(' ');

/** What JUnit has no mark for: warnings, and the verdict in one line. */
function spoken(cases: readonly Case[]): string {
  const lines = cases
    .filter((one) => one.origin === 'verdict' || (one.weight === 'warning' && markOf(one) === 'none'))
    .map(({ origin, id, result, message }) =>
      inOneLine(`${origin === 'verdict' ? result : `warning ${id}`}: ${message}`),
    );
  return lines.join('\n');
}

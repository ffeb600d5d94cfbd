import type { Difference } from '../core/diff-report.js';
import { endpoint } from '../core/endpoint.js';
import type { Report } from '../core/report.js';
import { compareCertificates } from './diff/certificate.js';
import type { Comparer } from './diff/change.js';
import { compareFindings } from './diff/findings.js';
import { compareScans } from './diff/scan.js';
import { compareSessions } from './diff/session.js';
import { compareSmtp } from './diff/smtp.js';
import { compareVerdicts } from './diff/verdict.js';

/** In the order of what people want to know first. */
const COMPARERS: readonly Comparer[] = [
  compareVerdicts,
  compareCertificates,
  compareSessions,
  compareScans,
  compareSmtp,
  compareFindings,
];

/** One target on both sides, or on one of them. */
interface Pair {
  readonly target: string;
  readonly before: Report | undefined;
  readonly after: Report | undefined;
}

/**
 * What is different between the reports of two runs, target by target. What was not measured on a side is not known there, and
 * never gone. Pure.
 */
export function diffReports(before: readonly Report[], after: readonly Report[]): readonly Difference[] {
  return pairs(before, after).flatMap(({ target, before: old, after: fresh }): Difference[] => {
    if (old !== undefined && fresh !== undefined)
      return COMPARERS.flatMap((compare) => compare(old, fresh)).map((change) => ({ target, ...change }));
    return [
      {
        target,
        area: 'target',
        kind: old === undefined ? 'added' : 'removed',
        what: (old ?? fresh)?.command ?? '',
        before: old?.outcome ?? null,
        after: fresh?.outcome ?? null,
        worse: null,
      },
    ];
  });
}

type KeyOf = (report: Report) => string;

/** By target, command and address; then, of those without a partner, by less. */
const KEYS: readonly KeyOf[] = [
  (report) =>
    `${nameOf(report)} ${report.target?.mode ?? ''} ${report.command} ${report.target?.address ?? ''}`,
  (report) => `${nameOf(report)} ${report.target?.mode ?? ''} ${report.command}`,
  (report) => `${nameOf(report)} ${report.target?.mode ?? ''}`,
  nameOf,
];

function nameOf({ target, file, error }: Report): string {
  if (target !== null) return endpoint(target);
  return file?.path ?? `(no target: ${error?.code ?? 'none'})`;
}

function pairs(before: readonly Report[], after: readonly Report[]): readonly Pair[] {
  const partners = new Map<Report, Report>();
  const taken = new Set<Report>();
  for (const keyOf of KEYS) {
    for (const old of before) {
      if (partners.has(old)) continue;
      const key = keyOf(old);
      const partner = after.find((fresh) => !taken.has(fresh) && keyOf(fresh) === key);
      if (partner === undefined) continue;
      partners.set(old, partner);
      taken.add(partner);
    }
  }
  const labelOf = labels([...before, ...after], before, after);
  return [
    ...before.map((old) => ({ target: labelOf(old), before: old, after: partners.get(old) })),
    ...after
      .filter((fresh) => !taken.has(fresh))
      .map((fresh) => ({ target: labelOf(fresh), before: undefined, after: fresh })),
  ];
}

/** With its address where one side has several reports of a name. */
function labels(
  all: readonly Report[],
  before: readonly Report[],
  after: readonly Report[],
): (report: Report) => string {
  const severalIn = (reports: readonly Report[], name: string): boolean =>
    new Set(reports.filter((one) => nameOf(one) === name).map((one) => one.target?.address)).size > 1;
  const several = new Set(
    all.map(nameOf).filter((name) => severalIn(before, name) || severalIn(after, name)),
  );
  return (report) => {
    const name = nameOf(report);
    const address = report.target?.address ?? null;
    return several.has(name) && address !== null ? `${name} (${address})` : name;
  };
}

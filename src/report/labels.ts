import type { Report } from '../core/report.js';
import { endpoint } from './endpoint.js';

/** What a run without a target is called. */
const NOBODY = 'smtpcheck';

/** What was judged: a server, a file, or nothing that could be made out. */
export function subjectOf({ target, file }: Report): string {
  return target === null ? (file?.path ?? NOBODY) : endpoint(target);
}

/**
 * A label for each report, no two of them the same: the server or the file; with the address where there are several reports on one
 * server (`--all-addresses`), and counted where that is not enough.
 */
export function labelsOf(reports: readonly Report[]): string[] {
  const subjects = reports.map(subjectOf);
  const often = repeated(subjects);
  const labels = reports.map((report, i) => {
    const subject = subjects[i] ?? NOBODY;
    const address = report.target?.address ?? null;
    return often.has(subject) && address !== null ? `${subject} (${address})` : subject;
  });
  const still = repeated(labels);
  const seen = new Map<string, number>();
  return labels.map((label) => {
    if (!still.has(label)) return label;
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count === 1 ? label : `${label} #${count}`;
  });
}

function repeated(texts: readonly string[]): ReadonlySet<string> {
  return new Set(texts.filter((text, i) => texts.indexOf(text) !== i));
}

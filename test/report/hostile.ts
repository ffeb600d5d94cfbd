import type { Report } from '../../src/core/report.js';

/** Code points that may never reach a terminal raw, line feed aside: what a report's text output is searched for. */
export const DANGEROUS =
  /[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/u;

/** One of everything: cursor movement, title, CSI in one byte, line ends, NUL, bidi, invisible, separators, surrogates. */
export const POISON =
  'a\x1b[2J\x1b]0;t\x07\x9b1A\x9d\r\nPASS  x\r\n\n\x00\b\x7f\t\u202e\u2066\u2069\u200e\u200f\u061c\u200b\u200d\ufeff\u2028\u2029\udc00\ud800 \u{e0041}\\z';

// Words that smtpcheck alone chooses, from closed lists: everything else may carry a server's bytes.
const OURS = new Set([
  'outcome',
  'command',
  'mode',
  'starttls',
  'result',
  'severity',
  'code',
  'phase',
  'startedAt',
  'notBefore',
  'format',
  'key',
  'mailBeforeAuth',
  'plaintext',
  'inconclusive',
]);

/** The report with every string that is not from a closed list replaced. */
export function poison(report: Report, text: string): Report {
  return walk(report, '', text) as Report;
}

function walk(value: unknown, key: string, text: string): unknown {
  if (typeof value === 'string') return OURS.has(key) ? value : text;
  if (Array.isArray(value)) return value.map((item) => walk(item, key, text));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, name, text)]));
}

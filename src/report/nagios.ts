import { EXIT } from '../core/outcome.js';
import type { Report } from '../core/report.js';
import { casesOf, casesToTell, type Case, type Weight } from './cases.js';
import { escapeForTerminal } from './escape.js';
import type { RenderOptions } from './format.js';
import { labelsOf } from './labels.js';

/** What a plugin of Nagios or Icinga exits with, and the word that it begins with. */
export interface NagiosStatus {
  readonly exit: 0 | 1 | 2 | 3;
  readonly word: 'OK' | 'WARNING' | 'CRITICAL' | 'UNKNOWN';
}

const OK: NagiosStatus = { exit: 0, word: 'OK' };
const WARNING: NagiosStatus = { exit: 1, word: 'WARNING' };
const CRITICAL: NagiosStatus = { exit: 2, word: 'CRITICAL' };
const UNKNOWN: NagiosStatus = { exit: 3, word: 'UNKNOWN' };

/**
 * Worst first. The plugins of the monitoring-plugins project put WARNING before UNKNOWN; here nothing that is not known may hide behind
 * a warning.
 */
const WORST_FIRST = [CRITICAL, UNKNOWN, WARNING, OK] as const;

const worst = (all: readonly NagiosStatus[]): NagiosStatus =>
  WORST_FIRST.find((status) => all.includes(status)) ?? UNKNOWN;

/** The status of the run. `exitCode` is that of the run by our own list, which may be worse: a file that could not be written. */
export function nagiosStatus(reports: readonly Report[], exitCode?: number): NagiosStatus {
  return worst([...reports.map(statusOf), ...(exitCode === undefined ? [] : [statusOfCode(exitCode)])]);
}

function statusOf(report: Report): NagiosStatus {
  const status = statusOfCode(report.exitCode);
  if (status !== OK) return status;
  return casesOf(report).some(({ weight }) => weight === 'warning') ? WARNING : OK;
}

function statusOfCode(exitCode: number): NagiosStatus {
  switch (exitCode) {
    case EXIT.pass:
      return OK;
    case EXIT.fail:
    case EXIT.error:
      return CRITICAL;
    default:
      return UNKNOWN;
  }
}

/**
 * The output of a plugin (Monitoring Plugins Development Guidelines, "Plugin Output for Nagios"): one line with the state and, behind a
 * bar, performance data; then a line for each thing that is wrong.
 */
export function renderNagios(reports: readonly Report[], options: RenderOptions): string {
  const labels = labelsOf(reports);
  const status = nagiosStatus(reports, options.exitCode);
  const data = reports.flatMap((report, i) =>
    perfdata(report, reports.length === 1 ? '' : `${labels[i] ?? ''} `, options),
  );
  const first = `SMTPCHECK ${status.word} - ${headline(reports, labels, status)}`;
  const long = reports.flatMap((report, i) =>
    longLines(report, labels[i] ?? '', reports.length > 1, options),
  );
  return [data.length === 0 ? first : `${first} | ${data.join(' ')}`, ...long]
    .map((line) => `${line}\n`)
    .join('');
}

/** Nagios reads 4 KiB of it all by default, and who is called at night reads the first line. */
const MOST_HEADLINE = 300;

function headline(reports: readonly Report[], labels: readonly string[], status: NagiosStatus): string {
  // A run that is worse than its reports has said why on stderr.
  const at = Math.max(
    reports.findIndex((report) => statusOf(report) === status),
    0,
  );
  const report = reports[at];
  if (report === undefined) return 'nothing was measured';
  const count = reports.filter((one) => statusOf(one) === status).length;
  const share = reports.length === 1 ? '' : `${count} of ${reports.length} targets: `;
  const [verdict] = casesOf(report);
  const text = inert(`${labels[at] ?? ''}: ${verdict?.message ?? ''}`);
  return `${share}${text.length > MOST_HEADLINE ? `${text.slice(0, MOST_HEADLINE)}…` : text}`;
}

const SHOWN: Partial<Record<Weight, string>> = { bad: 'CRITICAL', unknown: 'UNKNOWN', warning: 'WARNING' };

function longLines(report: Report, label: string, several: boolean, { describe }: RenderOptions): string[] {
  const [verdict, ...shown] = casesToTell(report, describe);
  const head = several ? [`${statusOf(report).word} ${inert(`${label}: ${verdict?.message ?? ''}`)}`] : [];
  return [...head, ...shown.flatMap((one) => longLine(one))];
}

function longLine(one: Case): string[] {
  const word = SHOWN[one.weight];
  if (word === undefined) return [];
  return [`${word} ${inert(`${one.id}: ${one.message}${fixOf(one)}`)}`];
}

/** A command that would be another one with what cannot stand here taken out (`>=TLSv1.2`) is not shown. */
function fixOf({ id, fix }: Case): string {
  if (fix === null) return '';
  return UNSAFE.test(fix) ? `; smtpcheck explain ${id} says what to change` : `; fix: ${fix}`;
}

const UNSAFE = /[|`$&<>]/;
const UNSAFE_SIGNS = new RegExp(UNSAFE, 'g');

/**
 * Beside what a terminal would act on: the bar, behind which performance data stands; what Nagios itself takes out of macros before it
 * builds command lines of them (illegal_macro_output_chars), since not everybody lets it; and angle brackets, for web pages that show
 * plugin output as HTML.
 */
function inert(text: string): string {
  return escapeForTerminal(text)
    .replaceAll('"', "'")
    .replace(UNSAFE_SIGNS, (sign) => `\\x${sign.charCodeAt(0).toString(16)}`);
}

const DAY_MS = 86_400_000;
/** `certificate-expiring` warns of a leaf as long before. */
const WARN_DAYS = 14;

/** `'label'=value[UOM];[warn];[crit];[min];[max]`; U is what is not known. */
function perfdata(report: Report, prefix: string, { expiresWithinMs }: RenderOptions): string[] {
  const { chain, timings, connections, target, file } = report;
  if (target === null && file === undefined) return [];
  const leaf = chain?.path[0] ?? chain?.sent[0];
  const days = leaf === undefined || !Number.isFinite(leaf.daysLeft) ? 'U' : String(leaf.daysLeft);
  // "14:" alerts below 14.
  const limits =
    expiresWithinMs === undefined ? `${WARN_DAYS}:;0:` : `;${Math.ceil(expiresWithinMs / DAY_MS)}:`;
  const time = timings.totalMs === undefined ? 'U' : `${(timings.totalMs / 1000).toFixed(3)}s`;
  return [
    `${quoted(`${prefix}days_left`)}=${days};${limits};;`,
    `${quoted(`${prefix}time`)}=${time};;;0;`,
    `${quoted(`${prefix}connections`)}=${connections};;;0;`,
  ];
}

/** A label may hold neither "=" nor "'", and is quoted where it holds a blank. */
function quoted(label: string): string {
  const plain = label.replace(/[^A-Za-z0-9 .:_/#()[\]-]/g, '_');
  return plain.includes(' ') ? `'${plain}'` : plain;
}

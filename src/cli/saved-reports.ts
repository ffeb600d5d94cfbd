import { existsSync } from 'node:fs';
import { SmtpcheckError } from '../core/errors.js';
import type { Report } from '../core/report.js';
import type { SchemaProblem, Validator } from '../policy/schema/validator.js';
import { noSuchFile, readOptionText } from './files.js';

/** The version that this smtpcheck writes and reads. */
const SCHEMA_VERSION = 1;

/** Problems of one report that are named; more of them say only that it is something else. */
const MAX_NAMED = 3;

/** One JSON value of the file, and where it begins; null where it is the whole file. */
interface Entry {
  readonly value: unknown;
  readonly where: string | null;
}

/**
 * The reports that `--json` printed into a file: one object, JSON Lines, or a list of objects (`jq -s`). `-` is stdin.
 * @throws SmtpcheckError `file-unreadable` that names the line, for anything that is no report of a version that we know.
 */
export async function readSavedReports(path: string): Promise<readonly Report[]> {
  const entries = entriesOf(textOf(path), path);
  if (entries.length === 0)
    throw unreadable(path, 'it holds no report', 'smtpcheck … --json > FILE writes one');
  const { reportProblems } = await import('../policy/schema/report.js');
  return entries.map((entry) => asReport(entry, path, reportProblems));
}

function textOf(path: string): string {
  if (path === '-' || existsSync(path)) return readOptionText('the report', path);
  throw noSuchFile('the report', path, 'smtpcheck scan TARGET --json > FILE writes one');
}

function unreadable(path: string, message: string, hint?: string): SmtpcheckError {
  return new SmtpcheckError('file-unreadable', 'arguments', `${path}: ${message}`, { hint });
}

function entriesOf(text: string, path: string): Entry[] {
  const whole = parsed(text);
  if ('value' in whole) {
    return Array.isArray(whole.value)
      ? whole.value.map((value: unknown, i) => ({ value, where: `report ${i + 1}` }))
      : [{ value: whole.value, where: null }];
  }
  return text.split(/\r\n|\n|\r/).flatMap((line, i) => {
    if (line.trim() === '') return [];
    const one = parsed(line);
    if ('value' in one) return [{ value: one.value, where: `line ${i + 1}` }];
    throw unreadable(path, `line ${i + 1}: it is not JSON: ${one.problem}`, hintFor(line));
  });
}

function parsed(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    // Node.js repeats the text in some versions, and a file may be long.
    const words = (error as Error).message.replace(/,? ?"[^]*" is not valid JSON$/, '');
    return { problem: words.slice(0, 120).replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase()) };
  }
}

function hintFor(line: string): string {
  if (/^\s*[{[]\s*$/.test(line)) return 'reports that a tool has broken into lines are joined by: jq -c .';
  if (/^(?:PASS|FAIL|INCONCLUSIVE|ERROR)\b/.test(line))
    return 'that is a report for people: --json writes one that can be read';
  return 'a report is what --json prints, one a line';
}

function asReport({ value, where }: Entry, path: string, problemsOf: Validator): Report {
  const place = where === null ? '' : `${where}: `;
  const version = versionOf(value);
  if (typeof version === 'number' && version > SCHEMA_VERSION) {
    throw unreadable(
      path,
      `${place}it is a report of schemaVersion ${version}, and this smtpcheck knows ${SCHEMA_VERSION}`,
      'a newer smtpcheck wrote it: use that one',
    );
  }
  const problems = problemsOf(value);
  if (problems.length === 0) return value as Report;
  if (version === undefined)
    throw unreadable(path, `${place}it is no report of smtpcheck`, 'a report is what --json prints');
  throw unreadable(path, `${place}it is no report that holds together: ${words(problems)}`);
}

function versionOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'schemaVersion' in value
    ? value.schemaVersion
    : undefined;
}

/** What is wrong, with the place; alternatives that did not fit say less than that none did. */
function words(problems: readonly SchemaProblem[]): string {
  const plain = problems.filter(
    ({ keyword, params }) => keyword !== 'anyOf' && (params as { type?: unknown }).type !== 'null',
  );
  const told = (plain.length === 0 ? problems : plain).map(
    ({ instancePath, message }) =>
      `${instancePath === '' ? 'the report' : instancePath} ${message ?? 'is something else'}`,
  );
  const all = [...new Set(told)];
  const more = all.length - MAX_NAMED;
  return `${all.slice(0, MAX_NAMED).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

import type { DiffReport } from '../../core/diff-report.js';
import { SmtpcheckError, usageError } from '../../core/errors.js';
import { EXIT } from '../../core/outcome.js';
import { VERSION } from '../../core/version.js';
import { diffReports } from '../../policy/diff.js';
import { renderDiff } from '../../report/diff.js';
import { renderSafely } from '../../report/json.js';
import { Getter, type RawArgs } from '../args/getter.js';
import { readOutputArgs } from '../args/output.js';
import { stdinFiles } from '../args/stdin.js';
import { wantsColor, type Io } from '../io.js';
import { DIFF_OPTIONS } from '../options/diff.js';
import { readSavedReports } from '../saved-reports.js';
import { sayError } from '../say.js';

/** `smtpcheck diff`. Resolves to the exit code, which is that of diff(1): 0 no difference, 1 some, 2 trouble. */
export async function runDiff(raw: RawArgs, files: readonly string[], io: Io): Promise<number> {
  let report: DiffReport;
  try {
    report = await compare(raw, files);
  } catch (error) {
    if (!(error instanceof SmtpcheckError) || error.code === 'internal') throw error;
    if (raw['json'] === true) io.stdout(diffRefused(error));
    else sayError(io, error);
    return EXIT.usage;
  }
  const { json, quiet } = readOutputArgs(new Getter(raw, DIFF_OPTIONS));
  if (json) io.stdout(renderSafely(report, undefined));
  else if (!quiet)
    io.stdout(renderDiff(report, { color: wantsColor(io), width: io.stdoutIsTty ? io.columns : 120 }));
  return report.exitCode;
}

async function compare(raw: RawArgs, files: readonly string[]): Promise<DiffReport> {
  readOutputArgs(new Getter(raw, DIFF_OPTIONS));
  const [first, second, ...more] = files;
  if (first === undefined || second === undefined || more.length > 0)
    throw usageError(
      `diff takes two files of reports, not ${files.length}`,
      'such as: smtpcheck diff before.json after.json',
    );
  stdinFiles(files);
  const before = await readSavedReports(first);
  const after = await readSavedReports(second);
  const differences = diffReports(before, after);
  return {
    ...HEAD,
    exitCode: differences.length === 0 ? EXIT.pass : EXIT.fail,
    before: { file: first, reports: before.length },
    after: { file: second, reports: after.length },
    differences,
    error: null,
  };
}

const HEAD = { schemaVersion: 1, smtpcheck: VERSION, command: 'diff' } as const;

/** The one object of `--json` where nothing was compared. */
export function diffRefused(error: SmtpcheckError): string {
  const report: DiffReport = {
    ...HEAD,
    exitCode: EXIT.usage,
    before: null,
    after: null,
    differences: [],
    error: error.toReport(),
  };
  return renderSafely(report, undefined);
}

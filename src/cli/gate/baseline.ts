import type { Report } from '../../core/report.js';
import type { Target } from '../../core/target.js';
import { endpoint } from '../../report/endpoint.js';
import type { Io } from '../io.js';
import { readSavedReports } from '../saved-reports.js';
import { sayWarning } from '../say.js';

/** Finds the report of a target among those of the file; undefined, with a warning, where there is none. */
export type Baseline = (target: Target) => Report | undefined;

/** @throws SmtpcheckError for a file that holds no reports. */
export async function openBaseline(file: string | undefined, io: Io): Promise<Baseline> {
  if (file === undefined) return () => undefined;
  const reports = await readSavedReports(file);
  return (target) => {
    // The last one counts: a file may be added to.
    const found = reports.filter((report) => isAbout(report, target)).at(-1);
    if (found === undefined)
      sayWarning(io, `${file} has no report of ${endpoint(target)}: all that breaks a rule counts as new`);
    return found;
  };
}

function isAbout(report: Report, { host, port, mode }: Target): boolean {
  const { target } = report;
  return target?.host.toLowerCase() === host.toLowerCase() && target.port === port && target.mode === mode;
}

import { combineExitCodes } from '../../src/core/outcome.js';
import type { Report } from '../../src/core/report.js';
import { FORMATS, type Format, type FormatName, type RenderOptions } from '../../src/report/index.js';

/** A run as the command line would have it rendered. */
export function renderRun(
  name: FormatName,
  reports: readonly Report[],
  more: Partial<RenderOptions> = {},
): string {
  const format: Format = FORMATS[name];
  const exitCode = combineExitCodes(reports.map((report) => report.exitCode));
  const options = { color: false, width: 100, verbose: false, exitCode, ...more };
  return format.kind === 'whole'
    ? format.render(reports, options)
    : reports.map((report) => format.render(report, options)).join(format.between) +
        (format.end?.(reports, options) ?? '');
}

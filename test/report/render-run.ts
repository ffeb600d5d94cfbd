import { combineExitCodes } from '../../src/core/outcome.js';
import type { Report } from '../../src/core/report.js';
import {
  FORMATS,
  renderAll,
  type Format,
  type FormatName,
  type RenderOptions,
} from '../../src/report/index.js';

/** A run as the command line would have it rendered. */
export function renderRun(
  name: FormatName,
  reports: readonly Report[],
  more: Partial<RenderOptions> = {},
): string {
  const format: Format = FORMATS[name];
  const exitCode = combineExitCodes(reports.map((report) => report.exitCode));
  const options = { color: false, width: 100, verbose: false, exitCode, ...more };
  return renderAll(format, reports, options);
}

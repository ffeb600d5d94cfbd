import type { Report } from '../core/report.js';
import { policyBlocks } from './text/policy.js';
import { renderSections, type TextOptions } from './text/sections.js';

export type { TextOptions };

/** The report for people, whole. */
export function renderText(report: Report, options: TextOptions): string {
  return renderSections(report, options, policyBlocks(report, options.verbose));
}

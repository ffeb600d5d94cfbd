import type { Report } from '../core/report.js';
import { BLANK, layOut } from './layout.js';
import { briefBlocks } from './text/brief.js';
import { pemBlocks } from './text/chain.js';
import { errorBlocks, findingBlocks } from './text/findings.js';
import { policyBlocks } from './text/policy.js';
import { tally } from './text/tally.js';
import { joinSections, renderSections, type TextOptions } from './text/sections.js';
import { verdict } from './text/verdict.js';

export type { TextOptions };

/** The report for people. Where a profile judged, the facts are told in short, unless all is asked for. */
export function renderText(report: Report, options: TextOptions): string {
  const policy = policyBlocks(report, options.verbose);
  if (report.policy === undefined || options.verbose) return renderSections(report, options, policy);
  const sections = [
    [verdict(report), ...errorBlocks(report)],
    policy,
    briefBlocks(report),
    findingBlocks(report, false),
    pemBlocks(report),
  ];
  return joinSections(sections, options);
}

/** Below the reports of several servers that a profile judged: how many of each outcome, and which did not pass. */
export function renderTally(reports: readonly Report[], options: TextOptions): string {
  const blocks = tally(reports);
  return blocks.length === 0 ? '' : layOut([BLANK, ...blocks], options);
}

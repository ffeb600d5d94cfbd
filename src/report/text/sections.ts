import type { Report } from '../../core/report.js';
import { BLANK, type Block, layOut } from '../layout.js';
import { authBlocks } from './auth.js';
import { certificateBlocks, chainBlocks, pemBlocks, verifyBlocks } from './chain.js';
import { connectionBlocks, ehloBlocks, timeBlocks, tlsBlocks } from './connection.js';
import { fileBlocks, tlsaBlocks } from './file.js';
import { errorBlocks, findingBlocks, transcriptBlocks } from './findings.js';
import { scanBlocks } from './scan.js';
import { verdict } from './verdict.js';

export interface TextOptions {
  readonly color: boolean;
  /** Columns to wrap at: 0 or NaN is 80, under 40 is 40, Infinity never wraps. */
  readonly width: number;
  readonly verbose: boolean;
}

/**
 * The report for people: the verdict first, then what is wrong, then what was measured, then what to do. Sections
 * only collect data; `layOut` escapes all of it, so no section can forget to. `policy` is what a profile says, of commands that ask one.
 */
export function renderSections(report: Report, options: TextOptions, policy: readonly Block[]): string {
  const sections: Block[][] = [
    [verdict(report), ...errorBlocks(report)],
    [...policy],
    [...fileBlocks(report), ...connectionBlocks(report), ...tlsBlocks(report, options.verbose)],
    [...chainBlocks(report), ...verifyBlocks(report, options.verbose)],
    tlsaBlocks(report),
    authBlocks(report),
    scanBlocks(report, options.verbose),
    options.verbose ? certificateBlocks(report) : [],
    [...ehloBlocks(report, options.verbose), ...timeBlocks(report)],
    findingBlocks(report, options.verbose),
    pemBlocks(report),
    options.verbose ? transcriptBlocks(report) : [],
  ];
  return joinSections(sections, options);
}

/** Sections with an empty line between them; empty ones are left out. */
export function joinSections(sections: readonly (readonly Block[])[], options: TextOptions): string {
  const filled = sections.filter((section) => section.length > 0);
  return layOut(
    filled.flatMap((section, index) => (index === 0 ? section : [BLANK, ...section])),
    options,
  );
}

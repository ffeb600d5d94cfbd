import type { Outcome } from '../../core/outcome.js';
import type { Report } from '../../core/report.js';
import { type Block, field } from '../layout.js';
import { targetName, WORDS } from './verdict.js';

const BEST_FIRST: readonly Outcome[] = ['pass', 'inconclusive', 'error', 'fail'];

/** `3 servers: 1 PASS, 2 FAIL`, and the names of those that did not pass: whoever reads a log begins at its end. */
export function tally(reports: readonly Report[]): Block[] {
  const servers = reports.filter((report) => report.target !== null);
  if (servers.length < 2 || !servers.some(({ policy }) => policy !== undefined)) return [];
  const groups = BEST_FIRST.map((outcome) => ({ outcome, of: servers.filter((r) => r.outcome === outcome) }));
  const filled = groups.filter(({ of }) => of.length > 0);
  return [
    field('servers', filled.map(({ outcome, of }) => `${of.length} ${WORDS[outcome].word}`).join(', ')),
    ...filled
      .filter(({ outcome }) => outcome !== 'pass')
      .map(({ outcome, of }) => {
        const { word, tone } = WORDS[outcome];
        return field(word, of.map(targetName).join(', '), tone);
      }),
  ];
}

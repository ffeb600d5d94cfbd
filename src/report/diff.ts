import type { Difference, DiffReport } from '../core/diff-report.js';
import { BLANK, type Block, type Line, layOut, type Row } from './layout.js';
import type { Tone } from './style.js';

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

/** What changed, for people: a block for each target, and how much of it is worse. */
export function renderDiff(
  { differences, before, after }: Pick<DiffReport, 'differences' | 'before' | 'after'>,
  options: { readonly color: boolean; readonly width: number },
): string {
  const targets = [...new Set(differences.map(({ target }) => target))];
  const blocks = targets.flatMap((target): Block[] => [
    line(target, 'note'),
    { kind: 'table', rows: differences.filter((one) => one.target === target).map(row) },
    BLANK,
  ]);
  return layOut([...blocks, line(summary(differences, before?.reports ?? 0, after?.reports ?? 0))], options);
}

function line(text: string, tone: Tone = 'plain'): Line {
  return { kind: 'line', lead: '', text, tone };
}

function row(one: Difference): Row {
  const { area, kind, what, before, after, worse } = one;
  const tone: Tone = worse === null ? 'plain' : worse ? 'bad' : 'good';
  const word = worse === null ? '' : worse ? 'worse' : 'better';
  const values =
    kind === 'changed' ? `${before ?? 'nothing'} -> ${after ?? 'nothing'}` : (after ?? before ?? '');
  return {
    lead: ` ${word.padStart(6)} ${SIGNS[kind]} `,
    leadTone: tone,
    cells: [{ text: area }, { text: `${what}: ${values}`, tone }],
  };
}

function summary(differences: readonly Difference[], before: number, after: number): string {
  const reports = (count: number): string => `${count} ${count === 1 ? 'report' : 'reports'}`;
  const compared = `${reports(before)} compared with ${reports(after)}`;
  if (differences.length === 0) return `no difference: ${compared}`;
  const count = (worse: boolean): number => differences.filter((one) => one.worse === worse).length;
  const all = `${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}`;
  return `${all}, ${count(true)} worse, ${count(false)} better: ${compared}`;
}

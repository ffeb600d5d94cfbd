import type { Explanation, Setting } from '../../policy/explain/explanation.js';
import { BLANK, field, layOut, type Block } from '../../report/layout.js';

export interface TextOptions {
  readonly color: boolean;
  readonly width: number;
}

const INDENT = '   ';
/** Columns between an id and its title in the list. */
const GAP = 2;

/** What a kind is called, wherever a list or a heading names it. */
export const KINDS: Readonly<Record<Explanation['kind'], string>> = {
  rule: 'finding',
  error: 'error code',
  verify: 'verify code',
};

/** One explanation for a terminal. Lines that are to be typed are never wrapped: half of one would be another command. */
export function explanationText(one: Explanation, options: TextOptions): string {
  const { what, why, attack, measured, fix, refs } = one;
  const number = one.number === undefined ? '' : ` ${one.number}`;
  const head: Block[] = [
    {
      kind: 'line',
      lead: `${one.id}: `,
      leadTone: 'note',
      hang: INDENT,
      text: `${one.title} (${KINDS[one.kind]}${number})`,
    },
    BLANK,
    field('what', what),
    field('why', why),
    ...(attack === undefined ? [] : [field('attack', attack)]),
    field('measured', measured),
  ];
  const other: Block[] = [
    ...(fix.other === undefined ? [] : [field(hasSetting(one) ? 'also' : 'fix', fix.other)]),
    ...(refs.length === 0 ? [] : [field('see', refs.join('; '))]),
  ];
  return [
    layOut(head, options),
    ...(fix.postfix === undefined ? [] : [settingText('in Postfix', fix.postfix, options)]),
    ...(fix.exim === undefined ? [] : [settingText('in Exim', fix.exim, options)]),
    ...(hasSetting(one) && other.length > 0 ? ['\n'] : []),
    ...(other.length === 0 ? [] : [layOut(other, options)]),
  ].join('');
}

const hasSetting = ({ fix }: Explanation): boolean => fix.postfix !== undefined || fix.exim !== undefined;

function settingText(where: string, { lines, manual, note }: Setting, options: TextOptions): string {
  const typed = lines.map((text): Block => ({ kind: 'line', lead: INDENT, text, tone: 'good' }));
  const words = [...(note === undefined ? [] : [field('note', note)]), field('manual', manual)];
  return (
    layOut([BLANK, { kind: 'line', lead: ` ${where}`, leadTone: 'dim', text: '' }], options) +
    layOut(typed, { ...options, width: Number.POSITIVE_INFINITY }) +
    layOut(words, options)
  );
}

/** All ids with their titles, by kind. */
export function listText(all: readonly Explanation[], options: TextOptions): string {
  const kinds = Object.keys(KINDS) as Explanation['kind'][];
  return kinds.map((kind) => listOf(kind, all, options)).join('\n');
}

function listOf(kind: Explanation['kind'], all: readonly Explanation[], options: TextOptions): string {
  const those = all.filter((one) => one.kind === kind);
  const width = Math.max(...those.map((one) => nameOf(one).length)) + GAP;
  return layOut(
    [
      { kind: 'line', lead: ` ${KINDS[kind]}s`, leadTone: 'dim', text: '' },
      ...those.map((one): Block => ({
        kind: 'line',
        lead: `${INDENT}${nameOf(one).padEnd(width)}`,
        text: one.title,
      })),
    ],
    options,
  );
}

const nameOf = ({ id, number }: Explanation): string =>
  number === undefined ? id : `${String(number).padStart(2)} ${id}`;

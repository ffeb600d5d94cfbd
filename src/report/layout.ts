import { escapeForTerminal } from './escape.js';
import { type Painter, painter, type Tone } from './style.js';
import { columns, wrap } from './wrap.js';

/**
 * A line of text behind a lead. The lead is smtpcheck's own words and stands as it is; the text may be a server's.
 * Where it does not fit, it continues under its own start, behind `hang`: never at the start of a line.
 */
export interface Line {
  readonly kind: 'line';
  readonly lead: string;
  readonly leadTone?: Tone;
  /** What stands in front of the continuation; blanks as wide as the lead unless given. */
  readonly hang?: string;
  readonly text: string;
  readonly tone?: Tone;
}

/** One column of a row. */
export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
}

/** A row of a table: its lead (our own drawing) and its cells. */
export interface Row {
  readonly lead: string;
  readonly leadTone?: Tone;
  readonly cells: readonly Cell[];
}

/** Rows in aligned columns, the last of which wraps; each row as one wrapped line where there is no room for that. */
export interface Table {
  readonly kind: 'table';
  readonly rows: readonly Row[];
}

export type Block = Line | Table;

/** An empty line. */
export const BLANK: Line = { kind: 'line', lead: '', text: '' };

/** Columns of the right-aligned labels, without the colon. */
const LABEL = 12;
/** Narrower than this nothing can be read; wider windows are used up to their width. */
const NARROWEST = 40;
const DEFAULT_WIDTH = 80;
/** Blanks between the columns of a table. */
const GAP = 2;
/** Less room than this for the last column, and the table is not worth it. */
const NARROWEST_CELL = 20;

/** `       label: text`, the label right-aligned, so that `grep 'label: '` finds it. */
export function field(label: string, text: string, tone: Tone = 'plain'): Line {
  return { kind: 'line', lead: `${label.padStart(LABEL)}: `, leadTone: 'dim', text, tone };
}

/** A labelled quotation of server text, one Line for each of its lines, each behind `> `. */
export function quote(label: string, text: string): Line[] {
  const hang = `${' '.repeat(LABEL + 2)}> `;
  return splitLines(text).map((part, index) => ({
    kind: 'line',
    lead: index === 0 ? `${label.padStart(LABEL)}: > ` : hang,
    leadTone: 'dim',
    hang,
    text: part,
  }));
}

/** Lines of text as sent, without the line ends that end them. Bare CR stays in the text, to be shown as `\r`. */
export function splitLines(text: string): string[] {
  return text.replace(/\r?\n$/, '').split(/\r?\n/);
}

/**
 * The only place that makes text for a terminal: every text and cell is escaped here, then wrapped, then painted.
 * `width` is in columns; 0 or NaN (a terminal that does not know) is 80, Infinity never wraps.
 */
export function layOut(
  blocks: readonly Block[],
  options: { readonly color: boolean; readonly width: number },
): string {
  const paint = painter(options.color);
  const width = usableWidth(options.width);
  const lines = blocks.flatMap((block) =>
    block.kind === 'line' ? layLine(block, width, paint) : layTable(block.rows, width, paint),
  );
  return `${lines.join('\n')}\n`;
}

function usableWidth(width: number): number {
  if (Number.isNaN(width) || width <= 0) return DEFAULT_WIDTH;
  return Math.max(width, NARROWEST);
}

function layLine(line: Line, width: number, paint: Painter): string[] {
  const hang = line.hang ?? ' '.repeat(columns(line.lead));
  const room = Math.max(width - Math.max(columns(line.lead), columns(hang)), NARROWEST / 4);
  return wrap(escapeForTerminal(line.text), room).map((part, index) => {
    const lead = index === 0 ? line.lead : hang;
    return paint(line.leadTone ?? 'plain', lead) + paint(line.tone ?? 'plain', part);
  });
}

function layTable(rows: readonly Row[], width: number, paint: Painter): string[] {
  const sizes: number[] = [];
  for (const row of rows) {
    row.cells.slice(0, -1).forEach((cell, c) => {
      sizes[c] = Math.max(sizes[c] ?? 0, cellSize(row, cell, c));
    });
  }
  const room = width - sizes.reduce((sum, size) => sum + size + GAP, 0);
  if (room < NARROWEST_CELL) return rows.flatMap((row) => layLine(asLine(row), width, paint));
  return rows.flatMap((row) => layRow(row, sizes, width, paint));
}

function layRow(given: Row, sizes: readonly number[], width: number, paint: Painter): string[] {
  const row = { ...given, cells: withoutEmptyEnd(given.cells) };
  let lead = paint(row.leadTone ?? 'dim', row.lead);
  let used = 0;
  row.cells.slice(0, -1).forEach((cell, c) => {
    const blanks = (sizes[c] ?? 0) - cellSize(row, cell, c) + GAP;
    lead += paint(cell.tone ?? 'plain', escapeForTerminal(cell.text)) + ' '.repeat(blanks);
    used += (sizes[c] ?? 0) + GAP;
  });
  const last = row.cells.at(-1);
  if (used === 0) used = columns(row.lead);
  const parts = wrap(escapeForTerminal(last?.text ?? ''), Math.max(width - used, NARROWEST_CELL));
  return parts.map((part, i) => (i === 0 ? lead : ' '.repeat(used)) + paint(last?.tone ?? 'plain', part));
}

/** Empty cells at the end of a row would leave blanks at the end of its line. */
function withoutEmptyEnd(cells: readonly Cell[]): readonly Cell[] {
  const last = cells.findLastIndex(({ text }) => text !== '');
  return cells.slice(0, Math.max(last, 0) + 1);
}

/** Columns that a cell takes; the first cell shares its column with the lead. */
function cellSize(row: Row, cell: Cell, index: number): number {
  return columns(escapeForTerminal(cell.text)) + (index === 0 ? columns(row.lead) : 0);
}

/** A row that does not fit its columns, as one line to be wrapped; painted as its most telling cell. */
function asLine(row: Row): Line {
  const tone = (['bad', 'warn'] as const).find((t) => row.cells.some((cell) => cell.tone === t));
  const texts = row.cells.map((cell) => cell.text).filter((text) => text !== '');
  const hang = `${' '.repeat(columns(row.lead))}  `;
  return {
    kind: 'line',
    lead: row.lead,
    leadTone: 'dim',
    hang,
    text: texts.join(', '),
    tone: tone ?? 'plain',
  };
}

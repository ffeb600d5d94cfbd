// Characters that take two columns. Anything else counts as one, combining marks too: a line may come out short,
// but never so long that the terminal breaks it, which would put server text at the start of a line.
const wide = (): RegExp =>
  /[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f000}-\u{1ffff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

// One character, or one escape made by escapeForTerminal: an escape is never broken in two.
const UNIT = /\\(?:x[0-9a-f]{2}|u[0-9a-f]{4}|u\{[0-9a-f]+\}|[^])|[^]/gu;

// Below all of those, or the lines that draw a tree: one unit of UTF-16, one column each.
const NARROW = /^[\0-\u10ff\u2500-\u257f]*$/;

/** Columns that escaped text takes on a terminal, never too few. */
export function columns(text: string): number {
  if (NARROW.test(text)) return text.length;
  let total = 0;
  const isWide = wide();
  for (const character of text) total += isWide.test(character) ? 2 : 1;
  return total;
}

/**
 * Breaks escaped text into lines of at most `room` columns: at a space where there is one (the space goes), inside a
 * word where there is none. Nothing else is lost.
 */
export function wrap(text: string, room: number): string[] {
  if (columns(text) <= room) return [text];
  const lines: string[] = [];
  let line: string[] = [];
  let used = 0;
  for (const unit of text.match(UNIT) ?? []) {
    const size = columns(unit);
    while (used + size > room && line.length > 0) {
      // A space that would not fit is the break itself.
      if (unit === ' ') break;
      const space = breakAt(line);
      lines.push(line.slice(0, space ?? line.length).join(''));
      line = space === null ? [] : line.slice(space + 1);
      used = columns(line.join(''));
    }
    if (unit === ' ' && used + size > room && line.length > 0) {
      lines.push(line.join(''));
      line = [];
      used = 0;
      continue;
    }
    line.push(unit);
    used += size;
  }
  if (line.length > 0) lines.push(line.join(''));
  return lines;
}

/** Index of the last space with something other than spaces in front of it, or null. */
function breakAt(line: readonly string[]): number | null {
  const space = line.lastIndexOf(' ');
  if (space <= 0) return null;
  return line.slice(0, space).some((unit) => unit !== ' ') ? space : null;
}

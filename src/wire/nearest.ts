/**
 * Edit distance in which two swapped neighbours count once (optimal string alignment), because that is how `SHA265` is
 * typed. Stops as soon as the distance must exceed `limit`, and then returns `limit + 1`.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) row.push(cost(a, b, i, j, row, last, beforeLast));
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return Math.min(at(last, b.length), limit + 1);
}

const at = (row: readonly number[], index: number): number => row[index] ?? Number.POSITIVE_INFINITY;

function cost(
  a: string,
  b: string,
  i: number,
  j: number,
  row: readonly number[],
  last: readonly number[],
  beforeLast: readonly number[],
): number {
  const change = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
  let best = Math.min(change, at(last, j) + 1, at(row, j - 1) + 1);
  const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
  if (swapped) best = Math.min(best, at(beforeLast, j - 2) + 1);
  return best;
}

/** Longest word that is compared at all: what a user typed is not bounded otherwise. */
const LONGEST_WORD = 80;

/** Letters and digits only: `_`, `-` and `+` are what people mistake for each other, and cost nothing here. */
const simplify = (word: string): string => word.toLowerCase().replace(/[^a-z0-9]/g, '');

/**
 * At most `n` of the candidates, nearest first, that are close enough to be what was meant. Candidates that begin with
 * the word come after those at a small distance, the shortest first.
 */
export function nearestNames(word: string, candidates: Iterable<string>, n: number): string[] {
  const wanted = simplify(word);
  if (wanted === '' || word.length > LONGEST_WORD) return [];
  const limit = Math.max(1, Math.min(4, Math.floor(wanted.length / 4)));
  const scored: { name: string; distance: number }[] = [];
  const seen = new Set<string>();
  for (const name of candidates) {
    const simple = simplify(name);
    // `x25519` and `X25519` are one hint.
    if (seen.has(simple)) continue;
    seen.add(simple);
    const distance = editDistance(wanted, simple, limit);
    if (distance <= limit) scored.push({ name, distance });
    else if (wanted.length >= 3 && simple.startsWith(wanted))
      scored.push({ name, distance: limit + simple.length });
  }
  // Array.sort is stable: equals stay in the table's order.
  scored.sort((x, y) => x.distance - y.distance);
  return scored.slice(0, Math.max(0, n)).map((entry) => entry.name);
}

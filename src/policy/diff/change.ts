import type { Difference } from '../../core/diff-report.js';
import type { Report } from '../../core/report.js';

/** A difference of one target. */
export type Change = Omit<Difference, 'target'>;

/** Compares one area of two reports of one target. */
export type Comparer = (before: Report, after: Report) => readonly Change[];

/** A change from one value to another; none where they are the same. Null is nothing. */
export function changed(
  area: Change['area'],
  what: string,
  before: string | null,
  after: string | null,
  worse: boolean | null = null,
): Change[] {
  if (before === after) return [];
  const kind = before === null ? 'added' : after === null ? 'removed' : 'changed';
  return [{ area, kind, what, before, after, worse }];
}

/** What is known of a thing: whether it is there, or why that cannot be said. */
export type Known =
  | { readonly state: 'there'; readonly as?: string }
  | { readonly state: 'not-there' }
  | { readonly state: 'not-known'; readonly why: string }
  /** Nobody asked: nothing can be compared. */
  | { readonly state: 'not-asked' };

export const THERE: Known = { state: 'there' };
export const NOT_THERE: Known = { state: 'not-there' };
export const NOT_ASKED: Known = { state: 'not-asked' };
export const notKnown = (why: string): Known => ({ state: 'not-known', why });

const UNKNOWN = 'not known';

/** What is not known is never gone: it is a change to or from `not known`, of which nobody can say whether it is worse. */
export function presence(
  area: Change['area'],
  what: string,
  before: Known,
  after: Known,
  worseWhenThere: boolean | null,
): Change[] {
  if (before.state === 'not-asked' || after.state === 'not-asked' || before.state === after.state) return [];
  if (before.state === 'not-known' || after.state === 'not-known')
    return changed(area, what, words(before), words(after));
  const isThere = after.state === 'there';
  const worse = worseWhenThere === null ? null : isThere === worseWhenThere;
  return [
    {
      area,
      kind: isThere ? 'added' : 'removed',
      what,
      before: isThere ? null : words(before),
      after: isThere ? words(after) : null,
      worse,
    },
  ];
}

function words(known: Known): string {
  switch (known.state) {
    case 'there':
      return known.as ?? 'accepted';
    case 'not-there':
      return 'rejected';
    case 'not-known':
      return known.why === '' ? UNKNOWN : `${UNKNOWN}: ${known.why}`;
    case 'not-asked':
      return 'not asked for';
  }
}

/** Words of both sides, each once, in the order of the first. */
export function union<T>(before: readonly T[], after: readonly T[]): T[] {
  return [...new Set([...before, ...after])];
}

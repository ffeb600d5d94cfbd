import { hexId } from '../../wire/names.js';
import type { HelloResult, ServerPick } from './context.js';
import { askedOf, eliminate } from './eliminate.js';

export interface SiftOptions {
  readonly version: number;
  readonly ids: readonly number[];
  /** What a pick answers for besides itself. */
  readonly answersFor?: ((picked: number, other: number) => boolean) | undefined;
  readonly ask: (ids: readonly number[]) => Promise<HelloResult>;
  /** The number that was picked; null when the answer does not show it. */
  readonly idOf: (pick: ServerPick) => number | null;
  readonly nameOf: (id: number) => string;
  /** What is missing when the answer does not show it. */
  readonly missing: string;
  /** One of them has to be accepted: a refusal of all is about something else. */
  readonly someMustBe?: boolean;
}

export interface Sifted {
  readonly accepted: readonly number[];
  /** Those of which it is known whether they are accepted. */
  readonly asked: readonly number[];
  readonly unknown: { readonly ids: readonly number[]; readonly reason: string } | null;
  /** Picked although it was not among those offered. */
  readonly notOffered: readonly number[];
}

type Inconclusive = Extract<HelloResult, { answer: 'inconclusive' }>;

/**
 * Elimination of things of which a server may use another one than it was offered. That is an answer too: it was asked for these,
 * and uses that.
 */
export async function sift(options: SiftOptions): Promise<Sifted> {
  const { version, ids, idOf, nameOf } = options;
  const notOffered = new Set<number>();
  let offered: readonly number[] = [];
  let answered = options.someMustBe !== true;
  const found = await eliminate({
    ids,
    answersFor: options.answersFor,
    ask: async (left) => {
      offered = left;
      const result = await options.ask(left);
      const doubt = doubtful(result, options, answered);
      answered ||= doubt === null;
      return doubt ?? result;
    },
    // Lists of this length are read whole by everybody.
    reading: { longestList: 0 },
    pickOf: idOf,
    refuse: (pick) => {
      if (pick.version !== version) return `answered with the version ${hexId(pick.version)}`;
      const id = idOf(pick);
      if (id === null || offered.includes(id)) return null;
      notOffered.add(id);
      return `used ${nameOf(id)}, which was not offered`;
    },
  });
  const { picks, unknown } = found;
  return { accepted: picks.map(({ id }) => id), asked: askedOf(found), unknown, notOffered: [...notOffered] };
}

/** Why an answer is none to what was asked. */
function doubtful(result: HelloResult, options: SiftOptions, answered: boolean): Inconclusive | null {
  if (result.answer === 'rejected' && !answered) {
    // To ask for half of them would change nothing.
    return { answer: 'inconclusive', kind: 'unreached', reason: `${result.evidence}, to all of them` };
  }
  if (result.answer !== 'accepted' || result.pick.version !== options.version) return null;
  if (options.idOf(result.pick) !== null) return null;
  return { answer: 'inconclusive', kind: 'garbled', reason: result.pick.cut ?? options.missing };
}

import type { HelloResult, ServerPick } from './context.js';

/** What was found out about a set of numbered things, one at a time, by offering all and leaving out what was picked. */
export interface Elimination {
  readonly picks: readonly { readonly id: number; readonly pick: ServerPick }[];
  /** Those that the server will not have. */
  readonly rejected: { readonly ids: readonly number[]; readonly evidence: string } | null;
  readonly unknown: { readonly ids: readonly number[]; readonly reason: string } | null;
  /** Every pick was the first in our order that the server takes. */
  readonly followedOurs: boolean;
}

/** Those of which it is known whether the server takes them: the others were answered for, or are unknown. */
export const askedOf = ({ picks, rejected }: Elimination): number[] => [
  ...picks.map(({ id }) => id),
  ...(rejected?.ids ?? []),
];

/** Some servers read no more of a list than this, and would reject what stands behind. */
const SHORT_LIST = 64;
/** Who has read this much reads all there is: the limits that were met in the field are 64 and 128. */
const LONG_LIST = 200;
/** Asks beyond the ones that get answers: stops a server that answers no hello at all from costing hundreds. */
const MOST_SPLITS = 12;
const MOST_SILENCES = 2;
/** Says that the version is the matter, and no suite. */
const PROTOCOL_VERSION = 70;

export interface EliminationOptions {
  readonly ids: readonly number[];
  readonly ask: (ids: readonly number[]) => Promise<HelloResult>;
  /** Shared by all eliminations of one server. */
  readonly reading: { longestList: number };
  /** What a pick answers for besides itself: it is not asked for any more. */
  readonly answersFor?: ((picked: number, other: number) => boolean) | undefined;
  readonly pickOf: (pick: ServerPick) => number | null;
  /** Why a pick is no acceptance of what was asked for, such as a lower version; null when it is one. */
  readonly refuse?: (pick: ServerPick) => string | null;
}

/** Accepted + 1 connections, unless the server is one that cannot be asked for many things at once. */
export async function eliminate(options: EliminationOptions): Promise<Elimination> {
  return new Eliminator(options).run();
}

class Eliminator {
  private readonly picks: { id: number; pick: ServerPick }[] = [];
  private readonly rejectedIds: number[] = [];
  private evidence = '';
  private readonly unknownIds: number[] = [];
  private reason = '';
  private splits = 0;
  private silences = 0;
  constructor(private readonly options: EliminationOptions) {}

  async run(): Promise<Elimination> {
    await this.sift(this.options.ids);
    return {
      picks: this.picks,
      rejected: this.rejectedIds.length === 0 ? null : { ids: this.rejectedIds, evidence: this.evidence },
      unknown: this.unknownIds.length === 0 ? null : { ids: this.unknownIds, reason: this.reason },
      followedOurs: isAscending(this.picks.map(({ id }) => this.options.ids.indexOf(id))),
    };
  }

  private async sift(candidates: readonly number[]): Promise<void> {
    let left = [...candidates];
    while (left.length > 0) {
      const result = await this.options.ask(left);
      if (result.answer === 'accepted') {
        const refused = this.options.refuse?.(result.pick) ?? null;
        if (refused !== null) {
          this.reject(left, refused);
          return;
        }
        const id = this.options.pickOf(result.pick);
        const at = id === null ? -1 : left.indexOf(id);
        if (id === null || at < 0) {
          this.giveUp(left, 'the server picked what was not offered');
          return;
        }
        const { reading } = this.options;
        reading.longestList = Math.max(reading.longestList, at + 1);
        this.picks.push({ id, pick: result.pick });
        left = left.filter((other) => other !== id && this.options.answersFor?.(id, other) !== true);
        continue;
      }
      if (result.answer === 'rejected') return this.concludeNo(left, result);
      return this.split(left, result);
    }
  }

  private async concludeNo(
    left: readonly number[],
    result: Extract<HelloResult, { answer: 'rejected' }>,
  ): Promise<void> {
    const { reading } = this.options;
    const unproven =
      reading.longestList < LONG_LIST && left.length > Math.max(SHORT_LIST, reading.longestList);
    if (unproven && result.alert !== PROTOCOL_VERSION) {
      // Nobody has seen it read so long a list: the same in pieces that every server reads.
      for (let at = 0; at < left.length; at += SHORT_LIST) await this.sift(left.slice(at, at + SHORT_LIST));
      return;
    }
    this.reject(left, result.evidence);
  }

  private async split(
    left: readonly number[],
    result: Extract<HelloResult, { answer: 'inconclusive' }>,
  ): Promise<void> {
    this.splits += 1;
    // Each silence costs the whole of a probe's time.
    if (result.kind === 'silent') this.silences += 1;
    const enough = this.splits > MOST_SPLITS || this.silences > MOST_SILENCES;
    if (result.kind === 'unreached' || left.length < 2 || enough) {
      this.giveUp(left, result.reason);
      return;
    }
    const middle = left.length >> 1;
    await this.sift(left.slice(0, middle));
    await this.sift(left.slice(middle));
  }

  private reject(ids: readonly number[], evidence: string): void {
    this.rejectedIds.push(...ids);
    this.evidence ||= evidence;
  }

  private giveUp(ids: readonly number[], reason: string): void {
    this.unknownIds.push(...ids);
    this.reason ||= reason;
  }
}

const isAscending = (numbers: readonly number[]): boolean =>
  numbers.every((number, i) => i === 0 || number > (numbers[i - 1] ?? -1));

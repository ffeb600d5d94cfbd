import type { ScanProtocol } from '../../core/scan-report.js';
import { keyKindsOf } from './key-types.js';
import { suiteLabel } from './known-names.js';
import { weaknessesOf } from './weak-suites.js';

/**
 * In which classes a numbered thing is. What is in none is asked for only together with all else: anything that the server picks
 * answers for it. What is in some is answered for by a pick that is in all of them.
 */
export type ClassesOf = (protocol: ScanProtocol, id: number) => readonly string[];

/** How much of what could be asked is asked. */
export interface Scope {
  /** Null asks for each by itself. */
  readonly suites: ClassesOf | null;
  readonly groups: ClassesOf | null;
  readonly schemes: ClassesOf | null;
  /** Who decides among suites that both know. */
  readonly order: boolean;
  /** The default chain and one or two more; else every chain that can be had. */
  readonly fewChains: boolean;
  /** What is there to be known and not to be judged, such as ALPN. */
  readonly curious: boolean;
}

export const WHOLE_SCOPE: Scope = {
  suites: null,
  groups: null,
  schemes: null,
  order: true,
  fewChains: false,
  curious: true,
};

/** `--quick`: one suite of each kind of key, since each has a certificate of its own, and one of each kind of weak ones. */
export const QUICK_SCOPE: Scope = {
  ...WHOLE_SCOPE,
  suites: (_protocol, id) => [...weakKindsOf(id), ...keyKindsOf(id)],
  order: false,
  fewChains: true,
  curious: false,
};

/** Kinds of weak suite, by id of the finding. */
export function weakKindsOf(id: number): string[] {
  return weaknessesOf(suiteLabel(id));
}

/** What to offer for one list, and what a pick answers for besides itself. */
export interface Scoped {
  /** Those in a class first: a pick from behind them shows that the whole list was read. */
  readonly ids: readonly number[];
  readonly answersFor: ((picked: number, other: number) => boolean) | undefined;
}

export function scoped(classesOf: ClassesOf | null, protocol: ScanProtocol, ids: readonly number[]): Scoped {
  if (classesOf === null) return { ids, answersFor: undefined };
  const classes = new Map(ids.map((id) => [id, classesOf(protocol, id)]));
  const of = (id: number): readonly string[] => classes.get(id) ?? [];
  const [classed, others] = [true, false].map((wanted) => ids.filter((id) => of(id).length > 0 === wanted));
  return {
    ids: [...(classed ?? []), ...(others ?? [])],
    answersFor: (picked, other) => of(other).every((one) => of(picked).includes(one)),
  };
}

/** What is left to ask when these have been picked already. */
export function leftOf({ ids, answersFor }: Scoped, seen: readonly number[]): readonly number[] {
  return ids.filter((id) => !seen.includes(id) && !seen.some((picked) => answersFor?.(picked, id) === true));
}

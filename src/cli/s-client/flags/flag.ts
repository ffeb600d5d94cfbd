/** One flag of `openssl s_client`, and what becomes of it. */
export interface SClientFlag {
  /** Stands for its value in texts; absent for a flag that takes none. */
  readonly value?: string;
  /**
   * `mapped`: stands for something here. `idle`: changes nothing here, since it is always so, or about something that there is
   * not. `refused`: asks for what smtpcheck does not do, so that to leave it out would answer another question.
   */
  readonly kind: 'mapped' | 'idle' | 'refused';
  /** What a mapped flag stands for; of the others, why. */
  readonly words: string;
  /** Says what is wrong with a value that cannot be taken over; null when nothing is. */
  readonly check?: (value: string) => string | null;
}

/** Makes the flags of one kind. */
export function flagsOf(kind: SClientFlag['kind']) {
  return (words: string, value?: string, check?: SClientFlag['check']): SClientFlag => ({
    kind,
    words,
    ...(value === undefined ? {} : { value }),
    ...(check === undefined ? {} : { check }),
  });
}

/** By name, without the dash. */
export type FlagTable = Readonly<Record<string, SClientFlag>>;

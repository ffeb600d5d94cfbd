import type { SClientLine } from '../parse.js';

/** What some flags become. */
export interface Part {
  readonly words: readonly string[];
  /** What the user would not expect who knows s_client. */
  readonly notes: readonly string[];
}

export const NOTHING: Part = { words: [], notes: [] };

export function joined(...parts: readonly Part[]): Part {
  return { words: parts.flatMap(({ words }) => words), notes: parts.flatMap(({ notes }) => notes) };
}

/** `flag VALUE` becomes `option VALUE`. */
export function renamed({ flags }: SClientLine, flag: string, option: string): string[] {
  const value = flags.get(flag);
  return value === undefined ? [] : [option, value];
}

/** `flag` becomes `option`. */
export function switched({ flags }: SClientLine, flag: string, option: string): string[] {
  return flags.has(flag) ? [option] : [];
}

import type { Explanation } from './explanation.js';

const EXPLANATIONS: readonly Explanation[] = [];

/** What there is to say of a rule or a code. */
export function explanationOf(word: string): Explanation | undefined {
  return EXPLANATIONS.find(({ id }) => id === word);
}

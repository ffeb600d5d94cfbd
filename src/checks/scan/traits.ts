import type { ScanTrait } from '../../core/scan-report.js';

/** Evidence may hold a server's own words. */
const LONGEST_EVIDENCE = 300;

export function trait(id: string, answer: ScanTrait['answer'], evidence: string): ScanTrait {
  const long = evidence.length > LONGEST_EVIDENCE;
  return { id, answer, evidence: long ? `${evidence.slice(0, LONGEST_EVIDENCE)}…` : evidence };
}

export const yesOrNo = (value: boolean): ScanTrait['answer'] => (value ? 'yes' : 'no');

/** What of a check's traits is not known, a line each. */
export function unknownTraits(check: string, data: readonly ScanTrait[]): string[] {
  return data
    .filter(({ answer }) => answer === 'unknown')
    .map(({ id, evidence }) => `${check}: ${id} (${evidence})`);
}

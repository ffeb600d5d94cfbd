import type { Finding } from '../../core/finding.js';
import type { ScanProtocolReport, ScanTrait } from '../../core/scan-report.js';

export const yes = (id: string, evidence: string): ScanTrait => ({ id, answer: 'yes', evidence });
export const no = (id: string, evidence: string): ScanTrait => ({ id, answer: 'no', evidence });
export const unknown = (id: string, evidence: string): ScanTrait => ({ id, answer: 'unknown', evidence });

/** For a check's `unknown`: a line for each trait about which nothing is known. */
export const unknownTraits = (traits: readonly ScanTrait[]): string[] =>
  traits.filter(({ answer }) => answer === 'unknown').map(({ id, evidence }) => `${id} (${evidence})`);

export const traitOf = (traits: readonly ScanTrait[] | undefined, id: string): ScanTrait | undefined =>
  traits?.find((trait) => trait.id === id);

/** A finding that one trait makes by itself. */
export type TraitRule = Omit<Finding, 'evidence'> & {
  readonly trait: string;
  readonly when: ScanTrait['answer'];
};

/** A finding for each rule whose trait is as it says, with the trait's evidence. */
export function judgeTraits(rules: readonly TraitRule[], data: readonly ScanTrait[]): Finding[] {
  return rules.flatMap(({ trait, when, ...finding }) =>
    data
      .filter(({ id, answer }) => id === trait && answer === when)
      .map(({ evidence }) => ({ ...finding, evidence })),
  );
}

/** Which of some versions a server has: what goes with none of them need not be asked for. */
export interface HadVersions {
  readonly accepted: readonly ScanProtocolReport[];
  /** Why it is not known whether there are more; null when it is. */
  readonly doubt: string | null;
}

export function hadVersions(
  protocols: readonly ScanProtocolReport[] | undefined,
  wanted: (name: ScanProtocolReport['name']) => boolean,
): HadVersions {
  const asked = (protocols ?? []).filter(({ name }) => wanted(name));
  const open = asked.find(({ answer }) => answer === 'inconclusive');
  return {
    accepted: asked.filter(({ answer }) => answer === 'accepted'),
    doubt: open === undefined ? null : `whether it has ${open.name} is not known: ${open.evidence}`,
  };
}

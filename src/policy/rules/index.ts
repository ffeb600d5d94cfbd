import { FILE_CHECKS, TLS_CHECKS } from '../../checks/index.js';
import { SCAN_CHECKS } from '../../checks/scan/index.js';
import type { Profile } from '../profile.js';
import { CERTIFICATE_RULES, certificateRules } from './certificate.js';
import { DH_RULES, dhRules } from './dh.js';
import { EXPECT_RULES } from './expect.js';
import { findingRules } from './findings.js';
import { groupRules, LIST_RULES, signatureRules } from './groups.js';
import { PROTOCOL_RULES, protocolRules } from './protocols.js';
import type { PolicyRule, RuleMaker } from './rule.js';
import { SUITE_RULES, suiteRules } from './suites.js';

/*
 * The only registry of what makes rules: a new part of a profile is its file, a line in each list here, and its test.
 */

const MAKERS: readonly RuleMaker[] = [
  protocolRules,
  suiteRules,
  groupRules,
  dhRules,
  signatureRules,
  certificateRules,
];

/** Of a waiver that is no longer one. */
export const WAIVER_RULES = { ended: 'waiver-ended', unused: 'waiver-unused' } as const;

/** Ids of all rules that the engine itself can make, beside the findings of checks. */
export const POLICY_RULES: readonly string[] = [
  ...PROTOCOL_RULES,
  ...SUITE_RULES,
  ...LIST_RULES,
  ...DH_RULES,
  ...CERTIFICATE_RULES,
  ...EXPECT_RULES,
  ...Object.values(WAIVER_RULES),
];

/** Ids of all rules that a profile or a waiver may name. */
export const ruleIds = (): ReadonlySet<string> =>
  new Set([
    ...[...TLS_CHECKS, ...FILE_CHECKS, ...SCAN_CHECKS].flatMap(({ ids }) => ids),
    ...POLICY_RULES.filter((id) => !id.startsWith('waiver-')),
  ]);

/** Every rule of a profile, once, in the order of the report. */
export function rulesOf(profile: Profile): readonly PolicyRule[] {
  const made = MAKERS.flatMap((make) => make(profile));
  return [...made, ...findingRules(profile, new Set(made.map(({ id }) => id)))];
}

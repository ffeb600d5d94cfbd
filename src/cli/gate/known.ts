import type { Description } from '../../report/format.js';
import { explanationOf } from '../../policy/explain/index.js';
import { PROFILES } from '../../policy/profiles/index.js';
import { ruleIds, rulesOf } from '../../policy/rules/index.js';
import type { Known } from '../gate-file/open.js';

/** What the files of a gate may name. */
export const known = (): Known => ({
  rules: ruleIds(),
  profiles: PROFILES,
  rulesOf: (profile) => rulesOf(profile).map(({ id }) => id),
});

/** For formats that say of a rule more than was measured. */
export function describeRule(id: string): Description | undefined {
  const found = explanationOf(id);
  if (found === undefined) return undefined;
  const { title, what, why, fix } = found;
  const lines = [...(fix.postfix?.lines ?? []), ...(fix.exim?.lines ?? []), fix.other ?? ''];
  return { title, what, why, fix: lines.filter((line) => line !== '').join('\n') };
}

import { exchangeKindsOf, keyKindsOf } from '../checks/scan/key-types.js';
import { groupLabel, schemeLabel, suiteLabel } from '../checks/scan/known-names.js';
import { weakKindsOf, WHOLE_SCOPE, type ClassesOf, type Scope } from '../checks/scan/scope.js';
import { standingOf, versionsOf } from './allowed.js';
import type { Expect } from './expect.js';
import type { Allowed, Profile } from './profile.js';
import { isDhe } from './rules/dh.js';
import { expectRules } from './rules/expect.js';
import { rulesOf } from './rules/index.js';

/** What has to be asked of a server so that a profile can judge it. */
export interface Plan {
  /** Ids of checks of a scan. */
  readonly checks: readonly string[];
  readonly scope: Scope;
}

/**
 * Policy-directed probing: each thing that the profile forbids or wants is offered, all the rest only together, in the same hellos.
 * Any answer at all then says of the rest that it is there, and a refusal says of all that is forbidden that it is not.
 */
export function planOf(profile: Profile, expect: Expect = {}): Plan {
  const rules = [...rulesOf(profile), ...expectRules(expect)];
  return {
    checks: [...new Set(rules.flatMap(({ checks }) => checks))],
    scope: {
      ...WHOLE_SCOPE,
      suites: suiteClasses(profile, expect),
      groups: groupClasses(profile, expect),
      schemes: schemeClasses(profile),
      order: profile.requirements.order !== undefined,
      curious: false,
    },
  };
}

/** A class of its own: nothing else answers for it. */
const alone = (name: string): string => `=${name}`;

const isJudged = (name: string, list: Allowed | undefined): boolean =>
  list !== undefined && standingOf(name, list) !== 'allowed';

function suiteClasses(profile: Profile, expect: Expect): ClassesOf {
  const { suites } = profile.requirements;
  const versions = versionsOf(profile);
  const exchangesOf = exchangeClasses(profile, expect);
  return (protocol, id) => {
    const name = suiteLabel(id);
    const inVersion = versions.includes(protocol);
    const brings = [...keyKindsOf(id), ...(inVersion ? exchangesOf(id) : [])];
    if (inVersion && isJudged(name, suites)) return [alone(name), ...brings];
    // Of a version that may not be there too: it may be waived, and what does not encrypt is not waived with it.
    return [...weakKindsOf(id).filter((rule) => isOn(profile, rule)), ...brings];
  };
}

/**
 * What is seen with a suite and with no other: how keys are exchanged, where that is judged. A pick with RSA's key exchange says nothing
 * of the curves of ECDHE, nor how the server signs.
 */
function exchangeClasses({ requirements }: Profile, { groups }: Expect): (id: number) => string[] {
  const { dh, signatures } = requirements;
  const ofGroups = requirements.groups !== undefined || groups !== undefined;
  const judgedKinds = [...(ofGroups ? ['ECDHE'] : []), ...(signatures === undefined ? [] : ['signed'])];
  return (id) => [
    ...(dh !== undefined && isDhe(suiteLabel(id)) ? ['DHE'] : []),
    ...exchangeKindsOf(id).filter((kind) => judgedKinds.includes(kind)),
  ];
}

const isOn = ({ rules }: Profile, id: string): boolean => (rules[id]?.severity ?? 'off') !== 'off';

function groupClasses({ requirements }: Profile, { groups: expected = [] }: Expect): ClassesOf {
  const { groups } = requirements;
  const wanted = [...(groups?.required ?? []), ...expected].map((name) => name.toLowerCase());
  return (protocol, id) => {
    const name = groupLabel(id);
    const others = protocol !== 'TLSv1.3' && /^ffdhe/i.test(name);
    const asked = wanted.includes(name.toLowerCase()) || isJudged(name, groups);
    return asked && !others ? [alone(name)] : [];
  };
}

function schemeClasses({ requirements }: Profile): ClassesOf {
  return (_protocol, id) => {
    const name = schemeLabel(id);
    return isJudged(name, requirements.signatures) ? [alone(name)] : [];
  };
}

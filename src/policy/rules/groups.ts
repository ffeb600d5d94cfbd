import { groupsIn, schemesAsked, type Named } from '../../checks/scan/known-names.js';
import type { Report } from '../../core/report.js';
import type { ScanList, ScanProtocol, ScanScheme } from '../../core/scan-report.js';
import { standingOf, versionsOf, type Standing } from '../allowed.js';
import type { Allowed, Profile } from '../profile.js';
import {
  broken,
  holds,
  missing,
  notApplicable,
  ruleUnlessOff,
  unknown,
  type PolicyRule,
  type RuleMaker,
  type Verdict,
} from './rule.js';

export const LIST_RULES: readonly string[] = [
  'group-not-allowed',
  'group-phase-out',
  'group-missing',
  'signature-scheme-not-allowed',
  'signature-scheme-phase-out',
];

/** A list of named things of which the server may have some: of groups, or of signature schemes. */
interface Subject {
  readonly check: string;
  readonly what: string;
  readonly lists: (report: Report) => readonly ScanList<ScanScheme>[] | undefined;
  readonly all: (protocol: ScanProtocol) => readonly Named[];
  /** What is another rule's business. */
  readonly others?: (protocol: ScanProtocol, name: string) => boolean;
}

const GROUPS: Subject = {
  check: 'groups',
  what: 'key-exchange groups (scan --only groups)',
  lists: ({ scan }) => scan?.groups,
  all: groupsIn,
  others: (protocol, name) => protocol !== 'TLSv1.3' && /^ffdhe/i.test(name),
};

const SCHEMES: Subject = {
  check: 'signature-schemes',
  what: 'signature schemes (scan --only signature-schemes)',
  lists: ({ scan }) => scan?.signatureSchemes,
  all: schemesAsked,
};

export const groupRules: RuleMaker = (profile) => {
  const { groups } = profile.requirements;
  if (groups === undefined) return [];
  return [
    ...listRules(profile, groups, GROUPS, ['group-not-allowed', 'group-phase-out']),
    ...(groups.required ?? []).flatMap((name) =>
      ruleUnlessOff(profile, requiredGroup('group-missing', [name]), 'error', groups),
    ),
  ];
};

export const signatureRules: RuleMaker = (profile) => {
  const { signatures } = profile.requirements;
  return signatures === undefined
    ? []
    : listRules(profile, signatures, SCHEMES, ['signature-scheme-not-allowed', 'signature-scheme-phase-out']);
};

function listRules(
  profile: Profile,
  list: Allowed,
  subject: Subject,
  [notAllowed, phasedOut]: readonly [string, string],
): PolicyRule[] {
  const { allowed, phaseOut = [] } = list;
  const rule = (id: string, standing: Standing, required: readonly string[]) => ({
    id,
    required: required.join(' '),
    checks: [subject.check],
    evaluate: (report: Report) => noneOf(report, versionsOf(profile), list, standing, subject),
  });
  return [
    ...ruleUnlessOff(profile, rule(notAllowed, 'forbidden', [...allowed, ...phaseOut]), 'error', list),
    ...(phaseOut.length === 0
      ? []
      : ruleUnlessOff(profile, rule(phasedOut, 'phase-out', allowed), 'warning', list)),
  ];
}

function noneOf(
  report: Report,
  versions: readonly ScanProtocol[],
  list: Allowed,
  standing: Standing,
  { lists, all, what, others }: Subject,
): Verdict {
  const found = lists(report)?.filter(({ protocol }) => versions.includes(protocol));
  if (found === undefined) return missing(what);
  const counts = (protocol: ScanProtocol, name: string): boolean =>
    others?.(protocol, name) !== true && standingOf(name, list) === standing;
  const items = found.flatMap(({ protocol, accepted, notOffered }) =>
    [...accepted, ...notOffered]
      .filter(({ name }) => counts(protocol, name))
      .map(({ name }) => `${name} (${protocol})`),
  );
  if (items.length > 0) return broken(`used: ${items.join(', ')}`, items);
  const open = found.find((one) => one.unknown !== null);
  if (open !== undefined) return unknown(`${open.protocol}: ${open.unknown?.reason ?? ''}`);
  const unasked = found.find(
    ({ protocol, asked, skipped }) =>
      asked !== undefined &&
      skipped === null &&
      all(protocol).some(({ id, name }) => counts(protocol, name) && !asked.includes(id)),
  );
  if (unasked !== undefined) return missing(`all ${what}`);
  if (found.every(({ skipped }) => skipped !== null))
    return notApplicable(found.flatMap(({ skipped }) => skipped ?? []).join('; ') || 'no version has them');
  const names = found.flatMap(({ accepted }) => accepted.map(({ name }) => name));
  return holds(`used: ${[...new Set(names)].join(', ') || 'none'}`);
}

/** Each of these has to be accepted, in some version. */
export function requiredGroup(
  id: string,
  names: readonly string[],
): Omit<PolicyRule, 'severity' | 'sourced'> {
  return {
    id,
    required: names.join(', '),
    checks: ['groups'],
    evaluate: (report) => hasGroups(report, names),
  };
}

function hasGroups(report: Report, names: readonly string[]): Verdict {
  const lists = report.scan?.groups;
  const accepted = [
    ...(lists?.flatMap((list) => list.accepted.map(({ name }) => name)) ?? []),
    ...[report.tls?.group ?? []].flat(),
  ].map((name) => name.toLowerCase());
  const lacking = names.filter((name) => !accepted.includes(name.toLowerCase()));
  if (lacking.length === 0) return holds(`accepted: ${names.join(', ')}`);
  if (lists === undefined) return missing(GROUPS.what);
  const open = lists.find((one) => one.unknown !== null);
  if (open !== undefined) return unknown(`${open.protocol}: ${open.unknown?.reason ?? ''}`);
  if (lists.some((list) => wasNotAsked(list, lacking)))
    return missing(`whether ${lacking.join(', ')} is accepted`);
  const unasked = lacking.filter((name) => isDheUnasked(name, lists));
  if (unasked.length > 0)
    return unknown(`${unasked.join(', ')}: looked for in TLSv1.3, which the server does not have`);
  return broken(`not accepted: ${lacking.join(', ')}`, lacking);
}

/** Groups of DHE are looked for in TLS 1.3 alone: a server without it may have them all the same (RFC 7919). */
const isDheUnasked = (wanted: string, lists: readonly ScanList<ScanScheme>[]): boolean =>
  /^ffdhe/i.test(wanted) &&
  !lists.some(({ protocol, skipped }) => protocol === 'TLSv1.3' && skipped === null);

function wasNotAsked({ protocol, asked, skipped }: ScanList<ScanScheme>, names: readonly string[]): boolean {
  if (asked === undefined || skipped !== null) return false;
  const wanted = names.map((name) => name.toLowerCase());
  return groupsIn(protocol).some(
    ({ id, name }) => wanted.includes(name.toLowerCase()) && !asked.includes(id),
  );
}

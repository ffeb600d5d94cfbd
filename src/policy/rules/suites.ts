import { suitesIn } from '../../checks/scan/known-names.js';
import type { Report } from '../../core/report.js';
import type { ScanProtocolReport, ScanSuite } from '../../core/scan-report.js';
import { standingOf, versionsOf, type Standing } from '../allowed.js';
import type { Allowed, Profile } from '../profile.js';
import {
  broken,
  holds,
  missing,
  notApplicable,
  ruleUnlessOff,
  unknown,
  type RuleMaker,
  type Verdict,
} from './rule.js';

export const SUITE_RULES: readonly string[] = [
  'suite-not-allowed',
  'suite-phase-out',
  'server-order-missing',
];

/** What stands in the profile's list of suites, and who decides among them. */
export const suiteRules: RuleMaker = (profile) => {
  const { suites, order } = profile.requirements;
  const list = suites === undefined ? [] : listRules(profile, suites);
  if (order === undefined) return list;
  const rule = {
    id: 'server-order-missing',
    required: "the server's order decides",
    checks: ['protocols'],
    evaluate: serverDecides,
  };
  return [...list, ...ruleUnlessOff(profile, rule, 'error', order)];
};

function listRules(profile: Profile, suites: Allowed): ReturnType<RuleMaker> {
  const rule = (id: string, standing: Standing, required: string) => ({
    id,
    required,
    checks: ['protocols'],
    evaluate: (report: Report) => noneOf(report, profile, suites, standing),
  });
  const { allowed, phaseOut = [] } = suites;
  return [
    ...ruleUnlessOff(
      profile,
      rule('suite-not-allowed', 'forbidden', [...allowed, ...phaseOut].join(' ')),
      'error',
      suites,
    ),
    ...(phaseOut.length === 0
      ? []
      : ruleUnlessOff(profile, rule('suite-phase-out', 'phase-out', allowed.join(' ')), 'warning', suites)),
  ];
}

/** SSLv2's suites are others, and it is judged as a whole. */
function judged(report: Report, profile: Profile): readonly ScanProtocolReport[] | null {
  const versions: readonly string[] = versionsOf(profile).filter((name) => name !== 'SSLv2');
  const { protocols } = report.scan ?? {};
  return protocols?.filter(({ name }) => versions.includes(name)) ?? null;
}

export const labelOf = ({ iana, name }: ScanSuite): string => iana ?? name;

function noneOf(report: Report, profile: Profile, list: Allowed, standing: Standing): Verdict {
  const versions = judged(report, profile);
  if (versions === null) return missing('cipher suites (scan --only protocols)');
  const items = versions.flatMap(({ name: version, suites }) =>
    suites
      .filter((suite) => standingOf(labelOf(suite), list) === standing)
      .map((suite) => `${suite.name} (${version})`),
  );
  if (items.length > 0) return broken(`accepted: ${items.join(', ')}`, items);
  const open = versions.find(({ answer, unknown: left }) => answer === 'inconclusive' || left !== null);
  if (open !== undefined) return unknown(`${open.name}: ${open.unknown?.reason ?? open.evidence}`);
  const unasked = versions.find((version) => !allWereAsked(version, list, standing));
  if (unasked !== undefined) return missing(`all cipher suites of ${unasked.name}`);
  const names = versions.flatMap(({ suites }) => suites.map(({ name }) => name));
  return holds(`accepted: ${[...new Set(names)].join(', ') || 'none'}`);
}

/** A report of some suites alone knows of those whether they were refused. */
function allWereAsked(
  { name, answer, partial, asked = [] }: ScanProtocolReport,
  list: Allowed,
  standing: Standing,
): boolean {
  if (partial !== true || answer === 'rejected') return true;
  return suitesIn(name).every(
    (suite) => standingOf(suite.name, list) !== standing || asked.includes(suite.id),
  );
}

/** How many suites there are of which it is not known whether they are accepted. */
function others({ name, partial, asked = [] }: ScanProtocolReport): number {
  return partial === true ? suitesIn(name).filter(({ id }) => !asked.includes(id)).length : 0;
}

function serverDecides(report: Report): Verdict {
  const version = report.scan?.protocols?.find(({ name }) => name === 'TLSv1.2');
  if (version === undefined) return missing('the order of suites (scan --only protocols)');
  if (version.answer === 'rejected') return notApplicable('TLSv1.2 is not accepted');
  switch (version.order) {
    case 'server':
      return holds("the server's order decides");
    case 'client':
      return broken("the client's order decides", ['TLSv1.2']);
    case 'unknown':
      if (version.answer === 'inconclusive') return unknown(version.evidence);
      return version.suites.length < 2 && others(version) === 0
        ? notApplicable('one suite alone is accepted')
        : unknown('who decides could not be found out');
  }
}

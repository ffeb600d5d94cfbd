import type { Report } from '../../core/report.js';
import type { ScanProtocol } from '../../core/scan-report.js';
import { ALL_PROTOCOLS } from '../allowed.js';
import type { Profile, RequiredProtocol } from '../profile.js';
import {
  broken,
  holds,
  missing,
  ruleUnlessOff,
  unknown,
  type PolicyRule,
  type RuleMaker,
  type Verdict,
} from './rule.js';

/** The rule that a version breaks by being there. */
const ACCEPTED: Readonly<Record<ScanProtocol, string>> = {
  SSLv2: 'ssl-2-accepted',
  SSLv3: 'ssl-3-accepted',
  TLSv1: 'tls-1-0-accepted',
  'TLSv1.1': 'tls-1-1-accepted',
  'TLSv1.2': 'tls-1-2-accepted',
  'TLSv1.3': 'tls-1-3-accepted',
};

/** The rule that a version breaks by not being there. */
const MISSING: Readonly<Record<RequiredProtocol, string>> = {
  'TLSv1.2': 'tls-1-2-missing',
  'TLSv1.3': 'tls-1-3-missing',
};

export const PROTOCOL_RULES: readonly string[] = [...Object.values(ACCEPTED), ...Object.values(MISSING)];

/** A rule for each version that may not be there, or has to. */
export const protocolRules: RuleMaker = (profile) => {
  const { protocols } = profile.requirements;
  if (protocols === undefined) return [];
  const { allowed, phaseOut = [], required = [] } = protocols;
  const words = [...allowed, ...phaseOut.map((name) => `${name} (to be phased out)`)].join(', ');
  return [
    ...ALL_PROTOCOLS.filter((name) => !allowed.includes(name)).flatMap((name) =>
      rule(profile, name, words, phaseOut.includes(name) ? 'warning' : 'error'),
    ),
    ...required.flatMap((name) => {
      const asked = { id: MISSING[name], required: name, checks: ['protocols'] };
      const evaluate = (report: Report): Verdict => hasToBeThere(report, name);
      return ruleUnlessOff(profile, { ...asked, evaluate }, 'error', protocols);
    }),
  ];
};

function rule(
  profile: Profile,
  name: ScanProtocol,
  required: string,
  severity: 'error' | 'warning',
): PolicyRule[] {
  return ruleUnlessOff(
    profile,
    {
      id: ACCEPTED[name],
      required,
      checks: ['protocols'],
      evaluate: (report) => mayNotBeThere(report, name),
    },
    severity,
    profile.requirements.protocols ?? {},
  );
}

const NOT_SCANNED = 'protocol versions (scan --only protocols)';

function mayNotBeThere(report: Report, name: ScanProtocol): Verdict {
  const found = report.scan?.protocols?.find((one) => one.name === name);
  if (report.tls?.protocol === name) return broken('it was negotiated', [name]);
  switch (found?.answer) {
    case 'accepted':
      return broken(`accepted${found.suites[0] === undefined ? '' : `, with ${found.suites[0].name}`}`, [
        name,
      ]);
    case 'rejected':
      return holds(`rejected: ${found.evidence}`);
    case 'inconclusive':
      return unknown(found.evidence);
    case undefined:
      return missing(NOT_SCANNED);
  }
}

function hasToBeThere(report: Report, name: ScanProtocol): Verdict {
  if (report.tls?.protocol === name) return holds('it was negotiated');
  const found = report.scan?.protocols?.find((one) => one.name === name);
  switch (found?.answer) {
    case 'accepted':
      return holds('accepted');
    case 'rejected':
      return broken(`rejected: ${found.evidence}`, [name]);
    case 'inconclusive':
      return unknown(found.evidence);
    case undefined:
      return missing(NOT_SCANNED);
  }
}

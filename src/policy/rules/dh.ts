import { keyKindsOf } from '../../checks/scan/key-types.js';
import { suitesIn } from '../../checks/scan/known-names.js';
import type { Report } from '../../core/report.js';
import type { ScanDhPrime, ScanProtocolReport } from '../../core/scan-report.js';
import { matches, versionsOf } from '../allowed.js';
import type { Profile, Requirements } from '../profile.js';
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
import { labelOf } from './suites.js';

export const DH_RULES: readonly string[] = ['dh-prime-short', 'dh-group-not-allowed', 'dh-group-phase-out'];

type Dh = NonNullable<Requirements['dh']>;

/** Size and name of the primes of DHE up to TLS 1.2. */
export const dhRules: RuleMaker = (profile) => {
  const { dh } = profile.requirements;
  if (dh === undefined) return [];
  const { minBits, allowed, phaseOut = [] } = dh;
  const rule = (id: string, required: string, isBroken: (prime: ScanDhPrime) => boolean) => ({
    id,
    required,
    checks: ['protocols', 'dh-primes'],
    evaluate: (report: Report) => noPrime(report, profile, isBroken),
  });
  const short = rule('dh-prime-short', `at least ${minBits} bits`, ({ bits }) => bits < minBits);
  const known = [...(allowed ?? []), ...phaseOut].join(', ');
  const others = rule('dh-group-not-allowed', known, (prime) => !isNamed(prime, dh));
  const old = rule('dh-group-phase-out', (allowed ?? []).join(', ') || 'no DHE', ({ name }) =>
    isIn(phaseOut, name),
  );
  return [
    ...ruleUnlessOff(profile, short, 'error', dh),
    ...(allowed === undefined ? [] : ruleUnlessOff(profile, others, 'error', dh)),
    ...(phaseOut.length === 0 ? [] : ruleUnlessOff(profile, old, 'warning', dh)),
  ];
};

const isIn = (patterns: readonly string[], name: string | null): boolean =>
  name !== null && patterns.some((pattern) => matches(pattern, name));

const isNamed = ({ name }: ScanDhPrime, { allowed = [], phaseOut = [] }: Dh): boolean =>
  isIn([...allowed, ...phaseOut], name);

const words = ({ bits, name }: ScanDhPrime): string =>
  name === null ? `${bits} bits` : `${name}, ${bits} bits`;

/** Of a suite's name: DHE with a signature, not ECDHE, nor the anonymous kind that is judged as such. */
export const isDhe = (name: string): boolean => /^TLS_DHE_|^DHE-/.test(name);

function noPrime(report: Report, profile: Profile, isBroken: (prime: ScanDhPrime) => boolean): Verdict {
  const primes = report.scan?.dhPrimes;
  const versions = versionsOf(profile);
  const protocols = report.scan?.protocols?.filter(
    ({ name }) => versions.includes(name) && name !== 'TLSv1.3',
  );
  if (primes === undefined || protocols === undefined)
    return missing('Diffie-Hellman primes (scan --only dh-primes)');
  const all = report.scan?.protocols ?? [];
  const bad = primes.filter((prime) => isBroken(prime) && isOfDhe(prime, all, versions));
  if (bad.length > 0)
    return broken(
      bad.map(words).join('; '),
      bad.map(({ sha256, name }) => name ?? `sha256:${sha256}`),
    );
  const open = protocols.find((one) => one.answer === 'inconclusive' || one.unknown !== null);
  if (open !== undefined) return unknown(`${open.name}: ${open.unknown?.reason ?? open.evidence}`);
  if (protocols.some((version) => dheIsOpen(version))) return missing('whether DHE is accepted');
  const takesDhe = protocols.some(({ suites }) => suites.some((suite) => isDhe(labelOf(suite))));
  if (!takesDhe) return notApplicable('no suite with DHE is accepted');
  return primes.length === 0
    ? unknown('a suite with DHE is accepted, and its prime was not read')
    : holds(primes.map(words).join('; '));
}

/**
 * The prime of anonymous suites is often shorter: they are judged as such, and where they are not it counts for nothing. Nor does
 * one of a version that may not be there: nobody asks for its suites with DHE.
 */
function isOfDhe(
  { bits }: ScanDhPrime,
  protocols: readonly ScanProtocolReport[],
  versions: readonly string[],
): boolean {
  const withPrime = protocols.flatMap(({ name, suites }) =>
    suites.filter(({ groupBits }) => groupBits === bits).map((suite) => ({ name, suite })),
  );
  if (withPrime.length === 0) return true;
  return withPrime.some(({ name, suite }) => versions.includes(name) && isDhe(labelOf(suite)));
}

/**
 * A suite with DHE was neither seen nor refused, since not all were asked for. One that is accepted answers for others with the same
 * kind of key: libraries choose the prime by the strength of the certificate.
 */
function dheIsOpen({ name, answer, partial, asked = [], suites }: ScanProtocolReport): boolean {
  if (partial !== true || answer === 'rejected') return false;
  const kinds = (id: string): readonly string[] => keyKindsOf(Number(id));
  const seen = suites.filter((suite) => isDhe(labelOf(suite))).map(({ id }) => kinds(id));
  return suitesIn(name).some(
    (suite) =>
      isDhe(suite.name) &&
      !asked.includes(suite.id) &&
      !seen.some((known) => kinds(suite.id).every((kind) => known.includes(kind))),
  );
}

import type { EhloKeyword, Report } from '../../core/report.js';
import { ALL_PROTOCOLS } from '../allowed.js';
import type { Expect } from '../expect.js';
import { requiredGroup } from './groups.js';
import { broken, holds, missing, unknown, type PolicyRule, type Verdict } from './rule.js';

export const EXPECT_RULES: readonly string[] = [
  'expected-min-tls',
  'expected-groups',
  'expected-certificate',
  'expected-auth-mechanisms',
  'expected-starttls',
];

type Bare = Omit<PolicyRule, 'severity' | 'sourced'>;

/** A rule for each thing that a target is expected to be. */
export function expectRules(expect: Expect): readonly PolicyRule[] {
  const { minTls, groups, certSha256, spkiSha256, authMechanisms, starttls } = expect;
  const rules: Bare[] = [];
  if (minTls !== undefined) rules.push(minTlsRule(minTls));
  if (groups !== undefined) rules.push(requiredGroup('expected-groups', groups));
  const pins = [
    ...(certSha256 ?? []).map((pin) => `sha256:${pin}`),
    ...(spkiSha256 ?? []).map((pin) => `spki-sha256:${pin}`),
  ];
  if (pins.length > 0)
    rules.push({
      id: 'expected-certificate',
      required: pins.join(' or '),
      checks: [],
      evaluate: (report) => hasPin(report, expect),
    });
  if (authMechanisms !== undefined)
    rules.push({
      id: 'expected-auth-mechanisms',
      required: authMechanisms.join(', ') || 'none',
      checks: [],
      evaluate: (report) => offersExactly(report, authMechanisms),
    });
  if (starttls !== undefined)
    rules.push({
      id: 'expected-starttls',
      required: starttls,
      checks: starttls === 'required' ? ['smtp'] : [],
      evaluate: (report) => hasStarttls(report, starttls),
    });
  return rules.map((rule) => ({ ...rule, severity: 'error', sourced: { source: 'expect' } }));
}

function minTlsRule(minTls: string): Bare {
  const least = ALL_PROTOCOLS.indexOf(ALL_PROTOCOLS.find((name) => name === tlsName(minTls)) ?? 'TLSv1');
  const older = ALL_PROTOCOLS.slice(0, least);
  return {
    id: 'expected-min-tls',
    required: tlsName(minTls),
    checks: ['protocols'],
    evaluate: ({ scan, tls }) => {
      const found = scan?.protocols?.filter(({ name }) => older.includes(name)) ?? [];
      const accepted = found.filter(({ answer }) => answer === 'accepted').map(({ name }) => name);
      const negotiated = older.filter((name) => name === tls?.protocol);
      const items = [...new Set([...accepted, ...negotiated])];
      if (items.length > 0) return broken(`accepted: ${items.join(', ')}`, items);
      const open = found.find(({ answer }) => answer === 'inconclusive');
      if (open !== undefined) return unknown(`${open.name}: ${open.evidence}`);
      if (found.length < older.length) return missing('protocol versions (scan --only protocols)');
      return tls === null ? unknown('there was no handshake') : holds('nothing older is accepted');
    },
  };
}

export const tlsName = (version: string): string => (version === '1.0' ? 'TLSv1' : `TLSv${version}`);

function hasPin({ chain, tls, error }: Report, { certSha256 = [], spkiSha256 = [] }: Expect): Verdict {
  const leaf = chain?.sent[0];
  if (leaf === undefined)
    return tls === null
      ? unknown(error?.message ?? 'there was no handshake')
      : broken('no certificate was shown', ['none']);
  const measured = `sha256:${leaf.sha256} spki-sha256:${leaf.spkiSha256}`;
  return certSha256.includes(leaf.sha256) || spkiSha256.includes(leaf.spkiSha256)
    ? holds(measured)
    : broken(measured, [leaf.sha256]);
}

function mechanismsOf(ehlo: readonly EhloKeyword[]): string[] {
  const named = ehlo.filter(({ keyword }) => keyword.toUpperCase() === 'AUTH');
  return [...new Set(named.flatMap(({ params }) => params.map((name) => name.toUpperCase())))].sort();
}

function offersExactly({ smtp, error }: Report, wanted: readonly string[]): Verdict {
  const ehlo = smtp?.ehloAfterTls ?? null;
  if (ehlo === null) return unknown(error?.message ?? 'EHLO inside TLS was not answered');
  const offered = mechanismsOf(ehlo);
  const lacking = wanted.filter((name) => !offered.includes(name)).map((name) => `${name} is not offered`);
  const surplus = offered.filter((name) => !wanted.includes(name)).map((name) => `${name} is offered`);
  const items = [...lacking, ...surplus];
  return items.length === 0 ? holds(offered.join(', ') || 'none') : broken(items.join('; '), items);
}

function hasStarttls(
  { smtp, scan, error, target }: Report,
  wanted: NonNullable<Expect['starttls']>,
): Verdict {
  const implicit = target?.mode === 'implicit';
  const seen = implicit ? 'not-offered' : (smtp?.starttls ?? null);
  if (seen === null) return unknown(error?.message ?? 'EHLO was not answered');
  if (wanted === 'absent') return seen === 'not-offered' ? holds(seen) : broken(seen, [seen]);
  if (implicit) return broken('TLS from the first byte', ['implicit']);
  if (seen !== 'offered') return broken(seen, [seen]);
  if (wanted === 'offered') return holds(seen);
  const enforced = scan?.smtp?.find(({ id }) => id === 'tls-enforced');
  if (enforced === undefined) return missing('whether TLS is enforced (scan --only smtp)');
  if (enforced.answer === 'unknown') return unknown(enforced.evidence);
  return enforced.answer === 'yes' ? holds(enforced.evidence) : broken(enforced.evidence, ['not enforced']);
}

import { endpoint } from '../../core/endpoint.js';
import type { RuleResult } from '../../core/policy-report.js';
import type { CertificateReport, Report } from '../../core/report.js';
import type { Target } from '../../core/target.js';
import type { Expect } from '../expect.js';
import { judgePolicy } from '../judge.js';
import type { Profile } from '../profile.js';

/** An expectation that holds today, and what it stands on. */
export interface Held {
  readonly expect: Expect;
  readonly seen: string;
}

/** What a gate's file can say of a server, by what the server does today. */
export interface Proposal {
  /** As a target is written. */
  readonly host: string;
  readonly profile: string;
  /** What was seen, a line each, for a comment. It may be the server's own text. */
  readonly notes: readonly string[];
  /** Each holds today: it was judged by the rule that a gate judges it by. */
  readonly held: readonly Held[];
  readonly breaches: readonly RuleResult[];
  /** Rules of which it is not known whether they hold. */
  readonly open: readonly RuleResult[];
}

/** The post-quantum groups that there are; one that a server has is to stay. */
export const POST_QUANTUM: readonly string[] = ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'];

/** Everything that a proposal may expect: a plan has to ask for it. */
export const ALL_EXPECTED: Expect = {
  minTls: '1.3',
  groups: POST_QUANTUM,
  starttls: 'required',
  authMechanisms: [],
};

/** The name of the profile for a role: users come to 587, and to TLS from the first byte; other servers to 25. */
export function profileFor({ port, mode }: Target): 'mx' | 'submission' {
  return port === 587 || mode === 'implicit' ? 'submission' : 'mx';
}

/** Pure: the same report gives the same proposal. */
export function propose(target: Target, report: Report, profile: Profile, now: number): Proposal {
  const judged = judgePolicy(report, { profile, limit: report.connections, now });
  const rules = judged.policy?.rules ?? [];
  const holds = (expect: Expect): RuleResult | undefined => {
    const all = judgePolicy(report, { profile, expect, limit: report.connections, now }).policy?.rules ?? [];
    const own = all.filter(({ id }) => id.startsWith('expected-'));
    return own.every(({ result }) => result === 'pass') ? own[0] : undefined;
  };
  const first = (candidates: readonly Expect[]): Held[] => {
    for (const expect of candidates) {
      const rule = holds(expect);
      if (rule !== undefined)
        return [
          {
            expect,
            seen: expect.authMechanisms === undefined ? (rule.measured ?? '') : 'offered inside TLS',
          },
        ];
    }
    return [];
  };
  return {
    host: hostOf(target),
    profile: profile.name,
    notes: notesOf(report),
    held: [
      ...first((['1.3', '1.2', '1.1', '1.0'] as const).map((minTls) => ({ minTls }))),
      ...groupsOf(holds),
      ...first(mechanismsOf(report)),
      ...(target.mode === 'implicit'
        ? []
        : first((['required', 'offered', 'absent'] as const).map((starttls) => ({ starttls })))),
    ],
    breaches: rules.filter(({ result }) => result === 'fail'),
    open: report.tls === null ? [] : rules.filter(({ result }) => result === 'inconclusive'),
  };
}

/** With the scheme where the port alone would mean something else. */
function hostOf(target: Target): string {
  const { mode, port } = target;
  const name = endpoint(target);
  if (mode === 'lmtp') return `lmtp://${name}`;
  if ((mode === 'implicit') === (port === 465)) return name;
  return `${mode === 'implicit' ? 'smtps' : 'smtp'}://${name}`;
}

function notesOf({ smtp, tls, chain, error }: Report): string[] {
  const leaf = chain?.sent[0];
  const what = smtp === null ? 'it was not reached, so what it does is not known' : 'not all was found out';
  const session = tls === null ? [] : [`${tls.protocol}, ${tls.cipher.name}, ${tls.group ?? 'no group'}`];
  return [
    ...session,
    ...(leaf === undefined
      ? []
      : // The name of a hostile server may be of any length, and is cut.
        [`certificate: until ${leaf.notAfter.slice(0, 10)}, ${keyOf(leaf)}, ${leaf.subject}`]),
    ...(error === null ? [] : [`${what}: ${error.message} (${error.code})`]),
  ];
}

const keyOf = ({ key: { type, bits, curve } }: CertificateReport): string =>
  [type, bits, curve].filter((part) => part !== null).join(' ');

function groupsOf(holds: (expect: Expect) => RuleResult | undefined): Held[] {
  const groups = POST_QUANTUM.filter((name) => holds({ groups: [name] }) !== undefined);
  return groups.length === 0 ? [] : [{ expect: { groups }, seen: 'post-quantum' }];
}

const MECHANISM = /^[A-Z0-9_-]{1,20}$/;

/** Nothing where the server says what is no name of a mechanism: nobody could write it down. */
function mechanismsOf({ smtp }: Report): Expect[] {
  const ehlo = smtp?.ehloAfterTls ?? null;
  if (ehlo === null) return [];
  const offered = ehlo
    .filter(({ keyword }) => keyword.toUpperCase() === 'AUTH')
    .flatMap(({ params }) => params.map((name) => name.toUpperCase()));
  return offered.every((name) => MECHANISM.test(name)) ? [{ authMechanisms: [...new Set(offered)] }] : [];
}

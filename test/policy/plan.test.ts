import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groups } from '../../src/checks/scan/groups.js';
import { protocols } from '../../src/checks/scan/protocols.js';
import { WHOLE_SCOPE, type Scope } from '../../src/checks/scan/scope.js';
import type { ScanFacts } from '../../src/core/scan-report.js';
import { planOf } from '../../src/policy/plan.js';
import { PROFILES, profileByName } from '../../src/policy/profiles/index.js';
import type { Profile } from '../../src/policy/profile.js';
import { rulesOf } from '../../src/policy/rules/index.js';
import { groupByName, suiteByName, suiteById } from '../../src/wire/names.js';
import { fakeContext, picked, REJECTED, type FakeServer } from '../checks/scan/support.js';
import { readHello } from '../checks/scan/support/asked.js';
import type { HelloResult } from '../../src/checks/scan/context.js';
import { scanned } from './support.js';

/** A server: its suites by version, its groups of TLS 1.3, and who decides. */
interface Model {
  readonly suites: Readonly<Record<number, readonly number[]>>;
  readonly groups: readonly number[];
  readonly ownOrder: boolean;
}

const VERSION_ALERT: HelloResult = { answer: 'rejected', evidence: 'alert 70 (protocol_version)', alert: 70 };

function serverOf({ suites, groups: known, ownOrder }: Model): FakeServer {
  const choose = (own: readonly number[], offered: readonly number[]): number | undefined =>
    ownOrder ? own.find((id) => offered.includes(id)) : offered.find((id) => own.includes(id));
  return (hello) => {
    const { version, groups: offered } = readHello(hello);
    const own = suites[version];
    if (own === undefined || own.length === 0) return VERSION_ALERT;
    const group = choose(known, offered);
    const needsGroup = (one: number): boolean =>
      version === 0x0304 || /ECDHE/.test(suiteById(one)?.openssl ?? '');
    // As a real server does: without a group in common there is another suite.
    const suite = choose(
      own.filter((one) => group !== undefined || !needsGroup(one)),
      hello.suites,
    );
    if (suite === undefined) return REJECTED;
    return needsGroup(suite) ? picked(version, suite, group) : picked(version, suite);
  };
}

async function run(
  model: Model,
  scope: Scope,
  withGroups: boolean,
): Promise<{ facts: ScanFacts; asked: number }> {
  const facts: ScanFacts = {};
  const ctx = fakeContext(serverOf(model), { scope, facts });
  facts.protocols = await protocols.run(ctx);
  if (withGroups) facts.groups = await groups.run(ctx);
  // SSLv2 has a hello of its own.
  return { facts, asked: ctx.asked.length + 1 };
}

/** What the rules about suites, versions and groups say, by rule. */
function verdicts(profile: Profile, facts: ScanFacts, { suites }: Model): Record<string, unknown> {
  const { findings } = judgedByChecks(facts);
  // The primes of DHE are in a part of the flight that this server does not have.
  const hasDhe = Object.values(suites).some((ids) =>
    ids.some((one) => /^(?:DHE|ADH)-/.test(suiteById(one)?.openssl ?? '')),
  );
  const lists = facts.groups?.filter(({ protocol }) => protocol === 'TLSv1.3' || !hasDhe) ?? [];
  const report = scanned({ ...facts, groups: lists }, { findings, tls: null });
  const rules = rulesOf(profile).filter(
    ({ id, checks }) =>
      /suite|accepted$|group-|missing$/.test(id) &&
      checks.length > 0 &&
      checks.every((check) => check === 'protocols' || check === 'groups'),
  );
  return Object.fromEntries(
    rules.map((rule) => {
      const verdict = rule.evaluate(report);
      return [
        rule.id,
        verdict.kind === 'broken' && /^(?:suite|group)-/.test(rule.id)
          ? [...verdict.items].sort()
          : verdict.kind,
      ];
    }),
  );
}

function judgedByChecks(facts: ScanFacts) {
  const target = { host: 'mx.example.org', port: 25, mode: 'starttls', literal: 0 } as const;
  return { findings: protocols.judge(facts.protocols ?? [], { target, scan: facts } as never) };
}

const id = (name: string): number => suiteByName(name)?.id ?? groupByName(name)?.id ?? -1;

const OLD_SUITES = [
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'DHE-RSA-AES128-GCM-SHA256',
  'AES128-SHA',
  'DES-CBC3-SHA',
  'ECDHE-RSA-AES256-SHA384',
  'ADH-AES128-SHA',
  'RC4-SHA',
  'NULL-SHA',
  'EXP-RC4-MD5',
  'DHE-RSA-CAMELLIA256-SHA',
  'IDEA-CBC-SHA',
  'DES-CBC-SHA',
].map(id);
const NEW_SUITES = [0x1301, 0x1302, 0x1303, 0x1304, 0x1305];
const GROUPS = [
  'X25519MLKEM768',
  'x25519',
  'secp256r1',
  'secp521r1',
  'x448',
  'ffdhe2048',
  'ffdhe4096',
  'brainpoolP256r1tls13',
].map(id);

const some = (ids: readonly number[]) => fc.shuffledSubarray([...ids]);
const models: fc.Arbitrary<Model> = fc
  .record({
    tls10: some(OLD_SUITES),
    tls12: some(OLD_SUITES),
    tls13: some(NEW_SUITES),
    groups: fc.shuffledSubarray(GROUPS, { minLength: 1 }),
    ownOrder: fc.boolean(),
  })
  .map(({ tls10, tls12, tls13, ...rest }) => ({
    ...rest,
    suites: { 0x0301: tls10, 0x0303: tls12, 0x0304: tls13 },
  }));

describe('the plan of a profile', () => {
  it('knows every suite and group of its test', () => {
    expect([...OLD_SUITES, ...GROUPS]).not.toContain(-1);
    expect(OLD_SUITES.map((one) => suiteById(one)?.id)).toEqual(OLD_SUITES);
  });

  /** The promise of policy-directed probing: less is asked, and the verdict is that of the whole scan. */
  it.each(PROFILES.map(({ name }) => name))(
    'asks enough for the verdict of a whole scan: %s',
    async (name) => {
      const profile = profileByName(name) as Profile;
      const { scope, checks } = planOf(profile);
      const withGroups = checks.includes('groups');
      await fc.assert(
        fc.asyncProperty(models, async (model) => {
          const whole = await run(model, WHOLE_SCOPE, withGroups);
          const planned = await run(model, scope, withGroups);
          expect(verdicts(profile, planned.facts, model)).toEqual(verdicts(profile, whole.facts, model));
        }),
        { numRuns: 40, seed: 7 },
      );
    },
  );

  it('takes few questions for a server that follows it', async () => {
    const good: Model = {
      suites: {
        0x0303: [
          'ECDHE-RSA-AES128-GCM-SHA256',
          'ECDHE-RSA-AES256-GCM-SHA384',
          'ECDHE-RSA-CHACHA20-POLY1305',
        ].map(id),
        0x0304: [0x1301, 0x1302, 0x1303],
      },
      groups: ['x25519', 'secp256r1', 'secp384r1'].map(id),
      ownOrder: true,
    };
    for (const name of ['intermediate', 'mx', 'submission', 'rfc9325', 'ncsc-nl-2025-05']) {
      const profile = profileByName(name) as Profile;
      const { scope } = planOf(profile);
      const { asked } = await run(good, scope, true);
      expect({ name, few: asked <= 11 }).toEqual({ name, few: true });
      expect((await run(good, WHOLE_SCOPE, true)).asked).toBeGreaterThan(asked);
    }
  });

  const tls12 = (...names: string[]): Model => ({
    suites: { 0x0303: names.map(id) },
    groups: ['x25519', 'secp521r1'].map(id),
    ownOrder: true,
  });
  const suitesSeen = async (model: Model, profile: string): Promise<string[]> => {
    const { facts } = await run(model, planOf(profileByName(profile) as Profile).scope, false);
    return facts.protocols?.flatMap(({ suites }) => suites.map(({ name }) => name)) ?? [];
  };

  /** A server up to TLS 1.2 showed its RSA chain, and nobody asked for the other one, which had expired: it passed. */
  it.each(PROFILES.map(({ name }) => name))(
    'sees a suite of each kind of key, since each brings a certificate: %s',
    async (name) => {
      const seen = await suitesSeen(
        tls12('ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384'),
        name,
      );
      expect(seen).toEqual(['ECDHE-RSA-AES256-GCM-SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384']);
    },
  );

  /** With DSA the prime had 1024 bits, with RSA 2048: OpenSSL chooses it by the key. */
  it('sees DHE with each kind of key', async () => {
    const both = ['DHE-RSA-AES256-GCM-SHA384', 'DHE-DSS-AES256-GCM-SHA384'];
    expect(await suitesSeen(tls12(...both), 'submission')).toEqual(both);
  });

  /** A server that prefers RSA's key exchange was never asked for ECDHE, and its curves were judged as if it had none. */
  it('asks for the curves of a server that prefers suites without', async () => {
    const { scope } = planOf(profileByName('rfc9325') as Profile);
    const { facts } = await run(tls12('AES128-SHA', 'ECDHE-RSA-AES128-GCM-SHA256'), scope, true);
    const list = facts.groups?.find(({ protocol }) => protocol === 'TLSv1.2');
    expect(list).toMatchObject({ skipped: null, unknown: null });
    expect(list?.accepted.map(({ name }) => name)).toContain('x25519');
  });

  it('asks for a group that a target is expected to have, in a question that nothing else answers', async () => {
    const expectation = { groups: ['X25519MLKEM768'] };
    const { scope, checks } = planOf(profileByName('mx') as Profile, expectation);
    expect(checks).toContain('groups');
    const model = {
      suites: { 0x0304: [0x1301] },
      groups: [id('x25519'), id('X25519MLKEM768')],
      ownOrder: true,
    };
    const { facts } = await run(model, scope, true);
    expect(facts.groups?.flatMap((list) => list.accepted.map(({ name }) => name))).toContain(
      'X25519MLKEM768',
    );
  });
});

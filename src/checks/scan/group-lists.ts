import type { ScanGroup, ScanList, ScanProtocol, ScanProtocolReport } from '../../core/scan-report.js';
import { extension, type KeyShare } from '../../wire/hello/extensions.js';
import { sampleShares } from '../../wire/hello/key-shares.js';
import { keyExchangeOf } from '../../wire/key-exchange.js';
import { primeHash, primeName } from '../../wire/known-primes.js';
import { groupById, groupByName, hexId, suiteById } from '../../wire/names.js';
import type { Extension } from '../../wire/server-hello.js';
import type { HelloResult, ScanContext, ServerPick } from './context.js';
import { FormedQuestion } from './form.js';
import { groupLabel } from './known-names.js';
import { acceptedVersion, listOf, newestOld, suiteIds, withoutSuite } from './lists.js';
import { FFDHE_GROUPS, NEW_GROUPS, OLD_GROUPS, offerOf, SHARE_GROUPS, TLS13, VERSIONS } from './offer.js';
import { leftOf, scoped, type Scoped } from './scope.js';
import { sift, type Sifted } from './sift.js';

const describe = (id: number): ScanGroup => ({
  name: groupLabel(id),
  id: hexId(id),
  bits: groupById(id)?.bits ?? null,
  answer: 'accepted',
});

/** Groups of TLS 1.3, which HelloRetryRequest names. */
export async function newGroups(ctx: ScanContext): Promise<ScanList<ScanGroup>> {
  const known = acceptedVersion<ScanGroup>(ctx.facts, 'TLSv1.3', NEW_GROUPS.length);
  if (known.report === null) return known.list;
  const { report } = known;
  const suites = suiteIds(report);
  const needsShare = ctx.reading.needsShare === true;
  const all = needsShare ? SHARE_GROUPS : NEW_GROUPS;
  const seen = seenGroups(report, all);
  const scope = scoped(ctx.scope.groups, 'TLSv1.3', all);
  // Made once: those of FFDHE take their time.
  let shares: readonly KeyShare[] | null = null;
  const sharesOf = (groups: readonly number[]): Extension =>
    extension.keyShare((shares ??= sampleShares(all)).filter(({ group }) => groups.includes(group)));
  const question = new FormedQuestion({
    plain: needsShare,
    answers: true,
    ask: (groups, plain) => {
      const form = plain ? { plain, more: [sharesOf(groups)] } : {};
      return ctx.ask(offerOf({ version: TLS13, suites, groups, servername: ctx.servername, ...form }));
    },
  });
  const found = await sift({
    version: TLS13,
    ids: leftOf(scope, seen.accepted),
    answersFor: scope.answersFor,
    ask: (groups) => question.ask(groups),
    idOf: ({ group }) => group,
    nameOf: groupLabel,
    missing: 'the answer names no group',
    someMustBe: seen.accepted.length === 0,
  });
  return listOf('TLSv1.3', [seen, found], describe, ctx.scope.groups !== null);
}

/** Groups up to TLS 1.2: the curve or the prime stands in ServerKeyExchange. */
export async function oldGroups(ctx: ScanContext): Promise<ScanList<ScanGroup>> {
  const protocol = newestOld(ctx.facts);
  const count = OLD_GROUPS.length + FFDHE_GROUPS.length;
  const known = acceptedVersion<ScanGroup>(ctx.facts, protocol, count);
  if (known.report === null) return known.list;
  const { report } = known;
  const suites = suiteIds(report);
  const [ecdhe, dhe] = (['ecdhe', 'dhe'] as const).map((kind) =>
    suites.filter((id) => keyExchangeOf(id).kind === kind),
  );
  const parts = await Promise.all([
    curves(ctx, report, withoutEcdsa(ecdhe ?? [])),
    finiteFields(ctx, report, dhe ?? []),
  ]);
  const asked = parts.filter((part) => part !== null);
  if (asked.length > 0) return listOf(protocol, asked, describe, ctx.scope.groups !== null);
  const isWanted = (id: number): boolean => keyExchangeOf(id).kind === 'ecdhe';
  return withoutSuite(report, count, isWanted, 'no suite with ECDHE or DHE is accepted');
}

/** What the enumeration of suites has seen: it needs not be asked for again. */
function seenGroups({ suites }: ScanProtocolReport, offered: readonly number[]): Sifted {
  const ids = suites.flatMap(({ group }) =>
    group === null ? [] : (groupByName(group)?.id ?? Number(group)),
  );
  return {
    accepted: offered.filter((id) => ids.includes(id)),
    asked: offered.filter((id) => ids.includes(id)),
    unknown: null,
    notOffered: ids.filter((id) => !offered.includes(id)),
  };
}

const isEcdsa = (id: number): boolean => /ECDSA/.test(suiteById(id)?.iana ?? suiteById(id)?.openssl ?? '');

/** Where there are others, those of ECDSA are left out: they are about the curve of the certificate too. */
function withoutEcdsa(suites: readonly number[]): readonly number[] {
  const others = suites.filter((id) => !isEcdsa(id));
  return others.length > 0 ? others : suites;
}

/** Null where there is no suite to ask with, and none that may yet be accepted. */
async function curves(
  ctx: ScanContext,
  report: ScanProtocolReport,
  suites: readonly number[],
): Promise<Sifted | null> {
  if (suites.length === 0) return withoutSuites(report, OLD_GROUPS);
  const version = versionOf(report.name);
  const seen = seenGroups(report, OLD_GROUPS);
  const scope = scoped(ctx.scope.groups, report.name, OLD_GROUPS);
  const ask: AskGroups = (groups) =>
    ctx.ask(offerOf({ version, suites, groups, servername: ctx.servername }));
  const own = certificateCurves(report, suites);
  const found = await sift({
    version,
    ids: leftOf(scope, seen.accepted),
    answersFor: scope.answersFor,
    ask: besideCurves(own, ask),
    idOf: ({ group }) => group,
    nameOf: groupLabel,
    missing: 'ServerKeyExchange was not read',
    someMustBe: seen.accepted.length + seen.notOffered.length === 0,
  });
  return {
    ...found,
    accepted: [...seen.accepted, ...found.accepted],
    asked: [...seen.asked, ...found.asked],
    notOffered: [...seen.notOffered, ...found.notOffered],
  };
}

type AskGroups = (groups: readonly number[]) => Promise<HelloResult>;

/**
 * Up to TLS 1.2 the client's list is about the curve of the certificate too (RFC 8422 section 5.1): without it a server with nothing
 * but ECDSA refuses, whatever curves it has for the key exchange. So a no is asked again with that curve behind the others, which
 * itself says nothing of them when it is picked.
 */
function besideCurves(own: readonly number[], ask: AskGroups): AskGroups {
  if (own.length === 0) return ask;
  let needsOwn = false;
  const isOwn = ({ group }: ServerPick, groups: readonly number[]): boolean =>
    group !== null && own.includes(group) && !groups.includes(group);
  return async (groups) => {
    const alone = needsOwn ? null : await ask(groups);
    if (alone !== null && alone.answer !== 'rejected') return alone;
    const beside = await ask([...groups, ...own.filter((id) => !groups.includes(id))]);
    if (beside.answer === 'inconclusive') return beside;
    if (beside.answer === 'rejected' || isOwn(beside.pick, groups)) return alone ?? ask(groups);
    needsOwn = true;
    return beside;
  };
}

/** secp256r1, secp384r1, secp521r1. */
const USUAL_CURVES: readonly number[] = [0x17, 0x18, 0x19];

/** Curves of the certificates, where none but ECDSA can be had; of a certificate that cannot be read, those that it may have. */
function certificateCurves({ suites }: ScanProtocolReport, ids: readonly number[]): readonly number[] {
  if (!ids.every(isEcdsa)) return [];
  const keys = suites.filter(({ id }) => ids.includes(Number(id))).map(({ certificate }) => certificate);
  if (keys.includes(null)) return USUAL_CURVES;
  const names = keys.flatMap((key) => /^ec (.+)/.exec(key ?? '')?.[1] ?? []);
  return [...new Set(names.flatMap((name) => groupByName(name)?.id ?? []))];
}

/** That one of those is used says nothing of the others that would be worth a connection: the prime has been seen with the suite. */
function classedOnly({ scope: { groups } }: ScanContext, protocol: ScanProtocol): Scoped {
  const ids = FFDHE_GROUPS.filter((id) => groups === null || groups(protocol, id).length > 0);
  return scoped(groups, protocol, ids);
}

/** A prime that is no group's: any number that no group has. */
const OWN_PRIME = -1;

/** RFC 7919: the client names groups, and the prime shows whether the server has listened. Most servers use one of their own. */
async function finiteFields(
  ctx: ScanContext,
  report: ScanProtocolReport,
  suites: readonly number[],
): Promise<Sifted | null> {
  if (suites.length === 0) return withoutSuites(report, FFDHE_GROUPS);
  const { ids, answersFor } = classedOnly(ctx, report.name);
  if (ids.length === 0) return null;
  const version = versionOf(report.name);
  const found = await sift({
    version,
    ids,
    answersFor,
    ask: (groups) => ctx.ask(offerOf({ version, suites, groups, servername: ctx.servername })),
    idOf: ({ flight }) => {
      const prime = flight?.dhPrime ?? null;
      return prime === null ? null : (groupByName(primeName(primeHash(prime)) ?? '')?.id ?? OWN_PRIME);
    },
    nameOf: (id) => (id === OWN_PRIME ? 'a prime of its own' : groupLabel(id)),
    missing: 'ServerKeyExchange was not read',
  });
  // To take no notice of RFC 7919 is no fault.
  return { ...found, notOffered: [] };
}

function withoutSuites({ unknown }: ScanProtocolReport, ids: readonly number[]): Sifted | null {
  if (unknown === null) return null;
  return { accepted: [], asked: [], unknown: { ids, reason: unknown.reason }, notOffered: [] };
}

function versionOf(protocol: ScanProtocol): number {
  return VERSIONS.find(({ name }) => name === protocol)?.id ?? 0;
}

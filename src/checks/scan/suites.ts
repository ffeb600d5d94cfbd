import type { ScanProtocolReport, ScanSuite } from '../../core/scan-report.js';
import { groupById, hexId, suiteById } from '../../wire/names.js';
import type { ScanContext, ServerPick } from './context.js';
import { askedOf, eliminate, type Elimination } from './eliminate.js';
import { FormedQuestion } from './form.js';
import { offerOf, SSL3, suitesOf, TLS12, TLS13, VERSIONS } from './offer.js';
import { orderOf } from './order.js';
import { scoped, type Scoped } from './scope.js';
import { doubtedBySmallHello } from './small-hello.js';

type Version = (typeof VERSIONS)[number];

/** The suites of one version, by elimination: all are offered, what is picked is left out, until nothing is. */
export async function suitesOfVersion(version: Version, ctx: ScanContext): Promise<ScanProtocolReport> {
  const question = new FormedQuestion({
    doubtsRefusal: version.id === TLS13,
    ask: (suites, plain) =>
      ctx.ask(offerOf({ version: version.id, suites, servername: ctx.servername, plain })),
  });
  const candidates = scoped(ctx.scope.suites, version.name, suitesOf(version.id));
  const offer = (suites: readonly number[]) => question.ask(suites);
  const found = await doubtedBySmallHello(await enumerate(version, candidates, ctx, offer), version, ctx);
  if (version.id === TLS13) ctx.reading.needsShare = question.plain && found.picks.length > 0;
  // SSLv3 has no extensions, and so no SNI.
  const servername = version.id === SSL3 ? null : ctx.servername;
  const order = asksOrder(version, ctx) ? await orderOf(found, candidates, offer) : 'unknown';
  const asked = order === 'alone' ? candidates.ids : askedOf(found);
  return {
    ...verdictOf(found),
    name: version.name,
    suites: found.picks.map(({ id, pick }) => describe(id, pick, ctx, servername)),
    order: order === 'alone' ? 'unknown' : order,
    ...(ctx.scope.suites === null ? {} : { partial: true, asked: asked.map(hexId) }),
    unknown:
      found.unknown === null ? null : { count: found.unknown.ids.length, reason: found.unknown.reason },
  };
}

/** A profile is about TLS 1.2 alone: in TLS 1.3 no suite is better by much. */
const asksOrder = ({ id }: Version, { scope }: ScanContext): boolean =>
  scope.order && (scope.suites === null || id === TLS12);

/** Each suite by itself, or as many as the scope has it. */
async function enumerate(
  version: Version,
  candidates: Scoped,
  ctx: ScanContext,
  ask: (suites: readonly number[]) => ReturnType<ScanContext['ask']>,
): Promise<Elimination> {
  return eliminate({
    ...candidates,
    ask,
    reading: ctx.reading,
    pickOf: ({ suite }: ServerPick) => suite,
    refuse: (pick: ServerPick) => lowerVersion(pick, version),
  });
}

function lowerVersion(pick: ServerPick, { id }: Version): string | null {
  if (pick.version === id) return null;
  const name = VERSIONS.find((version) => version.id === pick.version)?.name ?? hexId(pick.version);
  return `answered with ${name}`;
}

function verdictOf(found: Elimination): Pick<ScanProtocolReport, 'answer' | 'evidence'> {
  if (found.picks.length > 0) return { answer: 'accepted', evidence: 'ServerHello' };
  if (found.unknown !== null) return { answer: 'inconclusive', evidence: found.unknown.reason };
  return { answer: 'rejected', evidence: found.rejected?.evidence ?? '' };
}

function describe(
  id: number,
  { flight, group }: ServerPick,
  ctx: ScanContext,
  servername: string | null,
): ScanSuite {
  ctx.primes.note(flight?.dhPrime);
  const suite = suiteById(id);
  const known = group === null ? undefined : groupById(group);
  return {
    name: suite?.openssl ?? suite?.iana ?? hexId(id),
    iana: suite?.iana ?? null,
    id: hexId(id),
    bits: suite?.bits ?? null,
    keyExchange:
      suite === undefined || suite.tls13 ? null : keyExchangeName(suite.iana ?? suite.openssl ?? ''),
    group: known?.iana ?? (group === null ? null : hexId(group)),
    groupBits: known?.bits ?? flight?.dhBits ?? null,
    certificate: ctx.chains.note(flight?.certificates ?? [], servername),
  };
}

/** `TLS_ECDHE_RSA_WITH_…`: what stands in front of the signature. */
function keyExchangeName(name: string): string | null {
  const [, words] = /^TLS_(.+?)_WITH_/.exec(name) ?? /^((?:EC)?DHE)-/.exec(name) ?? [];
  if (words === undefined) return null;
  const [first = ''] = words.split('_');
  return words.includes('anon')
    ? `${first} anon`
    : words.includes('PSK')
      ? words.replaceAll('_', ' ')
      : first;
}

import type { ScanFacts, ScanTrait } from '../../core/scan-report.js';
import type { ClientHello } from '../../wire/hello/client-hello.js';
import { groupById, hexId } from '../../wire/names.js';
import type { HelloResult, ScanCheck, ScanContext, ServerPick } from './context.js';
import { knownOf, type Known } from './everyday.js';
import {
  fallback,
  grease,
  GREASE,
  helloBelowTls13,
  higherVersion,
  hungLength,
  inPieces,
  isOfHungLength,
  largeHello,
  octetsOf,
  tls13Hello,
  type ToleranceProbe,
} from './tolerance-probes.js';
import { FALLBACK_RULE, RULES } from './tolerance-rules.js';
import { judgeTraits, no, unknown, unknownTraits, yes } from './trait.js';

/**
 * What a server does with hellos that it should take, though they are new, large or odd.
 *
 * "No" is what a server does that is not to be relied upon, so it is said where the server closes or stays silent too, but only by
 * control, probe, control, probe: twice the hello was not answered with a ServerHello, each time after the same without that one
 * thing was.
 */
export const tolerance: ScanCheck<'tolerance'> = {
  id: 'tolerance',
  title: 'tolerance of new versions, GREASE, large and split hellos; TLS_FALLBACK_SCSV',
  key: 'tolerance',
  after: ['protocols'],
  quick: false,
  ids: [...RULES, FALLBACK_RULE].map(({ id }) => id),
  async run(ctx) {
    const known = knownOf(ctx);
    if (known === null) return IDS.map((id) => unknown(id, 'no hello is known that the server accepts'));
    const first = await version(ctx, known);
    const takesNew = first.every(({ answer }) => answer === 'yes');
    const others = await Promise.all([
      higher(ctx, known),
      fallbackScsv(ctx, known),
      takesNew ? greased(ctx, known) : [unknown(GREASE_ID, NOT_CARRIED)],
      takesNew ? sizes(ctx, known) : oldSizes(ctx, known),
      length(ctx, known),
    ]);
    return [...first, ...others.flat()];
  },
  judge: (data, { scan }) => [
    ...judgeTraits(RULES, data),
    ...(hasOldVersion(scan) ? judgeTraits([FALLBACK_RULE], data) : []),
  ],
  unknown: unknownTraits,
};

const IDS: readonly string[] = [...RULES, FALLBACK_RULE].map(({ trait }) => trait);

const OLD: readonly string[] = ['SSLv3', 'TLSv1', 'TLSv1.1'];

const hasOldVersion = ({ protocols = [] }: Readonly<ScanFacts>): boolean =>
  protocols.some(({ name, answer }) => OLD.includes(name) && answer === 'accepted');

const ask = (ctx: ScanContext, { hello, control, framing }: ToleranceProbe): Promise<HelloResult> =>
  ctx.ask(hello, { control, ...(framing === undefined ? {} : { framing }) });

/** A ServerHello is a yes; anything else has been put to the test by then. */
function toleranceOf(id: string, { what }: ToleranceProbe, result: HelloResult): ScanTrait {
  switch (result.answer) {
    case 'accepted':
      return yes(id, `${pickWords(result.pick)} to a hello with ${what}`);
    case 'rejected':
      return no(id, `a hello with ${what}: ${result.evidence}`);
    case 'inconclusive':
      return unknown(id, `a hello with ${what}: ${result.reason}`);
  }
}

function pickWords({ flight, group }: ServerPick): string {
  const name = group === null ? '' : ` with ${groupById(group)?.iana ?? hexId(group)}`;
  return `${flight === null ? 'HelloRetryRequest' : 'ServerHello'}${name}`;
}

async function version(ctx: ScanContext, known: Known): Promise<ScanTrait[]> {
  const id = 'version-tolerance';
  const { base } = ctx;
  const { minVersion, maxVersion } = base.asked.pins;
  const offered = maxVersion === undefined || maxVersion === 'TLSv1.3';
  // The first session has offered TLS 1.3, and something older beside it.
  if (base.tls !== null && offered && minVersion !== 'TLSv1.3')
    return [
      yes(
        id,
        `${base.tls.protocol} was picked by the first session, which offers TLS 1.3 and older versions`,
      ),
    ];
  const probe = tls13Hello(known);
  return probe === null ? [] : [toleranceOf(id, probe, await ask(ctx, probe))];
}

/** 0x0305 is a version that is yet to come; 0x0304 a way in which TLS 1.3 is never offered. */
const HIGHER: readonly number[] = [0x0305, 0x0304];

async function higher(ctx: ScanContext, known: Known): Promise<ScanTrait[]> {
  const id = 'higher-version-tolerance';
  const [first, ...others] = HIGHER.flatMap((number) => higherVersion(known, number) ?? []);
  if (first === undefined) return [];
  const trait = toleranceOf(id, first, await ask(ctx, first));
  if (trait.answer !== 'no') return [trait];
  // How far it goes is worth knowing where something is wrong.
  const more: string[] = [];
  for (const probe of others) more.push(toleranceOf(id, probe, await ask(ctx, probe)).evidence);
  return [no(id, [trait.evidence, ...more].join('; '))];
}

const INAPPROPRIATE_FALLBACK = 86;

/** Here "yes" is the better answer, so that no silence may stand for it: only what speaks, or a close that is confirmed. */
async function fallbackScsv(ctx: ScanContext, known: Known): Promise<ScanTrait[]> {
  const id = 'fallback-scsv';
  const hello = fallback(known);
  if (hello === null) return [];
  const result = await ctx.ask(hello);
  switch (result.answer) {
    case 'accepted':
      return [no(id, 'ServerHello to a hello of a lower version with TLS_FALLBACK_SCSV')];
    case 'rejected': {
      const rightly = result.alert === INAPPROPRIATE_FALLBACK ? '' : ', which is not what RFC 7507 asks for';
      return [yes(id, `${result.evidence}${rightly}`)];
    }
    case 'inconclusive':
      return [unknown(id, result.reason)];
  }
}

async function greased(ctx: ScanContext, known: Known): Promise<ScanTrait[]> {
  const places = Object.keys(GREASE);
  const first = await greasedAll(ctx, known, places);
  // A server that wants a protocol of its own in ALPN has not stumbled over GREASE.
  const strict = first.result.answer === 'rejected' && first.result.alert === NO_APPLICATION_PROTOCOL;
  const left = strict ? places.filter((place) => place !== 'ALPN') : places;
  const { probe, result } = strict ? await greasedAll(ctx, known, left) : first;
  if (picksGrease(result)) return [no(GREASE_ID, 'the server picked a value of GREASE')];
  if (result.answer === 'accepted') return [toleranceOf(GREASE_ID, probe, result)];
  if (result.answer === 'inconclusive' && result.kind === 'unreached')
    return [unknown(GREASE_ID, result.reason)];
  return [await greasedEach(ctx, known, left, why(result))];
}

const GREASE_ID = 'grease-tolerance';
const NO_APPLICATION_PROTOCOL = 120;

async function greasedAll(
  ctx: ScanContext,
  known: Known,
  places: readonly string[],
): Promise<{ readonly probe: ToleranceProbe; readonly result: HelloResult }> {
  const probe = grease(known, places);
  return { probe, result: await ctx.ask(probe.hello) };
}

/** Which of the places it is. */
async function greasedEach(
  ctx: ScanContext,
  known: Known,
  places: readonly string[],
  together: string,
): Promise<ScanTrait> {
  const traits: ScanTrait[] = [];
  for (const place of places) {
    const probe = grease(known, [place]);
    traits.push(toleranceOf(GREASE_ID, probe, await ask(ctx, probe)));
  }
  for (const answer of ['no', 'unknown'] as const) {
    const found = traits.filter((trait) => trait.answer === answer);
    if (found.length > 0)
      return { id: GREASE_ID, answer, evidence: found.map(({ evidence }) => evidence).join('; ') };
  }
  // Each by itself is passed over: whatever it was, it is no matter of a value.
  return unknown(GREASE_ID, `in each list by itself it is passed over, in all at once not (${together})`);
}

const why = (result: Exclude<HelloResult, { answer: 'accepted' }>): string =>
  result.answer === 'rejected' ? result.evidence : result.reason;

/** 0x?a?a, both octets the same (RFC 8701 section 2). */
const isGrease = (value: number | null): boolean =>
  value !== null && (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);

const picksGrease = (result: HelloResult): boolean =>
  result.answer === 'accepted' && [result.pick.suite, result.pick.group].some(isGrease);

const LARGE_ID = 'large-hello-tolerance';

/** GREASE and post-quantum shares come in such a hello alone. */
const NOT_CARRIED = 'not asked: a hello with TLS 1.3, which would carry it, was not answered';

/** Large, in several records, in several segments: cut is the large one where that is taken, so that each answers for itself. */
async function sizes(ctx: ScanContext, known: Known): Promise<ScanTrait[]> {
  const large = largeHello(known);
  const trait = toleranceOf(LARGE_ID, large, await ask(ctx, large));
  return [trait, ...(await pieces(ctx, trait.answer === 'yes' ? large.hello : large.control))];
}

async function oldSizes(ctx: ScanContext, known: Known): Promise<ScanTrait[]> {
  const hello = helloBelowTls13(known);
  return [unknown(LARGE_ID, NOT_CARRIED), ...(hello === null ? [] : await pieces(ctx, hello))];
}

async function pieces(ctx: ScanContext, hello: ClientHello): Promise<ScanTrait[]> {
  const probes = [inPieces(hello, 'records'), inPieces(hello, 'segments')] as const;
  const [records, segments] = await Promise.all([ask(ctx, probes[0]), ask(ctx, probes[1])]);
  return [
    toleranceOf('split-records-tolerance', probes[0], records),
    toleranceOf('split-segments-tolerance', probes[1], segments),
  ];
}

async function length(ctx: ScanContext, known: Known): Promise<ScanTrait[]> {
  const id = 'hello-of-256-to-511-tolerance';
  const seen = ctx.hellos.find(({ hello }) => isOfHungLength(hello));
  if (seen !== undefined) return [yes(id, `ServerHello to a hello of ${octetsOf(seen.hello)} octets`)];
  const probe = hungLength(known, ctx);
  return probe === null ? [] : [toleranceOf(id, probe, await ask(ctx, probe))];
}

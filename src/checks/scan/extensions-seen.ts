import type { ScanProtocol, ScanProtocolReport, ScanTrait } from '../../core/scan-report.js';
import type { FlightFacts, ServerHelloFacts } from '../../wire/flight-types.js';
import type { ClientHello } from '../../wire/hello/client-hello.js';
import { extension } from '../../wire/hello/extensions.js';
import type { Extension } from '../../wire/server-hello.js';
import { suiteById } from '../../wire/names.js';
import type { AcceptedHello, ScanContext } from './context.js';
import { knownOf, oldHello } from './everyday.js';
import { RENEGOTIATION_SCSV, SSL3, TLS12, VERSIONS } from './offer.js';
import { hadVersions, no, unknown, yes } from './trait.js';

/** Something that a ServerHello up to TLS 1.2 says or does not say to a hello that offers it. */
interface Rule {
  readonly id: string;
  /** As it is called in the registry: for the evidence. */
  readonly name: string;
  readonly offered: (hello: ClientHello) => boolean;
  readonly has: (hello: ServerHelloFacts) => boolean;
  /** Whether a ServerHello could have it at all, with the suite that it picks. */
  readonly applies?: (hello: ServerHelloFacts) => boolean;
  /** For a hello that offers this and nothing else. */
  readonly offer: readonly Extension[];
  readonly compression?: readonly number[];
  /** A server has it when it always has, or when it ever has. */
  readonly counts: 'always' | 'ever';
  /** What it is a danger to have cannot be had in TLS 1.3. */
  readonly danger?: true;
  /** SSLv3, which has no extensions, can have it too. */
  readonly inSsl3?: true;
}

const DEFLATE = 1;

const isCbc = ({ cipherSuite }: ServerHelloFacts): boolean =>
  /_CBC_/.test(suiteById(cipherSuite)?.iana ?? '');

function extensionRule(
  id: string,
  name: string,
  offer: Extension,
  more: Pick<Rule, 'counts'> & Partial<Rule>,
): Rule {
  const { type } = offer;
  return {
    id,
    name,
    offered: (hello) => hello.extensions.some((one) => one.type === type),
    has: (hello) => hello.extensions.includes(type),
    offer: [offer],
    ...more,
  };
}

const RULES: readonly Rule[] = [
  extensionRule('extended-master-secret', 'extended_master_secret', extension.extendedMasterSecret(), {
    counts: 'always',
  }),
  extensionRule('encrypt-then-mac', 'encrypt_then_mac', extension.encryptThenMac(), {
    counts: 'always',
    applies: isCbc,
  }),
  extensionRule('secure-renegotiation', 'renegotiation_info', extension.renegotiationInfo(), {
    counts: 'always',
    offered: (hello) =>
      hello.suites.includes(RENEGOTIATION_SCSV) || hello.extensions.some(({ type }) => type === 0xff01),
    // Every hello of ours has it.
    offer: [],
    inSsl3: true,
  }),
  extensionRule('session-ticket', 'session_ticket', extension.sessionTicket(), { counts: 'ever' }),
  extensionRule('heartbeat', 'heartbeat', extension.heartbeat(), { counts: 'ever', danger: true }),
  {
    id: 'compression',
    name: 'DEFLATE',
    offered: ({ compression = [] }) => compression.includes(DEFLATE),
    has: ({ compression }) => compression !== 0,
    offer: [],
    compression: [DEFLATE, 0],
    counts: 'ever',
    danger: true,
    inSsl3: true,
  },
];

/** From the ServerHellos that are on the board; a hello of its own for what none of those was asked. */
export async function seenTraits(ctx: ScanContext): Promise<ScanTrait[]> {
  const traits: ScanTrait[] = [];
  for (const rule of RULES) traits.push(...(await traitOfRule(rule, ctx)));
  return traits;
}

async function traitOfRule(rule: Rule, ctx: ScanContext): Promise<ScanTrait[]> {
  const { accepted, doubt } = hadVersions(ctx.facts.protocols, (name) => canHave(rule, name));
  const seen = relevant(rule, ctx.hellos);
  if (seen.length > 0) return [counted(rule, seen)];
  if (accepted.length === 0) return withoutVersion(rule, doubt);
  const openSuites = accepted.find((protocol) => protocol.unknown !== null);
  const impossible = rule.applies !== undefined && !accepted.some((protocol) => canApply(rule, protocol));
  if (impossible && openSuites === undefined) return [];
  if (impossible) return [unknown(rule.id, `not all suites of ${openSuites?.name ?? ''} are known`)];
  return [await askAlone(rule, ctx)];
}

const canHave = ({ inSsl3 }: Rule, name: ScanProtocol): boolean =>
  name !== 'SSLv2' && name !== 'TLSv1.3' && (name !== 'SSLv3' || inSsl3 === true);

function withoutVersion({ id, danger }: Rule, doubt: string | null): ScanTrait[] {
  if (doubt !== null) return [unknown(id, doubt)];
  return danger === true ? [no(id, 'the server has no version of TLS below 1.3')] : [];
}

function canApply({ applies }: Rule, { suites }: ScanProtocolReport): boolean {
  return suites.some(({ id }) => applies?.({ ...NOTHING, cipherSuite: Number(id) }) ?? true);
}

const NOTHING: ServerHelloFacts = {
  version: TLS12,
  cipherSuite: 0,
  compression: 0,
  extensions: [],
  extendedMasterSecret: false,
  encryptThenMac: false,
  renegotiationInfo: false,
};

/** ServerHellos up to TLS 1.2 that could have said it. */
function relevant({ offered, applies }: Rule, hellos: readonly AcceptedHello[]): ServerHelloFacts[] {
  return hellos.flatMap(({ hello, pick }) => {
    const said = pick.flight?.serverHello ?? null;
    if (said === null || said.version > TLS12 || !offered(hello)) return [];
    return applies?.(said) === false ? [] : [said];
  });
}

function counted({ id, name, has, counts }: Rule, seen: readonly ServerHelloFacts[]): ScanTrait {
  const having = seen.filter(has);
  if (having.length === seen.length) return yes(id, `${name} in ${each(seen)}`);
  if (having.length === 0) return no(id, `no ${name} in ${each(seen)}, each to a hello that offers it`);
  const lacking = seen.filter((hello) => !has(hello));
  const evidence = `${name} in ${each(having)}, but not in ${each(lacking)}`;
  return counts === 'ever' ? yes(id, evidence) : no(id, evidence);
}

/** `81 ServerHellos of TLSv1.2, TLSv1.1`. */
function each(seen: readonly ServerHelloFacts[]): string {
  const versions = new Set(seen.map(({ version }) => version));
  const names = [...VERSIONS].reverse().flatMap(({ id, name }) => (versions.has(id) ? name : []));
  return `${seen.length} ServerHello${seen.length === 1 ? '' : 's'} of ${names.join(', ')}`;
}

async function askAlone(rule: Rule, ctx: ScanContext): Promise<ScanTrait> {
  const known = knownOf(ctx, (id) => id <= TLS12 && id !== SSL3);
  const [version] = known?.versions ?? [];
  if (known === null || version === undefined)
    return unknown(rule.id, 'the server has no version that could be asked for it');
  const { offer, compression } = rule;
  const hello = oldHello(known, version, {
    last: offer,
    ...(compression === undefined ? {} : { compression }),
  });
  const result = await ctx.ask(hello);
  if (result.answer !== 'accepted')
    return unknown(
      rule.id,
      `to a hello that offers ${rule.name}: ${result.answer === 'rejected' ? result.evidence : result.reason}`,
    );
  const seen = relevant(rule, [{ hello, pick: result.pick }]);
  return seen.length === 0
    ? unknown(rule.id, `no suite was picked that can have ${rule.name}`)
    : counted(rule, seen);
}

/** In how many flights that were read to their end something was, the first session's among them. */
function inFlights(
  { base, hellos }: ScanContext,
  of: { readonly session: boolean; readonly flight: (flight: FlightFacts) => boolean },
): { readonly having: number; readonly all: number } {
  const flights = hellos.flatMap(({ pick: { flight, cut } }) =>
    flight !== null && cut === null && (flight.certificates ?? []).length > 0 ? [flight] : [],
  );
  const session =
    base.handshakeCompleted && base.chain !== null && base.chain.sent.length > 0 ? [of.session] : [];
  const answers = [...session, ...flights.map(of.flight)];
  return { having: answers.filter(Boolean).length, all: answers.length };
}

/** status_request (RFC 6066 section 8). */
export function staple(ctx: ScanContext): ScanTrait {
  const { having, all } = inFlights(ctx, {
    session: ctx.base.tls?.ocspStapled === true,
    flight: ({ ocspStaple }) => ocspStaple !== null,
  });
  return verdict('ocsp-staple', 'an OCSP response', having, all);
}

/** Whether it asks the client for a certificate (RFC 8446 section 4.3.2). */
export function certificateRequested(ctx: ScanContext): ScanTrait {
  const { having, all } = inFlights(ctx, {
    session: ctx.base.tls?.clientCertificateRequested === true,
    flight: ({ certificateRequest }) => certificateRequest,
  });
  return verdict('client-certificate-requested', 'CertificateRequest', having, all);
}

function verdict(id: string, what: string, having: number, all: number): ScanTrait {
  if (all === 0) return unknown(id, 'no flight of the server was read to its end');
  const evidence = `${what} in ${having} of ${all} flights with a certificate`;
  return having > 0 ? yes(id, evidence) : no(id, evidence);
}

import type { ReportError } from '../core/errors.js';
import type { OcspReport } from '../core/ocsp-report.js';
import type { EhloKeyword, SmtpReport } from '../core/report.js';
import type { Target } from '../core/target.js';
import type { ProbeFacts } from '../core/tls-facts.js';
import { chainFacts, DEFAULT_AUTH_LEVEL, type ChainEvidence } from './chain-facts.js';
import type { ProbeTlsOptions } from './options.js';
import { judgeStapled, withStaple } from './staple.js';
import type { ProbeState } from './state.js';
import { tlsReport } from './tls-report.js';
import { decideVerdict, type JudgedChain, type Verdict } from './verdict.js';

/** What a probe has measured so far, verified: what the checks judge. May be asked for in the midst of a dialogue. */
export async function gatherFacts(
  target: Target,
  options: ProbeTlsOptions,
  state: ProbeState,
): Promise<ProbeFacts> {
  const now = options.now ?? Date.now();
  const { name, given } = nameToVerify(target, options);
  const judged = await verdictOf(options, state, name, given, now);
  const ocsp = judged === null ? null : await stapleOf(state, judged, now, options);
  return probeFacts(target, options, state, {
    sent: state.tls?.chain ?? [],
    verdict: judged === null ? null : withStaple(judged, ocsp),
    chainUnread: unreadError(state) !== undefined,
    certificateSent: state.tls !== null && (state.tls.chain.length > 0 || state.tls.malformed !== null),
    opensslAsked: state.tls !== null && state.tls.negotiated !== null,
    ocsp,
    nameUnknown: !given,
    now,
  });
}

/** The SNI name to send: never an address (RFC 6066 section 3). */
export function servernameOf(target: Target, options: ProbeTlsOptions): string | null {
  if (options.servername !== undefined) return options.servername;
  return target.literal === 0 ? target.host : null;
}

function stapleOf(
  { tls }: ProbeState,
  verdict: Verdict,
  now: number,
  { authLevel = DEFAULT_AUTH_LEVEL }: ProbeTlsOptions,
): Promise<OcspReport | null> {
  return judgeStapled(tls?.flight.ocspStaple ?? null, tls?.chain ?? [], verdict, now, authLevel);
}

function probeFacts(
  target: Target,
  options: ProbeTlsOptions,
  state: ProbeState,
  evidence: ChainEvidence,
): ProbeFacts {
  const chain = chainFacts('server', evidence, options);
  return {
    ...chain,
    target,
    smtp: state.smtp,
    smtpReport: smtpReport(state),
    tls: state.tls === null ? null : tlsReport(state.tls, state.resumption),
    handshakeCompleted: evidence.opensslAsked,
    asked: {
      ...chain.asked,
      pins: options.pins ?? { versionPinned: false },
      alpn: options.alpn ?? [],
    },
  };
}

/** Why not all of the chain was read, when it was not: then nothing can be concluded from what is missing. */
export function unreadError(state: ProbeState): ReportError | undefined {
  const { tls } = state;
  if (tls === null) return undefined;
  if (tls.malformed !== null) return tls.malformed.toReport();
  if (tls.flightFailure === null || tls.negotiated === null) return undefined;
  return {
    code: 'tls-garbled',
    phase: 'handshake',
    message: `the handshake was carried out, but its messages could not be read: ${tls.flightFailure}`,
    hint: 'look for a proxy that rewrites TLS; if the server is an ordinary one, please report it with the output of --debug',
  };
}

function smtpReport(state: ProbeState): SmtpReport | null {
  const { banner, ehlo, ehloAfterTls, starttls } = state.smtp;
  const shown = (all: readonly EhloKeyword[] | null): EhloKeyword[] | null =>
    all?.map(({ keyword, params }) => ({
      keyword: state.cleanEarly(keyword),
      params: params.map(state.cleanEarly),
    })) ?? null;
  return state.connections === 0
    ? null
    : { banner, ehlo: shown(ehlo), ehloAfterTls: shown(ehloAfterTls), starttls };
}

/** The name that the certificate has to carry, and whether anybody named it. */
export function nameToVerify(
  target: Target,
  options: ProbeTlsOptions,
): { readonly name: string; readonly given: boolean } {
  const name = options.verifyHostname ?? servernameOf(target, options);
  if (name !== null) return { name, given: true };
  return { name: target.host, given: target.literal === 0 };
}

async function verdictOf(
  options: ProbeTlsOptions,
  { tls }: ProbeState,
  name: string,
  nameWasGiven: boolean,
  now: number,
): Promise<Verdict | null> {
  return tls === null || tls.chain.length === 0 ? null : verdictOn(tls, options, name, nameWasGiven, now);
}

/** The verdict on a chain that the server has shown, by what the options of a probe ask of it. */
export function verdictOn(
  judged: JudgedChain,
  options: ProbeTlsOptions,
  name: string,
  nameWasGiven: boolean,
  now: number,
): Promise<Verdict> {
  const { trust, depth, partialChain, x509Strict, revocation } = options;
  return decideVerdict(judged, {
    trust,
    depth,
    partialChain,
    x509Strict,
    revocation,
    authLevel: options.authLevel ?? DEFAULT_AUTH_LEVEL,
    now,
    names: [name],
    nameWasGiven,
  });
}

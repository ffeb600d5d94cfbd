import { judgeTls } from '../checks/index.js';
import { SmtpcheckError, type ReportError } from '../core/errors.js';
import type { OcspReport } from '../core/ocsp-report.js';
import { decideOutcome, exitCodeOf } from '../core/outcome.js';
import type { Report, SmtpReport } from '../core/report.js';
import type { Target } from '../core/target.js';
import type { ProbeFacts } from '../core/tls-facts.js';
import { VERSION } from '../core/version.js';
import { chainFacts, DEFAULT_AUTH_LEVEL, type ChainEvidence } from './chain-facts.js';
import type { ProbeTlsOptions } from './options.js';
import { roundMs, type ProbeState } from './state.js';
import { tlsReport } from './tls-report.js';
import { judgeStapled, withStaple } from './staple.js';
import { decideVerdict, type Verdict } from './verdict.js';

/** The report of a probe, from what it measured and what was asked of it. */
export async function buildReport(
  target: Target,
  options: ProbeTlsOptions,
  state: ProbeState,
  servername: string | null,
): Promise<Report> {
  const now = options.now ?? Date.now();
  const { name, given } = nameToVerify(target, options, servername);
  const judged = verdictOf(options, state, name, given, now);
  const ocsp = judged === null ? null : await stapleOf(state, judged, now, options);
  const verdict = judged === null ? null : withStaple(judged, ocsp);
  const unread = unreadError(state);
  const facts = probeFacts(target, options, state, {
    sent: state.tls?.chain ?? [],
    verdict,
    chainUnread: unread !== undefined,
    certificateSent: state.tls !== null && (state.tls.chain.length > 0 || state.tls.malformed !== null),
    opensslAsked: state.tls !== null && state.tls.negotiated !== null,
    ocsp,
    nameUnknown: !given,
    now,
  });
  const findings = judgeTls(facts);
  const error = state.error ?? unread;
  const outcome = decideOutcome(findings, error, options.failOn ?? 'error');
  if (outcome === 'pass') requireEvidence(facts);
  state.timings.totalMs = roundMs(performance.now() - state.startedMs);
  return {
    schemaVersion: 1,
    smtpcheck: VERSION,
    command: 'tls',
    target: {
      host: target.host,
      port: target.port,
      address: state.address?.address ?? null,
      family: state.address?.family ?? null,
      servername,
      mode: target.mode,
      ...(state.tried.length === 0 ? {} : { tried: state.tried }),
    },
    outcome,
    exitCode: exitCodeOf(outcome, error),
    startedAt: state.startedAt.toISOString(),
    timings: state.timings,
    connections: state.connections,
    smtp: facts.smtpReport,
    tls: facts.tls,
    chain: facts.chain,
    verify: facts.verify,
    ...(ocsp === null ? {} : { ocsp }),
    findings,
    error: error ?? null,
    ...(options.transcript === true ? { transcript: state.transcript } : {}),
  };
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
    tls: state.tls === null ? null : tlsReport(state.tls),
    handshakeCompleted: evidence.opensslAsked,
    asked: {
      ...chain.asked,
      pins: options.pins ?? { versionPinned: false },
      alpn: options.alpn ?? [],
    },
  };
}

/** Why not all of the chain was read, when it was not: then nothing can be concluded from what is missing. */
function unreadError(state: ProbeState): ReportError | undefined {
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

/** The promise, once more: nothing passes that was not measured. Whatever gets here without evidence is a bug. */
function requireEvidence(facts: ProbeFacts): void {
  const { asked, verify } = facts;
  const verified = !asked.judgeChain || (verify?.code === 0 && verify.judges.openssl === 0);
  if (facts.handshakeCompleted && facts.smtp.ehloAfterTls !== null && verified) return;
  throw new SmtpcheckError('internal', 'internal', 'a probe would have passed without evidence');
}

function smtpReport(state: ProbeState): SmtpReport | null {
  const { banner, ehlo, ehloAfterTls, starttls } = state.smtp;
  return state.connections === 0 ? null : { banner, ehlo, ehloAfterTls, starttls };
}

function nameToVerify(
  target: Target,
  options: ProbeTlsOptions,
  servername: string | null,
): { readonly name: string; readonly given: boolean } {
  const name = options.verifyHostname ?? servername;
  if (name !== null) return { name, given: true };
  return { name: target.host, given: target.literal === 0 };
}

function verdictOf(
  options: ProbeTlsOptions,
  state: ProbeState,
  name: string,
  nameWasGiven: boolean,
  now: number,
): Verdict | null {
  if (state.tls === null || state.tls.chain.length === 0) return null;
  const { trust, depth, partialChain, x509Strict, revocation } = options;
  return decideVerdict(state.tls, {
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

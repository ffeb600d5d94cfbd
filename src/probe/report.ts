import { judgeTls } from '../checks/index.js';
import { SmtpcheckError, type ReportError } from '../core/errors.js';
import { decideOutcome, exitCodeOf } from '../core/outcome.js';
import type { Report, SmtpReport } from '../core/report.js';
import type { Target } from '../core/target.js';
import type { ProbeFacts } from '../core/tls-facts.js';
import { VERSION } from '../core/version.js';
import { toCertificateReport } from '../x509/certificate-report.js';
import type { ProbeTlsOptions } from './options.js';
import { roundMs, type ProbeState } from './state.js';
import { tlsReport } from './tls-report.js';
import { decideVerdict, type Verdict } from './verdict.js';

const DEFAULT_AUTH_LEVEL = 2;

/** The report of a probe, from what it measured and what was asked of it. */
export function buildReport(
  target: Target,
  options: ProbeTlsOptions,
  state: ProbeState,
  servername: string | null,
): Report {
  const now = options.now ?? Date.now();
  const verdict = verdictOf(target, options, state, servername, now);
  const toCert = (cert: Parameters<typeof toCertificateReport>[0]): ReturnType<typeof toCertificateReport> =>
    toCertificateReport(cert, now, { pem: options.showCerts === true });
  const unread = unreadError(state);
  const facts: ProbeFacts = {
    target,
    smtp: state.smtp,
    smtpReport: smtpReport(state),
    tls: state.tls === null ? null : tlsReport(state.tls),
    handshakeCompleted: state.tls !== null && state.tls.negotiated !== null,
    chain:
      state.tls === null || verdict === null
        ? null
        : { sent: state.tls.chain.map(toCert), path: verdict.path.map(toCert) },
    chainUnread: unread !== undefined,
    certificateSent: state.tls !== null && (state.tls.chain.length > 0 || state.tls.malformed !== null),
    verify: verdict?.report ?? null,
    asked: {
      pins: options.pins ?? { versionPinned: false },
      alpn: options.alpn ?? [],
      certificatePins: options.certificatePins ?? [],
      expiresWithinMs: options.expiresWithinMs ?? null,
      judgeChain: options.judgeChain ?? true,
      nameUnknown: !nameToVerify(target, options, servername).given,
      now,
    },
  };
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
    findings,
    error: error ?? null,
    ...(options.transcript === true ? { transcript: state.transcript } : {}),
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
  target: Target,
  options: ProbeTlsOptions,
  state: ProbeState,
  servername: string | null,
  now: number,
): Verdict | null {
  if (state.tls === null || state.tls.chain.length === 0) return null;
  const { name, given } = nameToVerify(target, options, servername);
  return decideVerdict(state.tls, {
    trust: options.trust,
    authLevel: options.authLevel ?? DEFAULT_AUTH_LEVEL,
    depth: options.depth,
    now,
    name,
    nameWasGiven: given,
  });
}

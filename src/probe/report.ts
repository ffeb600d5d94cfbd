import { SmtpcheckError, type ReportError } from '../core/errors.js';
import type { Finding } from '../core/finding.js';
import { decideOutcome, exitCodeOf } from '../core/outcome.js';
import type { ProxyServer } from '../core/proxy.js';
import type { Report } from '../core/report.js';
import type { Target } from '../core/target.js';
import type { ProbeFacts } from '../core/tls-facts.js';
import { VERSION } from '../core/version.js';
import { servernameOf, unreadError } from './facts.js';
import type { ProbeTlsOptions } from './options.js';
import { roundMs, type ProbeState } from './state.js';

/** What a report is put together from. */
export interface Judged {
  readonly command: Report['command'];
  readonly facts: ProbeFacts;
  readonly findings: readonly Finding[];
}

/** The report of a probe, from what it measured and how that was judged. */
export function buildReport(
  target: Target,
  options: ProbeTlsOptions,
  state: ProbeState,
  { command, facts, findings }: Judged,
): Report {
  const error = withoutSecrets(state.error ?? unreadError(state), state.clean);
  const outcome = decideOutcome(findings, error, options.failOn ?? 'error');
  if (outcome === 'pass') requireEvidence(facts, options);
  state.timings.totalMs = roundMs(performance.now() - state.startedMs);
  return {
    schemaVersion: 1,
    smtpcheck: VERSION,
    command,
    target: {
      host: target.host,
      port: target.port,
      address: state.address?.address ?? null,
      family: state.address?.family ?? null,
      servername: servernameOf(target, options),
      mode: target.mode,
      ...(options.proxy === undefined ? {} : { proxy: proxyReport(options.proxy, target, options, state) }),
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
    ...(facts.ocsp === null ? {} : { ocsp: facts.ocsp }),
    findings: findings.map((finding) => withoutSecretEvidence(finding, state.cleanEarly)),
    error: error ?? null,
    ...(options.transcript === true ? { transcript: state.transcript } : {}),
  };
}

/** Nothing of its login. */
function proxyReport(
  { protocol, host, port }: ProxyServer,
  target: Target,
  options: ProbeTlsOptions,
  { proxyAddress }: ProbeState,
): NonNullable<NonNullable<Report['target']>['proxy']> {
  const isAddress = target.literal !== 0 || options.address !== undefined;
  const resolvedBy = isAddress ? null : protocol === 'socks5' ? 'smtpcheck' : 'proxy';
  return { protocol, host, port, address: proxyAddress, resolvedBy };
}

function withoutSecrets(error: ReportError | undefined, clean: ProbeState['clean']): ReportError | undefined {
  return error?.serverSaid === undefined ? error : { ...error, serverSaid: clean(error.serverSaid) };
}

/** Evidence is often the server's own words. */
function withoutSecretEvidence(finding: Finding, clean: ProbeState['cleanEarly']): Finding {
  return finding.evidence === undefined ? finding : { ...finding, evidence: clean(finding.evidence) };
}

/** The promise, once more: nothing passes that was not measured. Whatever gets here without evidence is a bug. */
function requireEvidence(facts: ProbeFacts, { reconnect }: ProbeTlsOptions): void {
  const { asked, verify } = facts;
  const verified = !asked.judgeChain || (verify?.code === 0 && verify.judges.openssl === 0);
  const reconnected = reconnect !== true || typeof facts.tls?.resumption?.resumed === 'boolean';
  if (facts.handshakeCompleted && facts.smtp.ehloAfterTls !== null && verified && reconnected) return;
  throw new SmtpcheckError('internal', 'internal', 'a probe would have passed without evidence');
}

import { judgeTls } from '../checks/index.js';
import { ChainBook } from '../checks/scan/chain-book.js';
import type { AcceptedHello, ScanContext } from '../checks/scan/context.js';
import { PrimeBook } from '../checks/scan/prime-book.js';
import { SCAN_CHECKS, type AnyScanCheck } from '../checks/scan/index.js';
import { QUICK_SCOPE, WHOLE_SCOPE } from '../checks/scan/scope.js';
import { judgePort } from '../checks/scan/smtp-findings.js';
import type { Report, TlsReport } from '../core/report.js';
import type { ScanConnections, ScanFacts, ScanReport } from '../core/scan-report.js';
import type { Target } from '../core/target.js';
import type { ProbeFacts } from '../core/tls-facts.js';
import { gatherFacts, servernameOf } from '../probe/facts.js';
import { buildReport } from '../probe/report.js';
import { newState, type ProbeState } from '../probe/state.js';
import { helloOfSession } from './control.js';
import { connectionsLeft } from './estimate.js';
import { Governor } from './governor.js';
import { SCAN_DEFAULTS, type ScanOptions } from './options.js';
import { keepIncomplete } from './incomplete.js';
import { askSslv2, measureOnce, session, verifySeen, type PortsContext } from './ports.js';
import { Prober } from './prober.js';
import { renegotiateOften, resume, type FirstSession } from './resume.js';
import { chosenChecks } from './choose.js';
import { inClear, inject, insideTls } from './smtp-ports.js';
import { saysNotNow } from './throttled.js';
import { explainSilence, isOtherMode } from './wrong-mode.js';

/**
 * Finds out everything that a server accepts: one session as `tls` has it, and then the checks of `checks/scan`, each question
 * on a connection of its own. Resolves to a report for everything that a server or a network can do; what could not be found out is
 * named in it, and makes it inconclusive.
 */
export async function probeScan(target: Target, options: ScanOptions): Promise<Report> {
  const checks = chosenChecks(options);
  const endMs = performance.now() + (options.timeoutMs ?? SCAN_DEFAULTS.totalMs);
  const remaining = (): number => Math.max(1, endMs - performance.now());
  const governor = new Governor(governorOptions(options, endMs));
  const first: ProbeState = newState();
  const servername = servernameOf(target, options);
  const prober = (pinned: ScanOptions, tls: TlsReport | null = null, other = target): Prober =>
    new Prober(other, pinned, governor, remaining, helloOfSession(tls, servername));
  let quit = 0;
  const shared: PortsContext = {
    target,
    options,
    governor,
    prober: prober(options),
    remaining,
    onQuit: () => (quit += 1),
  };
  const sessions: Uint8Array[] = [];
  const onSession = (session: Uint8Array): void => {
    sessions.push(session);
    options.onSession?.(session);
  };
  const { state, error } = await measureOnce(shared, { ...options, onSession }, {}, saysNotNow);
  const base = state ?? { ...first, error };
  base.error ??= error;
  if (base.error !== null)
    base.error = await explainSilence(target, base.error, servername, (other) =>
      prober(options, null, other),
    );
  const facts = await gatherFacts(target, options, base);
  if (!reachedTls(base)) {
    return buildReport(target, options, withConnections(base, governor), {
      command: 'scan',
      facts,
      findings: [...judgeTls(facts), ...judgePort(target, base.error)],
    });
  }
  const pinned: ScanOptions = base.address === null ? options : { ...options, address: base.address.address };
  const ports: PortsContext = { ...shared, options: pinned, prober: prober(pinned, facts.tls) };
  const scan: ScanFacts = {};
  const done = new Set<string>();
  governor.onConnection = (made) =>
    options.onProgress?.({
      made,
      done: done.size,
      of: checks.length,
      left: connectionsLeft(
        checks.map(({ id }) => id),
        done,
        made,
      ),
    });
  await runChecks(checks, contextOf(ports, facts, { state: base, sessions }, scan), scan, done);
  if (options.signal?.aborted === true) governor.over();
  const report: ScanReport = {
    ...scan,
    checks: checks.map(({ id }) => id),
    unknown: checks.flatMap((check) => check.unknown(scan)),
    connections: connectionsOf(governor, ports.prober, quit),
  };
  keepIncomplete(base, report, target);
  const found = checks.flatMap((check) => check.judge({ target, scan, asked: facts.asked }));
  // What the first session has shown already, a check may have found again, with more to show for it.
  const findings = [...judgeTls(facts).filter(({ id }) => !found.some((one) => one.id === id)), ...found];
  return {
    ...buildReport(target, options, withConnections(base, governor), { command: 'scan', facts, findings }),
    scan: report,
  };
}

function governorOptions(options: ScanOptions, endMs: number): ConstructorParameters<typeof Governor>[0] {
  const { concurrency, maxConnections, ratePerMinute, maxWaitMs, signal, onWait } = options;
  return {
    concurrency: concurrency ?? SCAN_DEFAULTS.concurrency,
    maxConnections: maxConnections ?? SCAN_DEFAULTS.maxConnections,
    spacingMs: ratePerMinute === undefined ? 0 : 60_000 / ratePerMinute,
    maxWaitMs: maxWaitMs ?? SCAN_DEFAULTS.maxWaitMs,
    endMs,
    ...(signal === undefined ? {} : { signal }),
    ...(onWait === undefined ? {} : { onWait }),
  };
}

/** TLS could be begun: whether a handshake of ours was finished is another matter, old servers have none that we can. */
function reachedTls({ error, tls }: ProbeState): boolean {
  if (tls === null || error === null) return tls !== null;
  return !isOtherMode(error) && (error.phase === 'handshake' || error.phase === 'ehlo-after-tls');
}

/** One that DNS or the server refused at the first attempt is none, as `tls` counts. */
function withConnections(state: ProbeState, { made }: Governor): ProbeState {
  state.connections = made === 1 ? state.connections : made;
  return state;
}

function contextOf(ports: PortsContext, base: ProbeFacts, first: FirstSession, scan: ScanFacts): ScanContext {
  const { tls } = first.state;
  const hellos: AcceptedHello[] = [];
  const servername = servernameOf(ports.target, ports.options);
  const chains = new ChainBook();
  chains.note(tls?.flight.certificates ?? [], servername);
  return {
    target: ports.target,
    servername,
    base,
    facts: scan,
    chains,
    hellos,
    primes: new PrimeBook(),
    reading: { longestList: 0 },
    scope: ports.options.scope ?? (ports.options.quick === true ? QUICK_SCOPE : WHOLE_SCOPE),
    ask: async (hello, options) => {
      const result = await ports.prober.ask(hello, options);
      if (result.answer === 'accepted' && options?.framing === undefined)
        hellos.push({ hello, pick: result.pick });
      return result;
    },
    askSslv2: () => askSslv2(ports),
    session: (request) => session(ports, request),
    renegotiate: (most) => renegotiateOften(ports, most),
    resume: (request) => resume(ports, first, request),
    inClear: (exchange) => inClear(ports, exchange),
    insideTls: (exchange) => insideTls(ports, exchange),
    inject: (command) => inject(ports, command),
    verify: (chain) => verifySeen(ports, chain),
  };
}

/** Each check as soon as those are done whose data it needs; connections are the governor's business. */
async function runChecks(
  checks: readonly AnyScanCheck[],
  ctx: ScanContext,
  scan: ScanFacts,
  done: Set<string>,
): Promise<void> {
  const started = new Map<string, Promise<void>>();
  for (const check of checks) {
    const before = [...check.after, ...(check.behind ?? []), ...(check.uses ?? [])].flatMap(
      (id) => started.get(id) ?? [],
    );
    started.set(
      check.id,
      Promise.all(before).then(async () => {
        Object.assign(scan, await check.run(ctx));
        done.add(check.id);
      }),
    );
  }
  await Promise.all(started.values());
}

function connectionsOf(governor: Governor, prober: Prober, quit: number): ScanConnections {
  const { made, throttled, waitedMs, leftUndone, stoppedBy } = governor;
  return {
    made,
    quit,
    halfOpen: prober.halfOpen,
    throttled,
    waitedMs: Math.round(waitedMs),
    leftUndone,
    stoppedBy,
  };
}

/** Every check there is, for `--list-checks`. */
export const scanChecks: readonly AnyScanCheck[] = SCAN_CHECKS;

import { ERROR_OUTCOMES, type ReportError } from '../core/errors.js';
import { DEFAULT_TIMEOUTS } from '../core/limits.js';
import type { ResumptionReport } from '../core/resumption-report.js';
import type { Target } from '../core/target.js';
import { sessionFacts, type SessionFacts } from '../net/session-facts.js';
import { offeredSession } from '../wire/session-offer.js';
import type { ProbeTlsOptions } from './options.js';
import { newState, type ProbeState } from './state.js';
import { tlsReport } from './tls-report.js';

/** What this needs of who calls it, which is in another bundle than this. */
export interface Means {
  /** One connection, measured; `measureServer`. What it rejects with is passed on. */
  readonly measure: (target: Target, options: ProbeTlsOptions, state: ProbeState) => Promise<void>;
  /** The clock that `startedMs` of a state is read from. */
  readonly now: () => number;
}

const TLS13 = 0x0304;

/**
 * Measures a server, and on a second connection whether it resumes the session of the first. All that is judged is the first
 * one's: where a session is resumed no certificate is sent.
 */
export async function measureTwice(
  target: Target,
  options: ProbeTlsOptions,
  first: ProbeState,
  means: Means,
): Promise<void> {
  const sessions: Uint8Array[] = [];
  const onSession = (session: Uint8Array): void => {
    sessions.push(session);
    options.onSession?.(session);
  };
  await means.measure(target, { ...options, onSession }, first);
  if (first.tls === null || first.tls.negotiated === null) return;
  first.resumption = await resume(target, options, first, sessions, means);
}

/** TLS 1.3 sends tickets when it likes, so this is asked when the connection is over. */
async function resume(
  target: Target,
  options: ProbeTlsOptions,
  first: ProbeState,
  sessions: readonly Uint8Array[],
  means: Means,
): Promise<ResumptionReport> {
  const session = sessions.at(-1);
  const facts = session === undefined ? null : sessionFacts(session);
  const given = givenBy(facts, sessions.length);
  if (first.error !== null) return notKnown(given, 'the first connection came to no good end');
  if (session === undefined)
    return { ...given, resumed: false, reason: 'the server gave no session that could be resumed' };
  if (facts === null) return failed(first, given, 'the session of the first connection could not be read');
  const second = newState(first.clean);
  const hello = new HelloCatcher(options.onBytes);
  const timeoutMs = timeLeft(options, first, means.now());
  await means.measure(target, { ...secondOptions(options, first, session, hello), timeoutMs }, second);
  first.connections += second.connections;
  first.transcript.push(...second.transcript);
  return outcomeOf({ ...given, offered: offeredSession(hello.bytes, facts.sessionId) }, first, second);
}

/** What the server gave, before anything is known of the second connection. */
function givenBy(facts: SessionFacts | null, sessions: number): Omit<ResumptionReport, 'resumed' | 'reason'> {
  const nothing = { offered: null, protocol: null, cipher: null };
  if (facts?.hasTicket !== true) return { ...nothing, ticketsIssued: 0, lifetimeHintSeconds: null };
  // Up to TLS 1.2 zero means that the server does not say (RFC 5077 section 3.3).
  const unsaid = facts.version < TLS13 && facts.ticketLifetime === 0;
  return {
    ...nothing,
    ticketsIssued: facts.version < TLS13 ? 1 : sessions,
    lifetimeHintSeconds: unsaid ? null : facts.ticketLifetime,
  };
}

type Given = ReturnType<typeof givenBy>;

const notKnown = (given: Given, reason: string): ResumptionReport => ({ ...given, resumed: null, reason });

/** The time is one for both connections together. */
function timeLeft({ timeoutMs }: ProbeTlsOptions, { startedMs }: ProbeState, now: number): number {
  return Math.max(1, (timeoutMs ?? DEFAULT_TIMEOUTS.totalMs) - (now - startedMs));
}

/** To the same address, with the session of the first. */
function secondOptions(
  options: ProbeTlsOptions,
  { address }: ProbeState,
  session: Uint8Array,
  hello: HelloCatcher,
): ProbeTlsOptions {
  return {
    ...options,
    ...(address === null ? {} : { address: address.address }),
    session,
    onBytes: (direction, chunk) => hello.take(direction, chunk),
  };
}

/** Keeps the first TLS record that is sent. */
class HelloCatcher {
  bytes: Uint8Array = new Uint8Array();

  constructor(private readonly pass: ProbeTlsOptions['onBytes']) {}

  take(direction: 'sent' | 'received', chunk: Uint8Array): void {
    if (direction === 'sent' && this.bytes.length === 0 && chunk[0] === HANDSHAKE_RECORD) this.bytes = chunk;
    this.pass?.(direction, chunk);
  }
}

/** No SMTP command begins with it. */
const HANDSHAKE_RECORD = 0x16;

function outcomeOf(given: Given, first: ProbeState, second: ProbeState): ResumptionReport {
  const { tls, error } = second;
  const refused = error !== null && error.code === 'tls-alert-rejected' && given.offered !== null;
  if (refused) return { ...given, resumed: false, reason: error.message };
  if (error !== null) first.error ??= ofSecond(error);
  if (tls === null || tls.negotiated === null)
    return notKnown(given, error?.message ?? 'there was no second handshake');
  const { protocol = null, cipher = null } = tlsReport(tls) ?? {};
  const negotiated = { ...given, protocol, cipher };
  if (tls.sessionResumed) return { ...negotiated, resumed: true, reason: null };
  if (given.offered !== null)
    return { ...negotiated, resumed: false, reason: 'the server made a full handshake' };
  return failed(
    first,
    negotiated,
    'OpenSSL did not offer the session: its time was over, or it does not fit the pins',
  );
}

/** Our own side's fault says nothing about the server. */
function failed(first: ProbeState, given: Given, reason: string): ResumptionReport {
  first.error ??= { code: 'reconnect-failed', phase: 'handshake', message: reason };
  return notKnown(given, reason);
}

/** It was asked for and there is no answer: whatever went wrong, that is inconclusive. An interruption stays one. */
function ofSecond(error: ReportError): ReportError {
  const kind = ERROR_OUTCOMES[error.code];
  if (kind === 'interrupted' || kind === 'terminated') return error;
  return { ...error, code: 'reconnect-failed', message: `on the second connection: ${error.message}` };
}

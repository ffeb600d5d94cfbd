import type { RenegotiationResult, ResumeRequest, ResumeResult } from '../checks/scan/context.js';
import type { TlsPins } from '../core/probe-options.js';
import { renegotiate, type Renegotiation } from '../net/renegotiate.js';
import { sessionFacts, type SessionFacts } from '../net/session-facts.js';
import type { ProbeState } from '../probe/state.js';
import { offeredSession } from '../wire/session-offer.js';
import type { ScanOptions } from './options.js';
import { measureOnce, type PortsContext } from './ports.js';

/** What the first session of a scan left to be resumed. */
export interface FirstSession {
  readonly state: ProbeState;
  readonly sessions: readonly Uint8Array[];
}

const TLS13 = 0x0304;

/** RFC 5246 sections 7.3 and 7.4.1.2, RFC 5077, RFC 8446 section 2.2. The scan's first session serves where it is of the right kind. */
export async function resume(
  shared: PortsContext,
  first: FirstSession,
  request: ResumeRequest,
): Promise<ResumeResult> {
  const pinned: ScanOptions = { ...shared.options, pins: pinsOf(request) };
  const settings = { noTicket: !request.tickets };
  const given = isOfKind(first, request) ? first : await firstSession(shared, pinned, settings);
  if ('reason' in given) return { kind: 'unknown', reason: given.reason };
  const session = given.sessions.at(-1);
  const facts = session === undefined ? null : sessionFacts(session);
  if (session === undefined || facts === null || !canBeOffered(facts))
    return { kind: 'done', offered: null, resumed: false, ticketLifetime: null, maxEarlyData: 0 };
  const hello = new FirstRecord();
  const { state, error } = await measureOnce(
    shared,
    { ...pinned, session, onBytes: (direction, chunk) => hello.take(direction, chunk) },
    { tlsSettings: settings },
  );
  const negotiated = state?.tls?.negotiated ?? null;
  if (state === null || negotiated === null)
    return { kind: 'unknown', reason: error?.message ?? 'there was no second handshake' };
  const offered = offeredSession(hello.octets, facts.sessionId);
  if (offered === null)
    return { kind: 'unknown', reason: 'OpenSSL did not offer the session that the server gave' };
  return {
    kind: 'done',
    offered,
    resumed: state.tls?.sessionResumed === true,
    ticketLifetime: lifetimeOf(facts),
    maxEarlyData: facts.maxEarlyData,
  };
}

function pinsOf({ tls13 }: ResumeRequest): TlsPins {
  return tls13
    ? { versionPinned: true, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }
    : { versionPinned: true, minVersion: 'TLSv1', maxVersion: 'TLSv1.2' };
}

function isOfKind({ state }: FirstSession, { tls13, tickets }: ResumeRequest): boolean {
  const protocol = state.error === null ? state.tls?.negotiated?.protocol : undefined;
  return tickets && protocol !== undefined && (protocol === 'TLSv1.3') === tls13;
}

async function firstSession(
  shared: PortsContext,
  options: ScanOptions,
  tlsSettings: { readonly noTicket: boolean },
): Promise<Pick<FirstSession, 'sessions'> | { readonly reason: string }> {
  const sessions: Uint8Array[] = [];
  const onSession = (session: Uint8Array): void => void sessions.push(session);
  const { error } = await measureOnce(shared, { ...options, onSession }, { tlsSettings });
  return error === null ? { sessions } : { reason: error.message };
}

const canBeOffered = ({ hasTicket, sessionId }: SessionFacts): boolean => hasTicket || sessionId.length > 0;

/** Up to TLS 1.2 zero means that the server does not say (RFC 5077 section 3.3). */
function lifetimeOf({ hasTicket, version, ticketLifetime }: SessionFacts): number | null {
  if (!hasTicket || (version < TLS13 && ticketLifetime === 0)) return null;
  return ticketLifetime;
}

/** Keeps the first TLS record that is sent: no SMTP command begins with its type. */
class FirstRecord {
  octets: Uint8Array = new Uint8Array();

  take(direction: 'sent' | 'received', chunk: Uint8Array): void {
    if (direction === 'sent' && this.octets.length === 0 && chunk[0] === HANDSHAKE_RECORD)
      this.octets = chunk;
  }
}

const HANDSHAKE_RECORD = 0x16;

/** A session up to TLS 1.2 with EHLO, renegotiations, and QUIT where the server is still there. */
export async function renegotiateOften(shared: PortsContext, most: number): Promise<RenegotiationResult> {
  const seen: { result: Renegotiation | null } = { result: null };
  const options: ScanOptions = { ...shared.options, pins: pinsOf({ tls13: false, tickets: true }) };
  const { state, error } = await measureOnce(shared, options, {
    tlsSettings: { renegotiation: true },
    insideTls: async ({ stream, deadline }) => {
      seen.result = await renegotiate(stream, most, deadline);
    },
  });
  const { result } = seen;
  if (result === null) return { kind: 'unknown', reason: error?.message ?? 'no connection could be had' };
  return { kind: 'done', ...result, secure: state?.tls?.flight.serverHello?.renegotiationInfo === true };
}

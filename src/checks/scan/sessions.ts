import type { ScanTrait } from '../../core/scan-report.js';
import type { ResumeResult, ScanCheck, ScanContext } from './context.js';
import { hadVersions, judgeTraits, no, unknown, unknownTraits, yes, type TraitRule } from './trait.js';

type Done = Extract<ResumeResult, { kind: 'done' }>;

const RULES: readonly TraitRule[] = [
  {
    trait: 'early-data',
    when: 'yes',
    id: 'early-data-offered',
    severity: 'warning',
    message: 'the server takes early data, which can be replayed, and for which SMTP has no profile',
    fix: 'switch 0-RTT off',
    refs: ['RFC 8446 appendix E.5', 'RFC 8446 section 8'],
  },
  {
    trait: 'ticket-lifetime-within-a-week',
    when: 'no',
    id: 'ticket-lifetime-long',
    severity: 'warning',
    message: 'session tickets can be used for more than seven days',
    fix: 'shorten their lifetime: whoever gets the key that protects them can read what they protected',
    refs: ['RFC 8446 section 4.6.1'],
  },
];

/** Resumption, and what a server's tickets say. */
export const sessions: ScanCheck<'sessions'> = {
  id: 'sessions',
  title: 'resumption by session ID, ticket and PSK; ticket lifetime; early data',
  key: 'sessions',
  after: ['protocols'],
  quick: false,
  ids: RULES.map(({ id }) => id),
  async run(ctx) {
    const old = await oldSessions(ctx);
    const current = await tls13Sessions(ctx);
    return [...old.traits, ...current.traits, ...lifetime([...old.results, ...current.results])];
  },
  judge: (data) => judgeTraits(RULES, data),
  unknown: unknownTraits,
};

const [SESSION_ID, TICKET, PSK] = ['resumption-session-id', 'resumption-ticket', 'resumption-psk'] as const;
const EARLY_DATA = 'early-data';

interface Found {
  readonly traits: readonly ScanTrait[];
  readonly results: readonly ResumeResult[];
}

/** Up to TLS 1.2: with tickets, and without them where the server gives some. */
async function oldSessions(ctx: ScanContext): Promise<Found> {
  const { accepted, doubt } = hadVersions(
    ctx.facts.protocols,
    (name) => name !== 'SSLv2' && name !== 'TLSv1.3',
  );
  if (accepted.length === 0)
    return {
      traits: doubt === null ? [] : [SESSION_ID, TICKET].map((id) => unknown(id, doubt)),
      results: [],
    };
  const withTickets = await ctx.resume({ tls13: false, tickets: true });
  if (withTickets.kind === 'done' && withTickets.offered !== 'ticket') {
    const ticket = no(TICKET, 'the server gave no ticket');
    return { traits: [resumption(SESSION_ID, withTickets), ticket], results: [withTickets] };
  }
  const withoutTickets = await ctx.resume({ tls13: false, tickets: false });
  const traits = [resumption(SESSION_ID, withoutTickets), resumption(TICKET, withTickets)];
  return { traits, results: [withTickets] };
}

async function tls13Sessions(ctx: ScanContext): Promise<Found> {
  const { accepted, doubt } = hadVersions(ctx.facts.protocols, (name) => name === 'TLSv1.3');
  if (accepted.length === 0) {
    const traits =
      doubt === null
        ? [no(EARLY_DATA, 'the server has no TLS 1.3')]
        : [PSK, EARLY_DATA].map((id) => unknown(id, doubt));
    return { traits, results: [] };
  }
  const result = await ctx.resume({ tls13: true, tickets: true });
  return { traits: [resumption(PSK, result), earlyData(result)], results: [result] };
}

function resumption(id: string, result: ResumeResult): ScanTrait {
  if (result.kind === 'unknown') return unknown(id, result.reason);
  const { offered, resumed } = result;
  if (offered === null) return no(id, 'the server gave no session that could be resumed');
  return resumed
    ? yes(id, `a second connection resumed the session by ${WORDS[offered]}`)
    : no(id, `a second connection offered ${WORDS[offered]}, and the server made a full handshake`);
}

const WORDS: Readonly<Record<NonNullable<Done['offered']>, string>> = {
  'session-id': 'its session ID',
  ticket: 'a ticket',
  psk: 'a ticket as PSK',
};

/** RFC 8446 section 4.2.10: without a ticket that says so there is none. */
function earlyData(result: ResumeResult): ScanTrait {
  if (result.kind === 'unknown') return unknown(EARLY_DATA, result.reason);
  const { maxEarlyData, offered } = result;
  if (offered === null) return no(EARLY_DATA, 'the server gave no ticket');
  return maxEarlyData > 0
    ? yes(EARLY_DATA, `max_early_data_size ${maxEarlyData} in NewSessionTicket`)
    : no(EARLY_DATA, 'no early_data in NewSessionTicket');
}

const WEEK_SECONDS = 7 * 86_400;

/** The longest that any of its tickets says; nothing where none does. */
function lifetime(results: readonly ResumeResult[]): ScanTrait[] {
  const said = results.flatMap((result) => (result.kind === 'done' ? (result.ticketLifetime ?? []) : []));
  if (said.length === 0) return [];
  const longest = Math.max(...said);
  const make = longest > WEEK_SECONDS ? no : yes;
  return [make('ticket-lifetime-within-a-week', `${longest} s in NewSessionTicket`)];
}

import { judgeAuth } from '../../checks/index.js';
import type { AuthAttemptReport, AuthReport } from '../../core/auth-report.js';
import { SmtpcheckError, type ErrorCode } from '../../core/errors.js';
import { DEFAULT_TIMEOUTS } from '../../core/limits.js';
import type { Report } from '../../core/report.js';
import type { Target } from '../../core/target.js';
import { authMechanisms } from '../../smtp/ehlo.js';
import { channelBindings } from '../../net/channel-binding.js';
import type { AuthExchange } from '../../smtp/sasl/exchange.js';
import { usableMechanisms, type MechanismName } from '../../smtp/sasl/index.js';
import { plainWords } from '../../smtp/sasl/plain-words.js';
import { createRedactor } from '../../smtp/sasl/redact.js';
import { gatherFacts } from '../facts.js';
import type { InsideTls } from '../hello.js';
import { buildReport } from '../report.js';
import { keepError, newState, type ProbeState } from '../state.js';
import { measureServer } from '../tls.js';
import { attemptAuth, notMade } from './attempt.js';
import { askMailFrom, askPlaintext } from './ask.js';
import type { ProbeAuthOptions } from './options.js';
import { whyNotTo } from './safe.js';

/** What the connections of one login have shown so far. */
interface Login {
  first: AuthAttemptReport | null;
  readonly others: AuthAttemptReport[];
  mailBeforeAuth: AuthReport['mailBeforeAuth'];
  /** What is still to be tried, each on a connection of its own. */
  waiting: MechanismName[];
  /** Exchanges begun, in order. */
  readonly exchanges: AuthExchange[];
}

/**
 * Probes one server as `probeTls` does, and tries to log in. Credentials are sent inside TLS alone, and not before the chain
 * and the name have verified (design section 8).
 */
export async function probeAuth(target: Target, options: ProbeAuthOptions): Promise<Report> {
  const redactor = createRedactor(options.credentials.secret);
  const state = newState((text) => redactor.clean(text));
  const login: Login = { first: null, others: [], mailBeforeAuth: null, waiting: [], exchanges: [] };
  await measureServer(target, options, state, {
    insideTls: (inside) => logIn(inside, target, options, state, login),
  });
  await tryOthers(target, options, state, login);
  const plaintext =
    options.probePlaintext === true
      ? await askPlaintext(target, timeLeft(options, state), state, laterClean(login, state))
      : undefined;
  const auth = authReport(options, state, login, plaintext);
  const putOff = [auth, ...login.others].find(({ result }) => result === 'temporary-failure');
  if (state.error === null && putOff !== undefined) {
    keepError(
      state,
      new SmtpcheckError('auth-temporary', 'auth', `AUTH was put off: ${putOff.reason ?? ''}`),
    );
  }
  const facts = { ...(await gatherFacts(target, options, state)), auth };
  return {
    ...buildReport(target, options, state, { command: 'auth', facts, findings: judgeAuth(facts) }),
    auth,
  };
}

async function logIn(
  inside: InsideTls,
  target: Target,
  options: ProbeAuthOptions,
  state: ProbeState,
  login: Login,
): Promise<void> {
  options.onPhase?.('auth');
  if (target.port !== 25 && target.mode !== 'lmtp') login.mailBeforeAuth = await askMailFrom(inside.session);
  if (options.allMechanisms === true && state.tls !== null) {
    const offered = authMechanisms(state.smtp.ehloAfterTls);
    const canBind = channelBindings(inside.stream, state.tls).length > 0;
    login.waiting = usableMechanisms(offered, { secret: options.credentials.secret.kind, canBind }).slice(1);
  }
  login.first = await attemptIfSafe(inside, target, options, state, login);
}

/** The attempt with a server that the credentials may go to; what stands against it with any other. */
async function attemptIfSafe(
  inside: InsideTls,
  target: Target,
  options: ProbeAuthOptions,
  state: ProbeState,
  login: Login,
  name?: MechanismName,
): Promise<AuthAttemptReport> {
  const unsafe = await whyNotTo(state, options.insecureAuth === true, () =>
    gatherFacts(target, options, state),
  );
  if (unsafe !== null) return notMade('not-attempted', unsafe, name ?? null);
  return guarded(inside, target, options, state, login, name);
}

/** The attempt, and what the connection's end in the midst of it comes to: the error stays the report's. */
async function guarded(
  inside: InsideTls,
  target: Target,
  options: ProbeAuthOptions,
  state: ProbeState,
  login: Login,
  name?: MechanismName,
): Promise<AuthAttemptReport> {
  if (state.tls === null) return notMade('not-attempted', 'there is no TLS');
  const offered = authMechanisms(state.smtp.ehloAfterTls);
  let mechanism = name ?? null;
  try {
    return await attemptAuth(inside, state.tls, offered, target, options, name, (chosen, exchange) => {
      mechanism = chosen;
      login.exchanges.push(exchange);
      const before = state.clean;
      state.clean = (text) => exchange.clean(before(text));
    });
  } catch (error) {
    if (!(error instanceof SmtpcheckError) || error.code === 'internal') throw error;
    keepError(state, error.inPhase('auth'));
    // Nothing was sent yet, or nobody knows what became of it.
    const result = NOTHING_SENT.includes(error.code) ? 'not-attempted' : 'temporary-failure';
    return notMade(result, error.message, mechanism);
  }
}

/** Errors from before the first line of an exchange. */
const NOTHING_SENT: readonly ErrorCode[] = ['credentials-unusable', 'library-cannot-offer'];

/** Codes that say the mechanism, not the credentials, is the matter (RFC 4954 section 6). */
const OF_THE_MECHANISM: readonly number[] = [504, 534];

/**
 * A definitive no is not followed by another mechanism: accounts get locked, and who cannot prove itself gets no second chance.
 * Any other refusal of a secret may count as one as well.
 */
function mayGoOn({ result, reply }: AuthAttemptReport, exchange: AuthExchange | undefined): boolean {
  if (result === 'accepted') return true;
  if (result !== 'mechanism-refused' && result !== 'not-offered') return false;
  return exchange?.secretSent !== true || (reply !== null && OF_THE_MECHANISM.includes(reply.code));
}

/** What later connections may show of a server that has heard the secret. */
function laterClean(login: Login, state: ProbeState): ProbeState['clean'] {
  return login.exchanges.some(({ secretSent }) => secretSent)
    ? (text) => plainWords(state.clean(text))
    : state.clean;
}

/** `timeoutMs` is for all connections of a probe together. */
function timeLeft(options: ProbeAuthOptions, { startedMs }: ProbeState): ProbeAuthOptions {
  const total = options.timeoutMs ?? DEFAULT_TIMEOUTS.totalMs;
  return { ...options, timeoutMs: Math.max(1, total - (performance.now() - startedMs)) };
}

async function tryOthers(
  target: Target,
  options: ProbeAuthOptions,
  state: ProbeState,
  login: Login,
): Promise<void> {
  let last = login.first;
  for (const name of login.waiting) {
    if (last === null || state.error !== null || !mayGoOn(last, login.exchanges.at(-1))) return;
    last = await tryOther(name, target, timeLeft(options, state), state, login);
    login.others.push(last);
  }
}

async function tryOther(
  name: MechanismName,
  target: Target,
  options: ProbeAuthOptions,
  first: ProbeState,
  login: Login,
): Promise<AuthAttemptReport> {
  const state = newState(laterClean(login, first));
  const attempts: AuthAttemptReport[] = [];
  await measureServer(target, options, state, {
    insideTls: async (inside) => {
      attempts.push(await attemptIfSafe(inside, target, options, state, login, name));
    },
  });
  first.connections += state.connections;
  first.transcript.push(...state.transcript);
  if (state.error !== null) first.error ??= state.error;
  const reason = state.error?.message ?? 'the server was not reached again';
  return attempts[0] ?? notMade('not-attempted', reason, name);
}

function authReport(
  { credentials, allMechanisms }: ProbeAuthOptions,
  state: ProbeState,
  login: Login,
  plaintext: AuthReport['plaintext'],
): AuthReport {
  const first =
    login.first ?? notMade('not-attempted', state.error?.message ?? 'the dialogue did not come to AUTH');
  return {
    ...first,
    user: credentials.user,
    authzid: credentials.authzid ?? null,
    offered: authMechanisms(state.smtp.ehloAfterTls).map(state.cleanEarly),
    offeredBeforeTls: authMechanisms(state.smtp.ehlo).map(state.cleanEarly),
    mailBeforeAuth: login.mailBeforeAuth,
    ...(plaintext === undefined ? {} : { plaintext }),
    ...(allMechanisms === true ? { attempts: [first, ...login.others] } : {}),
  };
}

import type { AuthAttemptReport, AuthReplyReport } from '../../core/auth-report.js';
import { SmtpcheckError } from '../../core/errors.js';
import { LIMITS } from '../../core/limits.js';
import type { Target } from '../../core/target.js';
import { channelBindings, type SessionBinding } from '../../net/channel-binding.js';
import type { SmtpSession } from '../../net/smtp-session.js';
import type { TlsFacts } from '../../net/tls-session.js';
import type { Reply } from '../../smtp/reply.js';
import { AuthExchange, type AuthOutcome } from '../../smtp/sasl/exchange.js';
import {
  channelBindingFor,
  chooseMechanism,
  createMechanism,
  type MechanismName,
} from '../../smtp/sasl/index.js';
import type { InsideTls } from '../hello.js';
import type { LoginOptions } from './options.js';

/** Lines of one exchange. SCRAM takes three; stops a server that asks for ever. */
const MAX_ROUNDS = 10;

const NOTHING = {
  mechanism: null,
  reply: null,
  reason: null,
  channelBinding: null,
  iterations: null,
} as const;

/** An attempt that was not made, and why. */
export function notMade(
  result: AuthAttemptReport['result'],
  reason: string,
  mechanism: string | null = null,
): AuthAttemptReport {
  return { ...NOTHING, mechanism, result, reason };
}

/** The binding that was asked for, or the best there is; null when the session has none. */
function bindingOf(
  inside: InsideTls,
  tls: TlsFacts,
  { channelBinding }: LoginOptions,
): SessionBinding | null {
  const all = channelBindings(inside.stream, tls);
  return all.find(({ type }) => channelBinding === undefined || type === channelBinding) ?? null;
}

/**
 * Tries to log in, with one mechanism (RFC 4954 section 4). `name` is the mechanism to use, undefined to choose one.
 * @throws SmtpcheckError when the connection breaks off, `credentials-unusable` when they cannot be sent by any server's leave.
 */
export async function attemptAuth(
  inside: InsideTls,
  tls: TlsFacts,
  offered: readonly string[],
  target: Target,
  options: LoginOptions,
  name = options.mechanism,
  onBegin: (mechanism: MechanismName, exchange: AuthExchange) => void = () => undefined,
): Promise<AuthAttemptReport> {
  const { credentials } = options;
  const binding = bindingOf(inside, tls, options);
  const choice = chooseMechanism(offered, {
    secret: credentials.secret.kind,
    canBind: binding !== null,
    ...(name === undefined ? {} : { pinned: name }),
  });
  if (choice.kind === 'none') return notMade(choice.result, choice.reason, name ?? null);
  const unbound = whyUnbound(choice.name, binding, options);
  if (unbound !== null) return notMade('not-attempted', unbound, choice.name);
  const mechanism = await createMechanism(choice.name, credentials, {
    channelBinding: channelBindingFor(choice.name, offered, binding, options.mechanism !== undefined),
    server: { host: target.host, port: target.port },
  });
  const exchange = new AuthExchange(mechanism, credentials.secret);
  onBegin(choice.name, exchange);
  const outcome = await converse(inside.session, exchange);
  return outcomeReport(choice.name, outcome);
}

/** Who asks for a channel binding does not want to go without: that a -PLUS is missing may be somebody's work. */
function whyUnbound(
  name: MechanismName,
  binding: SessionBinding | null,
  { channelBinding }: LoginOptions,
): string | null {
  if (channelBinding === undefined) return null;
  if (binding === null) return `this TLS session gives no ${channelBinding}`;
  return name.endsWith('-PLUS')
    ? null
    : `no mechanism with channel binding is offered, and ${channelBinding} was asked for`;
}

async function converse(session: SmtpSession, exchange: AuthExchange): Promise<AuthOutcome> {
  let line = exchange.command;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const reply = await session.exchange(line, 'auth', (one) => exchange.shownReply(one));
    const step = await exchange.next(reply);
    if (step.kind === 'done') {
      // More behind the last reply: then it was not the answer to our last line.
      if (step.outcome.result === 'accepted') await session.requireTurn('auth');
      return step.outcome;
    }
    line = step.line;
  }
  throw new SmtpcheckError(
    'sasl-protocol',
    'auth',
    `the exchange did not end after ${MAX_ROUNDS} challenges`,
  );
}

function outcomeReport(mechanism: MechanismName, outcome: AuthOutcome): AuthAttemptReport {
  const { result, reply, reason, facts } = outcome;
  return {
    mechanism,
    result,
    reply: replyReport(reply),
    reason: facts.serverError === undefined ? reason : `${reason ?? ''} (${facts.serverError})`.trim(),
    channelBinding: facts.channelBinding ?? null,
    iterations: facts.iterations ?? null,
  };
}

function replyReport(reply: Reply): AuthReplyReport {
  const text = reply.lines.join(' / ').slice(0, LIMITS.serverText);
  return { code: reply.code, enhanced: reply.enhanced, text };
}

import type { InjectionResult, SmtpAnswer, SmtpExchange, SmtpResult } from '../checks/scan/context.js';
import { SmtpcheckError, type ReportError } from '../core/errors.js';
import type { SmtpSession } from '../net/smtp-session.js';
import type { AfterHandshake, Speech } from '../probe/hello.js';
import type { ProbeState } from '../probe/state.js';
import { replyText, type Reply } from '../smtp/reply.js';
import { measureOnce, type PortsContext } from './ports.js';
import { isThrottled } from './throttled.js';

/*
 * What the checks of the SMTP layer may say. Once a session is under way, its end is what the server makes of what was said, and no
 * putting off.
 */

const SERVICE_CLOSING = 421;

/** Without TLS: greeting, EHLO, lines, QUIT. */
export function inClear(shared: PortsContext, exchange: SmtpExchange): Promise<SmtpResult> {
  return say(shared, exchange, (speakIn) => ({ inClear: speakIn }));
}

/** With TLS: EHLO inside it, lines, QUIT. */
export function insideTls(shared: PortsContext, exchange: SmtpExchange): Promise<SmtpResult> {
  return say(shared, exchange, (speakIn) => ({ insideTls: ({ session }) => speakIn(session) }));
}

async function say(
  shared: PortsContext,
  { lines }: SmtpExchange,
  speech: (speakIn: (smtp: SmtpSession) => Promise<void>) => Speech,
): Promise<SmtpResult> {
  const replies: (SmtpAnswer | null)[] = [];
  let cut: string | null = null;
  const speakIn = async (smtp: SmtpSession): Promise<void> => {
    replies.length = 0;
    cut = await speak(smtp, lines, replies);
  };
  const { state, error, undone } = await measureOnce(shared, shared.options, speech(speakIn));
  if (state === null || undone || error !== null)
    return { kind: 'unknown', reason: error?.message ?? 'no connection could be had' };
  return { kind: 'done', replies, cut };
}

/** Says the lines one after the other; why it could not say all of them, or null. */
async function speak(
  smtp: SmtpSession,
  lines: SmtpExchange['lines'],
  replies: (SmtpAnswer | null)[],
): Promise<string | null> {
  for (const line of lines) {
    const text = typeof line === 'string' ? line : line(replies);
    if (text === null) {
      replies.push(null);
      continue;
    }
    const answer = await smtp.command(`${text}\r\n`, 'ehlo').catch(endOfSession);
    if (answer instanceof SmtpcheckError) return answer.message;
    replies.push(answerOf(answer));
    if (answer.code === SERVICE_CLOSING) return replyText(answer);
  }
  return null;
}

const USER_STOPS: readonly string[] = ['interrupted', 'terminated'];

function endOfSession(error: unknown): SmtpcheckError {
  if (!(error instanceof SmtpcheckError) || USER_STOPS.includes(error.code)) throw error;
  return error;
}

const answerOf = ({ code, enhanced, lines }: Reply): SmtpAnswer => ({
  code,
  enhanced,
  text: lines.join(' / '),
});

/** More replies than this to three commands are those of no server that was there to be asked. */
const MOST_REPLIES = 8;
const REPLY_MS = 10_000;

/** A command in one segment with STARTTLS, and then TLS with EHLO, NOOP and QUIT. */
export async function inject(shared: PortsContext, command: string): Promise<InjectionResult> {
  const heard: { replies: SmtpAnswer[]; cut: string | null; tls: boolean } = {
    replies: [],
    cut: null,
    tls: false,
  };
  const { state, error, undone } = await measureOnce(
    shared,
    shared.options,
    {
      behindStarttls: `${command}\r\n`,
      afterHandshake: async (inside) => {
        heard.tls = true;
        heard.cut = await countReplies(inside, heard.replies);
      },
    },
    // An answer to STARTTLS is one to what stood behind it as well.
    (failure) => failure.phase !== 'starttls' && isThrottled(failure),
  );
  if (state === null || undone)
    return { kind: 'unknown', reason: error?.message ?? 'no connection could be had' };
  const early = inClearOf(state);
  if (heard.tls) return { kind: 'inside', replies: heard.replies, cut: heard.cut, inClear: early };
  return error === null ? { kind: 'unknown', reason: 'nothing came of it' } : withoutTls(error, early);
}

/** A TLS library's alert at what it took for a ClientHello: it may be there before we have begun with TLS ourselves. */
const ALERT = /^\x15\x03/;

/** What came behind the 220 before TLS was begun. */
const inClearOf = ({ smtp: { leftover } }: ProbeState): string | null =>
  leftover?.after === 'STARTTLS' && !ALERT.test(leftover.text) ? leftover.text : null;

const ENDS: readonly string[] = [
  'connection-closed',
  'connection-reset',
  'tls-alert-rejected',
  'tls-alert-other',
  'tls-garbled',
];

function withoutTls(
  { code, phase, message, serverSaid = '' }: ReportError,
  early: string | null,
): InjectionResult {
  if (code === 'starttls-refused') return { kind: 'refused', reply: serverSaid };
  // Its answer came after we had begun to wait for a ServerHello.
  if (code === 'tls-garbled' && /^[2-5][0-9]{2}[ -]/.test(serverSaid))
    return { kind: 'in-clear', reply: serverSaid };
  const ended = ENDS.includes(code) && (phase === 'handshake' || phase === 'starttls');
  if (ended) return { kind: 'ended', reason: message, inClear: early };
  return { kind: 'unknown', reason: serverSaid === '' ? message : `${message}: ${serverSaid}` };
}

/** One command at a time, and every reply that comes up to the one to QUIT; why they ended before, or null. */
async function countReplies(
  { session, hello }: AfterHandshake,
  replies: SmtpAnswer[],
): Promise<string | null> {
  for (const line of [hello, 'NOOP\r\n', 'QUIT\r\n']) {
    const reply = await session.command(line, 'ehlo-after-tls').catch(endOfSession);
    if (reply instanceof SmtpcheckError) return reply.message;
    replies.push(answerOf(reply));
  }
  while (replies.at(-1)?.code !== GOODBYE && replies.length < MOST_REPLIES) {
    const reply = await session.readReply('ehlo-after-tls', REPLY_MS).catch(endOfSession);
    if (reply instanceof SmtpcheckError) return reply.message;
    replies.push(answerOf(reply));
  }
  return null;
}

const GOODBYE = 221;

import type { Socket } from 'node:net';
import { SmtpcheckError } from '../core/errors.js';
import { closeTls } from '../net/close-tls.js';
import { checkGreeting, notSmtp } from '../net/greeting.js';
import { exchangeHello } from '../net/raw-hello.js';
import { SmtpSession } from '../net/smtp-session.js';
import { shakeHands, type TlsAttempt, type TlsRequest } from '../net/tls-session.js';
import { findKeyword, maskedStarttls, parseEhlo } from '../smtp/ehlo.js';
import { decodeText, replyText, type Reply } from '../smtp/reply.js';
import { hello, helloLine, remember, type DialogueContext } from './hello.js';
import { timed } from './state.js';

/**
 * The whole dialogue on one connection: greeting, EHLO, STARTTLS, handshake, EHLO, QUIT (RFC 3207), or the handshake
 * first with implicit TLS (RFC 8314). Without `tls` there is no handshake of ours. Facts go into `state` as they come.
 * @throws SmtpcheckError with its phase; what was measured before stays in `state`.
 */
export async function converse(socket: Socket, tls: TlsRequest | null, ctx: DialogueContext): Promise<void> {
  if (ctx.inClear !== undefined) {
    await speakInClear(socket, ctx, ctx.inClear);
    return;
  }
  if (ctx.target.mode !== 'implicit') await reachTls(socket, ctx);
  ctx.onPhase('handshake');
  if (ctx.rawHello !== undefined)
    await ctx.rawHello((hello, limitMs) => exchangeHello(socket, hello, ctx.deadline, limitMs));
  if (tls === null) return;
  const attempt = await timed(ctx.state, 'handshakeMs', () => shakeHands(socket, tls, ctx.deadline));
  ctx.state.tls = attempt.facts;
  const { negotiated, sessionResumed } = attempt.facts;
  if (negotiated !== null)
    ctx.onDialogue?.(`-- ${negotiated.protocol} ${negotiated.cipher}${sessionResumed ? ', resumed' : ''}`);
  if (attempt.stream === null) throw handshakeFailure(attempt, ctx);
  if (ctx.afterHandshake === undefined) return afterTls(attempt, ctx);
  await ctx.afterHandshake({ session: newSession(attempt.stream, ctx, attempt), hello: helloLine(ctx) });
  attempt.stream.end();
}

/** Greeting, EHLO, and whatever `speak` says without TLS; then QUIT. */
async function speakInClear(
  socket: Socket,
  ctx: DialogueContext,
  speak: NonNullable<DialogueContext['inClear']>,
): Promise<void> {
  const session = newSession(socket, ctx);
  try {
    await greet(session, ctx);
    ctx.onPhase('ehlo');
    ctx.state.smtp.ehlo = parseEhlo(await hello(session, 'ehlo', ctx));
    await speak(session);
  } finally {
    await session.quit();
  }
}

const NOT_SMTP: ReadonlySet<string> = new Set(['not-smtp', 'implicit-tls-port']);

async function reachTls(socket: Socket, ctx: DialogueContext): Promise<void> {
  const session = newSession(socket, ctx);
  try {
    await timed(ctx.state, 'bannerMs', () => greet(session, ctx));
    ctx.onPhase('ehlo');
    const ehlo = await hello(session, 'ehlo', ctx);
    ctx.state.smtp.ehlo = parseEhlo(ehlo);
    keepLeftover(session.takeOutOfTurn(), 'EHLO', ctx);
    requireStarttls(ctx);
    ctx.onPhase('starttls');
    await timed(ctx.state, 'starttlsMs', () => starttls(session, ctx));
  } catch (error) {
    // Only an SMTP server is owed a QUIT, or would answer it.
    if (!(error instanceof SmtpcheckError) || !NOT_SMTP.has(error.code)) await session.quit();
    throw error;
  }
  keepLeftover(session.detach(), 'STARTTLS', ctx);
}

function newSession(
  stream: ConstructorParameters<typeof SmtpSession>[0],
  ctx: DialogueContext,
  attempt?: TlsAttempt,
): SmtpSession {
  const { state } = ctx;
  return new SmtpSession(
    stream,
    ctx.deadline,
    (side, line) => {
      const shown = side === 'C' ? line : state.clean(line);
      state.transcript.push(`${side}: ${shown}`);
      ctx.onDialogue?.(`${side}: ${shown}`);
      ctx.onLine?.(side, shown);
    },
    attempt === undefined ? undefined : (error, phase) => attempt.translate(error).inPhase(phase),
  );
}

async function greet(session: SmtpSession, ctx: DialogueContext): Promise<void> {
  ctx.onPhase('banner');
  const greeting = await session.readReply('banner').catch((error: unknown) => {
    throw greetingError(error, session, ctx);
  });
  ctx.state.smtp.banner = ctx.state.cleanEarly(greeting.lines.join('\n'));
  remember(greeting, ctx);
  const rejected = checkGreeting(greeting);
  if (rejected !== null) throw rejected;
  const early = session.takeOutOfTurn();
  if (ctx.state.tls !== null) refuseOutOfTurn(early, 'the greeting');
  // A server that shuts down says so when it likes (RFC 5321 section 3.8), also in the same segment.
  const closing = decodeText(early.subarray(0, 200));
  if (/^421[ -]/.test(closing)) {
    throw new SmtpcheckError('service-closing', 'banner', 'the server closes the session', {
      serverSaid: closing.trim(),
    });
  }
  keepLeftover(early, 'the greeting', ctx);
}

function greetingError(error: unknown, session: SmtpSession, ctx: DialogueContext): unknown {
  if (!(error instanceof SmtpcheckError)) return error;
  const unreadable = error.code === 'reply-malformed' || error.code === 'reply-too-large';
  const said = unreadable ? (error.serverSaid ?? '') : session.partial;
  // What begins as a reply does is an SMTP server that misbehaves, not another protocol.
  const foreign = said !== '' && !/^(?:[2-5][0-9]{0,2}$|[2-5][0-9]{2}[ -])/.test(said);
  if (foreign || (unreadable && said === ''))
    return notSmtp(new SmtpcheckError(error.code, 'banner', error.message, { serverSaid: said }));
  if (error.code !== 'silent' || ctx.target.mode === 'implicit') return error;
  return new SmtpcheckError('silent', 'banner', error.message, {
    hint: 'a port with implicit TLS is silent like this: try --implicit-tls; some servers greet late: --timeout 120s',
  });
}

function requireStarttls(ctx: DialogueContext): void {
  const { smtp } = ctx.state;
  if (findKeyword(smtp.ehlo, 'STARTTLS') !== null) {
    smtp.starttls = 'offered';
    return;
  }
  smtp.starttls = 'not-offered';
  const masked = maskedStarttls(smtp.ehlo);
  throw new SmtpcheckError('starttls-not-offered', 'starttls', 'the server does not offer STARTTLS', {
    hint:
      masked === null
        ? ctx.target.port === 465
          ? 'port 465 usually speaks implicit TLS: smtps://'
          : 'switch TLS on in the server; in Postfix: smtpd_tls_security_level = may'
        : `a firewall on the way has written ${masked} over it: switch its SMTP inspection off ("no fixup protocol smtp")`,
    serverSaid: smtp.ehlo?.map((entry) => entry.keyword).join(' ') ?? '',
  });
}

async function starttls(session: SmtpSession, ctx: DialogueContext): Promise<void> {
  const reply = await session.command(`STARTTLS\r\n${ctx.behindStarttls ?? ''}`, 'starttls');
  remember(reply, ctx);
  if (reply.code === 220) return;
  const serverSaid = replyText(reply);
  ctx.state.smtp.starttlsReply = serverSaid;
  if (reply.code === 421)
    throw new SmtpcheckError('service-closing', 'starttls', 'the server closes the session', { serverSaid });
  if (reply.code < 500) {
    throw new SmtpcheckError(
      'starttls-temporary',
      'starttls',
      `STARTTLS was ${reply.code >= 400 ? 'put off' : 'answered'} with ${reply.code}${reply.code >= 400 ? '' : ', which is neither a yes nor a no'}`,
      {
        serverSaid,
        hint:
          reply.code === 454
            ? 'is its certificate readable, or does it limit TLS sessions? its log knows; try again later'
            : undefined,
      },
    );
  }
  ctx.state.smtp.starttls = 'refused';
  throw new SmtpcheckError(
    'starttls-refused',
    'starttls',
    `STARTTLS was offered and then refused with ${reply.code}`,
    { serverSaid },
  );
}

function handshakeFailure(attempt: TlsAttempt, ctx: DialogueContext): SmtpcheckError {
  const error =
    attempt.error ?? new SmtpcheckError('internal', 'handshake', 'the handshake failed without a reason');
  const said = error.serverSaid ?? '';
  if (ctx.target.mode !== 'implicit' || error.code !== 'tls-garbled') return error;
  if (/^[245][0-9]{2}[ -]/.test(said)) {
    return new SmtpcheckError(
      'plaintext-on-implicit-tls',
      'handshake',
      'the port speaks plain SMTP, not implicit TLS',
      {
        hint: 'use STARTTLS: smtp://host:port, or leave --implicit-tls out',
        serverSaid: said,
      },
    );
  }
  return notSmtp(error).inPhase('handshake');
}

async function afterTls(attempt: TlsAttempt, ctx: DialogueContext): Promise<void> {
  if (attempt.stream === null) return;
  const session = newSession(attempt.stream, ctx, attempt);
  let goodbye: Reply | null = null;
  try {
    if (ctx.target.mode === 'implicit') await timed(ctx.state, 'bannerMs', () => greet(session, ctx));
    else refuseOutOfTurn(await session.takeEarlyBytes(), 'the handshake');
    ctx.onPhase('ehlo-after-tls');
    const ehlo = await hello(session, 'ehlo-after-tls', ctx);
    refuseOutOfTurn(session.takeOutOfTurn(), 'EHLO');
    ctx.state.smtp.ehloAfterTls = parseEhlo(ehlo);
    const { deadline, ehloName } = ctx;
    await ctx.insideTls?.({ session, stream: attempt.stream, deadline, ehloName });
  } finally {
    goodbye = await session.quit();
    await closeTls(attempt.stream);
  }
  if (goodbye !== null && goodbye.code !== 221 && goodbye.code !== 421) {
    // The replies are one behind: what was taken for the answer to EHLO was sent before it was asked.
    ctx.state.smtp.ehloAfterTls = null;
    throw outOfTurn('QUIT was answered with something else', replyText(goodbye));
  }
}

function refuseOutOfTurn(bytes: Uint8Array, after: string): void {
  if (bytes.length > 0)
    throw outOfTurn(`the server spoke out of turn behind ${after}`, decodeText(bytes.subarray(0, 200)));
}

/** Inside TLS nobody else can have put a reply there, but it answers nothing, and nothing may be concluded from it. */
function outOfTurn(message: string, serverSaid: string): SmtpcheckError {
  return new SmtpcheckError(
    'reply-out-of-turn',
    'ehlo-after-tls',
    `${message}: its replies cannot be told apart`,
    { serverSaid },
  );
}

function keepLeftover(bytes: Uint8Array, after: string, ctx: DialogueContext): void {
  if (bytes.length === 0) return;
  const text = ctx.state.cleanEarly(decodeText(bytes)).slice(0, 200);
  ctx.state.smtp.leftover ??= { after, text, bytes: bytes.length };
}

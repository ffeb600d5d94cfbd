import { SmtpcheckError, type Phase } from '../core/errors.js';
import type { Target } from '../core/target.js';
import type { Deadline } from '../net/deadline.js';
import type { RawAnswer, RawHello } from '../net/raw-hello.js';
import type { TlsSettings } from '../net/secure-context.js';
import type { SmtpSession, TranscriptSink } from '../net/smtp-session.js';
import type { TlsAttempt } from '../net/tls-session.js';
import { helloCommand } from '../smtp/command.js';
import { replyText, type Reply } from '../smtp/reply.js';
import type { ProbeState } from './state.js';

/** What another command says in a probe's dialogue. */
export interface Speech {
  /** What the handshake offers otherwise than a probe's. */
  readonly tlsSettings?: TlsSettings;
  /** Between EHLO inside TLS and QUIT. */
  readonly insideTls?: (inside: InsideTls) => Promise<void>;
  /** In the place of STARTTLS and all that follows: the connection stays in the clear. */
  readonly inClear?: (session: SmtpSession) => Promise<void>;
  /** In the place of the handshake and all that follows, once TLS is to begin: one ClientHello of our own, and its answer. */
  readonly rawHello?: (ask: AskRawHello) => Promise<void>;
  /** Octets sent in one segment with the STARTTLS command, behind its CRLF. */
  readonly behindStarttls?: string;
  /** In the place of EHLO inside TLS and all that follows, QUIT included. */
  readonly afterHandshake?: (after: AfterHandshake) => Promise<void>;
  /** Told of each line of the dialogue, as it may be shown. */
  readonly onLine?: TranscriptSink;
}

export type AskRawHello = (hello: RawHello, limitMs: number) => Promise<RawAnswer>;

/** A session inside TLS, EHLO answered. */
export interface InsideTls {
  readonly session: SmtpSession;
  readonly stream: NonNullable<TlsAttempt['stream']>;
  readonly deadline: Deadline;
  /** The name that EHLO was said with. */
  readonly ehloName: string;
}

/** A session inside TLS in which nothing was said yet. */
export interface AfterHandshake {
  readonly session: SmtpSession;
  /** EHLO or LHLO, with its line end. */
  readonly hello: string;
}

/** What the steps of one dialogue share. */
export interface DialogueContext extends Speech {
  readonly target: Target;
  readonly state: ProbeState;
  readonly deadline: Deadline;
  readonly ehloName: string;
  readonly onPhase: (phase: Phase) => void;
  readonly onDialogue: ((line: string) => void) | undefined;
}

/** EHLO, or LHLO in LMTP (RFC 2033 section 4.1). */
export async function hello(
  session: SmtpSession,
  phase: 'ehlo' | 'ehlo-after-tls',
  ctx: DialogueContext,
): Promise<Reply> {
  const reply = await session.command(helloLine(ctx), phase);
  remember(reply, ctx);
  if (reply.code === 250) return reply;
  throw helloError(verbOf(ctx), reply, phase, ctx);
}

/** The command that says hello, with its line end. */
export function helloLine(ctx: DialogueContext): string {
  return helloCommand(verbOf(ctx), ctx.ehloName);
}

const verbOf = ({ target }: DialogueContext): 'LHLO' | 'EHLO' => (target.mode === 'lmtp' ? 'LHLO' : 'EHLO');

function helloError(
  verb: string,
  reply: Reply,
  phase: 'ehlo' | 'ehlo-after-tls',
  ctx: DialogueContext,
): SmtpcheckError {
  const serverSaid = replyText(reply);
  if (reply.code === 421)
    return new SmtpcheckError('service-closing', phase, 'the server closes the session', { serverSaid });
  if (phase === 'ehlo-after-tls' && reply.code >= 500) {
    return new SmtpcheckError(
      'ehlo-after-tls-rejected',
      phase,
      `${verb} inside TLS was refused with ${reply.code}`,
      { serverSaid },
    );
  }
  const lmtp = ctx.target.mode === 'lmtp';
  const otherProtocol = lmtp || /\bLMTP\b/i.test(ctx.state.smtp.banner ?? '');
  if (phase === 'ehlo' && !otherProtocol && (reply.code === 500 || reply.code === 502)) {
    // A server without EHLO has no extensions (RFC 5321 section 3.2): that is an answer, not a missing one.
    ctx.state.smtp.starttls = 'not-offered';
    return new SmtpcheckError(
      'starttls-not-offered',
      phase,
      `the server does not know ${verb}, so it has no STARTTLS`,
      {
        serverSaid,
        hint: 'is this an LMTP port? try --lmtp',
      },
    );
  }
  return new SmtpcheckError('ehlo-rejected', phase, `${verb} was answered with ${reply.code}`, {
    serverSaid,
    hint: otherProtocol
      ? `is this an ${lmtp ? 'SMTP' : 'LMTP'} port? try with${lmtp ? 'out' : ''} --lmtp`
      : phase === 'ehlo'
        ? `it may not like the name ${ctx.ehloName}: give another with --ehlo`
        : undefined,
  });
}

/** Keeps the lines of a reply, for the checks on their characters. */
export function remember(reply: Reply, ctx: DialogueContext): void {
  ctx.state.smtp.replies.push(...reply.lines);
}

import { SmtpcheckError } from '../../core/errors.js';
import type { SmtpSession } from '../../net/smtp-session.js';
import { replyText, type Reply } from '../../smtp/reply.js';
import type { Masks } from './masks.js';

/** A server that speaks unasked is heard out, but not for long. */
const UNASKED_MS = 2_000;

/** The replies of a held session, as they are read, shown and counted. */
export class Replies {
  /** Replies to commands with 4yz or 5yz. */
  refusals = 0;

  constructor(
    private readonly session: SmtpSession,
    private readonly masks: Masks,
  ) {}

  /** The reply to what was sent. @throws SmtpcheckError `service-closing` for one that ends the session, or what ended it. */
  async next(show?: (reply: Reply) => readonly string[]): Promise<Reply> {
    const reply = await this.read(Infinity, show);
    this.count(reply.code);
    this.refuseEnd(reply.code);
    return reply;
  }

  /** The reply to QUIT; null from a server that goes without a word. */
  async goodbye(): Promise<Reply | null> {
    const reply = await this.read(Infinity).catch((error: unknown) => {
      if (error instanceof SmtpcheckError && error.code.startsWith('connection-')) return null;
      throw error;
    });
    this.count(reply?.code ?? 0);
    return reply;
  }

  /**
   * What the server said unasked. Its replies can be told apart no more, so that nothing can follow.
   * @throws SmtpcheckError always.
   */
  async unasked(): Promise<never> {
    const reply = await this.read(UNASKED_MS);
    this.refuseEnd(reply.code);
    throw new SmtpcheckError('reply-out-of-turn', 'session', 'the server spoke without being asked', {
      serverSaid: replyText(reply),
    });
  }

  count(code: number): void {
    if (code >= 400) this.refusals += 1;
  }

  /** @throws SmtpcheckError `service-closing` for the codes that end a session (RFC 5321 sections 3.8 and 4.2.2). */
  refuseEnd(code: number): void {
    if (code !== 421 && code !== 221) return;
    this.session.quitDue = false;
    throw new SmtpcheckError('service-closing', 'session', `the server closes the session (${code})`);
  }

  private read(
    limitMs: number,
    show: (reply: Reply) => readonly string[] = (reply) => this.masks.lines(reply),
  ): Promise<Reply> {
    return this.session.readReply('session', limitMs, (reply) => {
      const lines = show(reply);
      if (!this.masks.heard) for (const line of lines) this.masks.learn(line);
      return lines;
    });
  }
}

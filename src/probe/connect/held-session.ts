import type { AuthAttemptReport } from '../../core/auth-report.js';
import { SmtpcheckError } from '../../core/errors.js';
import type { EhloKeyword } from '../../core/report.js';
import type { Target } from '../../core/target.js';
import type { TlsFacts } from '../../net/tls-session.js';
import { helloCommand } from '../../smtp/command.js';
import { authMechanisms, parseEhlo } from '../../smtp/ehlo.js';
import { decodeText, type Reply } from '../../smtp/reply.js';
import { readTypedLine, shownLine } from '../../smtp/typed-line.js';
import { attemptAuth, notMade } from '../auth/attempt.js';
import type { LoginOptions } from '../auth/options.js';
import type { InsideTls } from '../hello.js';
import type { Masks } from './masks.js';
import { Replies } from './replies.js';

/** What the next line is: a command, a line of mail, or the answer to a challenge. */
export type Turn = 'command' | 'mail' | 'answer';

/** Why a line was not carried out. */
export interface NotDone {
  readonly message: string;
  readonly hint?: string;
}

/** What a session begins with. */
export interface SessionStart {
  readonly inside: InsideTls;
  readonly target: Target;
  readonly tls: TlsFacts;
  readonly ehlo: readonly EhloKeyword[];
  readonly masks: Masks;
  /** Why credentials would not be safe with this server; null where they may go. */
  readonly unsafe: string | null;
}

const CRLF = Buffer.from('\r\n');
const DOT = 0x2e;

/** Commands after which no message is begun. */
const AFRESH: readonly string[] = ['EHLO', 'LHLO', 'HELO', 'MAIL', 'RSET'];

/** A session in which somebody says what he likes, a line at a time, each after the reply to the one before. */
export class HeldSession {
  #ehlo: readonly EhloKeyword[];
  #turn: Turn = 'command';
  #over = false;
  /** Recipients of the message that is begun: in LMTP each of them is answered (RFC 2033 section 4.2). */
  #recipients = 0;
  /** The AUTH that is under way, and whether it has given the server anything. */
  #auth = { mechanism: '', answered: false };
  #asking = false;
  #onNews = (): void => undefined;
  readonly #replies: Replies;

  constructor(private readonly start: SessionStart) {
    this.#ehlo = start.ehlo;
    this.#replies = new Replies(start.inside.session, start.masks);
  }

  get turn(): Turn {
    return this.#turn;
  }

  /** QUIT was said and answered: nothing can follow. */
  get over(): boolean {
    return this.#over;
  }

  /** What the server offers, as it said last. */
  get ehlo(): readonly EhloKeyword[] {
    return this.#ehlo;
  }

  /** Why credentials would not be safe with this server, unless that was overruled. */
  get unsafe(): string | null {
    return this.start.unsafe;
  }

  /** Replies with 4yz or 5yz. */
  get refusals(): number {
    return this.#replies.refusals;
  }

  /** Whether the server spoke unasked, or is gone; `hearOut` says which. */
  get news(): boolean {
    return this.start.inside.session.news;
  }

  /** Calls `onNews` when there is news while nothing is asked. */
  watch(onNews: () => void): void {
    this.#onNews = () => {
      if (!this.#asking) onNews();
    };
    this.start.inside.session.watch(this.#onNews);
  }

  /** Shows what the server said unasked. @throws SmtpcheckError always: what it did, or `interrupted`. */
  hearOut(): Promise<never> {
    return this.#replies.unasked();
  }

  /**
   * Sends a line, with the octets that follow a BDAT, and reads what answers it.
   * @returns why it was not carried out, so that what was to follow makes no sense, or null.
   * @throws SmtpcheckError when the session has ended.
   */
  say(line: Uint8Array, chunk?: Uint8Array): Promise<NotDone | null> {
    return this.#inTurn(() => {
      if (this.#turn === 'mail') return this.#sayMail(line);
      return this.#turn === 'answer' ? this.#sayAnswer(line) : this.#sayCommand(line, chunk);
    });
  }

  /** EHLO or LHLO, by the name that it was said with before unless another is given. @throws SmtpcheckError `usage` too. */
  hello(name = this.start.inside.ehloName): Promise<NotDone | null> {
    const verb = this.start.target.mode === 'lmtp' ? 'LHLO' : 'EHLO';
    return this.say(Buffer.from(helloCommand(verb, name).trimEnd()));
  }

  /** Logs in. @throws SmtpcheckError when the session has ended. */
  login(options: LoginOptions): Promise<AuthAttemptReport> {
    const { inside, target, tls, unsafe, masks } = this.start;
    if (unsafe !== null) return Promise.resolve(notMade('not-attempted', unsafe));
    return this.#inTurn(async () => {
      const offered = authMechanisms(this.#ehlo);
      const { mechanism } = options;
      const attempt = await attemptAuth(inside, tls, offered, target, options, mechanism, (_, exchange) =>
        masks.begin(exchange),
      ).catch(notSent);
      this.#replies.count(attempt.reply?.code ?? 0);
      this.#replies.refuseEnd(attempt.reply?.code ?? 0);
      return attempt;
    });
  }

  async #inTurn<T>(speak: () => Promise<T>): Promise<T> {
    this.#asking = true;
    try {
      // What is on its way has a turn of the event loop to arrive; mail is many lines, and none of them is answered.
      if (this.#turn !== 'mail') await new Promise((resolve) => setImmediate(resolve));
      if (this.news) return await this.hearOut();
      return await speak();
    } finally {
      this.#asking = false;
      this.start.inside.session.watch(this.#onNews);
    }
  }

  async #sayCommand(line: Uint8Array, chunk?: Uint8Array): Promise<NotDone | null> {
    const { masks, unsafe, inside } = this.start;
    const text = decodeText(line);
    const typed = readTypedLine(text);
    if (typed.kind === 'auth') {
      if (unsafe !== null) return { message: `AUTH was not sent: ${unsafe}`, hint: INSECURE };
      this.#auth = { mechanism: typed.mechanism, answered: typed.initial !== null };
      if (typed.initial !== null) masks.typed.add(typed.initial);
    }
    masks.learn(shownLine(text));
    await this.#send(line, shownLine(text));
    if (chunk !== undefined) await inside.session.send(chunk, 'session');
    if (typed.kind === 'auth') return this.#readAuth();
    if (typed.kind === 'bdat') return this.#readEach(typed.last);
    return typed.verb === 'QUIT' ? this.#readGoodbye() : this.#learn(typed.verb, await this.#replies.next());
  }

  async #sayMail(line: Uint8Array): Promise<null> {
    await this.#send(line, decodeText(line));
    if (line.length !== 1 || line[0] !== DOT) return null;
    this.#give('command');
    return this.#readEach(true);
  }

  async #sayAnswer(line: Uint8Array): Promise<NotDone | null> {
    const answer = decodeText(line).trim();
    const cancelled = answer === '*';
    if (!cancelled) {
      this.start.masks.typed.add(answer);
      this.#auth.answered = true;
    }
    await this.#send(line, cancelled ? answer : '<response hidden>');
    return this.#readAuth();
  }

  /** What the reply to a command changes. */
  #learn(verb: string, reply: Reply): NotDone | null {
    const accepted = reply.code >= 200 && reply.code < 300;
    if (verb === 'DATA') {
      if (reply.code !== 354)
        return { message: `DATA was answered with ${reply.code}, so that no mail can follow` };
      this.#give('mail');
    }
    if (verb === 'STARTTLS' && reply.code === 220) {
      this.start.inside.session.quitDue = false;
      throw new SmtpcheckError('reply-out-of-turn', 'session', 'the server wants TLS inside TLS');
    }
    if (verb === 'RCPT' && accepted) this.#recipients += 1;
    if (AFRESH.includes(verb) && accepted) this.#recipients = 0;
    if ((verb === 'EHLO' || verb === 'LHLO') && accepted) this.#ehlo = parseEhlo(reply);
    return null;
  }

  /** What a message comes to; in LMTP once for each recipient. */
  async #readEach(last: boolean): Promise<null> {
    const each = last && this.start.target.mode === 'lmtp' ? Math.max(1, this.#recipients) : 1;
    if (last) this.#recipients = 0;
    for (let i = 0; i < each; i += 1) await this.#replies.next();
    return null;
  }

  async #readAuth(): Promise<NotDone | null> {
    const { mechanism, answered } = this.#auth;
    const { code } = await this.#replies.next((reply) => this.start.masks.authLines(reply, mechanism));
    this.#give(code === 334 ? 'answer' : 'command');
    if (code === 334 || (code === 235 && answered)) return null;
    if (code !== 235) return { message: `AUTH was answered with ${code}` };
    const early = 'the server said success before it had the credentials';
    throw new SmtpcheckError('sasl-protocol', 'session', early);
  }

  async #readGoodbye(): Promise<null> {
    this.start.inside.session.quitDue = false;
    const reply = await this.#replies.goodbye();
    this.#over = reply === null || reply.code === 221 || reply.code === 421;
    if (!this.#over) this.#give('command');
    return null;
  }

  #send(line: Uint8Array, shown: string): Promise<void> {
    return this.start.inside.session.send(Buffer.concat([line, CRLF]), 'session', shown);
  }

  #give(turn: Turn): void {
    this.#turn = turn;
    this.start.inside.session.quitDue = turn === 'command';
  }
}

const INSECURE = '--insecure-auth sends it all the same';

/** Credentials that no mechanism could carry are the user's to mend: nothing was sent. */
function notSent(error: unknown): AuthAttemptReport {
  const { code, message } = error instanceof SmtpcheckError ? error : { code: null, message: '' };
  if (code !== 'credentials-unusable' && code !== 'library-cannot-offer') throw error;
  return notMade('not-attempted', message);
}

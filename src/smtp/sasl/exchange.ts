import type { AuthResult } from '../../core/auth-report.js';
import { SmtpcheckError } from '../../core/errors.js';
import { replyLines, type Reply } from '../reply.js';
import { protocolError } from './bytes.js';
import { authCommand, CANCEL, fitsCommand, responseLine, type AuthLine } from './command.js';
import { plainWords } from './plain-words.js';
import { createRedactor, type Redactor } from './redact.js';
import { readAuthReply } from './reply.js';
import type { SaslFacts, SaslMechanism, SaslResponse, Secret } from './types.js';

/** What one AUTH came to. */
export interface AuthOutcome {
  readonly result: AuthResult;
  /** The server's last reply, without anything secret that it may have repeated. */
  readonly reply: Reply;
  /** What the reply stands for, or why success was not believed; null when the user is logged in. */
  readonly reason: string | null;
  /** Why the exchange was cancelled. */
  readonly error: SmtpcheckError | null;
  readonly facts: SaslFacts;
}

export type AuthStep =
  | { readonly kind: 'send'; readonly line: AuthLine }
  | { readonly kind: 'done'; readonly outcome: AuthOutcome };

/** What is shown of a challenge that lets a guess at the password be checked. */
export const HIDDEN_CHALLENGE = '334 <challenge hidden>';

export interface ExchangeOptions {
  /** False sends AUTH alone and waits for an empty 334, as it is done anyway where the response is too long for a command. */
  readonly initialResponse?: boolean;
}

/** One AUTH command and all that follows (RFC 4954 section 4), without any I/O: replies in, lines to send out. */
export class AuthExchange {
  /** The AUTH command. */
  readonly command: AuthLine;
  // Private at run time too: nothing that prints the object prints the password.
  readonly #mechanism: SaslMechanism;
  readonly #redactor: Redactor;
  /** The initial response, as long as it was not sent. */
  #pending: SaslResponse | null;
  #cancelledBy: SmtpcheckError | null = null;
  /** Whether the server was given anything from which the secret can be had. */
  #secretSent = false;

  constructor(mechanism: SaslMechanism, secret: Secret, { initialResponse = true }: ExchangeOptions = {}) {
    const { name, initial } = mechanism;
    const inCommand = initial !== null && initialResponse && fitsCommand(name, initial);
    this.command = authCommand(name, inCommand ? initial : null);
    this.#mechanism = mechanism;
    this.#redactor = createRedactor(secret);
    this.#pending = inCommand ? null : initial;
    if (initial !== null) this.#redactor.add(initial);
    if (inCommand) this.#secretSent = initial.secret;
  }

  /** What to do about a reply. Rejects only for bugs: what a server does wrong cancels the exchange and ends in the outcome. */
  async next(reply: Reply): Promise<AuthStep> {
    const error = this.#cancelledBy;
    if (error !== null) return this.#done(reply, this.#resultOf(error), error.message);
    try {
      return await this.#react(reply);
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      this.#cancelledBy = error;
      return { kind: 'send', line: CANCEL };
    }
  }

  /** The lines of a reply as a transcript may show them. */
  shownReply(reply: Reply): string[] {
    if (reply.code === 334 && this.#mechanism.secretChallenges) return [HIDDEN_CHALLENGE];
    return replyLines(this.#cleaned(reply));
  }

  /** True when the next reply comes from a server that may know the secret. */
  get secretSent(): boolean {
    return this.#secretSent;
  }

  /** Any later text of the server without what is secret: it may still repeat it, in a shape that `inWords` has to see to. */
  clean(text: string, inWords = (words: string) => plainWords(words)): string {
    const known = this.#redactor.clean(text);
    return this.#secretSent ? inWords(known) : known;
  }

  async #react(reply: Reply): Promise<AuthStep> {
    const read = readAuthReply(reply);
    switch (read.kind) {
      case 'success':
        return this.#judgeSuccess(reply);
      case 'failure':
        return this.#done(reply, read.result, read.meaning);
      case 'challenge': {
        const response = await this.#answer(read.challenge);
        this.#redactor.add(response);
        this.#secretSent ||= response.secret;
        return { kind: 'send', line: responseLine(response) };
      }
    }
  }

  async #answer(challenge: Uint8Array): Promise<SaslResponse> {
    const first = this.#pending;
    if (first === null) return this.#mechanism.step(challenge);
    // A server that asks something wants something else than the mechanism's first message.
    if (challenge.length > 0) {
      throw protocolError(`${this.#mechanism.name} begins with an empty 334 (RFC 4954 section 4)`);
    }
    this.#pending = null;
    return first;
  }

  #judgeSuccess(reply: Reply): AuthStep {
    const verdict = this.#mechanism.finish(null);
    if (verdict.result !== 'accepted') return this.#done(reply, verdict.result, verdict.reason);
    return this.#pending === null
      ? this.#done(reply, 'accepted', null)
      : this.#done(reply, 'not-attempted', 'the server said success before it had the credentials');
  }

  /** Where our side had said everything, it was the server that broke the mechanism; else nothing was proven either way. */
  #resultOf(error: SmtpcheckError): AuthResult {
    if (error.code === 'credentials-unusable' || error.code === 'library-cannot-offer')
      return 'not-attempted';
    const { result } = this.#mechanism.finish(null);
    if (result !== 'accepted') return result;
    return this.#pending === null ? 'mechanism-refused' : 'not-attempted';
  }

  #done(reply: Reply, result: AuthResult, reason: string | null): AuthStep {
    const error = this.#cancelledBy;
    const facts = this.#mechanism.facts();
    const { serverError } = facts;
    const outcome = {
      ...{ result, reply: this.#cleaned(reply), reason, error },
      facts: serverError === undefined ? facts : { ...facts, serverError: plainWords(serverError) },
    };
    return { kind: 'done', outcome };
  }

  /** Cleaned before it is cut to a length: half a secret would not be recognised. */
  #cleaned(reply: Reply): Reply {
    return { ...reply, lines: reply.lines.map((line) => this.clean(line)) };
  }
}

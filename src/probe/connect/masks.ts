import { HIDDEN_CHALLENGE, type AuthExchange } from '../../smtp/sasl/exchange.js';
import { bareWord, plainWords } from '../../smtp/sasl/plain-words.js';
import { createRedactor } from '../../smtp/sasl/redact.js';
import { TypedSecrets } from '../../smtp/sasl/typed.js';
import { decodeBase64 } from '../../smtp/sasl/bytes.js';
import type { Secret } from '../../smtp/sasl/index.js';
import { decodeText, replyLines, type Reply } from '../../smtp/reply.js';

/** Words that are remembered: stops a talkative server. */
const MOST_WORDS = 5_000;

/** Characters of a word that is remembered: of shorter ones, letters for instance, a server could put a password together. */
const FEWEST_CHARACTERS = 4;

/**
 * What of a server's words may be shown. Before it has heard a secret, all; from then on what `auth` shows, and besides the words
 * that it had said before, or that were typed for all to see: they can have nothing of the secret in them.
 */
export class Masks {
  readonly typed = new TypedSecrets();
  readonly #exchanges: AuthExchange[] = [];
  readonly #words = new Set<string>();
  readonly #inWords: (text: string) => string;
  /** Of a secret that is known from the start: a session before this one may have told it. */
  readonly #early: (text: string) => string;

  constructor(secret: Secret | undefined, showReplies: boolean) {
    this.#inWords = showReplies ? (text) => text : (text) => plainWords(text, this.#words);
    const redactor = secret === undefined ? null : createRedactor(secret);
    this.#early = (text) => redactor?.clean(text) ?? text;
  }

  /** True when the server may know a secret. */
  get heard(): boolean {
    return this.typed.heard || this.#exchanges.some(({ secretSent }) => secretSent);
  }

  begin(exchange: AuthExchange): void {
    this.#exchanges.push(exchange);
  }

  /** A line that was typed for all to see, or that the server said before it had heard a secret. */
  learn(line: string): void {
    for (const word of [...line.split(/\s+/), ...line.split(/[\s<>:=,;()-]+/)]) {
      const bare = bareWord(word);
      if (bare.length >= FEWEST_CHARACTERS && this.#words.size < MOST_WORDS) this.#words.add(bare);
    }
  }

  /** What was heard before any secret was said. */
  cleanEarly(text: string): string {
    return this.#early(text);
  }

  clean(text: string): string {
    const typed = this.typed.clean(text);
    const rest = this.#exchanges.reduce((shown, exchange) => exchange.clean(shown, this.#inWords), typed);
    const known = this.#early(rest);
    return this.typed.heard ? this.#inWords(known) : known;
  }

  /** A reply as it may be shown, line by line: the first word of a line is known only there. */
  lines(reply: Reply): string[] {
    return replyLines({ ...reply, lines: reply.lines.map((line) => this.clean(line)) });
  }

  /** The same for a reply to AUTH that was typed. The challenges of SCRAM let a password be guessed. */
  authLines(reply: Reply, mechanism: string): string[] {
    if (reply.code !== 334) return this.lines(reply);
    if (mechanism.startsWith('SCRAM-')) return [HIDDEN_CHALLENGE];
    // `334 UGFzc3dvcmQ6` asks for the password in plain words, and only looks like something else.
    const [line = ''] = reply.lines;
    const prompt = decodeText(decodeBase64(line) ?? new Uint8Array()).replace(/\0$/, '');
    const plain =
      prompt !== '' && reply.lines.length === 1 && plainWords(this.typed.clean(prompt)) === prompt;
    if (plain) this.#words.add(bareWord(line));
    return this.lines(reply);
  }
}

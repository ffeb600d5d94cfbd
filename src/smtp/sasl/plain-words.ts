/*
 * Once a server has heard the secret it can give it back in any shape: in hexadecimal, backwards, a letter a line, and SCRAM's
 * proof as well, which lets passwords be guessed offline. No list of shapes is whole, so from then on its text is shown by the
 * words that a mail server is known to say, and by nothing else.
 */

/** What stands in the place of any other word. */
const HIDDEN = '<hidden>';

/** Words of the replies of Postfix, Exim, Sendmail, Dovecot, OpenSMTPD, Exchange and Gmail, and of RFC 5321, 4954, 5802 and 7628. */
const WORDS: ReadonlySet<string> = new Set(
  `a accepted access account again allowed an and application-specific are at auth authenticate authenticated authentication
  authorization authorized bad badcredentials bye cannot challenge channel channel-binding-not-supported channel-bindings-dont-match
  client closed closing command commands connection could credentials data denied disabled encoding encryption error expired
  extensions-not-supported failed failure failures first for from generic gsmtp has hidden have in incorrect initial internal invalid
  invalid-encoding invalid-proof invalid-username-encoding invalid_request invalid_token insufficient_scope is issue later line log login
  mail many mechanism method must needed no no-resources not now of ok on only or other-error password please proceed protocol
  reason rejected required requires response see server server-does-support-channel-binding service session sorry starttls
  string successful succeeded support supported syntax system temporarily temporary than that the this timeout tls to too transition
  try type unable unavailable unknown unknown-user unrecognized unsupported-channel-binding-type until use user username valid was
  weak wait welcome with wrong you your
  accept address as begin bytes cr><lf>.<cr><lf delivered delivery domain empty end exceeded exceeds exists expansion failing fixed full
  help implemented insufficient large limit list local long mailbox message messages name necessary need nested next null parameter
  flushed policy queued recipient recipients recognized relay relaying send sender sequence simultaneous size something space storage table
  then there transaction transfer unsupported verify when`.split(/\s+/),
);

/**
 * Text of a server that knows the secret, with every word hidden that it is not known to say. `also` has further words, in lower
 * case, that can have nothing of the secret in them.
 */
export function plainWords(text: string, also: ReadonlySet<string> = NONE): string {
  // A code may stand before its word without a blank, as in a transcript's 250-OK.
  const [, code = '', words = text] = /^([2-5]\d\d-)(.*)$/s.exec(text) ?? [];
  const shown = words
    .split(/\s+/)
    .map((word) => (isPlain(word, also) ? word : HIDDEN))
    .filter((word, i, all) => word !== HIDDEN || all[i - 1] !== HIDDEN);
  return code + shown.join(' ');
}

const NONE: ReadonlySet<string> = new Set();

function isPlain(word: string, also: ReadonlySet<string>): boolean {
  if (/^(?:[2-5]\d\d[ -]?|[245]\.\d\.\d{1,2})$/.test(word) || word === '') return true;
  const bare = bareWord(word);
  return WORDS.has(bare) || also.has(bare);
}

/** A word without the marks around it, in lower case. */
export function bareWord(word: string): string {
  return word.replace(/^[<("'[]+|[>)"'\].,:;!-]+$/g, '').toLowerCase();
}

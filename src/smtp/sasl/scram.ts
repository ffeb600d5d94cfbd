import { randomBytes } from 'node:crypto';
import { SmtpcheckError } from '../../core/errors.js';
import { credentialsError, encodeBase64, protocolError, sameBytes, utf8 } from './bytes.js';
import { checkCredentials, secretValue } from './credentials.js';
import { prepare } from './prepare.js';
import { scramProofs, type ScramHash } from './scram-keys.js';
import {
  ADVISED_ITERATIONS,
  escapeSaslName,
  gs2Header,
  parseServerFinal,
  parseServerFirst,
} from './scram-messages.js';
import type {
  ChannelBinding,
  Credentials,
  SaslFacts,
  SaslMechanism,
  SaslResponse,
  SaslVerdict,
} from './types.js';

export type ScramName = `SCRAM-SHA-${1 | 256 | 512}${'' | '-PLUS'}`;

export interface ScramOptions {
  readonly channelBinding: ChannelBinding;
  /** For tests: printable ASCII without a comma. Otherwise 24 random octets. */
  readonly nonce?: string;
}

/** `first` and `final` wait for that message of the server; the others are ends. */
type State = 'first' | 'final' | 'verified' | 'refused' | 'broken';

const NOTHING: SaslResponse = { bytes: new Uint8Array(), secret: false };

/**
 * SCRAM (RFC 5802; SHA-256: RFC 7677; SHA-512: draft-melnikov-scram-sha-512), with channel binding (-PLUS) or without. User
 * name and password are prepared before anything is sent.
 * @throws SmtpcheckError `credentials-unusable`
 */
export async function createScram(
  name: ScramName,
  credentials: Credentials,
  options: ScramOptions,
): Promise<SaslMechanism> {
  checkCredentials(credentials, { mechanism: name, authzid: true, nulForbidden: true });
  checkBinding(name, options.channelBinding);
  const password = await prepare(secretValue(credentials, 'password', name), 'password');
  const user = await prepare(credentials.user, 'user name');
  const nonce = options.nonce ?? encodeBase64(randomBytes(24));
  return new ScramExchange({
    name,
    password,
    nonce,
    binding: options.channelBinding,
    header: gs2Header(options.channelBinding, credentials.authzid),
    bare: `n=${escapeSaslName(user)},r=${nonce}`,
  });
}

function checkBinding(name: ScramName, binding: ChannelBinding): void {
  const bound = typeof binding === 'object';
  if (bound === name.endsWith('-PLUS') && (!bound || binding.data.length > 0)) return;
  throw credentialsError(
    bound && binding.data.length > 0
      ? `${name} does not bind to the TLS session: its -PLUS form does`
      : `${name} needs the channel binding of the TLS session, and there is none`,
  );
}

interface ScramStart {
  readonly name: ScramName;
  readonly password: string;
  readonly nonce: string;
  readonly binding: ChannelBinding;
  readonly header: string;
  /** client-first-message-bare */
  readonly bare: string;
}

class ScramExchange implements SaslMechanism {
  readonly name: ScramName;
  readonly initial: SaslResponse;
  readonly secretChallenges = true;
  // Private at run time too: nothing that prints the object prints the password.
  readonly #start: ScramStart;
  #state: State = 'first';
  #facts: SaslFacts;
  #serverSignature: Uint8Array = new Uint8Array();

  constructor(start: ScramStart) {
    this.name = start.name;
    this.initial = { bytes: utf8(start.header + start.bare), secret: false };
    this.#start = start;
    this.#facts = { channelBinding: bindingFact(start.binding) };
  }

  async step(challenge: Uint8Array): Promise<SaslResponse> {
    const was = this.#state;
    this.#state = 'broken';
    if (was === 'first') return this.#answerFirst(challenge);
    if (was === 'final') return this.#answerFinal(challenge);
    throw protocolError('the exchange is over, and the server sent one more challenge');
  }

  finish(success: Uint8Array | null): SaslVerdict {
    if (this.#state === 'final' && success !== null) this.#judgeSuccess(success);
    return verdict(this.#state, this.#facts);
  }

  facts(): SaslFacts {
    return this.#facts;
  }

  async #answerFirst(challenge: Uint8Array): Promise<SaslResponse> {
    const { bare, name, nonce: clientNonce, password } = this.#start;
    const parsed = parseServerFirst(challenge, clientNonce);
    if ('error' in parsed) return this.#refused(parsed.error);
    const { iterations, nonce } = parsed.message;
    this.#facts = { ...this.#facts, iterations, fewIterations: iterations < ADVISED_ITERATIONS };
    const withoutProof = `c=${encodeBase64(bindingInput(this.#start))},r=${nonce}`;
    // parseServerFirst has seen that it is UTF-8.
    const authMessage = `${bare},${Buffer.from(challenge).toString('utf8')},${withoutProof}`;
    const proofs = await scramProofs(hashOf(name), password, parsed.message, authMessage);
    this.#serverSignature = proofs.serverSignature;
    this.#state = 'final';
    return { bytes: utf8(`${withoutProof},p=${encodeBase64(proofs.clientProof)}`), secret: true };
  }

  #answerFinal(challenge: Uint8Array): SaslResponse {
    const parsed = parseServerFinal(challenge);
    if ('error' in parsed) return this.#refused(parsed.error);
    if (!sameBytes(parsed.message, this.#serverSignature)) {
      throw new SmtpcheckError(
        'server-not-authenticated',
        'auth',
        "the server's signature is wrong: it does not know the password (RFC 5802 section 5)",
      );
    }
    this.#state = 'verified';
    return NOTHING;
  }

  /** The empty answer lets the server say its 535. */
  #refused(serverError: string): SaslResponse {
    this.#state = 'refused';
    this.#facts = { ...this.#facts, serverError };
    return NOTHING;
  }

  /** A signature that comes with the success (RFC 4422 section 3.6) is worth as much; a wrong one leaves the state as it is. */
  #judgeSuccess(success: Uint8Array): void {
    try {
      this.#answerFinal(success);
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
    }
  }
}

/** Success without the signature is what a server says that took the password from nobody (RFC 5802 section 5). */
function verdict(state: State, { serverError }: SaslFacts): SaslVerdict {
  if (state === 'verified') return { result: 'accepted' };
  const reason =
    serverError === undefined
      ? 'the server said success without proving that it knows the password'
      : `the server named an error (${serverError}) and then said success`;
  return { result: 'server-not-authenticated', reason };
}

function bindingFact(binding: ChannelBinding): NonNullable<SaslFacts['channelBinding']> {
  if (typeof binding === 'object') return binding.type;
  return binding === 'not-supported' ? 'n' : 'y';
}

/** cbind-input (RFC 5802 section 7): the GS2 header again, and the data of the binding. */
function bindingInput({ header, binding }: ScramStart): Uint8Array {
  return typeof binding === 'object' ? Buffer.concat([utf8(header), binding.data]) : utf8(header);
}

function hashOf(name: ScramName): ScramHash {
  const match = /^SCRAM-SHA-(\d+)/.exec(name);
  return match?.[1] === '512' ? 'sha512' : match?.[1] === '256' ? 'sha256' : 'sha1';
}

import { SmtpcheckError } from '../../core/errors.js';
import { HANDSHAKE, parseServerHello, type HandshakeMessage, type ServerHello } from '../handshake.js';
import { parseKeylogLine } from '../keylog.js';
import type { LegacySession } from '../legacy-protection.js';
import { TLS13 } from '../server-hello.js';
import type { Negotiated } from './key-exchange.js';

/** Key log labels that open what is traced here (RFC 9850 section 2). */
export type SecretLabel =
  | 'CLIENT_RANDOM'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0';

export type Sender = 'client' | 'server';

const NOTHING: Negotiated = { version: null, suite: null };

/** The hellos of a connection, the last ones where it was renegotiated, and the secrets that were logged. */
export class TracedSession {
  private readonly secrets = new Map<string, Uint8Array>();
  private clientRandom: Uint8Array = new Uint8Array();
  private hello: ServerHello | null = null;

  /** From ServerHello, and from HelloRetryRequest until then. */
  get negotiated(): Negotiated {
    if (this.hello === null) return NOTHING;
    const { version, cipherSuite: suite } = this.hello.facts;
    return { version, suite };
  }

  get isTls13(): boolean {
    return this.negotiated.version === TLS13;
  }

  /** Whether the last hello of the server was no HelloRetryRequest. */
  get helloDone(): boolean {
    return this.hello !== null && !this.hello.retry;
  }

  /** What the keys up to TLS 1.2 are made of; null before ServerHello, and in TLS 1.3. */
  get legacySession(): LegacySession | null {
    const { hello, clientRandom } = this;
    if (hello === null || hello.retry || this.isTls13) return null;
    const { version, cipherSuite: suite, encryptThenMac } = hello.facts;
    return { version, suite, encryptThenMac, clientRandom, serverRandom: hello.random };
  }

  /** A line of the key log; what is no such line is passed over. */
  addKeylog(line: string): void {
    const entry = parseKeylogLine(line);
    if (entry !== null) this.secrets.set(keyOf(entry.label, entry.clientRandom), entry.secret);
  }

  /** The secret of the handshake under way. */
  secret(label: SecretLabel): Uint8Array | undefined {
    return this.secrets.get(keyOf(label, this.clientRandom));
  }

  /** Takes note of a hello, of the side whose it is. */
  note(sender: Sender, { type, body }: HandshakeMessage): void {
    if (type === HANDSHAKE.clientHello && sender === 'client') {
      this.clientRandom = body.subarray(2, 34);
      // Nothing is settled yet, also where one handshake follows another. The answer to a HelloRetryRequest changes nothing.
      if (this.helloDone) this.hello = null;
    } else if (type === HANDSHAKE.serverHello && sender === 'server')
      this.hello = readHello(body) ?? this.hello;
  }
}

const keyOf = (label: string, clientRandom: Uint8Array): string =>
  `${label} ${Buffer.from(clientRandom).toString('hex')}`;

function readHello(body: Uint8Array): ServerHello | null {
  try {
    return parseServerHello(body);
  } catch (error) {
    // What is wrong with it is told where it is decoded.
    if (!(error instanceof SmtpcheckError)) throw error;
    return null;
  }
}

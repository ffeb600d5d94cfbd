import { SmtpcheckError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { garbled } from './bytes.js';
import type { FlightFacts } from './flight-types.js';
import * as handshake from './handshake.js';
import { HANDSHAKE, HandshakeReader, type HandshakeMessage } from './handshake.js';
import { keyExchangeOf } from './key-exchange.js';
import { CONTENT_TYPE, type TlsRecord } from './record.js';
import { canOpen, RecordOpener } from './record-protection.js';
import { TLS13 } from './server-hello.js';

export { parseKeylogLine, type KeylogEntry } from './keylog.js';

/** Alerts kept of one connection: stops a server that sends warnings for ever. */
const MOST_ALERTS = 16;

/**
 * Reads what a server says about itself between its ServerHello and its Finished, from the records as they pass: in the
 * clear up to TLS 1.2, with the server handshake traffic secret in TLS 1.3 (RFC 8446 section 7.1). It only listens:
 * whether the handshake is right is OpenSSL's to judge, so order and signatures are not checked here.
 *
 * `accept` never throws. What cannot be read ends the reading: `failure` says why, and the facts stay as far as they got.
 */
export class ServerFlight {
  readonly facts: FlightFacts = {
    serverHello: null,
    helloRetryRequest: false,
    retrySuite: null,
    certificates: null,
    ocspStaple: null,
    certificateRequest: false,
    group: null,
    dhBits: null,
    dhPrime: null,
    signatureScheme: null,
    alpn: null,
    encryptedExtensions: null,
    alerts: [],
  };
  private broken: SmtpcheckError | null = null;
  private done = false;
  private readonly messages = new HandshakeReader();
  private secret: Uint8Array | null = null;
  private opener: RecordOpener | null = null;
  /** Encrypted records that came before the secret did. */
  private held: TlsRecord[] = [];
  private heldOctets = 0;
  /** After ChangeCipherSpec up to TLS 1.2, and after Finished in TLS 1.3, nothing that can be read comes any more. */
  private dark = false;

  /** Nothing more to learn: ServerHelloDone or ChangeCipherSpec up to TLS 1.2, Finished in TLS 1.3, or given up. */
  get finished(): boolean {
    return this.done;
  }

  /** Why the reader gave up, or null. */
  get failure(): SmtpcheckError | null {
    return this.broken;
  }

  /** TLS 1.3 is under way and cannot be read further until the secret is there. */
  get waitingForSecret(): boolean {
    return !this.done && this.isTls13() && this.opener === null;
  }

  /** Takes the server's next record. */
  accept(record: TlsRecord): void {
    this.guard(() => this.take(record));
  }

  /** The server handshake traffic secret. May come before the ServerHello; only the first counts. */
  provideServerHandshakeSecret(secret: Uint8Array): void {
    this.secret ??= secret;
    this.guard(() => this.startOpening());
  }

  private isTls13(): boolean {
    return this.facts.serverHello?.version === TLS13;
  }

  /** Turns what a parser throws into `failure`. Anything but our own error is a bug, and stays one. */
  private guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      this.broken ??= error;
      this.finish();
    }
  }

  private finish(): void {
    this.done = true;
    this.held = [];
  }

  private take(record: TlsRecord): void {
    if (record.type === CONTENT_TYPE.alert) {
      // Still of use after ServerHelloDone: that is when a missing client certificate is complained of.
      if (!this.dark) this.noteAlert(record.fragment);
      return;
    }
    if (record.type === CONTENT_TYPE.changeCipherSpec) this.takeChangeCipherSpec();
    if (this.done) return;
    if (record.type === CONTENT_TYPE.applicationData) this.takeProtected(record);
    else if (record.type === CONTENT_TYPE.handshake) this.takeClear(record.fragment);
  }

  private takeChangeCipherSpec(): void {
    // In TLS 1.3 it is there for middleboxes and means nothing (RFC 8446 appendix D.4), after a HelloRetryRequest too.
    if (this.isTls13() || this.facts.helloRetryRequest) return;
    this.dark = true;
    if (!this.done && this.facts.serverHello === null)
      throw garbled('ChangeCipherSpec came before ServerHello');
    if (!this.done && this.messages.midway) throw garbled('ChangeCipherSpec came within a handshake message');
    this.finish();
  }

  private takeClear(fragment: Uint8Array): void {
    if (this.isTls13()) throw garbled('a handshake message of TLS 1.3 came in the clear');
    for (const message of this.messages.push(fragment)) {
      if (this.isTls13()) throw garbled('a message in the clear follows ServerHello in TLS 1.3');
      this.readClear(message);
      if (this.finished) return;
    }
    // RFC 8446 section 5.1: a message may not reach over a change of keys.
    if (this.isTls13() && this.messages.midway)
      throw garbled('a message in the clear follows ServerHello in TLS 1.3');
  }

  private takeProtected(record: TlsRecord): void {
    if (!this.isTls13()) throw garbled('encrypted data came before the handshake was done');
    if (this.opener !== null) {
      this.openRecord(record, this.opener);
      return;
    }
    this.heldOctets += record.raw.length;
    if (this.heldOctets > LIMITS.heldFlight)
      throw garbled(`the server's flight is longer than ${LIMITS.heldFlight} octets`);
    this.held.push(record);
  }

  /** Once ServerHello and secret are both there, in either order. */
  private startOpening(): void {
    const hello = this.facts.serverHello;
    if (this.done || this.opener !== null || this.secret === null || hello?.version !== TLS13) return;
    const opener = RecordOpener.forSuite(hello.cipherSuite, this.secret);
    this.opener = opener;
    const { held } = this;
    this.held = [];
    for (const record of held) this.openRecord(record, opener);
  }

  private openRecord(record: TlsRecord, opener: RecordOpener): void {
    if (this.done) return;
    const { type, content } = opener.open(record);
    if (type === CONTENT_TYPE.alert) this.noteAlert(content);
    else if (type === CONTENT_TYPE.handshake) this.takeOpened(content);
    else throw garbled(`an encrypted record of type ${type} came within the handshake`);
  }

  private takeOpened(content: Uint8Array): void {
    for (const message of this.messages.push(content)) {
      this.readProtected(message);
      if (this.done) return;
    }
  }

  private noteAlert(fragment: Uint8Array): void {
    const alert = handshake.parseAlert(fragment);
    if (this.facts.alerts.length < MOST_ALERTS) this.facts.alerts.push(alert);
  }

  /** Messages in the clear: all of them up to TLS 1.2, ServerHello and HelloRetryRequest in TLS 1.3. */
  private readClear({ type, body }: HandshakeMessage): void {
    const { facts } = this;
    if (type === HANDSHAKE.helloRequest) return;
    if (type === HANDSHAKE.serverHello) {
      this.readServerHello(body);
      return;
    }
    if (facts.serverHello === null)
      throw garbled(`the server's first handshake message is of type ${type}, not ServerHello`);
    const { version, cipherSuite } = facts.serverHello;
    if (type === HANDSHAKE.certificate) {
      this.setCertificates(handshake.parseCertificate12(body));
    } else if (type === HANDSHAKE.certificateStatus) {
      facts.ocspStaple = handshake.parseCertificateStatus(body);
    } else if (type === HANDSHAKE.serverKeyExchange) {
      Object.assign(facts, handshake.parseServerKeyExchange(body, keyExchangeOf(cipherSuite), version));
    } else if (type === HANDSHAKE.certificateRequest) {
      handshake.parseCertificateRequest(body, version);
      facts.certificateRequest = true;
    } else if (type === HANDSHAKE.serverHelloDone) {
      this.finish();
    }
  }

  private readServerHello(body: Uint8Array): void {
    const { facts } = this;
    if (facts.serverHello !== null) throw garbled('the server sent ServerHello twice');
    const hello = handshake.parseServerHello(body);
    if (hello.retry) {
      if (facts.helloRetryRequest) throw garbled('the server sent HelloRetryRequest twice');
      facts.helloRetryRequest = true;
      facts.retrySuite = hello.facts.cipherSuite;
      facts.group = hello.group;
      return;
    }
    facts.serverHello = hello.facts;
    facts.group = hello.group;
    facts.alpn = hello.alpn;
    const { version, cipherSuite } = hello.facts;
    if (version > TLS13) throw garbled(`ServerHello picks the version 0x${version.toString(16)}`);
    if (version !== TLS13) return;
    // Without this the reader would wait for a secret that is of no use to it.
    if (!canOpen(cipherSuite))
      throw garbled(`TLS 1.3 with suite 0x${cipherSuite.toString(16)} cannot be read`);
    this.startOpening();
  }

  private readProtected({ type, body }: HandshakeMessage): void {
    const { facts } = this;
    if (type === HANDSHAKE.encryptedExtensions) {
      const { alpn, extensions } = handshake.parseEncryptedExtensions(body);
      Object.assign(facts, { alpn, encryptedExtensions: extensions });
    } else if (type === HANDSHAKE.certificateRequest) {
      handshake.parseCertificateRequest(body, TLS13);
      facts.certificateRequest = true;
    } else if (type === HANDSHAKE.certificate) {
      const entries = handshake.parseCertificate13(body);
      this.setCertificates(entries.map((entry) => entry.certificate));
      facts.ocspStaple = handshake.stapleOf(entries[0]);
    } else if (type === HANDSHAKE.certificateVerify) {
      facts.signatureScheme = handshake.parseCertificateVerify(body);
    } else if (type === HANDSHAKE.finished) {
      this.dark = true;
      this.finish();
    }
  }

  private setCertificates(certificates: Uint8Array[]): void {
    if (this.facts.certificates !== null) throw garbled('the server sent Certificate twice');
    this.facts.certificates = certificates;
  }
}

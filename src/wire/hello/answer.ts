import { SmtpcheckError } from '../../core/errors.js';
import { garbled } from '../bytes.js';
import { alertName } from '../names.js';
import { ServerFlight } from '../flight.js';
import type { FlightFacts } from '../flight-types.js';
import { HANDSHAKE, HandshakeReader } from '../handshake.js';
import { CONTENT_TYPE, RecordReader, type TlsRecord } from '../record.js';
import { parseServerHello, TLS13 } from '../server-hello.js';
import { looksLikeSslv2, readSslv2Answer, type Sslv2Answer } from './sslv2.js';

/** What a server said to one ClientHello, in its own bytes; nothing is concluded here. */
export type HelloAnswer =
  /** ServerHello, and as much of the flight behind it as can be read; `cut` says why it was not all. */
  | { readonly kind: 'hello'; readonly flight: FlightFacts; readonly cut: string | null }
  /** HelloRetryRequest (RFC 8446 section 4.1.4). */
  | { readonly kind: 'retry'; readonly suite: number; readonly group: number | null }
  | { readonly kind: 'sslv2'; readonly answer: Sslv2Answer }
  /** A fatal alert, or close_notify, which is a close with good manners. */
  | { readonly kind: 'alert'; readonly description: number }
  /** Octets that are no TLS. */
  | { readonly kind: 'garbled'; readonly error: SmtpcheckError };

const FATAL = 2;
export const CLOSE_NOTIFY = 0;
const ALERT_OCTETS = 2;

/** Makes the secret that opens a TLS 1.3 flight; null when there is none to be had for this ServerHello. */
export type SecretMaker = (serverHello: {
  readonly message: Uint8Array;
  readonly suite: number;
  readonly group: number | null;
  readonly share: Uint8Array | null;
}) => Uint8Array | null;

/** Octets that a server may send before it has answered: stops an endless flight. */
const MOST_OCTETS = 512 * 1024;

/** Reads the answer to one ClientHello, however its octets are cut into segments, records and messages. */
export class HelloReader {
  private readonly records = new RecordReader();
  private readonly flight = new ServerFlight();
  private readonly messages = new HandshakeReader();
  private octets = 0;
  private begin: Uint8Array = new Uint8Array();
  /** Of an alert that began in another record: up to TLS 1.2 it may (RFC 5246 section 6.2.1). */
  private halfAlert: Uint8Array = new Uint8Array();

  constructor(private readonly options: { readonly sslv2?: boolean; readonly secret?: SecretMaker } = {}) {}

  /** The answer once it is complete, null before. */
  push(chunk: Uint8Array): HelloAnswer | null {
    this.octets += chunk.length;
    if (this.octets > MOST_OCTETS)
      return this.result(
        garbled(`the server sent more than ${MOST_OCTETS} octets in answer to a ClientHello`),
      );
    try {
      if (this.options.sslv2 === true && this.octets > 0) {
        this.begin = Buffer.concat([this.begin, chunk]);
        if (looksLikeSslv2(this.begin)) return asSslv2(readSslv2Answer(this.begin));
      }
      for (const record of this.records.push(chunk)) {
        this.accept(record);
        if (this.isComplete()) return this.result();
      }
      return this.records.failure === null ? null : this.result(this.records.failure);
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      return this.result(error);
    }
  }

  /** What there is when nothing more comes: null when the server said nothing that counts. */
  end(why: string): HelloAnswer | null {
    const { facts } = this.flight;
    if (facts.serverHello === null && !facts.helloRetryRequest) return null;
    return this.result(null, why);
  }

  /** Whether the server has said anything at all. */
  get heard(): boolean {
    return this.octets > 0;
  }

  private accept(record: TlsRecord): void {
    if (record.type === CONTENT_TYPE.alert) {
      for (const alert of this.alertsOf(record)) this.flight.accept(alert);
      return;
    }
    const before = this.flight.facts.serverHello;
    this.flight.accept(record);
    if (this.options.secret === undefined || record.type !== CONTENT_TYPE.handshake || before !== null)
      return;
    for (const { type, body } of this.messages.push(record.fragment)) {
      if (type === HANDSHAKE.serverHello) this.open(body, this.options.secret);
    }
  }

  /** Its alerts, one a record, as the flight reader wants them. */
  private alertsOf(record: TlsRecord): TlsRecord[] {
    const all = Buffer.concat([this.halfAlert, record.fragment]);
    const whole = all.length - (all.length % ALERT_OCTETS);
    this.halfAlert = all.subarray(whole);
    return Array.from({ length: whole / ALERT_OCTETS }, (_, i) => ({
      ...record,
      fragment: all.subarray(i * ALERT_OCTETS, (i + 1) * ALERT_OCTETS),
    }));
  }

  private open(body: Uint8Array, makeSecret: SecretMaker): void {
    const { facts, group, share, retry } = parseServerHello(body);
    if (retry || facts.version !== TLS13) return;
    const header = [HANDSHAKE.serverHello, body.length >> 16, (body.length >> 8) & 0xff, body.length & 0xff];
    const message = Buffer.concat([Buffer.from(header), body]);
    const secret = makeSecret({ message, suite: facts.cipherSuite, group, share });
    if (secret !== null) this.flight.provideServerHandshakeSecret(secret);
  }

  private isComplete(): boolean {
    const { facts, finished, failure } = this.flight;
    if (finished || failure !== null || facts.helloRetryRequest) return true;
    // Without a secret nothing behind ServerHello can be read.
    if (facts.serverHello?.version === TLS13) return this.flight.waitingForSecret;
    return facts.alerts.some(isLast);
  }

  private result(error: SmtpcheckError | null = null, why: string | null = null): HelloAnswer {
    const { facts, failure } = this.flight;
    const last = facts.alerts.find(isLast);
    if (facts.serverHello !== null) {
      const alert = last === undefined ? null : `alert ${last.description} (${alertName(last.description)})`;
      return { kind: 'hello', flight: facts, cut: (error ?? failure)?.message ?? alert ?? why };
    }
    if (facts.helloRetryRequest && facts.retrySuite !== null)
      return { kind: 'retry', suite: facts.retrySuite, group: facts.group };
    if (last !== undefined) return { kind: 'alert', description: last.description };
    return {
      kind: 'garbled',
      error: error ?? failure ?? garbled('the server said nothing that can be read'),
    };
  }
}

/** Nothing comes behind such an alert. */
const isLast = ({ level, description }: FlightFacts['alerts'][number]): boolean =>
  level === FATAL || description === CLOSE_NOTIFY;

function asSslv2(answer: Sslv2Answer | null): HelloAnswer | null {
  return answer === null ? null : { kind: 'sslv2', answer };
}

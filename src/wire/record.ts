import type { SmtpcheckError } from '../core/errors.js';
import { LIMITS } from '../core/limits.js';
import { garbled, latin1 } from './bytes.js';

/** ContentType of RFC 8446 section 5.1; 24 is heartbeat (RFC 6520). */
export const CONTENT_TYPE = {
  changeCipherSpec: 20,
  alert: 21,
  handshake: 22,
  applicationData: 23,
  heartbeat: 24,
} as const;

export interface TlsRecord {
  readonly type: number;
  readonly legacyVersion: number;
  readonly fragment: Uint8Array;
  /** Header and fragment, as they came. */
  readonly raw: Uint8Array;
}

const HEADER = 5;
/** 2^14 octets and what a cipher may add: 2048 up to TLS 1.2 (RFC 5246 section 6.2.3), 256 in TLS 1.3. */
const LONGEST_FRAGMENT = 2 ** 14 + 2048;

/**
 * Cuts a stream of octets into TLS records, however it is chunked. Every octet is copied once, so that a server which
 * sends them one by one costs no more than one that does not, and no record keeps a socket's buffer alive.
 */
export class RecordReader {
  private readonly header = new Uint8Array(HEADER);
  /** The record that is being filled, once its header is known to be sound. */
  private raw: Uint8Array | null = null;
  private filled = 0;
  private broken: SmtpcheckError | null = null;

  /** Octets of a record that is not complete yet. */
  get pending(): number {
    return this.filled;
  }

  /** Why no more records can be read: set as soon as a header is wrong, even when `push` still had records to return. */
  get failure(): SmtpcheckError | null {
    return this.broken;
  }

  /**
   * The records that `chunk` completes. Throws SmtpcheckError `tls-garbled` when a header is not one of TLS; if records
   * were completed before it in the same chunk they are returned first (an alert in front of rubbish still counts),
   * `failure` is set, and the next call throws.
   */
  push(chunk: Uint8Array): TlsRecord[] {
    if (this.broken !== null) throw this.broken;
    const records: TlsRecord[] = [];
    let offset = 0;
    while (offset < chunk.length) {
      offset += this.fill(chunk, offset);
      if (this.raw === null && this.filled === HEADER && !this.open(chunk.subarray(offset))) break;
      const record = this.complete();
      if (record !== null) records.push(record);
    }
    if (this.failure !== null && records.length === 0) throw this.failure;
    return records;
  }

  /** Copies what fits into the header or the record, and says how many octets that was. */
  private fill(chunk: Uint8Array, offset: number): number {
    const target = this.raw ?? this.header;
    const part = chunk.subarray(offset, offset + target.length - this.filled);
    target.set(part, this.filled);
    this.filled += part.length;
    return part.length;
  }

  /** Judges a whole header and makes room for its record. `rest` is what came behind the header, for the message only. */
  private open(rest: Uint8Array): boolean {
    const [type = 0, major = 0, , high = 0, low = 0] = this.header;
    const length = high * 256 + low;
    if (type < 20 || type > 24 || major !== 3) {
      this.broken = notTls(this.header, rest);
    } else if (length > LONGEST_FRAGMENT) {
      this.broken = garbled(
        `a TLS record says it is ${length} octets long; ${LONGEST_FRAGMENT} is the most there may be`,
      );
    } else {
      this.raw = new Uint8Array(HEADER + length);
      this.raw.set(this.header);
    }
    return this.raw !== null;
  }

  private complete(): TlsRecord | null {
    const { raw } = this;
    if (raw === null || this.filled < raw.length) return null;
    this.raw = null;
    this.filled = 0;
    const [type = 0, major = 0, minor = 0] = raw;
    return { type, legacyVersion: major * 256 + minor, fragment: raw.subarray(HEADER), raw };
  }
}

function notTls(header: Uint8Array, rest: Uint8Array): SmtpcheckError {
  const [type = 0, major = 0, minor = 0] = header;
  const begin = latin1(header) + latin1(rest.subarray(0, LIMITS.serverText - HEADER));
  // What a person would recognise: a server that answers in plain SMTP or HTTP. Behind a line of it TLS may have begun after all.
  const [text = ''] = /^[\t\r\n\x20-\x7e]*/.exec(begin) ?? [];
  if (text.length === begin.length || text.includes('\n'))
    return garbled('the server sent text where TLS should begin', { serverSaid: text });
  if (type >= 20 && type <= 24) return garbled(`a TLS record has the version ${major}.${minor}`);
  return garbled(`the server sent something that is not TLS: no record has the content type ${type}`);
}

import { SmtpcheckError } from '../core/errors.js';

/** What every parser of this layer throws: the bytes are not what TLS allows. */
export function garbled(
  message: string,
  details: { serverSaid?: string; cause?: unknown } = {},
): SmtpcheckError {
  return new SmtpcheckError('tls-garbled', 'handshake', message, details);
}

/**
 * Reads the presentation language of RFC 8446 section 3 from front to end. Every read is checked against what is there;
 * `what` names the structure for the error message.
 */
export class ByteReader {
  private offset = 0;

  constructor(
    private readonly data: Uint8Array,
    readonly what: string,
  ) {}

  get remaining(): number {
    return this.data.length - this.offset;
  }

  u8(): number {
    return this.integer(1);
  }

  u16(): number {
    return this.integer(2);
  }

  /** The next `length` octets, not copied. */
  bytes(length: number): Uint8Array {
    if (length > this.remaining) throw garbled(`${this.what} is cut short`);
    const start = this.offset;
    this.offset += length;
    return this.data.subarray(start, this.offset);
  }

  /** A vector with a length field of 1, 2 or 3 octets, not copied (RFC 8446 section 3.4). */
  vector(lengthOctets: 1 | 2 | 3, minimum = 0): Uint8Array {
    const length = this.integer(lengthOctets);
    if (length < minimum)
      throw garbled(`${this.what} has a field of ${length} octets, at least ${minimum} are due`);
    return this.bytes(length);
  }

  /** A vector as a reader of its own. */
  inner(lengthOctets: 1 | 2 | 3, minimum = 0): ByteReader {
    return new ByteReader(this.vector(lengthOctets, minimum), this.what);
  }

  /** Nothing may be left over. */
  end(): void {
    if (this.remaining > 0) throw garbled(`${this.what} has ${this.remaining} octets too many`);
  }

  private integer(octets: 1 | 2 | 3): number {
    let value = 0;
    for (const octet of this.bytes(octets)) value = value * 256 + octet;
    return value;
  }
}

/** One octet a character: for names that are ASCII when they are right, and must survive when they are not. */
export function latin1(data: Uint8Array): string {
  return Array.from(data, (octet) => String.fromCharCode(octet)).join('');
}

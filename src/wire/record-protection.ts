import { createHmac } from 'node:crypto';
import { openAead, type Aead } from './aead.js';
import { garbled } from './bytes.js';
import type { TlsRecord } from './record.js';

interface Protection extends Aead {
  readonly hash: 'sha256' | 'sha384';
}

// RFC 8446 appendix B.4, by the number of the suite.
const AEADS: ReadonlyMap<number, Protection> = new Map<number, Protection>([
  [0x1301, { cipher: 'aes-128-gcm', hash: 'sha256', keyLength: 16, tagLength: 16 }],
  [0x1302, { cipher: 'aes-256-gcm', hash: 'sha384', keyLength: 32, tagLength: 16 }],
  [0x1303, { cipher: 'chacha20-poly1305', hash: 'sha256', keyLength: 32, tagLength: 16 }],
  [0x1304, { cipher: 'aes-128-ccm', hash: 'sha256', keyLength: 16, tagLength: 16 }],
  [0x1305, { cipher: 'aes-128-ccm', hash: 'sha256', keyLength: 16, tagLength: 8 }],
]);

const IV_LENGTH = 12;
/** RFC 8446 section 5.4: content, its type and the padding together. */
const LONGEST_INNER = 2 ** 14 + 1;

/** Whether records of a suite can be opened here. */
export function canOpen(suite: number): boolean {
  return AEADS.has(suite);
}

/**
 * HKDF-Expand-Label (RFC 8446 section 7.1): `{ length, "tls13 " + label, context }` as the info of HKDF-Expand (RFC 5869
 * section 2.3). Node's hkdf does extract and expand in one, so the second half is spelt out.
 */
export function hkdfExpandLabel(
  hash: string,
  secret: Uint8Array,
  label: string,
  length: number,
  context: Uint8Array = new Uint8Array(),
): Uint8Array {
  const name = Buffer.from(`tls13 ${label}`, 'latin1');
  const info = Buffer.concat([
    Buffer.from([length >> 8, length & 0xff, name.length]),
    name,
    Buffer.from([context.length]),
    context,
  ]);
  let block = Buffer.alloc(0);
  let output = Buffer.alloc(0);
  for (let counter = 1; output.length < length; counter++) {
    block = createHmac(hash, secret)
      .update(Buffer.concat([block, info, Buffer.from([counter])]))
      .digest();
    output = Buffer.concat([output, block]);
  }
  return output.subarray(0, length);
}

/** Opens the records that one side sends under one key, in order (RFC 8446 sections 5.2, 5.3 and 7.3). */
export class RecordOpener {
  private readonly key: Uint8Array;
  private readonly iv: Uint8Array;
  private sequence = 0;

  private constructor(
    private readonly aead: Protection,
    private readonly secret: Uint8Array,
  ) {
    this.key = hkdfExpandLabel(aead.hash, secret, 'key', aead.keyLength);
    this.iv = hkdfExpandLabel(aead.hash, secret, 'iv', IV_LENGTH);
  }

  /** Throws SmtpcheckError for a suite that `canOpen` denies. */
  static forSuite(suite: number, secret: Uint8Array): RecordOpener {
    const aead = AEADS.get(suite);
    if (aead === undefined) throw garbled(`no way to open records of suite 0x${suite.toString(16)}`);
    return new RecordOpener(aead, secret);
  }

  /** The opener for what comes after this side's KeyUpdate (RFC 8446 section 7.2). */
  next(): RecordOpener {
    const { hash } = this.aead;
    return new RecordOpener(this.aead, hkdfExpandLabel(hash, this.secret, 'traffic upd', this.secret.length));
  }

  /** TLSInnerPlaintext without its padding. Throws SmtpcheckError when the record is not authentic or not well-formed. */
  open(record: TlsRecord): { type: number; content: Uint8Array } {
    const inner = this.decrypt(record);
    if (inner.length > LONGEST_INNER) throw garbled('an encrypted record holds more than 2^14 octets');
    // RFC 8446 section 5.4: the last octet that is not zero is the content type.
    const end = inner.findLastIndex((octet) => octet !== 0);
    if (end < 0) throw garbled('an encrypted record holds nothing but padding');
    return { type: inner[end] ?? 0, content: inner.subarray(0, end) };
  }

  private decrypt(record: TlsRecord): Uint8Array {
    const { fragment, raw } = record;
    const { tagLength } = this.aead;
    if (fragment.length <= tagLength) throw garbled('an encrypted record is too short');
    try {
      // The header as it was sent is the additional data (RFC 8446 section 5.2).
      return openAead(this.aead, this.key, this.nextNonce(), raw.subarray(0, 5), fragment);
    } catch (error) {
      throw garbled('an encrypted record does not open with its secret', { cause: error });
    }
  }

  /** RFC 8446 section 5.3: the sequence number, padded to the left, XOR the static IV. No probe sees 2^32 records. */
  private nextNonce(): Uint8Array {
    const nonce = Buffer.from(this.iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(IV_LENGTH - 4) ^ this.sequence) >>> 0, IV_LENGTH - 4);
    this.sequence++;
    return nonce;
  }
}

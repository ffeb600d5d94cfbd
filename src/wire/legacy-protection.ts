import { createDecipheriv, createHash, createHmac } from 'node:crypto';
import { openAead } from './aead.js';
import { garbled } from './bytes.js';
import { legacyProtection, type LegacyProtection } from './legacy-suites.js';
import { legacyPrf } from './prf.js';
import type { TlsRecord } from './record.js';

const TLS11 = 0x0302;

/** What the keys of a connection up to TLS 1.2 are made of (RFC 5246 section 6.3). */
export interface LegacySession {
  readonly version: number;
  readonly suite: number;
  /** RFC 7366; means nothing for suites that are no block ciphers. */
  readonly encryptThenMac: boolean;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
}

interface Keys {
  readonly mac: Uint8Array;
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

/** Opens the records that one side sends behind its ChangeCipherSpec, in order, up to TLS 1.2. */
export class LegacyOpener {
  private sequence = 0n;

  private constructor(
    private readonly protection: LegacyProtection,
    private readonly keys: Keys,
    private readonly session: LegacySession,
    /** The last block of ciphertext, which is the next record's IV in TLS 1.0 (RFC 2246 section 6.2.3.2). */
    private chained: Uint8Array,
  ) {}

  /** Null for a suite that is not opened here. */
  static create(
    session: LegacySession,
    masterSecret: Uint8Array,
    sender: 'client' | 'server',
  ): LegacyOpener | null {
    const protection = legacyProtection(session.suite);
    if (protection === null) return null;
    const keys = keyBlock(protection, session, masterSecret)[sender];
    return new LegacyOpener(protection, keys, session, keys.iv);
  }

  /** Takes note of a record that nobody wants to look into. */
  skip({ fragment }: TlsRecord): void {
    this.sequence++;
    if (this.protection.kind === 'cbc') this.chain(fragment, this.protection.block);
  }

  /** What the record holds. Throws SmtpcheckError when it is not authentic. */
  open(record: TlsRecord): Uint8Array {
    const before = this.chained;
    const sequence = this.sequence;
    this.skip(record);
    try {
      return this.decrypt(record, sequence, before);
    } catch (error) {
      throw garbled('an encrypted record does not open with its secret', { cause: error });
    }
  }

  private decrypt(record: TlsRecord, sequence: bigint, chained: Uint8Array): Uint8Array {
    const { protection, keys } = this;
    switch (protection.kind) {
      case 'aead': {
        const { fragment } = record;
        const sealed = fragment.subarray(protection.explicitNonce);
        const nonce =
          protection.explicitNonce === 0
            ? xorSequence(keys.iv, sequence)
            : Buffer.concat([keys.iv, fragment.subarray(0, protection.explicitNonce)]);
        const additional = header(record, sequence, sealed.length - protection.tagLength);
        return openAead(protection, keys.key, nonce, additional, sealed);
      }
      case 'cbc':
        return this.session.encryptThenMac
          ? this.macOutside(record, sequence, protection, chained)
          : this.authentic(
              record,
              sequence,
              protection.mac,
              withoutPadding(this.decipher(record.fragment, protection, chained)),
            );
      case 'null':
        return this.authentic(record, sequence, protection.mac, record.fragment);
    }
  }

  /** Encrypt-then-MAC: the MAC is over the ciphertext, and outside it (RFC 7366 section 3). */
  private macOutside(
    record: TlsRecord,
    sequence: bigint,
    protection: LegacyProtection & { kind: 'cbc' },
    chained: Uint8Array,
  ): Uint8Array {
    const sealed = this.authentic(record, sequence, protection.mac, record.fragment);
    return withoutPadding(this.decipher(sealed, protection, chained));
  }

  /** What stands in front of a MAC that is right (RFC 5246 section 6.2.3.1). */
  private authentic(record: TlsRecord, sequence: bigint, hash: string, data: Uint8Array): Uint8Array {
    const size = digestLength(hash);
    if (data.length < size) throw garbled('an encrypted record is too short');
    const content = data.subarray(0, data.length - size);
    const mac = createHmac(hash, this.keys.mac)
      .update(header(record, sequence, content.length))
      .update(content)
      .digest();
    if (!mac.equals(data.subarray(content.length))) throw garbled('the MAC of a record is wrong');
    return content;
  }

  private decipher(
    data: Uint8Array,
    { cipher, block }: LegacyProtection & { kind: 'cbc' },
    chained: Uint8Array,
  ): Uint8Array {
    const explicit = this.session.version >= TLS11;
    const iv = explicit ? data.subarray(0, block) : chained;
    const decipher = createDecipheriv(cipher, this.keys.key, iv).setAutoPadding(false);
    return Buffer.concat([decipher.update(explicit ? data.subarray(block) : data), decipher.final()]);
  }

  private chain(fragment: Uint8Array, block: number): void {
    const { protection, session } = this;
    const mac = protection.kind === 'cbc' && session.encryptThenMac ? digestLength(protection.mac) : 0;
    const last = fragment.subarray(0, Math.max(0, fragment.length - mac)).subarray(-block);
    if (last.length === block) this.chained = last;
  }
}

const digestLength = (hash: string): number => createHash(hash).digest().length;

/** Sequence number, type, version and length: what is authenticated beside the content (RFC 5246 section 6.2.3.3). */
function header({ raw }: TlsRecord, sequence: bigint, length: number): Buffer {
  const data = Buffer.alloc(13);
  data.writeBigUInt64BE(sequence);
  data.set(raw.subarray(0, 3), 8);
  data.writeUInt16BE(length, 11);
  return data;
}

/** RFC 7905 section 2: the sequence number, padded to the left, XOR the IV. */
function xorSequence(iv: Uint8Array, sequence: bigint): Uint8Array {
  const nonce = Buffer.from(iv);
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ sequence, 4);
  return nonce;
}

function withoutPadding(data: Uint8Array): Uint8Array {
  const padding = (data.at(-1) ?? 0) + 1;
  const wrong = padding > data.length || data.subarray(-padding).some((octet) => octet !== padding - 1);
  if (wrong) throw garbled('the padding of a record is wrong');
  return data.subarray(0, data.length - padding);
}

function keyBlock(
  protection: LegacyProtection,
  { version, clientRandom, serverRandom }: LegacySession,
  masterSecret: Uint8Array,
): Readonly<Record<'client' | 'server', Keys>> {
  const macLength = protection.kind === 'aead' ? 0 : digestLength(protection.mac);
  const keyLength = protection.kind === 'null' ? 0 : protection.keyLength;
  const ivLength = fixedIv(protection, version);
  const seed = Buffer.concat([serverRandom, clientRandom]);
  const length = 2 * (macLength + keyLength + ivLength);
  const block = legacyPrf(version, protection.prf, masterSecret, 'key expansion', seed, length);
  const keysAt = (index: 0 | 1): Keys => {
    const part = (start: number, size: number): Uint8Array =>
      block.subarray(start + index * size, start + (index + 1) * size);
    const afterMacs = 2 * macLength;
    return {
      mac: part(0, macLength),
      key: part(afterMacs, keyLength),
      iv: part(afterMacs + 2 * keyLength, ivLength),
    };
  };
  return { client: keysAt(0), server: keysAt(1) };
}

/** Octets of IV in the key block. */
function fixedIv(protection: LegacyProtection, version: number): number {
  if (protection.kind === 'aead') return 12 - protection.explicitNonce;
  return protection.kind === 'cbc' && version < TLS11 ? protection.block : 0;
}

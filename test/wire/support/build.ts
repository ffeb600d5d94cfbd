import { createCipheriv } from 'node:crypto';
import { hkdfExpandLabel } from '../../../src/wire/record-protection.js';
import { RecordReader, type TlsRecord } from '../../../src/wire/record.js';

/** Octets from numbers and other octets. */
export function octets(...parts: (number | Uint8Array)[]): Buffer {
  return Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : part)));
}

export const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);
export const u24 = (value: number): Buffer => Buffer.from([value >> 16, (value >> 8) & 0xff, value & 0xff]);
export const v8 = (data: Uint8Array): Buffer => octets(data.length, data);
export const v16 = (data: Uint8Array): Buffer => octets(u16(data.length), data);
export const v24 = (data: Uint8Array): Buffer => octets(u24(data.length), data);
export const hex = (text: string): Buffer => Buffer.from(text.replace(/\s+/g, ''), 'hex');

export const extension = (type: number, data: Uint8Array): Buffer => octets(u16(type), v16(data));
export const message = (type: number, body: Uint8Array): Buffer => octets(type, v24(body));
export const record = (type: number, fragment: Uint8Array): Buffer => octets(type, 3, 3, v16(fragment));

/** One record as the reader gives it. */
export function readRecord(raw: Uint8Array): TlsRecord {
  const [first] = new RecordReader().push(raw);
  if (first === undefined) throw new Error('not a whole record');
  return first;
}

export interface HelloParts {
  readonly version?: number;
  readonly random?: Uint8Array;
  readonly suite?: number;
  readonly compression?: number;
  readonly extensions?: readonly Uint8Array[] | null;
}

/** The body of a ServerHello. */
export function serverHello(parts: HelloParts = {}): Buffer {
  const {
    version = 0x0303,
    random = Buffer.alloc(32, 7),
    suite = 0xc02f,
    compression = 0,
    extensions = [],
  } = parts;
  const head = octets(u16(version), random, v8(Buffer.alloc(0)), u16(suite), compression);
  return extensions === null ? head : octets(head, v16(octets(...extensions)));
}

const KEY_SHARE = extension(51, octets(u16(0x1d), v16(Buffer.alloc(32, 9))));
const SUPPORTED_VERSIONS = extension(43, u16(0x0304));
const RETRY_RANDOM = hex('cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c');

export const serverHello13 = (suite = 0x1301): Buffer =>
  serverHello({ suite, extensions: [KEY_SHARE, SUPPORTED_VERSIONS] });
export const helloRetryRequest = (group = 0x17): Buffer =>
  serverHello({
    suite: 0x1301,
    random: RETRY_RANDOM,
    extensions: [extension(51, u16(group)), SUPPORTED_VERSIONS],
  });

/** Protects records with TLS_AES_128_GCM_SHA256, so that what is inside can be wrong in every way. */
export class Sealer {
  private sequence = 0;
  constructor(private readonly secret: Uint8Array) {}

  /** For what comes after a KeyUpdate. */
  next(): Sealer {
    return new Sealer(hkdfExpandLabel('sha256', this.secret, 'traffic upd', 32));
  }

  /** `type` null leaves the inner content type out. */
  seal(type: number | null, content: Uint8Array, padding = 0): Buffer {
    const inner = octets(content, ...(type === null ? [] : [type]), Buffer.alloc(padding));
    const nonce = Buffer.from(hkdfExpandLabel('sha256', this.secret, 'iv', 12));
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ this.sequence++) >>> 0, 8);
    const cipher = createCipheriv('aes-128-gcm', hkdfExpandLabel('sha256', this.secret, 'key', 16), nonce);
    cipher.setAAD(octets(23, 3, 3, u16(inner.length + 16)));
    const sealed = Buffer.concat([cipher.update(inner), cipher.final(), cipher.getAuthTag()]);
    return record(23, sealed);
  }
}

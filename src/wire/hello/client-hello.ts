import { randomBytes } from 'node:crypto';
import { CONTENT_TYPE } from '../record.js';
import type { Extension } from '../server-hello.js';
import { u16, u16s, v16, v24, v8 } from './encode.js';

/** A ClientHello up to TLS 1.3 (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2, RFC 6101 section 5.6.1.2). */
export interface ClientHello {
  /** The version field of old: 0x0300 is SSLv3, 0x0303 TLS 1.2 and, with supported_versions, TLS 1.3. */
  readonly legacyVersion: number;
  readonly random?: Uint8Array;
  readonly sessionId?: Uint8Array;
  readonly suites: readonly number[];
  /** CompressionMethod numbers; default null (0) alone. */
  readonly compression?: readonly number[];
  /** In the order sent. An empty list sends no block at all, as SSLv3 has none. */
  readonly extensions: readonly Extension[];
}

/** How the octets of one handshake message are laid out on the wire. */
export interface Framing {
  /** Of the record layer; RFC 8446 section 5.1 lets a first ClientHello say 0x0301. */
  readonly recordVersion?: number;
  /** Octets of the message in one record; default as many as a record holds. */
  readonly fragment?: number;
}

const CLIENT_HELLO = 1;
/** Octets of plaintext in one record (RFC 8446 section 5.1). */
const MAX_FRAGMENT = 2 ** 14;

/** The handshake message, header included. */
export function encodeClientHello(hello: ClientHello): Buffer {
  const body = [
    u16(hello.legacyVersion),
    hello.random ?? randomBytes(32),
    v8(hello.sessionId ?? new Uint8Array()),
    v16(u16s(hello.suites)),
    v8(Uint8Array.from(hello.compression ?? [0])),
  ];
  if (hello.extensions.length > 0) {
    body.push(v16(Buffer.concat(hello.extensions.flatMap(({ type, data }) => [u16(type), v16(data)]))));
  }
  return Buffer.concat([Buffer.of(CLIENT_HELLO), v24(Buffer.concat(body))]);
}

/** The records that carry a handshake message, each by itself. */
export function handshakeRecords(message: Uint8Array, framing: Framing = {}): Buffer[] {
  const { recordVersion = 0x0301, fragment = MAX_FRAGMENT } = framing;
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += fragment) {
    const part = message.subarray(at, at + fragment);
    records.push(Buffer.concat([Buffer.of(CONTENT_TYPE.handshake), u16(recordVersion), v16(part)]));
  }
  return records;
}

/** An alert in a record of its own (RFC 8446 section 6). */
export function alertRecord(level: 1 | 2, description: number, recordVersion: number): Buffer {
  return Buffer.concat([
    Buffer.of(CONTENT_TYPE.alert),
    u16(recordVersion),
    v16(Buffer.of(level, description)),
  ]);
}

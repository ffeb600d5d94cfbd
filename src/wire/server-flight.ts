import { randomBytes } from 'node:crypto';
import { HANDSHAKE } from './handshake.js';
import { CONTENT_TYPE } from './record.js';
import { TLS12 } from './server-hello.js';

/** Octets of plaintext in one record (RFC 8446 section 5.1). */
const MAX_FRAGMENT = 2 ** 14;

/** renegotiation_info, empty (RFC 5746 section 3.6): without it some clients refuse the handshake. */
const RENEGOTIATION_INFO = Buffer.from('ff01000100', 'hex');

/**
 * What a server of TLS 1.2 says first, in the clear: ServerHello and Certificate (RFC 5246 section 7.4), as far as nobody needs
 * the certificate's private key.
 */
export function serverFlight(suite: number, certificates: readonly Uint8Array[]): Uint8Array {
  const hello = [
    u16(TLS12),
    randomBytes(32),
    Buffer.of(0),
    u16(suite),
    Buffer.of(0),
    v16(RENEGOTIATION_INFO),
  ];
  const messages = [
    message(HANDSHAKE.serverHello, Buffer.concat(hello)),
    message(HANDSHAKE.certificate, v24(Buffer.concat(certificates.map(v24)))),
  ];
  return records(Buffer.concat(messages));
}

const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);
const v16 = (data: Uint8Array): Buffer => Buffer.concat([u16(data.length), data]);
const v24 = (data: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of(data.length >> 16, (data.length >> 8) & 0xff, data.length & 0xff), data]);
const message = (type: number, body: Uint8Array): Buffer => Buffer.concat([Buffer.of(type), v24(body)]);

function records(messages: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < messages.length; at += MAX_FRAGMENT) {
    parts.push(Buffer.of(CONTENT_TYPE.handshake), u16(TLS12), v16(messages.subarray(at, at + MAX_FRAGMENT)));
  }
  return Buffer.concat(parts);
}

import { garbled, type ByteReader } from '../bytes.js';
import { LIMITS } from '../../core/limits.js';
import { HANDSHAKE, type BegunMessage } from '../handshake.js';
import { TLS12, TLS13 } from '../server-hello.js';
import {
  CERTIFICATE_COMPRESSIONS,
  CLIENT_CERTIFICATE_TYPES,
  KEY_UPDATE_REQUESTS,
} from '../tables/messages.js';
import * as codes from './codes.js';
import type { TraceCode, TraceMessage } from './event.js';
import { certificateStatus, extensions } from './extensions.js';
import {
  add,
  count,
  distinguishedName,
  list,
  opaque,
  readFields,
  shown,
  u32,
  type Fields,
} from './fields.js';
import { clientHello, isRetry, serverHello } from './hello.js';
import { clientKeyExchange, serverKeyExchange, signature, type Negotiated } from './key-exchange.js';

type ReadMessage = (reader: ByteReader, out: Fields, negotiated: Negotiated) => void;

/** What is inside each message that is read; of all others the type and the length are shown. */
const READERS: Readonly<Record<number, ReadMessage>> = {
  [HANDSHAKE.helloRequest]: () => undefined,
  [HANDSHAKE.clientHello]: clientHello,
  [HANDSHAKE.serverHello]: serverHello,
  [HANDSHAKE.newSessionTicket]: newSessionTicket,
  [HANDSHAKE.encryptedExtensions]: (reader, out) => extensions(out, reader, 'EncryptedExtensions'),
  [HANDSHAKE.certificate]: certificate,
  [HANDSHAKE.serverKeyExchange]: serverKeyExchange,
  [HANDSHAKE.certificateRequest]: certificateRequest,
  [HANDSHAKE.serverHelloDone]: () => undefined,
  [HANDSHAKE.certificateVerify]: signature,
  [HANDSHAKE.clientKeyExchange]: clientKeyExchange,
  [HANDSHAKE.finished]: (reader, out) => add(out, 'verify_data', shown(reader.bytes(reader.remaining))),
  [HANDSHAKE.certificateStatus]: certificateStatus,
  [HANDSHAKE.keyUpdate]: (reader, out) =>
    add(out, 'request_update', codes.small(KEY_UPDATE_REQUESTS, reader.u8())),
  [HANDSHAKE.compressedCertificate]: (reader, out) => {
    add(out, 'algorithm', codes.small(CERTIFICATE_COMPRESSIONS, reader.u16()));
    add(out, 'uncompressed_length', count(reader.u8() * 0x10000 + reader.u16(), 'octets'));
    opaque(out, 'compressed_certificate_message', reader, 3);
  },
};

/** Decodes a handshake message, or the beginning of one, as far as it can be read. Never throws for what it is given. */
export function decodeMessage(
  type: number,
  body: Uint8Array,
  negotiated: Negotiated,
  length = body.length,
): TraceMessage {
  const read = READERS[type];
  const name = typeName(type, body);
  return {
    kind: 'message',
    type: name,
    length,
    fields:
      read === undefined
        ? []
        : readFields(body, name.name ?? 'the message', (reader, out) => read(reader, out, negotiated)),
    missing: length - body.length,
  };
}

/** A message that was cut off; null when not even its header is whole. */
export function decodeBegun(begun: BegunMessage, negotiated: Negotiated): TraceMessage | null {
  if (begun.type === null || begun.length === null) return null;
  return decodeMessage(begun.type, begun.body, negotiated, begun.length);
}

/** A HelloRetryRequest is a ServerHello by number alone. */
function typeName(type: number, body: Uint8Array): TraceCode {
  const retry = type === HANDSHAKE.serverHello && isRetry(body.subarray(2, 34));
  return { ...codes.handshakeType(type), ...(retry ? { name: 'HelloRetryRequest' } : {}) };
}

/** RFC 5077 section 3.3, RFC 8446 section 4.6.1. The ticket is the key to the session and is not shown. */
function newSessionTicket(reader: ByteReader, out: Fields, { version }: Negotiated): void {
  if (version !== TLS13) {
    add(out, 'ticket_lifetime_hint', count(u32(reader), 'seconds'));
    opaque(out, 'ticket', reader, 2);
    return;
  }
  add(out, 'ticket_lifetime', count(u32(reader), 'seconds'));
  add(out, 'ticket_age_add', count(u32(reader)));
  opaque(out, 'ticket_nonce', reader, 1);
  opaque(out, 'ticket', reader, 2);
  extensions(out, reader, 'NewSessionTicket');
}

/** RFC 5246 section 7.4.2; in TLS 1.3 every certificate has extensions of its own (RFC 8446 section 4.4.2). */
function certificate(reader: ByteReader, out: Fields, { version }: Negotiated): void {
  if (version === TLS13) opaque(out, 'certificate_request_context', reader, 1);
  let number = 0;
  list(out, 'certificate_list', reader, 3, (inner, push) => {
    number += 1;
    if (number > LIMITS.chainCertificates)
      throw garbled(`${reader.what} has more than ${LIMITS.chainCertificates} certificates`);
    const der = Uint8Array.from(inner.vector(3));
    const fields: Fields = [];
    push({ kind: 'certificate', der, fields });
    if (version === TLS13) extensions(fields, inner, 'Certificate');
  });
}

/** RFC 5246 section 7.4.4, RFC 8446 section 4.3.2. */
function certificateRequest(reader: ByteReader, out: Fields, { version }: Negotiated): void {
  if (version === TLS13) {
    opaque(out, 'certificate_request_context', reader, 1);
    extensions(out, reader, 'CertificateRequest');
    return;
  }
  list(out, 'certificate_types', reader, 1, (inner, push) =>
    push(codes.small(CLIENT_CERTIFICATE_TYPES, inner.u8())),
  );
  if ((version ?? TLS12) === TLS12)
    list(out, 'supported_signature_algorithms', reader, 2, (inner, push) => push(codes.scheme(inner.u16())));
  list(out, 'certificate_authorities', reader, 2, distinguishedName);
}

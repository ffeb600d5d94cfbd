import { ByteReader } from '../../../src/wire/bytes.js';
import type { ClientHello } from '../../../src/wire/hello/client-hello.js';
import { HandshakeReader } from '../../../src/wire/handshake.js';
import { RecordReader } from '../../../src/wire/record.js';
import { parseExtensions } from '../../../src/wire/server-hello.js';

const CLIENT_HELLO = 1;

/** A ClientHello read back by the grammar of RFC 8446 section 4.1.2: the other direction of `encodeClientHello`. */
export function decodeClientHello(message: Uint8Array): Required<ClientHello> {
  const whole = new ByteReader(message, 'ClientHello');
  if (whole.u8() !== CLIENT_HELLO) throw new Error('not a ClientHello');
  const reader = whole.inner(3);
  whole.end();
  const legacyVersion = reader.u16();
  const random = reader.bytes(32);
  const sessionId = reader.vector(1);
  const suites = numbers(reader.inner(2, 2));
  const compression = [...reader.vector(1, 1)];
  const extensions = reader.remaining === 0 ? [] : parseExtensions(reader.inner(2), 'ClientHello');
  reader.end();
  return { legacyVersion, random, sessionId, suites, compression, extensions };
}

/** The same out of the records that carried it. */
export function helloOfRecords(octets: Uint8Array): Required<ClientHello> {
  const messages = new HandshakeReader();
  for (const record of new RecordReader().push(octets)) {
    for (const { type, body } of messages.push(record.fragment)) {
      const length = Buffer.alloc(3);
      length.writeUIntBE(body.length, 0, 3);
      return decodeClientHello(Buffer.concat([Buffer.of(type), length, body]));
    }
  }
  throw new Error('no whole message');
}

/** Every two octets a number. */
export function numbers(reader: ByteReader): number[] {
  const all: number[] = [];
  while (reader.remaining > 0) all.push(reader.u16());
  return all;
}

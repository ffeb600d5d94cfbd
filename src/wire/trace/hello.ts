import type { ByteReader } from '../bytes.js';
import { RETRY_RANDOM } from '../server-hello.js';
import { COMPRESSION_METHODS } from '../tables/messages.js';
import * as codes from './codes.js';
import { extensions } from './extensions.js';
import { add, list, opaque, shown, type Fields } from './fields.js';

/** ClientHello of every version (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2). */
export function clientHello(reader: ByteReader, out: Fields): void {
  add(out, 'client_version', codes.version(reader.u16()));
  add(out, 'random', shown(reader.bytes(32)));
  opaque(out, 'session_id', reader, 1);
  list(out, 'cipher_suites', reader, 2, (inner, push) => push(codes.suite(inner.u16())));
  list(out, 'compression_methods', reader, 1, (inner, push) =>
    push(codes.small(COMPRESSION_METHODS, inner.u8())),
  );
  // Before TLS 1.3 the whole block may be missing.
  if (reader.remaining > 0) extensions(out, reader, 'ClientHello');
}

/** ServerHello of every version and HelloRetryRequest (RFC 8446 sections 4.1.3 and 4.1.4, RFC 5246 section 7.4.1.3). */
export function serverHello(reader: ByteReader, out: Fields): void {
  add(out, 'server_version', codes.version(reader.u16()));
  const random = reader.bytes(32);
  add(out, 'random', shown(random));
  opaque(out, 'session_id', reader, 1);
  add(out, 'cipher_suite', codes.suite(reader.u16()));
  add(out, 'compression_method', codes.small(COMPRESSION_METHODS, reader.u8()));
  if (reader.remaining > 0) extensions(out, reader, isRetry(random) ? 'HelloRetryRequest' : 'ServerHello');
}

/** Whether it is the random of a HelloRetryRequest, which has the type of a ServerHello (RFC 8446 section 4.1.3). */
export function isRetry(random: Uint8Array): boolean {
  return Buffer.from(random).toString('hex') === RETRY_RANDOM;
}

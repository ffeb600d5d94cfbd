import { ByteReader, garbled } from './bytes.js';

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
const RANDOM = 32;

/** The cipher suites that a ClientHello offers, in its order, out of its record (RFC 8446 section 4.1.2). */
export function offeredSuites(record: Uint8Array): number[] {
  const what = 'ClientHello';
  const outer = new ByteReader(record, what);
  if (outer.u8() !== HANDSHAKE_RECORD) throw garbled('a ClientHello has to begin with a handshake record');
  outer.u16();
  const fragment = outer.inner(2);
  if (fragment.u8() !== CLIENT_HELLO) throw garbled('the first handshake message is no ClientHello');
  const hello = fragment.inner(3);
  hello.u16();
  hello.bytes(RANDOM);
  hello.vector(1);
  const list = hello.inner(2, 2);
  const suites: number[] = [];
  while (list.remaining > 0) suites.push(list.u16());
  return suites;
}

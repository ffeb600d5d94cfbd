import { ByteReader, latin1 } from '../../../src/wire/bytes.js';
import type { Extension } from '../../../src/wire/server-hello.js';
import { numbers } from './client-hello.js';

/*
 * The extensions of a ClientHello read back, each by the grammar of its RFC; the other direction of src/wire/hello/extensions.ts.
 */

type Decode = (reader: ByteReader) => unknown;

const empty: Decode = () => null;
const list16: Decode = (reader) => numbers(reader.inner(2, 2));

function serverName(reader: ByteReader): string {
  const list = reader.inner(2, 1);
  if (list.u8() !== 0) throw new Error('not a host name');
  const name = latin1(list.vector(2, 1));
  list.end();
  return name;
}

function alpn(reader: ByteReader): string[] {
  const list = reader.inner(2, 2);
  const names: string[] = [];
  while (list.remaining > 0) names.push(latin1(list.vector(1, 1)));
  return names;
}

function keyShare(reader: ByteReader): { group: number; key: Uint8Array }[] {
  const list = reader.inner(2);
  const shares: { group: number; key: Uint8Array }[] = [];
  while (list.remaining > 0) shares.push({ group: list.u16(), key: list.vector(2, 1) });
  return shares;
}

function statusRequest(reader: ByteReader): object {
  return { type: reader.u8(), responders: reader.vector(2).length, extensions: reader.vector(2).length };
}

/** The length, where every octet is zero. */
function zeros(reader: ByteReader): number {
  const { remaining } = reader;
  if (reader.bytes(remaining).some((octet) => octet !== 0)) throw new Error('not zeros');
  return remaining;
}

const DECODERS: Readonly<Record<number, Decode>> = {
  0: serverName,
  1: (reader) => reader.u8(),
  5: statusRequest,
  10: list16,
  11: (reader) => [...reader.vector(1, 1)],
  13: list16,
  15: (reader) => reader.u8(),
  16: alpn,
  21: zeros,
  22: empty,
  23: empty,
  28: (reader) => reader.u16(),
  35: empty,
  43: (reader) => numbers(reader.inner(1, 2)),
  45: (reader) => [...reader.vector(1, 1)],
  50: list16,
  51: keyShare,
  0xff01: (reader) => [...reader.vector(1)],
};

export const DECODED_TYPES: readonly number[] = Object.keys(DECODERS).map(Number);

/** What the extension says; of one without a grammar here, such as GREASE, how many zeros it has. */
export function decodeExtension({ type, data }: Extension): unknown {
  const reader = new ByteReader(data, `extension ${type}`);
  const value = (DECODERS[type] ?? zeros)(reader);
  reader.end();
  return value;
}

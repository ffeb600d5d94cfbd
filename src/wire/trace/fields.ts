import { SmtpcheckError } from '../../core/errors.js';
import { ByteReader, garbled } from '../bytes.js';
import type { TraceField, TraceValue } from './event.js';

/** Fields in the making: what was read before something is wrong is kept. */
export type Fields = TraceField[];

/** Reads one structure. */
export type ReadFields = (reader: ByteReader, out: Fields) => void;

/** Reads as far as can be, and says where that ends; anything but our own error is a bug, and stays one. */
export function readFields(data: Uint8Array, what: string, read: ReadFields): Fields {
  const reader = new ByteReader(data, what);
  const out: Fields = [];
  try {
    read(reader, out);
    reader.end();
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    out.push({ name: 'unreadable', value: { kind: 'unreadable', reason: error.message } });
  }
  return out;
}

/** Reads what is inside a vector. One that is cut short is read as far as it goes before that is said. */
export function within(reader: ByteReader, lengthOctets: 1 | 2 | 3, read: (inner: ByteReader) => void): void {
  const length = lengthOf(reader, lengthOctets);
  const part = reader.bytes(Math.min(length, reader.remaining));
  const inner = new ByteReader(part, reader.what);
  read(inner);
  if (part.length < length) throw garbled(`${reader.what} is cut short`);
  inner.end();
}

function lengthOf(reader: ByteReader, octets: 1 | 2 | 3): number {
  if (octets === 1) return reader.u8();
  return octets === 2 ? reader.u16() : reader.u8() * 0x10000 + reader.u16();
}

/** Reads one item of a list, and hands it over as soon as there is something of it. */
export type ReadItem = (inner: ByteReader, push: (item: TraceValue) => void) => void;

/** A list: a vector full of items. */
export function list(
  out: Fields,
  name: string,
  reader: ByteReader,
  lengthOctets: 1 | 2 | 3,
  item: ReadItem,
): void {
  const items: TraceValue[] = [];
  out.push({ name, value: { kind: 'list', items } });
  within(reader, lengthOctets, (inner) => {
    while (inner.remaining > 0) item(inner, (value) => items.push(value));
  });
}

/** A vector whose octets are not to be shown. */
export function opaque(out: Fields, name: string, reader: ByteReader, lengthOctets: 1 | 2 | 3): void {
  out.push({ name, value: { kind: 'opaque', length: reader.vector(lengthOctets).length } });
}

export function add(out: Fields, name: string, value: TraceValue): void {
  out.push({ name, value });
}

/** Octets to be shown. They are copied, so that an event keeps no buffer alive. */
export const shown = (data: Uint8Array): TraceValue => ({ kind: 'octets', data: Uint8Array.from(data) });

export const count = (number: number, unit: string | null = null): TraceValue => ({
  kind: 'number',
  number,
  unit,
});

export const u32 = (reader: ByteReader): number => reader.u16() * 0x10000 + reader.u16();

/** A distinguished name in a vector of its own. */
export const distinguishedName: ReadItem = (reader, push) =>
  push({ kind: 'name', der: Uint8Array.from(reader.vector(2)) });

/** Items that are vectors, whose octets are not to be shown. */
export const hidden =
  (lengthOctets: 1 | 2): ReadItem =>
  (inner, push) =>
    push({ kind: 'opaque', length: inner.vector(lengthOctets).length });

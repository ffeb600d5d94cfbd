/** The presentation language of RFC 8446 section 3, written: integers, and vectors with their length in front. */

export const u16 = (value: number): Buffer => Buffer.of((value >> 8) & 0xff, value & 0xff);

/** Integers one behind the other: the lists of a hello have hundreds, and a scan sends a hundred hellos. */
export function u16s(values: readonly number[]): Buffer {
  const octets = Buffer.allocUnsafe(2 * values.length);
  let at = 0;
  for (const value of values) {
    octets[at++] = value >> 8;
    octets[at++] = value;
  }
  return octets;
}

export const v8 = (data: Uint8Array): Buffer => Buffer.concat([Buffer.of(data.length), data]);

export const v16 = (data: Uint8Array): Buffer => Buffer.concat([u16(data.length), data]);

export const v24 = (data: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of((data.length >> 16) & 0xff, (data.length >> 8) & 0xff, data.length & 0xff), data]);

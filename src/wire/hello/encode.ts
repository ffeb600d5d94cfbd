/** The presentation language of RFC 8446 section 3, written: integers, and vectors with their length in front. */

export const u16 = (value: number): Buffer => Buffer.of((value >> 8) & 0xff, value & 0xff);

export const v8 = (data: Uint8Array): Buffer => Buffer.concat([Buffer.of(data.length), data]);

export const v16 = (data: Uint8Array): Buffer => Buffer.concat([u16(data.length), data]);

export const v24 = (data: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of((data.length >> 16) & 0xff, (data.length >> 8) & 0xff, data.length & 0xff), data]);

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offeredSession } from '../../src/wire/session-offer.js';

const ID = Buffer.alloc(32, 0x5a);
const u16 = (value: number): Buffer => Buffer.of(value >> 8, value & 0xff);
const v16 = (data: Uint8Array): Buffer => Buffer.concat([u16(data.length), data]);
const extension = (type: number, data: Uint8Array): Buffer => Buffer.concat([u16(type), v16(data)]);

/** A ClientHello in one record, or in records of `size` octets. */
function hello(id: Uint8Array, extensions: readonly Buffer[] | null, size = 16_384): Buffer {
  const body = Buffer.concat([
    ...[
      Buffer.of(3, 3),
      Buffer.alloc(32, 1),
      Buffer.of(id.length),
      id,
      v16(Buffer.of(0x13, 1)),
      Buffer.of(1, 0),
    ],
    ...(extensions === null ? [] : [v16(Buffer.concat(extensions))]),
  ]);
  const message = Buffer.concat([Buffer.of(1, 0), v16(body)]);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size)
    records.push(Buffer.of(0x16, 3, 1), v16(message.subarray(at, at + size)));
  return Buffer.concat(records);
}

const sni = extension(0, Buffer.from('0007000004616263', 'hex'));
const ticket = extension(35, Buffer.alloc(160, 9));
const psk = extension(41, Buffer.alloc(80, 9));

describe('offeredSession', () => {
  it.each([
    ['a PSK', hello(Buffer.alloc(32, 1), [sni, psk]), 'psk'],
    // Both are there when the session is of TLS 1.3 and an empty ticket is asked for too.
    ['a PSK beside the wish for a ticket', hello(ID, [extension(35, Buffer.alloc(0)), psk]), 'psk'],
    ['a ticket', hello(ID, [sni, ticket]), 'ticket'],
    ['a session ID', hello(ID, [sni, extension(35, Buffer.alloc(0))]), 'session-id'],
    ['a session ID without extensions', hello(ID, null), 'session-id'],
    ['random octets in the place of the ID (RFC 8446 appendix D.4)', hello(Buffer.alloc(32, 1), [sni]), null],
    ['the wish for a ticket', hello(Buffer.alloc(0), [extension(35, Buffer.alloc(0))]), null],
    ['a message in two records', hello(ID, [ticket], 60), 'ticket'],
  ])('sees %s', (_, bytes, expected) => {
    expect(offeredSession(bytes, ID)).toBe(expected);
  });

  it('sees nothing in what is no hello, or was cut off', () => {
    expect(offeredSession(Buffer.from('EHLO client.example\r\n'), ID)).toBeNull();
    expect(offeredSession(Buffer.from('15030100020228', 'hex'), ID)).toBeNull();
    const whole = hello(ID, [psk]);
    for (let length = 0; length < whole.length; length += 1)
      expect(offeredSession(whole.subarray(0, length), ID)).toBeNull();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        const body = Buffer.concat([Buffer.of(1, 0), v16(bytes)]);
        offeredSession(bytes, ID);
        offeredSession(Buffer.concat([Buffer.of(0x16, 3, 1), v16(body)]), ID);
      }),
      { numRuns: 2000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sessionFacts } from '../../src/net/session-facts.js';

function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  return Buffer.concat([Buffer.from([tag, 0x82, body.length >> 8, body.length & 0xff]), body]);
}

const integer = (...octets: readonly number[]): Buffer => tlv(0x02, Buffer.from(octets));
const ID = Buffer.alloc(32, 0xa5);

/** An SSL_SESSION as OpenSSL writes it (ssl_asn1.c). */
function session(minor: number, fields: readonly Buffer[], id = ID): Buffer {
  return tlv(
    0x30,
    ...[
      integer(1),
      integer(3, minor),
      tlv(0x04, Buffer.from([0xc0, 0x2f])),
      tlv(0x04, id),
      tlv(0x04, Buffer.alloc(48, 0xaa)),
    ],
    ...[
      tlv(0xa1, integer(0x65, 0, 0, 0)),
      tlv(0xa2, integer(0x1c, 0x20)),
      tlv(0xa3, tlv(0x30, Buffer.alloc(300, 0xa9))),
    ],
    ...fields,
    tlv(0xb3, integer(0x1d)),
  );
}

const lifetime = (...octets: readonly number[]): Buffer => tlv(0xa9, integer(...octets));
const ticket = tlv(0xaa, tlv(0x04, Buffer.alloc(200, 7)));

describe('sessionFacts', () => {
  it.each([
    [
      'a ticket of TLS 1.2',
      session(3, [lifetime(0x1c, 0x20), ticket]),
      { version: 0x0303, hasTicket: true, ticketLifetime: 7200 },
    ],
    [
      'a ticket that does not say how long',
      session(3, [ticket]),
      { version: 0x0303, hasTicket: true, ticketLifetime: 0 },
    ],
    ['a session ID', session(3, []), { version: 0x0303, hasTicket: false, ticketLifetime: 0 }],
    [
      'a ticket of TLS 1.3 for a week',
      session(4, [lifetime(0x09, 0x3a, 0x80), ticket]),
      { version: 0x0304, hasTicket: true, ticketLifetime: 604_800 },
    ],
    // RFC 8446 section 4.6.1 allows a week; what is sent is 32 bits.
    [
      'the longest',
      session(4, [lifetime(0, 255, 255, 255, 255), ticket]),
      { version: 0x0304, hasTicket: true, ticketLifetime: 0xffff_ffff },
    ],
  ])('reads %s', (_, der, expected) => {
    for (const bytes of [
      der,
      Buffer.concat([Buffer.from('\0nodejs:tls:session:1\0mail.smtpcheck.test\0'), der]),
    ]) {
      expect(sessionFacts(bytes)).toMatchObject(expected);
      expect(Buffer.from(sessionFacts(bytes)?.sessionId ?? [])).toEqual(ID);
    }
  });

  it.each([
    ['none', [lifetime(1), ticket], 0],
    ['some', [lifetime(1), ticket, tlv(0xaf, integer(0x40, 0))], 16_384],
    ['the most', [lifetime(1), ticket, tlv(0xaf, integer(0, 255, 255, 255, 255))], 0xffff_ffff],
  ])('reads how much early data a ticket allows: %s', (_, fields, expected) => {
    expect(sessionFacts(session(4, fields))?.maxEarlyData).toBe(expected);
  });

  it('has none of what is no session, or was cut off anywhere', () => {
    const whole = session(3, [lifetime(1), ticket]);
    for (let length = 0; length < whole.length; length += 1)
      expect(sessionFacts(whole.subarray(0, length))).toBeNull();
    for (const other of [
      tlv(0x30),
      tlv(0x30, integer(1), integer(3, 3)),
      tlv(0x30, integer(1), integer(3, 3), integer(1), integer(1)),
    ])
      expect(sessionFacts(other)).toBeNull();
  });

  it('gives facts or null, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (bytes, wrapped) => {
        const facts = sessionFacts(wrapped ? tlv(0x30, bytes) : bytes);
        expect(facts === null || Number.isSafeInteger(facts.ticketLifetime)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

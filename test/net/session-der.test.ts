import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opensslVerdict, sessionDer, sessionVerifyResult } from '../../src/net/session-der.js';

function tlv(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  const length =
    body.length < 0x80
      ? [body.length]
      : body.length < 0x100
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const integer = (...octets: readonly number[]): Buffer => tlv(0x02, Buffer.from(octets));

/** An SSL_SESSION as OpenSSL writes it (ssl_asn1.c), with fields before and behind the verify result. */
function session(result: Buffer | null, filler = 48): Buffer {
  return tlv(
    0x30,
    integer(1),
    integer(3, 4),
    tlv(0x04, Buffer.from([0x13, 0x02])),
    tlv(0x04, Buffer.alloc(32, 0xa5)),
    tlv(0x04, Buffer.alloc(filler, 0x30)),
    tlv(0xa1, integer(0x65, 0, 0, 0)),
    tlv(0xa2, integer(0x1c, 0x20)),
    ...(result === null ? [] : [tlv(0xa5, result)]),
    tlv(0xa6, tlv(0x04, Buffer.from('mail.smtpcheck.test'))),
    tlv(0xad, integer(1)),
  );
}

/** What Node 22 and later put in front. */
function withPrefix(der: Buffer, rest = 'mail.smtpcheck.test'): Buffer {
  return Buffer.concat([Buffer.from(`\0nodejs:tls:session:1\0${rest}\0`), der]);
}

describe('sessionVerifyResult', () => {
  it.each([
    ['absent, which is X509_V_OK', null, 0],
    ['0', integer(0), 0],
    ['10', integer(10), 10],
    ['20', integer(20), 20],
    ['300', integer(1, 44), 300],
    ['four octets', integer(0, 0, 1, 0), 256],
  ])('reads a result that is %s', (_, result, expected) => {
    for (const filler of [48, 200, 400]) {
      expect(sessionVerifyResult(session(result, filler))).toBe(expected);
      expect(sessionVerifyResult(withPrefix(session(result, filler)))).toBe(expected);
      // A host name that has octets which look like the start of a SEQUENCE, and none at all.
      expect(sessionVerifyResult(withPrefix(session(result, filler), '000\x30\x03'))).toBe(expected);
      expect(sessionVerifyResult(withPrefix(session(result, filler), ''))).toBe(expected);
    }
  });

  it('takes nothing but the field of the session itself for it', () => {
    const decoy = tlv(0x30, integer(1), tlv(0x04, tlv(0xa5, integer(10))), tlv(0xa3, tlv(0xa5, integer(11))));
    expect(sessionVerifyResult(decoy)).toBe(0);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['one octet', Buffer.from([0x30])],
    ['no SEQUENCE', tlv(0x31, integer(1))],
    ['an empty SEQUENCE', tlv(0x30)],
    ['a SEQUENCE that is no session', tlv(0x30, tlv(0x04, Buffer.from('x')))],
    ['a session of another version', tlv(0x30, integer(2), integer(3, 4))],
    ['a SEQUENCE longer than what there is', Buffer.from([0x30, 5, 2, 1, 1])],
    ['an indefinite length', Buffer.from([0x30, 0x80, 2, 1, 1, 0, 0])],
    ['a length of five octets', Buffer.from([0x30, 0x85, 0, 0, 0, 0, 3, 2, 1, 1])],
    ['a field that reaches beyond its end', Buffer.from([0x30, 4, 0xa1, 9, 2, 1])],
    ['a result that is no INTEGER', session(tlv(0x04, Buffer.from([0])))],
    ['a result with nothing in it', session(Buffer.alloc(0))],
    ['a result of five octets', session(integer(0, 0, 0, 0, 0))],
    ['a result that is an empty INTEGER', session(integer())],
    ['a negative result', session(integer(0xff))],
    ['the prefix alone', withPrefix(Buffer.alloc(0))],
    ['the prefix and text', withPrefix(Buffer.from('hello'))],
    ['text', Buffer.from('0 is not a session')],
  ])('has no verdict of %s', (_, bytes) => {
    expect(sessionVerifyResult(bytes)).toBeNull();
  });

  it('has no verdict of a session that was cut off anywhere', () => {
    for (const whole of [session(integer(10)), withPrefix(session(integer(10)))]) {
      for (let length = 0; length < whole.length; length += 1) {
        expect(sessionVerifyResult(whole.subarray(0, length))).toBeNull();
      }
    }
  });

  it('gives a number or null, whatever the bytes', () => {
    const some = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 120 }).map((bytes) => Uint8Array.from(tlv(0x30, bytes))),
      fc.uint8Array({ maxLength: 120 }).map((bytes) => Uint8Array.from(withPrefix(tlv(0x30, bytes)))),
    );
    fc.assert(
      fc.property(some, (bytes) => {
        const result = sessionVerifyResult(bytes);
        if (result !== null) expect(Number.isInteger(result) && result >= 0).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('opensslVerdict', () => {
  it.each([
    ['no session', undefined, null],
    ['an empty session', Buffer.alloc(0), null],
    ['a session', session(integer(18)), 18],
    ['garbage', Buffer.from('garbage'), null],
  ])('of %s', (_, bytes, expected) => {
    expect(opensslVerdict({ getSession: () => bytes, authorized: true })).toBe(expected);
  });
});

describe('sessionDer', () => {
  it('is the SSL_SESSION without what Node puts in front', () => {
    const der = session(integer(10));
    expect(sessionDer(der)).toEqual(der);
    expect(Buffer.from(sessionDer(withPrefix(der)) ?? [])).toEqual(der);
    expect(Buffer.from(sessionDer(withPrefix(der, '000\x30\x03')) ?? [])).toEqual(der);
  });

  it.each([[''], ['0500'], ['3003'], ['006e6f64656a733a746c733a73657373696f6e3a3100']])(
    'is null for what is none: %s',
    (hex) => {
      expect(sessionDer(Buffer.from(hex, 'hex'))).toBeNull();
    },
  );
});

import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { SmtpcheckError } from '../../src/core/errors.js';
import {
  childrenOf,
  contentOf,
  expectTag,
  integerOctets,
  readBitString,
  readBoolean,
  readElement,
  readWhole,
  TAG,
} from '../../src/x509/der.js';
import { decodeOid } from '../../src/x509/oid.js';
import { readHexInteger, readTime } from '../../src/x509/tbs.js';
import { ascii, der, hex, oid } from './support/der-writer.js';

/** Encodings that must be rejected rather than crash, grouped by why they are bad (X.690). */
const BAD_ELEMENTS: readonly (readonly [string, string])[] = [
  ['nothing at all', ''],
  ['no length', '30'],
  ['length octets cut off', '3082 01'],
  ['content cut off', '3003 0201'],
  ['a length that no memory holds', '3084 ffffffff'],
  ['a length of five octets', '3085 0000000001 00'],
  ['a length of 127 octets', `30ff${'00'.repeat(127)}`],
  ['an indefinite length', '3080 0000'],
  ['a long form for a short length', '3081 01 00'],
  ['a leading zero in the length', `3082 0080 ${'00'.repeat(128)}`],
  ['a high tag number', '1f2a 00'],
];

const BAD_OIDS: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['last arc cut off', '2a86'],
  ['padded arc', '2a8001'],
  ['padded first arc', '802a'],
  ['257 octets', `${'81'.repeat(256)}01`],
];

const code = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return error instanceof SmtpcheckError ? error.code : `not ours: ${String(error)}`;
  }
  return 'accepted';
};

describe('DER elements', () => {
  it.each(BAD_ELEMENTS)('rejects %s', (_why, bytes) => {
    expect(code(() => readElement(hex(bytes)))).toBe('certificate-malformed');
  });

  it('keeps an element inside what holds it', () => {
    const inner = hex('3003 0404 00 ffffffff');
    expect(code(() => childrenOf(readElement(inner)))).toBe('certificate-malformed');
  });

  it('rejects data behind the whole', () => {
    expect(code(() => readWhole(hex('3000 00'), TAG.sequence, 'it'))).toBe('certificate-malformed');
  });

  it('rejects another tag than expected, and an element that is not there', () => {
    expect(code(() => expectTag(readElement(hex('3100')), TAG.sequence, 'it'))).toBe('certificate-malformed');
    expect(code(() => expectTag(undefined, TAG.sequence, 'it'))).toBe('certificate-malformed');
  });

  it('reads one level and no deeper, so nesting cannot exhaust the stack', () => {
    expect(childrenOf(readElement(der(0x30, der(0x30, hex('30ff')))))).toHaveLength(1);
  });

  it('reads back what the writer wrote, at every size of length octets', () => {
    for (const size of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      expect(contentOf(readElement(der(0x04, new Uint8Array(size)))).length).toBe(size);
    }
  });

  it('throws nothing but its own error, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(code(() => childrenOf(readElement(bytes)))).toMatch(/^(accepted|certificate-malformed)$/);
      }),
    );
  });
});

describe('DER values', () => {
  it.each([
    ['empty', '0200'],
    ['a padded positive number', '0202 0001'],
    ['a padded negative number', '0202 ff80'],
  ])('rejects an INTEGER that is %s', (_why, bytes) => {
    expect(code(() => integerOctets(readElement(hex(bytes))))).toBe('certificate-malformed');
  });

  it.each([
    ['0201 00', '00'],
    ['0201 01', '01'],
    ['0202 0080', '80'],
    ['0201 80', '-80'],
    ['0201 ff', '-01'],
    ['0202 ff7f', '-81'],
    ['0203 0abcde', '0ABCDE'],
  ])('prints the INTEGER %s as %s', (bytes, text) => {
    expect(readHexInteger(readElement(hex(bytes)))).toBe(text);
  });

  it('reads a BOOLEAN like OpenSSL: one octet, and anything but zero is true', () => {
    expect(readBoolean(readElement(hex('010100')))).toBe(false);
    expect(readBoolean(readElement(hex('010101')))).toBe(true);
    expect(code(() => readBoolean(readElement(hex('0100'))))).toBe('certificate-malformed');
    expect(code(() => readBoolean(readElement(hex('01020000'))))).toBe('certificate-malformed');
  });

  it('clears the unused bits of a BIT STRING, and rejects a count that cannot be', () => {
    expect([...readBitString(readElement(hex('0302 04ff')))]).toEqual([0xf0]);
    expect([...readBitString(readElement(hex('0301 00')))]).toEqual([]);
    expect(code(() => readBitString(readElement(hex('0300'))))).toBe('certificate-malformed');
    expect(code(() => readBitString(readElement(hex('0302 08ff'))))).toBe('certificate-malformed');
  });
});

describe('object identifiers', () => {
  it.each(BAD_OIDS)('rejects one that is %s', (_why, octets) => {
    expect(code(() => decodeOid(hex(octets)))).toBe('certificate-malformed');
  });

  it.each(['0.9.2342.19200300.100.1.25', '1.3.6.1.5.5.7.3.1', '2.5.29.17', '2.999.4294967296', '1.39.0'])(
    'reads %s back',
    (dotted) => {
      expect(decodeOid(contentOf(readElement(oid(dotted))))).toBe(dotted);
    },
  );

  it('does not round an arc that a number cannot hold', () => {
    expect(decodeOid(hex('2affffffffffffffff7f'))).toBe('0x2affffffffffffffff7f');
  });
});

describe('times (RFC 5280 section 4.1.2.5)', () => {
  const read = (tag: number, text: string): number => readTime(readElement(der(tag, ascii(text))));

  it.each([
    [0x17, '491231235959Z', '2049-12-31T23:59:59.000Z'],
    [0x17, '500101000000Z', '1950-01-01T00:00:00.000Z'],
    [0x17, '240229120000Z', '2024-02-29T12:00:00.000Z'],
    [0x18, '20500101000000Z', '2050-01-01T00:00:00.000Z'],
    [0x18, '00010101000000Z', '0001-01-01T00:00:00.000Z'],
    [0x18, '99991231235959Z', '9999-12-31T23:59:59.000Z'],
  ])('reads tag %i %s', (tag, text, iso) => {
    expect(new Date(read(tag, text)).toISOString()).toBe(iso);
  });

  it.each([
    ['no seconds', 0x17, '2501010000Z'],
    ['an offset instead of Z', 0x17, '250101000000+0000'],
    ['local time', 0x17, '250101000000'],
    ['a fraction', 0x18, '20250101000000.5Z'],
    ['month 13', 0x17, '251301000000Z'],
    ['day 0', 0x17, '250100000000Z'],
    ['29 February of a common year', 0x17, '250229000000Z'],
    ['hour 24', 0x17, '250101240000Z'],
    ['second 60', 0x17, '250101000060Z'],
    ['a sign', 0x17, '-50101000000Z'],
    ['the digits of a UTCTime in a GeneralizedTime', 0x18, '250101000000Z'],
    ['another type', 0x16, '250101000000Z'],
  ])('calls %s no time', (_why, tag, text) => {
    expect(read(tag, text)).toBeNaN();
  });
});

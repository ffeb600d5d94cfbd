import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { attributeTexts, formatName, nameEquals, nameHash, parseName } from '../../src/x509/name.js';
import { ascii, certificateDer, cn, der, dn, hex, oid } from './support/der-writer.js';
import { HARD_NAMES } from './support/hard-names.js';

const CN = '2.5.4.3';
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

describe('X509_NAME_hash', () => {
  it.each(HARD_NAMES)('is what OpenSSL recorded for $why', ({ name, hash }) => {
    expect(nameHash(parseName(name))).toBe(hash);
  });

  it.skipIf(!hasOpenssl).each(HARD_NAMES)('is what the openssl here says for $why', ({ name }) => {
    const input = certificateDer({ subject: name });
    const run = spawnSync('openssl', ['x509', '-inform', 'DER', '-noout', '-subject_hash'], { input });
    expect(nameHash(parseName(name))).toBe(run.stdout.toString().trim());
  });
});

describe('names are equal', () => {
  const equal = (a: Uint8Array, b: Uint8Array): boolean => nameEquals(parseName(a), parseName(b));

  it('across string types, blanks and case', () => {
    expect(
      equal(cn('Example  Root '), dn([[CN, 0x1e, Buffer.from('eXAMPLE rOOT', 'utf16le').swap16()]])),
    ).toBe(true);
  });

  it('whatever the order inside a multi-valued part, but not when it is taken apart', () => {
    const [a, b] = [[CN, 0x0c, ascii('a')] as const, ['2.5.4.10', 0x0c, ascii('b')] as const];
    expect(equal(dn([a, b]), dn([b, a]))).toBe(true);
    expect(equal(dn([a, b]), dn([a], [b]))).toBe(false);
    expect(equal(dn([a], [b]), dn([b], [a]))).toBe(false);
  });

  it('not when letters beyond ASCII differ in case, nor across types that are no text', () => {
    expect(equal(cn('É'), cn('é'))).toBe(false);
    expect(equal(cn('1'), dn([[CN, 0x12, ascii('1')]]))).toBe(false);
  });

  it('not when a NUL or a header octet hides in a value', () => {
    expect(equal(cn('a\0'), cn('a'))).toBe(false);
    expect(equal(cn('a'), cn('aa'))).toBe(false);
  });

  it('and a run of blanks of 60,000 octets does not take quadratic time', () => {
    const start = performance.now();
    expect(equal(cn(`a${' '.repeat(60_000)}b`), cn('a b'))).toBe(true);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('names that must be rejected rather than crash', () => {
  const value = (tag: number, content: Uint8Array): Uint8Array => dn([[CN, tag, content]]);
  it.each([
    ['no SEQUENCE', der(0x31)],
    ['data behind it', Buffer.concat([cn('a'), hex('00')])],
    ['a SEQUENCE where a SET belongs', der(0x30, der(0x30))],
    ['an attribute that is no SEQUENCE', der(0x30, der(0x31, der(0x04)))],
    ['an attribute without a value', der(0x30, der(0x31, der(0x30, oid(CN))))],
    ['an attribute with two values', der(0x30, der(0x31, der(0x30, oid(CN), der(0x0c), der(0x0c))))],
    ['a type that is no OID', der(0x30, der(0x31, der(0x30, der(0x0c), der(0x0c))))],
    ['an empty OID', der(0x30, der(0x31, der(0x30, der(0x06), der(0x0c))))],
    ['half a BMP character', value(0x1e, hex('004100'))],
    ['a surrogate in a BMPString', value(0x1e, hex('d83d de00'))],
    ['a UniversalString of five octets', value(0x1c, hex('0000004100'))],
    ['a character above U+10FFFF', value(0x1c, hex('00110000'))],
    ['a surrogate in a UniversalString', value(0x1c, hex('0000d800'))],
    ['UTF-8 cut off', value(0x0c, hex('41c3'))],
    ['an overlong UTF-8 slash', value(0x0c, hex('c0af'))],
    ['a surrogate in UTF-8', value(0x0c, hex('eda080'))],
  ])('%s', (_why, bytes) => {
    expect(() => parseName(bytes)).toThrow(SmtpcheckError);
    expect(() => parseName(bytes)).toThrow(/malformed certificate/);
  });
});

describe('the text of a name', () => {
  it.each(HARD_NAMES)('of $why', ({ name, text }) => {
    expect(formatName(parseName(name))).toBe(text);
  });

  it('gives attributes in the order of the certificate', () => {
    const name = dn(
      [['2.5.4.6', 0x13, ascii('US')]],
      [['2.5.4.10', 0x0c, ascii('X')]],
      [[CN, 0x0c, ascii('y')]],
    );
    expect(formatName(parseName(name))).toBe('C=US, O=X, CN=y');
  });

  it('gives every commonName, and none of what is no text', () => {
    const name = parseName(dn([[CN, 0x0c, ascii('a')]], [[CN, 0x03, hex('00')]], [[CN, 0x16, ascii('b')]]));
    expect(attributeTexts(name, CN)).toEqual(['a', 'b']);
  });
});

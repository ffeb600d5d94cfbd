import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { digestLength, type TlsaRecord } from '../../src/core/tlsa-record.js';
import { formatTlsa, parseTlsa, parseTlsaRecords } from '../../src/dns/tlsa.js';

const D32 = '0c72ac70b745ac19998811b131d662c9ac69dbdbe7cb23e5b514b56664c5d3d6';
const D64 = `${D32}${D32}`;
const UPPER = D32.toUpperCase();
const WANTED = `3 1 1 ${D32}`;
const COLONS = UPPER.replace(/..(?!$)/g, '$&:');

describe('a TLSA record', () => {
  it.each([
    ['as in the RFCs', `3 1 1 ${D32}`],
    ['in capitals', `3 1 1 ${UPPER}`],
    ['in pieces, as dig prints it', `3 1 1 ${UPPER.slice(0, 56)} ${UPPER.slice(56)}`],
    ['with colons, as openssl prints fingerprints', `3 1 1 ${COLONS}`],
    ['with blanks of all kinds around it', `\t 3  1\t1 ${D32} \r\n`],
    ['as a line of a zone file', `_25._tcp.mail.example.org. 3600 IN TLSA 3 1 1 ${D32}`],
    ['with class before TTL', `_25._tcp.mail.example.org. IN 1h TLSA 3 1 1 ${D32}`],
    ['without an owner', `  IN TLSA 3 1 1 ${D32} ; the new key`],
    ['by its type alone', `tlsa 3 1 1 ${D32}`],
    ['with an owner called like a type', `tlsa 300 IN TLSA 3 1 1 ${D32}`],
    ['in parentheses over lines', `x. IN TLSA ( 3 1 1\n  ${D32.slice(0, 32)} ; half\n  ${D32.slice(32)} )`],
    ['in parentheses that touch', `x. TLSA (3 1 1 ${D32})`],
    ['with names (RFC 7218)', `DANE-EE SPKI SHA2-256 ${D32}`],
    ['with names in lower case', `dane-ee spki sha2-256 ${D32}`],
    ['as an unknown type (RFC 3597)', `x. 60 IN TYPE52 \\# 35 03 01 01 ${D32}`],
    ['as the generic data of a known type', `x. IN TLSA \\# 35 030101${D32}`],
    ['as generic data that a shell has unescaped', `# 35 030101${D32}`],
    [
      'as host prints it',
      `_25._tcp.mail.example.org has TLSA record 3 1 1 ${UPPER.slice(0, 56)} ${UPPER.slice(56)}`,
    ],
  ])('is read %s', (_how, text) => {
    expect(formatTlsa(parseTlsa(text))).toBe(WANTED);
  });

  it.each(['0 0 1', '7 9 1', '255 255 255', 'PrivCert PrivSel PrivMatch'])(
    'may have numbers that mean nothing to us: %s',
    (numbers) => {
      expect(parseTlsa(`${numbers} ${D32}`).data).toHaveLength(32);
    },
  );

  it('has any length where it is no known digest', () => {
    expect(parseTlsa('2 0 0 30').data).toEqual(Uint8Array.of(0x30));
    expect(parseTlsa('3 1 9 abcdef').data).toHaveLength(3);
  });

  it('comes back the same after formatting', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(parseTlsa(formatTlsa(record))).toEqual(record);
        expect(parseTlsa(generic(record))).toEqual(record);
      }),
    );
  });

  it('of whatever text is read or refused as a usage error', () => {
    const piece = fc.constantFrom(
      'TLSA',
      '(',
      ')',
      ';',
      '\\#',
      '3',
      '1',
      D32,
      'IN',
      '\n',
      'ab:cd',
      'DANE-EE',
      '=',
      '$TTL',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' ')),
    );
    fc.assert(
      fc.property(text, (anything) => {
        try {
          parseTlsaRecords(anything).map(formatTlsa);
        } catch (error) {
          expect(error).toBeInstanceOf(SmtpcheckError);
          expect((error as SmtpcheckError).code).toBe('usage');
          expect((error as SmtpcheckError).hint).toBeTruthy();
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const octet = fc.nat(255);
const records = fc
  .tuple(octet, octet, fc.oneof(fc.constantFrom(0, 1, 2), octet))
  .chain(([usage, selector, matchingType]) => {
    const length = digestLength(matchingType);
    const bounds =
      length === undefined ? { minLength: 1, maxLength: 300 } : { minLength: length, maxLength: length };
    return fc.uint8Array(bounds).map((data): TlsaRecord => ({ usage, selector, matchingType, data }));
  });

function generic({ usage, selector, matchingType, data }: TlsaRecord): string {
  const octets = Buffer.from([usage, selector, matchingType, ...data]);
  return `TYPE52 \\# ${octets.length} ${octets.toString('hex')}`;
}

describe('several TLSA records', () => {
  it('are read out of an answer of dig, which has more in it', () => {
    const answer = `
; <<>> DiG 9.18 <<>> +dnssec TLSA _25._tcp.mail.example.org
;; ANSWER SECTION:
_25._tcp.mail.example.org. 300 IN CNAME _dane.example.org.
_dane.example.org. 300 IN TLSA 3 1 1 ${UPPER.slice(0, 56)} ${UPPER.slice(56)}
_dane.example.org. 300 IN TLSA 2 0 2 ( ${D64.slice(0, 100)}
				${D64.slice(100)} )
_dane.example.org. 300 IN RRSIG TLSA 13 4 300 20261201000000 20261101000000 1234 example.org. c2lnbmF0dXJl

;; Query time: 3 msec`;
    expect(parseTlsaRecords(answer).map(formatTlsa)).toEqual([WANTED, `2 0 2 ${D64}`]);
  });

  it('are read out of what dig +short and host print', () => {
    expect(parseTlsaRecords(`_dane.example.org.\n3 1 1 ${UPPER}\n2 1 1 ${UPPER}`)).toHaveLength(2);
    expect(
      parseTlsaRecords(`_25._tcp.a is an alias for _dane.a.\n_dane.a has TLSA record 3 1 1 ${UPPER}`),
    ).toHaveLength(1);
  });

  it('are read out of a zone file with directives', () => {
    expect(parseTlsaRecords(`$ORIGIN example.org.\n$TTL 3600\n_25._tcp.mail TLSA 3 1 1 ${D32}`)).toHaveLength(
      1,
    );
  });
});

const refusal = (text: string): string => {
  try {
    parseTlsa(text);
  } catch (error) {
    if (error instanceof SmtpcheckError && error.code === 'usage')
      return `${error.message} | ${error.hint ?? ''}`;
    throw error;
  }
  throw new Error(`${text} was read`);
};

describe('no TLSA record is', () => {
  it.each([
    ['nothing', '', /there is no TLSA record \| such as: 3 1 1/],
    ['a comment', '; 3 1 1', /there is no TLSA record/],
    ['two of them, where one is wanted', `${WANTED}\n${WANTED}`, /there are 2 TLSA records/],
    ['a digest alone', D32, /a digest alone .* 3 1 1 0c72ac70…/],
    ['a fingerprint alone', COLONS, /a digest alone/],
    ['one with too few fields', '3 1', /has no matching type/],
    ['one without data', '3 1 1', /has no data/],
    ['generic and without data', '\\# 3 030101', /of 3 octets has no data/],
    ['generic and without anything', '\\#', /has no data/],
  ])('%s', (_what, text, words) => {
    expect(refusal(text)).toMatch(words);
  });

  it.each([
    [
      'a number above an octet',
      `3 1 256 ${D32}`,
      /the matching type .* from 0 to 255, not "256" .*full, sha2-256/,
    ],
    ['a negative number', `-1 1 1 ${D32}`, /the certificate usage .* not "-1"/],
    ['a name of another field', `SPKI 1 1 ${D32}`, /the certificate usage .*dane-ee/],
    ["a name of Object's", `constructor 1 1 ${D32}`, /the certificate usage/],
    ['an address record', 'mail.example.org. 300 IN A 192.0.2.1', /the certificate usage .*"mail/],
    ['a very long word', 'x'.repeat(10_000), /^.{1,300}$/],
  ])('one whose fields have %s', (_what, text, words) => {
    expect(refusal(text)).toMatch(words);
  });

  it.each([
    [
      'base64',
      `3 1 1 ${Buffer.from(D32, 'hex').toString('base64')}`,
      new RegExp(`it is base64; write: ${WANTED}`),
    ],
    [
      'base64 of SHA2-512',
      `3 1 2 ${Buffer.from(D64, 'hex').toString('base64')}`,
      /it is base64; write: 3 1 2 /,
    ],
    ['an ellipsis', '3 1 1 0c72ac…', /is hexadecimal, not "0c72ac…"/],
    ['an odd number of digits', `3 1 1 ${D32.slice(1)}`, /has 63 hexadecimal digits, which is an odd number/],
    [
      'a SHA2-512 digest as SHA2-256',
      `3 1 1 ${D64}`,
      /32 octets \(64 hex.*not of 64 \| .*that is matching type 2/,
    ],
    ['a SHA2-256 digest as SHA2-512', `3 1 2 ${D32}`, /64 octets .*not of 32 \| .*that is matching type 1/],
    ['a SHA-1 digest', `3 1 1 ${D32.slice(0, 40)}`, /SHA-1/],
    [
      'a certificate as a digest',
      `3 0 1 30${'82'.repeat(99)}`,
      /whole certificate or key: that is matching type 0/,
    ],
    ['half a digest', `3 1 1 ${D32.slice(0, 10)}`, /copy the digest whole/],
    [
      'another number of octets than it says',
      `\\# 34 030101${D32}`,
      /says that it has "34" octets, and has 35/,
    ],
    ['a wrong length in generic form', '\\# 5 030101abcd', /not of 2/],
  ])('one whose data is %s', (_what, text, words) => {
    expect(refusal(text)).toMatch(words);
  });

  it.each(['x. TLSA ( 3 1 1 ab', 'x. TLSA 3 1 1 ab )', 'x. TLSA (( 3 1 1 ab )'])('one with %s', (text) => {
    expect(refusal(text)).toMatch(/parentheses that do not pair/);
  });
});

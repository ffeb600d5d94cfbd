import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressFamily } from '../../src/core/address.js';

const TABLE = [
  '0.0.0.0',
  '127.0.0.1',
  '255.255.255.255',
  '256.0.0.1',
  '1.2.3',
  '1.2.3.4.5',
  '1.2.3.',
  '.1.2.3',
  '01.2.3.4',
  '1.2.3.04',
  '1.2.3.4 ',
  ' 1.2.3.4',
  '1.2.3.4\n',
  '1,2,3,4',
  '+1.2.3.4',
  '0x1.2.3.4',
  '1.2.3.4%eth0',
  '',
  'localhost',
  '1',
  '1.2.3.a',
  '::',
  '::1',
  '1::',
  '1:2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1::2::3',
  ':::',
  ':',
  ':1',
  '1:',
  '::1:',
  ':1::',
  '1:2:3:4:5:6:7::',
  '::2:3:4:5:6:7:8',
  '1::3:4:5:6:7:8',
  '1:2:3::4:5:6:7:8',
  '1:2:3:4::5:6:7:8',
  '12345::',
  'g::',
  'FFFF::abcd',
  '2001:DB8::1',
  '::1.2.3.4',
  '::ffff:1.2.3.4',
  '1:2:3:4:5:6:1.2.3.4',
  '1:2:3:4:5:6:7:1.2.3.4',
  '1::2:3:4:5:1.2.3.4',
  '1::2:3:4:5:6:1.2.3.4',
  '1.2.3.4::',
  '1.2.3.4::1',
  '::1.2.3.4:1',
  '::1.2.3',
  '::1.2.3.256',
  '::01.2.3.4',
  '64:ff9b::1.2.3.4',
  '::%',
  '::1%eth0',
  'fe80::1%0',
  'fe80::1%a%b',
  '%eth0',
  '::1 ',
  ' ::1',
  '::1\n',
  '[::1]',
  '::1/128',
  '1.2.3.4/32',
  '::-1',
  '::1%',
  '1:2:3:4:5:6:7:',
  ':2:3:4:5:6:7:8',
  '1:2:3:4:5:6:7:8::',
  '::1:2:3:4:5:6:7:8',
  '0:0:0:0:0:0:0:0',
  '00000::',
  '::٣',
];

describe('addressFamily', () => {
  it.each(TABLE)('judges %j as net.isIP does', (text) => {
    expect(addressFamily(text)).toBe(isIP(text));
  });

  it.each(['fe80::1%\r\nRSET', 'fe80::1%a b', 'fe80::1%"', 'fe80::1%\0'])(
    'takes no zone with odd characters: %j',
    (text) => {
      expect(addressFamily(text)).toBe(0);
    },
  );

  it('agrees with net.isIP on whatever looks like an address', () => {
    const piece = fc.constantFrom(
      '::',
      ':',
      '.',
      '0',
      '1',
      '9',
      '25',
      '255',
      '256',
      'a',
      'fFfF',
      'g',
      '1.2.3.4',
      '00',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 16 }), (pieces) => {
        const text = pieces.join('');
        expect(addressFamily(text)).toBe(isIP(text));
      }),
      { numRuns: 10_000 },
    );
  });

  it('knows every address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        expect(addressFamily(text)).toBe(isIP(text));
        expect(addressFamily(text)).not.toBe(0);
      }),
      { numRuns: 2000 },
    );
  });
});

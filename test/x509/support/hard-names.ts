import { ascii, cn, dn, hex, type Part } from './der-writer.js';

const CN = '2.5.4.3';
const O = '2.5.4.10';
const utf8 = (text: string): Part => Buffer.from(text, 'utf8');

/**
 * Names whose canonical form is hard to get right, with what `openssl x509 -subject_hash` (OpenSSL 3.0.22)
 * says of them, and their text as we print it.
 */
export const HARD_NAMES: readonly {
  readonly why: string;
  readonly name: Uint8Array;
  readonly hash: string;
  readonly text: string;
}[] = [
  { why: 'empty', name: dn(), hash: 'eea339da', text: '' },
  { why: 'one UTF8String', name: cn('Example Root'), hash: '506215f7', text: 'CN=Example Root' },
  {
    why: 'the same as a PrintableString in capitals',
    name: dn([[CN, 0x13, ascii('EXAMPLE ROOT')]]),
    hash: '506215f7',
    text: 'CN=EXAMPLE ROOT',
  },
  {
    why: 'the same as a BMPString',
    name: dn([[CN, 0x1e, Buffer.from('Example Root', 'utf16le').swap16()]]),
    hash: '506215f7',
    text: 'CN=Example Root',
  },
  {
    why: 'the same as a UniversalString',
    name: dn([[CN, 0x1c, hex(Buffer.from('Example Root').toString('hex').replace(/../g, '000000$&'))]]),
    hash: '506215f7',
    text: 'CN=Example Root',
  },
  {
    why: 'the same with every kind of blank around and inside',
    name: cn(' \t\n\v\f\rExample \t\n\v\f\r Root\r\f\v\n\t '),
    hash: '506215f7',
    text: 'CN=\\ \\09\\0A\\0B\\0C\\0DExample \\09\\0A\\0B\\0C\\0D Root\\0D\\0C\\0B\\0A\\09\\ ',
  },
  { why: 'nothing but blanks', name: cn('   '), hash: '5da78770', text: 'CN=\\  \\ ' },
  {
    why: 'a T61String with a letter beyond ASCII',
    name: dn([[CN, 0x14, ascii('M\xdcLLER')]]),
    hash: 'e907d230',
    text: 'CN=MÜLLER',
  },
  {
    why: 'the same in UTF-8: only ASCII changes case',
    name: cn('mÜller'),
    hash: 'e907d230',
    text: 'CN=mÜller',
  },
  {
    why: 'a no-break space is no blank',
    name: cn('\u00a0a\u00a0'),
    hash: 'b6eb94ab',
    text: 'CN=\u00a0a\u00a0',
  },
  { why: 'a character beyond 16 bits', name: cn('a😀b'), hash: 'bbff1be6', text: 'CN=a😀b' },
  {
    why: 'NumericString is left as it is',
    name: dn([[CN, 0x12, ascii(' 1  2 ')]]),
    hash: '8a641b02',
    text: 'CN=\\ 1  2\\ ',
  },
  {
    why: 'a BIT STRING is left as it is',
    name: dn([['2.5.4.45', 0x03, hex('0041')]]),
    hash: '58d1c322',
    text: '2.5.4.45=#03020041',
  },
  {
    why: 'a multi-valued part that is not in the order of DER',
    name: dn([
      [O, 0x0c, utf8('bbb')],
      [CN, 0x0c, utf8('aaa')],
    ]),
    hash: 'c85906de',
    text: 'O=bbb + CN=aaa',
  },
  {
    why: 'a multi-valued part ordered by length first',
    name: dn([
      [CN, 0x0c, utf8('zz')],
      [CN, 0x0c, utf8('a long one')],
    ]),
    hash: 'd077fdc9',
    text: 'CN=zz + CN=a long one',
  },
  {
    why: 'domain components and an e-mail address',
    name: dn(
      [['0.9.2342.19200300.100.1.25', 0x16, ascii('ORG')]],
      [['0.9.2342.19200300.100.1.25', 0x16, ascii('Example')]],
      [['1.2.840.113549.1.9.1', 0x16, ascii('Root@Example.ORG')]],
    ),
    hash: '546e388a',
    text: 'DC=ORG, DC=Example, emailAddress=Root@Example.ORG',
  },
  {
    why: 'more than 127 octets',
    name: dn([[O, 0x0c, utf8('Long '.repeat(30))]], [[CN, 0x0c, utf8('é'.repeat(200))]]),
    hash: '045d4ec5',
    text: `O=${'Long '.repeat(30).trimEnd()}\\ , CN=${'é'.repeat(200)}`,
  },
  {
    why: 'characters that RFC 4514 escapes',
    name: cn('#a,b+c"d\\e<f>g;h'),
    hash: '20272b15',
    text: 'CN=\\#a\\,b\\+c\\"d\\\\e\\<f\\>g\\;h',
  },
  {
    why: 'an escape sequence, a NUL, a C1 control and a right-to-left override',
    name: cn('\u001b[2J\0\u009b\u202e'),
    hash: '6534709a',
    text: 'CN=\\1B[2J\\00\\C2\\9B\\E2\\80\\AE',
  },
];

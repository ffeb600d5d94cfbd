import { ascii, type Attribute } from '../support/der-writer.js';

/** Names and bases that are told apart by one rule of name constraints each, to be thrown together at random. */

const utf16 = (text: string): Uint8Array => Buffer.from(text, 'utf16le').swap16();
const utf32 = (text: string): Uint8Array =>
  Uint8Array.from(Array.from(text, (one) => [0, 0, 0, one.charCodeAt(0)]).flat());

export const COMMON_NAME = '2.5.4.3';
export const text = (type: string, value: string): Attribute => [type, 0x0c, Buffer.from(value, 'utf8')];
const organization = (value: string, tag = 0x0c): Attribute => ['2.5.4.10', tag, ascii(value)];
const unit = (value: string): Attribute => text('2.5.4.11', value);
const commonName = (tag: number, value: Uint8Array): Attribute => [COMMON_NAME, tag, value];
const emailAddress = (tag: number, value: string): Attribute => ['1.2.840.113549.1.9.1', tag, ascii(value)];

type Rdns = readonly (readonly Attribute[])[];

export const DIRECTORIES: readonly Rdns[] = [
  [],
  [[organization('Example')]],
  [[organization('  EXAMPLE ', 0x13)]],
  [[organization('Example'), unit('Mail')]],
  [[organization('Example')], [unit('Mail')]],
  [[unit('Mail')], [organization('Example')]],
  [[organization('Exam')]],
];

export const SUBJECTS: readonly Rdns[] = [
  ...DIRECTORIES,
  [[organization('Example')], [commonName(0x13, ascii('mail.example.test'))]],
  [[organization('example')], [commonName(0x0c, ascii('mail.other.test'))]],
  [[commonName(0x1e, utf16('Mail.Example.test'))]],
  [[commonName(0x1c, utf32('mail.other.test'))]],
  [[commonName(0x14, ascii('mail.example.test'))]],
  [[commonName(0x14, ascii('m\xe4il.other.test'))]],
  [[commonName(0x0c, Buffer.from('mäil.other.test'))]],
  [[commonName(0x12, ascii('192.0.2.1'))]],
  [[commonName(0x03, Uint8Array.of(0, 1))]],
  [[commonName(0x13, ascii('localhost'))]],
  [[commonName(0x13, ascii('a_b.other.test'))]],
  [[commonName(0x13, ascii('-a.other.test'))]],
  [[commonName(0x13, ascii('a-.other.test'))]],
  [[commonName(0x13, ascii('a.-other.test'))]],
  [[commonName(0x13, ascii('a..other.test'))]],
  [[commonName(0x13, ascii('mail.other.test.'))]],
  [[commonName(0x13, ascii('*.other.test'))]],
  [[commonName(0x16, ascii('mail.other.test\0\0'))]],
  [[commonName(0x16, ascii('mail.example.test\0.other.test'))]],
  [[commonName(0x1e, utf16('\0'))]],
  [[commonName(0x13, ascii('mail.example.test'))], [commonName(0x13, ascii('mail.other.test'))]],
  [[commonName(0x13, ascii('mail.example.test')), organization('Example')]],
  [[emailAddress(0x16, 'user@example.test')], [organization('Example')]],
  [
    [organization('Example')],
    [emailAddress(0x16, 'user@other.test')],
    [emailAddress(0x0c, 'user@example.test')],
  ],
  [[emailAddress(0x0c, 'user@example.test')]],
  [[emailAddress(0x16, 'nobody')]],
];

export const HOSTS: readonly string[] = [
  ...['example.test', 'mail.example.test', 'MAIL.Example.TEST', 'badexample.test', 'a.b.example.test'],
  ...['mail.other.test', 'other.test', 'test', '', '.', '.example.test', '..example.test', 'example.test.'],
  ...[
    '*.example.test',
    'a\0.example.test',
    'example.test\0',
    'ex\xe4mple.test',
    'ex\xc4mple.test',
    '@example.test',
  ],
];
export const URIS: readonly string[] = [
  ...[
    'https://example.test/',
    'https://mail.example.test:443/x',
    'HTTPS://EXAMPLE.TEST',
    'x://other.test/a:b',
  ],
  ...[
    'http://user@example.test/',
    'http://user:secret@example.test/',
    'urn:example.test',
    'ldap://',
    'ldap:/',
  ],
  ...[
    'http:///x',
    'http://:1',
    '://example.test',
    'https',
    '',
    ':',
    'https://[2001:db8::1]/',
    'a:b://example.test',
  ],
];
export const MAILBOXES: readonly string[] = [
  ...[
    'user@example.test',
    'User@example.test',
    'user@EXAMPLE.test',
    'user@mail.example.test',
    'user@other.test',
  ],
  ...[
    'example.test',
    '@example.test',
    'user@',
    '@',
    '"a@b"@example.test',
    'us\0er@example.test',
    'us\0ex@example.test',
  ],
  ...['user@example.test\0', '.example.test', 'use@example.test'],
];
export const UTF8_MAILBOXES: readonly string[] = [
  ...[
    'useŕ@ëxample.test',
    'useŕ@ËXAMPLE.test',
    'useŕ@Ëxample.TEST',
    'useŕ@mail.ëxample.test',
    'useŕ@example.test',
  ],
  ...['useŕ', 'useŕ@..ëxample.test', 'a@', 'useŕ@xn--xample-ova.test', 'useŕ@中文.test', 'useŕ@x..中文.test'],
];
export const A_LABELS: readonly string[] = [
  ...[
    'xn--xample-ova.test',
    '.xn--xample-ova.test',
    'XN--xample-ova.test',
    'xn--fiq228c.test',
    '.xn--fiq228c.test',
  ],
  ...[
    'xn--',
    'xn--.test',
    'xn--\xff-a.test',
    'xn--99999999.test',
    'xn--a-.test',
    'xn---a.test',
    'a'.repeat(254),
  ],
  ...['a'.repeat(255), `.${'a'.repeat(252)}`, `.${'a'.repeat(253)}`, `xn--${'a'.repeat(300)}-ova`],
];
export const ADDRESSES: readonly (readonly number[])[] = [
  ...[
    [192, 0, 2, 1],
    [192, 0, 3, 1],
    [10, 1, 2, 3],
    [10, 9, 2, 9],
    [0, 0, 0, 0],
  ],
  ...[[], [192, 0, 2], [192, 0, 2, 1, 0], [192, 0, 2, 1, 255, 255, 255, 0]],
  [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  [0x20, 0x01, 0x0d, 0xb9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
];
const FOUR = [255, 255, 255, 255];
export const RANGES: readonly (readonly number[])[] = [
  ...[
    [192, 0, 2, 0, 255, 255, 255, 0],
    [192, 0, 2, 77, 255, 255, 255, 0],
    [10, 0, 2, 0, 255, 0, 255, 0],
  ],
  ...[
    [0, 0, 0, 0, 0, 0, 0, 0],
    [192, 0, 2, 1, ...FOUR],
    [192, 0, 2, 1],
    [],
    [192, 0, 2, 0, 255, 255, 255, 0, 0],
  ],
  [0x20, 0x01, 0x0d, 0xb8, ...new Array<number>(12).fill(0), ...FOUR, ...new Array<number>(12).fill(0)],
  [...new Array<number>(15).fill(0), 1, ...new Array<number>(15).fill(0), 1],
];

import { describe, expect, it } from 'vitest';
import { ascii, der, dn, type Attribute } from '../support/der-writer.js';
import {
  directory,
  dns,
  email,
  ip,
  otherName,
  registeredId,
  subtree,
  uri,
  utf8Mailbox,
} from '../support/constraint-writer.js';
import { judge } from './constraint-judge.js';

const judgeName = (name: Uint8Array, base: Uint8Array): string =>
  judge({ names: [name] }, { permitted: [subtree(base)] });

const [INSIDE, OUTSIDE, SYNTAX] = ['', '47@0', '53@0'];

describe('a name and the base that it must be below (RFC 5280 section 4.2.1.10)', () => {
  it.each([
    ['host.example.com', 'host.example.com', INSIDE],
    ['www.host.example.com', 'host.example.com', INSIDE],
    ['host1.example.com', 'host.example.com', OUTSIDE],
    ['WWW.Host.EXAMPLE.com', 'host.example.com', INSIDE],
    ['myhost.example.com', 'host.example.com', OUTSIDE],
    ['host.example.com', '.example.com', INSIDE],
    ['example.com', '.example.com', OUTSIDE],
    ['anything.test', '', INSIDE],
    ['\xc4.example.com', '\xe4.example.com', OUTSIDE],
  ])('dNSName %j, base %j: %j', (name, base, result) => {
    expect(judgeName(dns(name), dns(base))).toBe(result);
  });

  it.each([
    ['root@example.com', 'root@example.com', INSIDE],
    ['Root@example.com', 'root@example.com', OUTSIDE],
    ['root@EXAMPLE.com', 'root@example.com', INSIDE],
    ['other@example.com', 'root@example.com', OUTSIDE],
    ['root@example.com', 'example.com', INSIDE],
    ['root@mail.example.com', 'example.com', OUTSIDE],
    ['root@mail.example.com', '.example.com', INSIDE],
    ['root@example.com', '.example.com', OUTSIDE],
    ['root@example.com', '@example.com', INSIDE],
    ['"a@b"@example.com', 'example.com', INSIDE],
    ['example.com', 'example.com', SYNTAX],
    ['ro\0t@example.com', 'ro\0t@example.com', SYNTAX],
    ['root@example.com', '', OUTSIDE],
  ])('rfc822Name %j, base %j: %j', (name, base, result) => {
    expect(judgeName(email(name), email(base))).toBe(result);
  });

  it.each([
    ['https://host.example.com/', 'host.example.com', INSIDE],
    ['https://my.host.example.com/', 'host.example.com', OUTSIDE],
    ['https://host.example.com:443/x', '.example.com', INSIDE],
    ['https://example.com', '.example.com', OUTSIDE],
    ['LDAP://HOST.example.com', 'host.EXAMPLE.com', INSIDE],
    // User information counts as the host, and a colon in the path ends it.
    ['https://root@host.example.com/', 'host.example.com', OUTSIDE],
    ['https://host.example.com/a:b', 'host.example.com', OUTSIDE],
    ['urn:isbn:0', 'example.com', SYNTAX],
    ['https:///x', 'example.com', SYNTAX],
    ['https:/', 'example.com', SYNTAX],
    ['', 'example.com', SYNTAX],
  ])('uniformResourceIdentifier %j, base %j: %j', (name, base, result) => {
    expect(judgeName(uri(name), uri(base))).toBe(result);
  });

  const zeros = new Array<number>(12).fill(0);
  const documentation = [0x20, 0x01, 0x0d, 0xb8, ...zeros, 255, 255, 255, 255, ...zeros];
  it.each<readonly [string, readonly number[], readonly number[], string]>([
    ['in 192.0.2.0/24', [192, 0, 2, 1], [192, 0, 2, 0, 255, 255, 255, 0], INSIDE],
    ['next to it', [192, 0, 3, 1], [192, 0, 2, 0, 255, 255, 255, 0], OUTSIDE],
    ['in a range with bits behind its mask', [192, 0, 2, 1], [192, 0, 2, 7, 255, 255, 255, 0], INSIDE],
    ['in a range whose mask has a gap', [10, 9, 2, 1], [10, 0, 2, 0, 255, 0, 255, 0], INSIDE],
    ['in 2001:db8::/32', [0x20, 0x01, 0x0d, 0xb8, ...zeros], documentation, INSIDE],
    ['of the other family', [192, 0, 2, 1], documentation, OUTSIDE],
    ['of three octets', [192, 0, 2], [192, 0, 2, 0, 255, 255, 255, 0], SYNTAX],
    ['in a range without a mask', [192, 0, 2, 1], [192, 0, 2, 1], SYNTAX],
  ])('iPAddress %s: %j', (_what, address, range, result) => {
    expect(judgeName(ip(...address), ip(...range))).toBe(result);
  });

  const organization = (text: string): readonly Attribute[] => [['2.5.4.10', 0x13, ascii(text)]];
  const unit: readonly Attribute[] = [['2.5.4.11', 0x0c, ascii('Mail')]];
  it.each([
    ['the base itself', directory(organization('Example')), INSIDE],
    ['one below', directory(organization('Example'), unit), INSIDE],
    ['spelt otherwise', directory(organization(' EXAMPLE ')), INSIDE],
    ['another', directory(organization('Examples')), OUTSIDE],
    ['in another order', directory(unit, organization('Example')), OUTSIDE],
    ['with both in one part', directory([...organization('Example'), ...unit]), OUTSIDE],
    ['one without parts', directory(), OUTSIDE],
  ])('directoryName %s: %j', (_what, name, result) => {
    const subject = dn(organization('Example'), unit);
    const subtrees = { permitted: [subtree(directory(organization('Example')))] };
    expect(judge({ subject, names: [name] }, subtrees)).toBe(result);
  });

  it('takes every directoryName below one without parts', () => {
    expect(judgeName(directory(), directory())).toBe(INSIDE);
  });
});

describe('an internationalized mailbox (RFC 8398 section 6)', () => {
  it.each([
    ['useŕ@ëxample.test', 'xn--xample-ova.test', INSIDE],
    ['useŕ@ËXAMPLE.test', 'xn--xample-ova.test', OUTSIDE],
    ['useŕ@ëXAMPLE.TEST', 'xn--xample-ova.test', INSIDE],
    ['useŕ@中文.test', 'xn--fiq228c.test', INSIDE],
    ['useŕ@example.test', 'example.test', INSIDE],
    ['useŕ@ëxample.test', 'user@xn--xample-ova.test', OUTSIDE],
    // OpenSSL doubles the dot, so that nothing is below such a base: what is permitted is refused, not the other way about.
    ['useŕ@mail.ëxample.test', '.xn--xample-ova.test', OUTSIDE],
    ['useŕ', 'example.test', SYNTAX],
    ['useŕ@example.test', 'example\0.test', SYNTAX],
    ['useŕ@example.test', 'xn--\xff-a.test', '1@0'],
    ['useŕ@example.test', 'xn--99999999.test', '1@0'],
    ['useŕ@example.test', 'xn--a-.!', '47@0'],
    ['useŕ@example.test', 'xn--!.test', '1@0'],
    ['useŕ@example.test', 'a'.repeat(254), OUTSIDE],
    ['useŕ@example.test', 'a'.repeat(255), '1@0'],
  ])('%j, base %j: %j', (name, base, result) => {
    expect(judgeName(utf8Mailbox(name), email(base))).toBe(result);
  });

  it('is one in a UTF8String alone', () => {
    expect(judgeName(utf8Mailbox('user@example.test', 0x16), email('example.test'))).toBe(SYNTAX);
  });

  // RFC 3492 section 7.1 (A), (B) and (I), and the last code point that there is.
  it.each([
    ['ليهمابتكلموشعربي؟', 'egbpdaj6bu4bxfgehfvwxn'],
    ['他们为什么不说中文', 'ihqwcrb4cv8a8dqg056pqjye'],
    ['почемужеонинеговорятпорусски', 'b1abfaaepdrnnbgefbadotcwatmq2g4l'],
    ['\u{10ffff}', 'dn32g'],
  ])('reads the label %s', (label, encoded) => {
    expect(judgeName(utf8Mailbox(`a@${label}`), email(`xn--${encoded}`))).toBe(INSIDE);
  });
});

describe('kinds of names that cannot be judged', () => {
  const kinds = {
    otherName: otherName('1.2.3.4', der(0x05)),
    x400Address: der(0xa3, ascii('x')),
    ediPartyName: der(0xa5, der(0xa1, der(0x0c, ascii('x')))),
    registeredID: registeredId('1.2.3.4'),
  };

  it.each(Object.entries(kinds))(
    '%s: 51 where a subtree is about it, permitted or excluded',
    (_kind, name) => {
      expect(judge({ names: [name] }, { permitted: [subtree(name)] })).toBe('51@0');
      expect(judge({ names: [name] }, { excluded: [subtree(name)] })).toBe('51@0');
      expect(judge({ names: [name] }, { permitted: [subtree(dns('x.test'))] })).toBe('');
      expect(judge({ names: [dns('mail.x.test')] }, { permitted: [subtree(name)] })).toBe('');
    },
  );

  it('an otherName of another type is another kind', () => {
    const other = otherName('1.2.3.5', der(0x05));
    expect(judge({ names: [kinds.otherName] }, { excluded: [subtree(other)] })).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { parseCertificate } from '../../src/x509/certificate.js';
import { matchHostname, matchIp } from '../../src/x509/hostname.js';
import { formatIp, parseIp } from '../../src/x509/ip.js';
import { certificateDer, cn, san } from './support/der-writer.js';

const withSan = (...names: readonly (string | readonly number[])[]) =>
  parseCertificate(certificateDer({ subject: cn('cn.example.org'), extensions: [san(...names)] }));

/** [presented dNSName, reference name, matches strictly, matches by OpenSSL's rules]. */
const PAIRS: readonly (readonly [string, string, boolean, boolean])[] = [
  ['mail.example.org', 'mail.example.org', true, true],
  ['MAIL.Example.ORG', 'mail.eXample.org', true, true],
  ['mail.example.org', 'xmail.example.org', false, false],
  ['mail.example.org', 'mail.example.org.', true, false],
  ['mail.example.org.', 'mail.example.org', false, false],
  ['mail.example.org.', 'mail.example.org.', false, true],
  ['_a.example.org', '_a.example.org', true, true],
  ['*.example.org', 'mail.example.org', true, true],
  ['*.EXAMPLE.org', 'MAIL.example.ORG', true, true],
  ['*.example.org', 'a.b.example.org', false, false],
  ['*.example.org', 'example.org', false, false],
  ['*.example.org', '_a.example.org', false, false],
  ['*.example.org', '*.example.org', false, true],
  ['*.example.org', '.example.org', false, true],
  ['*.example.org', 'xn--a.example.org', true, true],
  ['*.xn--p1ai.org', 'mail.xn--p1ai.org', true, true],
  ['*.org', 'example.org', false, false],
  ['*', 'org', false, false],
  ['*.example.org.', 'mail.example.org.', false, false],
  ['f*.example.org', 'foo.example.org', false, true],
  ['*f.example.org', 'off.example.org', false, true],
  ['f*.example.org', 'f.example.org', false, true],
  ['f*.example.org', 'xn--f.example.org', false, false],
  ['f*o.example.org', 'foo.example.org', false, false],
  ['f-*.example.org', 'f-a.example.org', false, false],
  ['xn--*.example.org', 'xn--a.example.org', false, false],
  ['*.*.example.org', 'a.b.example.org', false, false],
  ['a.*.example.org', 'a.b.example.org', false, false],
  ['**.example.org', 'mail.example.org', false, false],
  ['*.-example.org', 'mail.-example.org', false, false],
  ['*.ex_ample.org', 'mail.ex_ample.org', false, false],
  ['*.example..org', 'mail.example..org', false, false],
  ['mail.example.org\0.evil.test', 'mail.example.org', false, false],
  ['mail.example.org', 'mail.example.org\0', false, false],
  ['', '', false, false],
  ['', 'mail.example.org', false, false],
  ['192.0.2.1', '192.0.2.1', false, true],
  ['*.0.2.1', '192.0.2.1', false, true],
  ['example.org', '.example.org', false, false],
  ['a.example.org', '.example.org', false, true],
  ['m\xfcller.org', 'müller.org', false, false],
];

describe('matchHostname', () => {
  it.each(PAIRS)('%j against %j: strict %j, openssl %j', (presented, name, strict, openssl) => {
    const cert = withSan(presented);
    expect(matchHostname(cert, name)).toBe(strict ? presented : null);
    expect(matchHostname(cert, name, 'openssl')).toBe(openssl ? presented : null);
  });

  it.each(PAIRS.filter(([, name]) => !name.includes('\0')))(
    'Node’s X509Certificate agrees on %j against %j',
    (...pair) => {
      const [presented, name, , openssl] = pair;
      expect(withSan(presented).node.checkHost(name) !== undefined).toBe(openssl);
    },
  );

  it('is never looser than OpenSSL without partial wildcards and common name, but for a trailing dot', () => {
    for (const [presented, name] of PAIRS.filter(([, reference]) => !/[.\0]$/.test(reference))) {
      const cert = withSan(presented);
      const theirs = cert.node.checkHost(name, { partialWildcards: false, subject: 'never' });
      if (theirs === undefined)
        expect([presented, name, matchHostname(cert, name)]).toEqual([presented, name, null]);
    }
  });

  it('returns the name that matched, as it stands there', () => {
    expect(matchHostname(withSan('other.test', '*.Example.org'), 'mail.example.org')).toBe('*.Example.org');
  });

  it('takes the common name by OpenSSL’s rules alone, and only without a dNSName', () => {
    const [bare, addressed, named] = [
      parseCertificate(certificateDer({ subject: cn('cn.example.org') })),
      withSan([192, 0, 2, 1]),
      withSan('other.test'),
    ];
    expect([bare, addressed, named].map((cert) => matchHostname(cert, 'cn.example.org'))).toEqual([
      null,
      null,
      null,
    ]);
    expect([bare, addressed, named].map((cert) => matchHostname(cert, 'cn.example.org', 'openssl'))).toEqual([
      'cn.example.org',
      'cn.example.org',
      null,
    ]);
  });

  it('rejects a reference of more than 253 octets or with a label of more than 63', () => {
    const label = 'a'.repeat(64);
    expect(matchHostname(withSan(`${label}.test`), `${label}.test`)).toBeNull();
    const long = `${'abcdefg.'.repeat(32)}test`;
    expect(matchHostname(withSan(long), long)).toBeNull();
  });
});

describe('matchIp', () => {
  const cert = withSan(
    '192.0.2.2',
    [192, 0, 2, 1],
    [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
    [1, 2, 3],
  );

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['192.0.2.2', null],
    ['::ffff:192.0.2.1', null],
    ['192.0.2.1.', null],
    ['1.2.3', null],
    ['mail.example.org', null],
    ['', null],
  ])('%j gives %j', (ip, matched) => {
    expect(matchIp(cert, ip)).toBe(matched);
  });
});

describe('IP addresses', () => {
  it.each([
    ['::', '00000000000000000000000000000000', '::'],
    ['::1', '00000000000000000000000000000001', '::1'],
    ['1::', '00010000000000000000000000000000', '1::'],
    ['1:0:0:2:0:0:0:3', '00010000000000020000000000000003', '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', '00010000000200030004000500060007', '1:0:2:3:4:5:6:7'],
    ['::ffff:192.0.2.1', '00000000000000000000ffffc0000201', '::ffff:c000:201'],
    ['1:2:3:4:5:6:192.0.2.1', '000100020003000400050006c0000201', '1:2:3:4:5:6:c000:201'],
    ['255.255.255.255', 'ffffffff', '255.255.255.255'],
  ])('%s', (text, octets, canonical) => {
    const parsed = parseIp(text);
    expect(Buffer.from(parsed ?? []).toString('hex')).toBe(octets);
    expect(parsed && formatIp(parsed)).toBe(canonical);
  });

  it.each([
    ...['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4 ', '0x1.2.3.4', '1..2.3', '1.2.3.-4'],
    ...[':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', 'g::', '::1%eth0', '[::1]'],
    ...[
      '1.2.3.4::',
      '::1.2.3.4:5',
      '1:2:3:4:5:6:7:1.2.3.4',
      '1:2:3:4:5:6:7::8',
      ':1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:',
    ],
  ])('%j is none', (text) => {
    expect(parseIp(text)).toBeNull();
  });

  it('prints no other number of octets', () => {
    expect(formatIp(Uint8Array.of(1, 2, 3))).toBeNull();
  });
});

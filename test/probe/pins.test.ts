import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import type { TlsPins } from '../../src/core/probe-options.js';
import { parseCertificatePin, resolvePins, type PinRequest } from '../../src/probe/pins.js';

function errorOf(run: () => unknown): SmtpcheckError {
  try {
    run();
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const GCM = 'ECDHE-RSA-AES128-GCM-SHA256';

describe('resolvePins', () => {
  it.each<[string, PinRequest, TlsPins]>([
    ['nothing', {}, { versionPinned: false }],
    [
      'one version',
      { versions: ['TLSv1.2'] },
      { versionPinned: true, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' },
    ],
    [
      'two neighbours',
      { versions: ['TLSv1.3', 'TLSv1.2'] },
      { versionPinned: true, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
    ],
    [
      'one version twice',
      { versions: ['TLSv1', 'TLSv1'] },
      { versionPinned: true, minVersion: 'TLSv1', maxVersion: 'TLSv1' },
    ],
    ['a minimum', { minTls: '1.2' }, { versionPinned: true, minVersion: 'TLSv1.2' }],
    ['a maximum', { maxTls: 'TLSv1.1' }, { versionPinned: true, maxVersion: 'TLSv1.1' }],
    [
      'a range',
      { minTls: 'tls1', maxTls: 'TLS 1.3' },
      { versionPinned: true, minVersion: 'TLSv1', maxVersion: 'TLSv1.3' },
    ],
    [
      'a range of one',
      { minTls: '1_2', maxTls: '1.2' },
      { versionPinned: true, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' },
    ],
    [
      'an old suite, which caps the version',
      { cipher: GCM },
      { versionPinned: false, maxVersion: 'TLSv1.2', suites: [0xc02f] },
    ],
    [
      'its IANA name',
      { cipher: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' },
      { versionPinned: false, maxVersion: 'TLSv1.2', suites: [0xc02f] },
    ],
    [
      'a suite of 1.3, which raises it',
      { cipher: 'TLS_AES_128_GCM_SHA256' },
      { versionPinned: false, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', suites: [0x1301] },
    ],
    [
      'both kinds',
      { cipher: `${GCM}:TLS_AES_256_GCM_SHA384` },
      { versionPinned: false, suites: [0xc02f, 0x1302] },
    ],
    [
      'a list with commas',
      { cipher: `${GCM},AES128-SHA` },
      { versionPinned: false, maxVersion: 'TLSv1.2', suites: [0xc02f, 0x002f] },
    ],
    [
      'the line we replace',
      { versions: ['TLSv1.2'], cipher: GCM },
      { versionPinned: true, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', suites: [0xc02f] },
    ],
    [
      '1.2 and up with an old suite',
      { minTls: '1.2', cipher: GCM },
      { versionPinned: true, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', suites: [0xc02f] },
    ],
    [
      '1.0 with a suite of its day',
      { versions: ['TLSv1'], cipher: 'AES128-SHA' },
      { versionPinned: true, minVersion: 'TLSv1', maxVersion: 'TLSv1', suites: [0x002f] },
    ],
    [
      'up to 1.1 with one suite that can',
      { maxTls: '1.1', cipher: `${GCM}:AES128-SHA` },
      { versionPinned: true, maxVersion: 'TLSv1.1', suites: [0xc02f, 0x002f] },
    ],
    [
      'groups by either name',
      { groups: 'X25519:P-256,secp384r1' },
      { versionPinned: false, groups: [0x001d, 0x0017, 0x0018] },
    ],
    [
      'schemes by either name',
      { sigalgs: 'ECDSA+SHA256:rsa_pss_rsae_sha256' },
      { versionPinned: false, schemes: [0x0403, 0x0804] },
    ],
  ])('%s', (_, request, pins) => {
    expect(resolvePins(request)).toEqual(pins);
  });

  it.each<[string, PinRequest, RegExp, RegExp | undefined]>([
    [
      '1.3 with an old suite',
      { versions: ['TLSv1.3'], cipher: GCM },
      /ECDHE-RSA-AES128-GCM-SHA256 cannot be negotiated: TLS 1\.3 was pinned/,
      /TLS_AES_128_GCM_SHA256/,
    ],
    ['a minimum of 1.3 with an old suite', { minTls: '1.3', cipher: GCM }, /TLS 1\.3 was pinned/, undefined],
    [
      '1.2 with a suite of 1.3',
      { versions: ['TLSv1.2'], cipher: 'TLS_AES_128_GCM_SHA256' },
      /TLS 1\.2 was pinned, and these are suites of TLS 1\.3 only/,
      /--tls1\.3/,
    ],
    [
      'a maximum of 1.2 with a suite of 1.3',
      { maxTls: '1.2', cipher: 'TLS_AES_128_GCM_SHA256' },
      /TLS 1\.3 only/,
      undefined,
    ],
    [
      '1.0 with GCM',
      { versions: ['TLSv1'], cipher: GCM },
      /TLS 1\.0 was pinned, and these suites came with TLS 1\.2/,
      /--tls1\.2/,
    ],
    ['1.1 with SHA-2', { versions: ['TLSv1.1'], cipher: 'AES128-SHA256' }, /TLS 1\.1 was pinned/, undefined],
    [
      '1.1 with ChaCha20',
      { maxTls: '1.1', cipher: 'ECDHE-RSA-CHACHA20-POLY1305' },
      /TLS 1\.1 was pinned/,
      undefined,
    ],
    ['1.1 with CCM-8', { maxTls: '1.1', cipher: 'AES128-CCM8' }, /TLS 1\.1 was pinned/, undefined],
    [
      '1.1 with suites of 1.2 and of 1.3',
      { maxTls: '1.1', cipher: `${GCM}:TLS_AES_128_GCM_SHA256` },
      /TLS 1\.1 was pinned/,
      undefined,
    ],
    [
      '1.3 pinned, and suites of both kinds of which only old ones remain',
      { versions: ['TLSv1.3'], cipher: 'AES128-SHA' },
      /TLS 1\.3 was pinned/,
      undefined,
    ],
    [
      'a minimum above the maximum',
      { minTls: '1.3', maxTls: '1.2' },
      /--min-tls 1\.3 is above --max-tls 1\.2/,
      undefined,
    ],
    [
      'a pin and a minimum',
      { versions: ['TLSv1.2'], minTls: '1.2' },
      /cannot go with a pinned version/,
      /either/,
    ],
    [
      'versions with a gap',
      { versions: ['TLSv1.1', 'TLSv1.3'] },
      /must be neighbours/,
      /--min-tls and --max-tls/,
    ],
    ['SSLv3', { minTls: 'SSLv3' }, /--min-tls takes a TLS version, not "SSLv3"/, /no SSL version/],
    ['a version that is not', { maxTls: '1.4' }, /--max-tls takes a TLS version/, /1\.0, 1\.1, 1\.2, 1\.3/],
    ['a version that is a word', { maxTls: 'new' }, /--max-tls takes a TLS version/, undefined],
    [
      'an unknown suite',
      { cipher: 'ECDHE-RSA-AES128-GCM-SHA265' },
      /unknown cipher "ECDHE-RSA-AES128-GCM-SHA265"/,
      /did you mean ECDHE-RSA-AES128-GCM-SHA256/,
    ],
    [
      'one unknown suite among others',
      { cipher: `${GCM}:AES129-SHA` },
      /unknown cipher "AES129-SHA"/,
      /AES128-SHA/,
    ],
    ['a suite that is like nothing', { cipher: 'zzzzzzzzzzzzzzz' }, /unknown cipher/, /OpenSSL or IANA/],
    [
      'a cipher string',
      { cipher: 'HIGH' },
      /unknown cipher "HIGH"/,
      /cipher strings such as HIGH or !aNULL are not taken/,
    ],
    ['an exclusion', { cipher: 'ALL:!aNULL' }, /unknown cipher "ALL"/, /cipher strings/],
    ['a security level', { cipher: `${GCM}:@SECLEVEL=0` }, /unknown cipher "@SECLEVEL=0"/, /cipher strings/],
    ['an unknown group', { groups: 'X25591' }, /unknown group "X25591"/, /X25519|x25519/],
    ['an unknown scheme', { sigalgs: 'ECDSA+SHA265' }, /unknown signature scheme/, /ECDSA\+SHA256/],
    ['no suite', { cipher: '' }, /--cipher names no cipher/, undefined],
    ['separators alone', { groups: ' :, ' }, /--groups names no group/, undefined],
  ])('refuses %s', (_, request, message, hint) => {
    const error = errorOf(() => resolvePins(request));
    expect(error).toMatchObject({ code: 'usage', phase: 'arguments' });
    expect(error.message).toMatch(message);
    if (hint !== undefined) expect(error.hint).toMatch(hint);
  });
});

describe('parseCertificatePin', () => {
  const hex = 'ab'.repeat(32);
  const spki = Buffer.alloc(32, 7).toString('base64');

  it.each([
    [`sha256:${hex}`, 'sha256', hex],
    [`sha256:${hex.toUpperCase()}`, 'sha256', hex],
    [`sha256:${(hex.toUpperCase().match(/../g) ?? []).join(':')}`, 'sha256', hex],
    [` spki-sha256:${spki} `, 'spki-sha256', spki],
  ])('takes %s', (text, kind, value) => {
    expect(parseCertificatePin(text)).toEqual({ kind, value });
  });

  it.each([
    '',
    'sha256:',
    `sha256:${hex.slice(1)}`,
    `sha256:${hex}00`,
    `sha256:${'zz'.repeat(32)}`,
    hex,
    `sha1:${'ab'.repeat(20)}`,
    `spki-sha256:${hex}`,
    `spki-sha256:${spki.slice(0, -1)}`,
    `spki-sha256:${spki.replace(/^./, '*')}`,
    `sha256:${spki}`,
    `SHA256:${hex}`,
    `spki-sha256:${Buffer.alloc(31, 7).toString('base64')}`,
  ])('refuses %j and says where the values are', (text) => {
    expect(errorOf(() => parseCertificatePin(text))).toMatchObject({
      code: 'usage',
      hint: expect.stringContaining('chain.sent[0]') as string,
    });
  });
});

import { describe, expect, it } from 'vitest';
import tls from 'node:tls';
import { keyExchangeOf } from '../../src/wire/key-exchange.js';
import * as names from '../../src/wire/names.js';
import { editDistance } from '../../src/wire/nearest.js';
import { ALERT_ROWS } from '../../src/wire/tables/alerts.js';
import { EXTENSION_ROWS } from '../../src/wire/tables/extensions.js';
import { GROUP_ROWS } from '../../src/wire/tables/groups.js';
import { SCHEME_ROWS } from '../../src/wire/tables/schemes.js';

describe('the tables', () => {
  it.each([
    ['suites', names.allSuites().map(({ id }) => [id] as const)],
    ['groups', GROUP_ROWS],
    ['schemes', SCHEME_ROWS],
    ['alerts', ALERT_ROWS],
    ['extensions', EXTENSION_ROWS],
  ])('%s: numbers ascend, so none is there twice', (_name, rows) => {
    const ids = rows.map((row) => row[0]);
    expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
  });

  it.each([
    ['suites', names.allSuites().flatMap(({ iana, openssl }) => [...new Set([iana, openssl])])],
    [
      'groups',
      GROUP_ROWS.flatMap((row) => [...new Set([row[1], ...row[2]].map((name) => name.toLowerCase()))]),
    ],
    [
      'schemes',
      SCHEME_ROWS.flatMap((row) => [...new Set([row[1], ...row[2]].map((name) => name.toLowerCase()))]),
    ],
    ['alerts', ALERT_ROWS.map((row) => row[1])],
    ['extensions', EXTENSION_ROWS.map((row) => row[1])],
  ])('%s: a name stands for one number, in any case', (_name, all) => {
    const known = all.filter((name) => name !== null).map((name) => name.toLowerCase());
    expect(new Set(known).size).toBe(known.length);
  });

  it('every suite has a name, and every one up to TLS 1.2 a key exchange unless it is a signal or eccPWD', () => {
    for (const suite of names.allSuites()) {
      expect(suite.iana ?? suite.openssl).not.toBeNull();
      const odd = suite.tls13 || /_SCSV$|ECCPWD|NULL_WITH_NULL/.test(suite.iana ?? '');
      if (!odd) expect([suite.iana ?? suite.openssl, keyExchangeOf(suite.id).kind]).not.toContain('unknown');
    }
  });

  it.each([
    [0x0000, 'TLS_NULL_WITH_NULL_NULL', null, 0, false],
    [0x0005, 'TLS_RSA_WITH_RC4_128_SHA', 'RC4-SHA', 128, false],
    [0x0008, 'TLS_RSA_EXPORT_WITH_DES40_CBC_SHA', 'EXP-DES-CBC-SHA', 40, false],
    [0x0009, 'TLS_RSA_WITH_DES_CBC_SHA', 'DES-CBC-SHA', 56, false],
    [0x000a, 'TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'DES-CBC3-SHA', 112, false],
    [0x0007, 'TLS_RSA_WITH_IDEA_CBC_SHA', 'IDEA-CBC-SHA', 128, false],
    [0x0096, 'TLS_RSA_WITH_SEED_CBC_SHA', 'SEED-SHA', 128, false],
    [0x0039, 'TLS_DHE_RSA_WITH_AES_256_CBC_SHA', 'DHE-RSA-AES256-SHA', 256, false],
    [0xc02f, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 128, false],
    [0xc02c, 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'ECDHE-ECDSA-AES256-GCM-SHA384', 256, false],
    [0xcca8, 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256', 'ECDHE-RSA-CHACHA20-POLY1305', 256, false],
    [0xcc13, null, 'ECDHE-RSA-CHACHA20-POLY1305-OLD', 256, false],
    [0x1301, 'TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256', 128, true],
    [0x1305, 'TLS_AES_128_CCM_8_SHA256', 'TLS_AES_128_CCM_8_SHA256', 128, true],
    [0xc0b4, 'TLS_SHA256_SHA256', null, 0, true],
    [0xc103, 'TLS_GOSTR341112_256_WITH_KUZNYECHIK_MGM_L', null, 256, true],
    [0x00ff, 'TLS_EMPTY_RENEGOTIATION_INFO_SCSV', null, 0, false],
  ])('suite %i is %s', (id, iana, openssl, bits, tls13) => {
    expect(names.suiteById(id)).toEqual({ id, iana, openssl, bits, tls13 });
  });

  it('every suite is found by its number and by each of its names', () => {
    for (const suite of names.allSuites()) {
      expect(names.suiteById(suite.id)).toEqual(suite);
      for (const name of [suite.iana, suite.openssl]) {
        if (name !== null) expect(names.suiteByName(` ${name.toLowerCase()}`)).toEqual(suite);
      }
    }
  });

  it.each([
    '',
    '?',
    '0',
    '128',
    '1301',
    '1.3',
    '1301:128:1.3',
    'AES128-GCM',
    'TLS_AES_128_GCM_SHA256\n1302',
    'A B',
  ])('no suite is called %j, though the table has it', (name) => {
    expect(names.suiteByName(name)).toBeUndefined();
  });

  it('knows every suite this Node offers', () => {
    expect(tls.getCiphers().filter((name) => names.suiteByName(name) === undefined)).toEqual([]);
  });
});

describe('look-ups', () => {
  it('suites by either name, in any case, with blanks around, and in old spellings', () => {
    for (const name of [
      'ECDHE-RSA-AES128-GCM-SHA256',
      ' ecdhe-rsa-aes128-gcm-sha256 ',
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    ]) {
      expect(names.suiteByName(name)?.id).toBe(0xc02f);
    }
    expect(names.suiteByName('SSL_RSA_WITH_RC4_128_SHA')?.id).toBe(0x0005);
    expect(names.suiteByName('EDH-RSA-DES-CBC3-SHA')?.id).toBe(0x0016);
    expect(names.suiteByName('EXP-EDH-RSA-DES-CBC-SHA')?.id).toBe(0x0014);
    expect(names.suiteByName('HIGH')).toBeUndefined();
    expect(names.suiteById(0x5a5a)).toBeUndefined();
  });

  it('names anything', () => {
    expect([0xc02f, 0x1306, 0xcc14, 0x5a5a].map((id) => names.suiteName(id))).toEqual([
      'ECDHE-RSA-AES128-GCM-SHA256',
      'TLS_AEGIS_256_SHA384',
      'ECDHE-ECDSA-CHACHA20-POLY1305-OLD',
      '0x5a5a',
    ]);
    expect([40, 120, 99].map((n) => names.alertName(n))).toEqual([
      'handshake_failure',
      'no_application_protocol',
      'unknown alert 99',
    ]);
    expect([0, 0xff01, 0x1234].map((n) => names.extensionName(n))).toEqual([
      'server_name',
      'renegotiation_info',
      '0x1234',
    ]);
  });

  it.each([
    [['prime256v1', 'P-256', 'p-256', 'secp256r1', 'SECP256R1'], 0x17],
    [['x25519', 'X25519'], 0x1d],
    [['X25519MLKEM768', 'x25519mlkem768'], 0x11ec],
    [['SecP256r1MLKEM768'], 0x11eb],
    [['SecP384r1MLKEM1024'], 0x11ed],
    [['MLKEM768'], 0x0201],
    [['ffdhe3072'], 0x0101],
    [['brainpoolP256r1tls13'], 0x1f],
  ])('groups %j', (all, id) => {
    for (const name of all) expect(names.groupByName(name)?.id).toBe(id);
    expect(names.groupById(id)?.id).toBe(id);
  });

  it.each([
    [['ecdsa_secp256r1_sha256', 'ECDSA+SHA256', 'ecdsa+sha256'], 0x0403],
    [['rsa_pss_rsae_sha256', 'RSA-PSS+SHA256', 'PSS+SHA256'], 0x0804],
    [['rsa_pkcs1_sha1', 'RSA+SHA1'], 0x0201],
    [['ecdsa_sha224', 'ECDSA+SHA224'], 0x0303],
    [['ed25519', 'Ed25519'], 0x0807],
    [['mldsa65'], 0x0905],
  ])('schemes %j', (all, id) => {
    for (const name of all) expect(names.schemeByName(name)?.id).toBe(id);
    expect(names.schemeById(id)?.id).toBe(id);
  });

  it('only some alerts speak about what was offered', () => {
    const speaking = ALERT_ROWS.map((row) => row[0]).filter((n) => names.speaksAboutOffer(n));
    expect(speaking).toEqual([40, 70, 71, 86, 109, 120]);
  });
});

describe('hints', () => {
  it.each([
    ['ECDHE-RSA-AES128-GCM-SHA265', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ['ECDHE_RSA_AES_128_GCM_SHA256', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ['TLS_AES_128_GCM_SHA265', 'TLS_AES_128_GCM_SHA256'],
    ['TLS_ECDHE_RSA_WITH_AES128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ['ecdhe-rsa-chacha20', 'ECDHE-RSA-CHACHA20-POLY1305'],
  ])('%s was meant to be %s', (typed, meant) => {
    expect(names.nearestSuiteNames(typed, 3)[0]).toBe(meant);
  });

  it('groups and schemes too', () => {
    expect(names.nearestGroupNames('x25591', 3)).toEqual(['x25519']);
    expect(names.nearestGroupNames('secp265r1', 1)).toEqual(['secp256r1']);
    expect(names.nearestSchemeNames('ECDSA+SHA265', 1)).toEqual(['ECDSA+SHA256']);
  });

  it('nothing near is no hint, however long or short the word', () => {
    expect(names.nearestSuiteNames('kEECDH+HIGH', 3)).toEqual([]);
    expect(names.nearestSuiteNames('', 3)).toEqual([]);
    expect(names.nearestSuiteNames('-'.repeat(10), 3)).toEqual([]);
    expect(names.nearestSuiteNames('A'.repeat(1e6), 3)).toEqual([]);
    expect(names.nearestSuiteNames('AES128-SHA', 0)).toEqual([]);
  });

  it.each([
    ['', '', 0],
    ['abc', 'abc', 0],
    ['abc', 'acb', 1],
    ['abc', 'abcd', 1],
    ['kitten', 'sitting', 3],
    ['abcdef', 'uvwxyz', 4],
  ])('the distance of %j and %j is %i (4 stands for more than 3)', (a, b, distance) => {
    expect(editDistance(a, b, 3)).toBe(distance);
    expect(editDistance(b, a, 3)).toBe(distance);
  });
});

import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readPem, readPemCertificates } from '../../src/x509/pem.js';
import { fixture } from '../support/probe.js';
import { seeded } from '../support/seeded.js';

/**
 * The leaf and its intermediate, joined by `cat` without a newline in between, were read as two certificates and passed; every
 * server that stands on OpenSSL refuses to start with such a file. So what is read here is what OpenSSL reads: each text is
 * also given to OpenSSL as a server's chain.
 */
const CHAIN = readFileSync(fixture('chains', 'good-rsa.pem'), 'latin1');
const LEAF = CHAIN.slice(0, CHAIN.indexOf('-----END') + '-----END CERTIFICATE-----\n'.length);
const INTERMEDIATE = CHAIN.slice(LEAF.length);

/** Whether OpenSSL loads the text as a server's chain; its reason otherwise. */
function openssl(text: string): string {
  try {
    createSecureContext({ ca: [], ciphers: 'ALL:@SECLEVEL=0', cert: Buffer.from(text, 'latin1') });
    return 'loads';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

/** What we make of it, in the same word where it loads. */
function ours(text: string): string {
  const { certificates, broken } = readPemCertificates(text);
  if (broken !== null) return broken;
  if (certificates.length === 0) return 'no certificate';
  try {
    certificates.forEach(({ der }) => new X509Certificate(der));
    return 'loads';
  } catch {
    return 'no DER';
  }
}

const edit = (line: number, change: (text: string) => string): string =>
  CHAIN.split('\n')
    .map((text, i) => (i === line ? change(text) : text))
    .join('\n');

describe('a text that OpenSSL loads is read whole', () => {
  it.each<readonly [string, string]>([
    ['as it is', CHAIN],
    ['with CRLF', CHAIN.replaceAll('\n', '\r\n')],
    ['with a byte order mark', `\xef\xbb\xbf${CHAIN}`],
    ['with base64 in one line', CHAIN.replace(/(?<=[A-Za-z0-9+/=])\n(?=[A-Za-z0-9+/=])/g, '')],
    ['with blanks behind the lines', CHAIN.replaceAll('\n', ' \t\n')],
    ['with words around the blocks', `subject=x\n${LEAF}\n: issuer\n${INTERMEDIATE}\nend`],
    ['with a broken BEGIN line, which is no block', `${CHAIN}-----BEGIN CERTIFICATE-----junk\nMIIB\n`],
    ['without a newline at its end', CHAIN.trimEnd()],
    [
      'with an empty line behind BEGIN',
      CHAIN.replaceAll('BEGIN CERTIFICATE-----\n', 'BEGIN CERTIFICATE-----\n\n'),
    ],
  ])('%s', (_what, text) => {
    expect([openssl(text), ours(text)]).toEqual(['loads', 'loads']);
    expect(readPemCertificates(text).certificates.map(({ der }) => new X509Certificate(der).subject)).toEqual(
      readPemCertificates(CHAIN).certificates.map(({ der }) => new X509Certificate(der).subject),
    );
  });
});

describe('a text that OpenSSL refuses is broken', () => {
  it.each<readonly [string, string, RegExp]>([
    [
      'two files joined without a newline',
      LEAF.trimEnd() + INTERMEDIATE,
      /CERTIFICATE block of line 1 ends in line \d+ without/,
    ],
    ['a copy cut off', CHAIN.slice(0, -100), /has no END line/],
    ['a character that is not base64', edit(3, (text) => `!!${text}`), /not base64 throughout/],
    ['an empty line in the block', edit(3, (text) => `${text}\n`), /empty line/],
    [
      'something behind END',
      CHAIN.replace('END CERTIFICATE-----', 'END CERTIFICATE-----x'),
      /without an END/,
    ],
    ['another END', CHAIN.replace('END CERTIFICATE', 'END X509 CERTIFICATE'), /without an END/],
    ['an octet lost', edit(3, (text) => text.slice(1)), /not base64 throughout/],
    [
      'a key cut off above it',
      `-----BEGIN PRIVATE KEY-----\nMIGH\n${CHAIN}`,
      /the PRIVATE KEY block of line 1 ends/,
    ],
    ['an indent', CHAIN.replace(/^/gm, '  '), /no certificate/],
    ['CR alone', CHAIN.replaceAll('\n', '\r'), /no certificate/],
    ['a NUL', edit(1, (text) => `\0${text}`), /not base64 throughout/],
  ])('%s', (_what, text, expected) => {
    expect(openssl(text)).not.toBe('loads');
    expect(ours(text)).toMatch(expected);
  });
});

it('gives blocks of every kind, headers taken off the octets and left in the text', () => {
  const key =
    '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----';
  const { blocks, broken } = readPem(`${key}\n${LEAF}`);
  expect(broken).toBeNull();
  expect(blocks.map(({ label }) => label)).toEqual(['RSA PRIVATE KEY', 'CERTIFICATE']);
  expect(blocks[0]).toMatchObject({ bytes: Buffer.alloc(3), text: key });
});

it('never loads what OpenSSL refuses: 3000 texts with random faults', () => {
  const pick = seeded(11);
  const PIECES = [
    '\n',
    ' ',
    '\r',
    '=',
    '-',
    'A',
    '\0',
    '-----',
    '\n\n',
    ':',
    '\t\n',
    '-----BEGIN CERTIFICATE-----\n',
  ];
  const counts = { both: 0, neither: 0, openssl: 0 };
  const wrong: string[] = [];
  for (let i = 0; i < 3000; i++) {
    let text = CHAIN;
    for (let n = pick(3); n >= 0; n--) {
      const at = pick(text.length);
      text = text.slice(0, at) + (PIECES[pick(PIECES.length)] ?? '') + text.slice(at + pick(3));
    }
    const [theirs, mine] = [openssl(text), ours(text)];
    if (mine === 'loads' && theirs !== 'loads') wrong.push(`${theirs}: ${JSON.stringify(text)}`);
    counts[theirs === 'loads' ? (mine === 'loads' ? 'both' : 'openssl') : 'neither'] += 1;
  }
  expect(wrong).toEqual([]);
  expect(counts.both).toBeGreaterThan(100);
  expect(counts.openssl).toBeLessThan(60);
});

import { constants, generateKeyPairSync, sign, type KeyObject, type SignKeyObjectInput } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifySignature } from '../../src/x509/signature.js';
import { der, oid } from './support/der-writer.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 });
const ec = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
const ed25519 = generateKeyPairSync('ed25519');
const ed448 = generateKeyPairSync('ed448');
const x25519 = generateKeyPairSync('x25519');

const DATA = Buffer.from('what was signed');

/** OID, key pair, digest. */
const ALGORITHMS: readonly (readonly [
  string,
  { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
  string | null,
])[] = [
  ['1.2.840.113549.1.1.4', rsa, 'md5'],
  ['1.2.840.113549.1.1.5', rsa, 'sha1'],
  ['1.3.14.3.2.29', rsa, 'sha1'],
  ['1.2.840.113549.1.1.14', rsa, 'sha224'],
  ['1.2.840.113549.1.1.11', rsa, 'sha256'],
  ['1.2.840.113549.1.1.12', rsa, 'sha384'],
  ['1.2.840.113549.1.1.13', rsa, 'sha512'],
  ['2.16.840.1.101.3.4.3.14', rsa, 'sha3-256'],
  ['1.2.840.10045.4.1', ec, 'sha1'],
  ['1.2.840.10045.4.3.1', ec, 'sha224'],
  ['1.2.840.10045.4.3.2', ec, 'sha256'],
  ['1.2.840.10045.4.3.3', ec, 'sha384'],
  ['1.2.840.10045.4.3.4', ec, 'sha512'],
  ['1.2.840.10040.4.3', dsa, 'sha1'],
  ['2.16.840.1.101.3.4.3.1', dsa, 'sha224'],
  ['2.16.840.1.101.3.4.3.2', dsa, 'sha256'],
  ['1.3.101.112', ed25519, null],
  ['1.3.101.113', ed448, null],
];

describe('verifySignature', () => {
  it.each(ALGORITHMS)('%s', (id, { publicKey, privateKey }, digest) => {
    const algorithm = { oid: id, params: null };
    const signature = sign(digest, DATA, privateKey);
    expect(verifySignature(publicKey, algorithm, DATA, signature)).toBe(true);
    expect(verifySignature(publicKey, algorithm, Buffer.from('another'), signature)).toBe(false);
    expect(verifySignature(publicKey, algorithm, DATA, signature.subarray(1))).toBe(false);
    expect(verifySignature(publicKey, algorithm, DATA, new Uint8Array())).toBe(false);
  });

  it.each(ALGORITHMS)('%s is not believed of a key of another kind', (id, { publicKey }) => {
    const others = [rsa, pss, dsa, ec, ed25519, ed448, x25519].map((pair) => pair.publicKey);
    for (const other of others.filter((key) => key.asymmetricKeyType !== publicKey.asymmetricKeyType)) {
      expect(verifySignature(other, { oid: id, params: null }, DATA, new Uint8Array(64))).toBe(false);
    }
  });

  it.each(['1.2.3.4', 'toString', '', '1.2.840.113549.1.1.3'])('knows no algorithm %s', (id) => {
    const signature = sign('sha256', DATA, rsa.privateKey);
    expect(verifySignature(rsa.publicKey, { oid: id, params: null }, DATA, signature)).toBe(false);
  });

  it('asks a private key for its public half', () => {
    const signature = sign('sha256', DATA, ec.privateKey);
    const algorithm = { oid: '1.2.840.10045.4.3.2', params: null };
    expect(verifySignature(ec.privateKey, algorithm, DATA, signature)).toBe(true);
  });
});

const SHA1 = der(0x30, oid('1.3.14.3.2.26'), der(0x05));
const SHA256 = der(0x30, oid('2.16.840.1.101.3.4.2.1'), der(0x05));
const mgf1 = (digest: Uint8Array): Uint8Array => der(0x30, oid('1.2.840.113549.1.1.8'), digest);
const salt = (...octets: readonly number[]): Uint8Array => der(0xa2, der(0x02, octets));
const params = (...fields: readonly Uint8Array[]): Uint8Array => der(0x30, ...fields);
const usual = (...more: readonly Uint8Array[]): Uint8Array =>
  params(der(0xa0, SHA256), der(0xa1, mgf1(SHA256)), ...more);

const signPss = (digest: string, saltLength: number, key = rsa.privateKey): Buffer => {
  const input: SignKeyObjectInput = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
  return sign(digest, DATA, input);
};

describe('RSASSA-PSS (RFC 4055 section 3.1)', () => {
  const check = (bytes: Uint8Array | null, signature: Uint8Array, key = rsa.publicKey): boolean =>
    verifySignature(key, { oid: '1.2.840.113549.1.1.10', params: bytes }, DATA, signature);

  it('takes digest and salt from the parameters', () => {
    expect(check(usual(salt(32)), signPss('sha256', 32))).toBe(true);
    expect(check(usual(salt(0)), signPss('sha256', 0))).toBe(true);
    expect(check(usual(salt(0x00, 0xde)), signPss('sha256', 222))).toBe(true);
    expect(check(usual(salt(32)), signPss('sha256', 32, pss.privateKey), pss.publicKey)).toBe(true);
  });

  it('fills in SHA-1 and a salt of twenty octets', () => {
    expect(check(params(), signPss('sha1', 20))).toBe(true);
    expect(check(usual(), signPss('sha256', 20))).toBe(true);
  });

  it.each<[string, Uint8Array | null, Uint8Array]>([
    ['no parameters', null, signPss('sha1', 20)],
    ['parameters that are none', der(0x05), signPss('sha1', 20)],
    ['another digest', params(salt(32)), signPss('sha256', 32)],
    ['another salt length', usual(salt(20)), signPss('sha256', 32)],
    ['a negative salt length', usual(salt(0xff)), signPss('sha256', 32)],
    ['an endless salt', usual(salt(1, 0, 0, 0, 0)), signPss('sha256', 32)],
    ['a salt beyond the modulus', usual(salt(0x7f, 0, 0, 0)), signPss('sha256', 32)],
    ['another trailer', usual(salt(32), der(0xa3, der(0x02, [2]))), signPss('sha256', 32)],
    [
      'a mask of another digest',
      params(der(0xa0, SHA256), der(0xa1, mgf1(SHA1)), salt(32)),
      signPss('sha256', 32),
    ],
    ['PKCS #1 padding', usual(salt(32)), sign('sha256', DATA, rsa.privateKey)],
  ])('refuses %s', (_, bytes, signature) => {
    expect(check(bytes, signature)).toBe(false);
  });
});

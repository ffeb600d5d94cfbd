import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import forge from 'node-forge';
import { readBer, type BerElement } from '../../../src/x509/ber.js';
import { der, hex, oid, type Part } from '../../x509/support/der-writer.js';

/*
 * PKCS#12 (RFC 7292) in pieces, so that a test can put any count anywhere. Nothing in it is a key or a certificate: who opens
 * one of these has derived keys before he finds that out.
 */

export const PASSPHRASE = 'geheim';
export const SALT = new Uint8Array(8).fill(0x5a);
const IV = new Uint8Array(16).fill(7);

export const seq = (...parts: readonly Part[]): Uint8Array => der(0x30, ...parts);
export const explicit = (...parts: readonly Part[]): Uint8Array => der(0xa0, ...parts);
export const octets = (...parts: readonly Part[]): Uint8Array => der(0x04, ...parts);
const NULL = der(0x05);

/** An INTEGER that is not negative. */
export function int(value: number): Uint8Array {
  const digits = hex(value.toString(16).padStart(Math.ceil(value.toString(16).length / 2) * 2, '0'));
  return der(0x02, (digits[0] ?? 0) >= 0x80 ? [0] : [], digits);
}

export function pbes2(count: Uint8Array, salt = octets(SALT)): Uint8Array {
  const prf = seq(oid('1.2.840.113549.2.9'), NULL);
  const kdf = seq(oid('1.2.840.113549.1.5.12'), seq(salt, count, prf));
  return pbes2With(kdf);
}

export function pbes2With(kdf: Uint8Array): Uint8Array {
  const aes256 = seq(oid('2.16.840.1.101.3.4.1.42'), octets(IV));
  return seq(oid('1.2.840.113549.1.5.13'), seq(kdf, aes256));
}

export function scrypt(N: number, r: number, p: number): Uint8Array {
  return pbes2With(seq(oid('1.3.6.1.4.1.11591.4.11'), seq(octets(SALT), int(N), int(r), int(p))));
}

export function tripleDes(count: Uint8Array, salt = octets(SALT)): Uint8Array {
  return seq(oid('1.2.840.113549.1.12.1.3'), seq(salt, count));
}

/** EncryptedPrivateKeyInfo (RFC 5958 section 3). */
export const lockedKey = (algorithm: Uint8Array): Uint8Array => seq(algorithm, octets(new Uint8Array(64)));

const bag = (id: number, value: Uint8Array): Uint8Array =>
  seq(oid(`1.2.840.113549.1.12.10.1.${id}`), explicit(value));
export const keyBag = (algorithm: Uint8Array): Uint8Array => bag(2, lockedKey(algorithm));
export const bagOfBags = (...bags: readonly Uint8Array[]): Uint8Array => bag(6, seq(...bags));

/** A ContentInfo in the clear. */
export const data = (...bags: readonly Uint8Array[]): Uint8Array =>
  seq(oid('1.2.840.113549.1.7.1'), explicit(octets(seq(...bags))));

export function encrypted(algorithm: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const info = seq(oid('1.2.840.113549.1.7.1'), algorithm, der(0x80, ciphertext));
  return seq(oid('1.2.840.113549.1.7.6'), explicit(seq(int(0), info)));
}

/** Bags encrypted as OpenSSL 3 does it. */
export function encryptedByPbes2(rounds: number, ...bags: readonly Uint8Array[]): Uint8Array {
  const cipher = createCipheriv('aes-256-cbc', pbkdf2Sync(PASSPHRASE, SALT, rounds, 32, 'sha256'), IV);
  return encrypted(pbes2(int(rounds)), Buffer.concat([cipher.update(seq(...bags)), cipher.final()]));
}

/** The derivation of RFC 7292 appendix B.2, by node-forge. */
function derive(id: number, rounds: number, length: number): Buffer {
  const salt = forge.util.createBuffer(Buffer.from(SALT).toString('latin1'));
  const generate = forge.pkcs12.generateKey as (
    password: string,
    salt: forge.util.ByteStringBuffer,
    id: number,
    rounds: number,
    length: number,
  ) => forge.util.ByteStringBuffer;
  return Buffer.from(generate(PASSPHRASE, salt, id, rounds, length).getBytes(), 'latin1');
}

/** Bags encrypted as it was long done. */
export function encryptedBy3Des(rounds: number, ...bags: readonly Uint8Array[]): Uint8Array {
  const cipher = createCipheriv('des-ede3-cbc', derive(1, rounds, 24), derive(2, rounds, 8));
  return encrypted(tripleDes(int(rounds)), Buffer.concat([cipher.update(seq(...bags)), cipher.final()]));
}

/** The MacData that fits what it protects, with SHA-1. */
export function macOf(safe: Uint8Array): Uint8Array {
  const digest = createHmac('sha1', derive(3, 1000, 20))
    .update(safe)
    .digest();
  return seq(seq(seq(oid('1.3.14.3.2.26'), NULL), octets(digest)), octets(SALT), int(1000));
}

export function pfx(contents: readonly Uint8Array[], mac: Uint8Array | null = null): Uint8Array {
  return seq(int(3), seq(oid('1.2.840.113549.1.7.1'), explicit(octets(seq(...contents)))), mac ?? []);
}

const SHA256 = seq(oid('2.16.840.1.101.3.4.2.1'), NULL);
/** MacData; `count` is absent for one round. */
export const mac = (count: Uint8Array | null, salt = octets(SALT), algorithm = SHA256): Uint8Array =>
  seq(seq(algorithm, octets(new Uint8Array(32))), salt, count ?? []);

/** The AlgorithmIdentifier of RFC 9579. */
export function pbmac1(count: Uint8Array, keyLength: number): Uint8Array {
  const hmac = seq(oid('1.2.840.113549.2.9'), NULL);
  const kdf = seq(oid('1.2.840.113549.1.5.12'), seq(octets(SALT), count, int(keyLength), hmac));
  return seq(oid('1.2.840.113549.1.5.14'), seq(kdf, hmac));
}

const PIECE = 50;

/** The same in BER: every length indefinite, every OCTET STRING in pieces. */
export function toBer(bytes: Uint8Array): Uint8Array {
  const write = ({ tag, content, children }: BerElement): Uint8Array => {
    const end = [0, 0];
    if ((tag & 0x20) !== 0)
      return Buffer.concat([Buffer.of(tag, 0x80), ...children.map(write), Buffer.from(end)]);
    if (tag !== 0x04) return der(tag, content);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < content.length; at += PIECE) pieces.push(octets(content.subarray(at, at + PIECE)));
    return Buffer.concat([Buffer.of(0x24, 0x80), ...pieces, Buffer.from(end)]);
  };
  return write(readBer(bytes));
}

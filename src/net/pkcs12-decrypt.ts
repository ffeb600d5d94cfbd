import { createDecipheriv, hash, pbkdf2Sync, scryptSync } from 'node:crypto';
import { octetsOf } from '../x509/ber.js';
import type { Kdf, Pbe } from '../x509/pbe.js';
import { openError } from './pkcs12-error.js';

/*
 * Opens what a PKCS#12 file encrypts, to see what work it hides (RFC 7292 section 5.1). The judge of the file remains OpenSSL,
 * which is given the whole of it afterwards.
 */

/** OIDs of the ciphers of PBES2, with the octets of their keys (RFC 8018 appendix B.2; RFC 3657 for Camellia). */
const CIPHERS: Readonly<Record<string, readonly [name: string, keyLength: number]>> = {
  '1.2.840.113549.3.7': ['des-ede3-cbc', 24],
  '2.16.840.1.101.3.4.1.2': ['aes-128-cbc', 16],
  '2.16.840.1.101.3.4.1.22': ['aes-192-cbc', 24],
  '2.16.840.1.101.3.4.1.42': ['aes-256-cbc', 32],
  '1.2.392.200011.61.1.1.1.2': ['camellia-128-cbc', 16],
  '1.2.392.200011.61.1.1.1.3': ['camellia-192-cbc', 24],
  '1.2.392.200011.61.1.1.1.4': ['camellia-256-cbc', 32],
};

/** The HMACs of PBKDF2 (RFC 8018 appendix B.1.2), without `1.2.840.113549.2.`. */
const PRFS: Readonly<Record<string, string>> = {
  '7': 'sha1',
  '8': 'sha224',
  '9': 'sha256',
  '10': 'sha384',
  '11': 'sha512',
};
const PRF_ARC = '1.2.840.113549.2.';

/** The block ciphers of RFC 7292 appendix C, all with an initial value of 8 octets. */
const PKCS12_CIPHERS: Readonly<Record<string, readonly [name: string, keyLength: number]>> = {
  '1.2.840.113549.1.12.1.3': ['des-ede3-cbc', 24],
  '1.2.840.113549.1.12.1.4': ['des-ede-cbc', 16],
  '1.2.840.113549.1.12.1.5': ['rc2-cbc', 16],
  '1.2.840.113549.1.12.1.6': ['rc2-40-cbc', 5],
};

/**
 * What `data` is in the clear: with the passphrase, or without one in each of the ways in which OpenSSL then tries. A way that
 * leads to no SEQUENCE is left out, because OpenSSL gives up there too. The rounds must have been judged.
 * @throws SmtpcheckError `file-unreadable` where none is left, or OpenSSL does not have the cipher.
 */
export function decryptEveryWay(pbe: Pbe, data: Uint8Array, passphrase: string | undefined): Uint8Array[] {
  const texts = waysOf(pbe, passphrase).flatMap((way) => decrypt(pbe, data, way) ?? []);
  if (texts.length === 0) throw openError('bad decrypt', isGiven(passphrase));
  return texts;
}

const isGiven = (passphrase: string | undefined): boolean => passphrase !== undefined && passphrase !== '';

/** No passphrase is no octets or an empty text, which are the same to PBES2. */
function waysOf(pbe: Pbe, passphrase: string | undefined): (string | undefined)[] {
  return isGiven(passphrase) || pbe.kind === 'pbes2' ? [passphrase ?? ''] : [undefined, ''];
}

/** A round of the derivation below is three hashes, each called from here: a million rounds take five seconds. */
const SLOW = 10;

/** How much longer than one of OpenSSL's a round of `decryptEveryWay` takes. */
export function weightOf(pbe: Pbe, passphrase: string | undefined): number {
  return pbe.kind === 'pbes2' ? 1 : SLOW * waysOf(pbe, passphrase).length;
}

function decrypt(pbe: Pbe, data: Uint8Array, passphrase: string | undefined): Uint8Array | null {
  const [cipher, key, iv] =
    pbe.kind === 'pbes2' ? pbes2Key(pbe, passphrase ?? '') : pkcs12Keys(pbe, passphrase);
  const decipher = openCipher(cipher, key, iv);
  if (decipher === null) return null;
  try {
    const text = Buffer.concat([decipher.update(data), decipher.final()]);
    return text[0] === 0x30 ? text : null;
  } catch {
    return null;
  }
}

function openCipher(
  cipher: string,
  key: Uint8Array,
  iv: Uint8Array,
): ReturnType<typeof createDecipheriv> | null {
  try {
    return createDecipheriv(cipher, key, iv);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_CRYPTO_INVALID_IV') return null;
    throw openError('unsupported', true);
  }
}

type CipherInput = readonly [cipher: string, key: Uint8Array, iv: Uint8Array];

function pbes2Key(pbe: Pbe & { readonly kind: 'pbes2' }, passphrase: string): CipherInput {
  const cipher = CIPHERS[pbe.cipher];
  if (cipher === undefined) throw openError('unsupported', true);
  return [cipher[0], derive(pbe.kdf, passphrase, cipher[1]), octetsOf(pbe.iv)];
}

function derive(kdf: Kdf, passphrase: string, length: number): Uint8Array {
  const { salt } = kdf;
  try {
    if (kdf.kind === 'scrypt')
      return scryptSync(passphrase, salt, length, { N: kdf.N, r: kdf.r, p: kdf.p, maxmem: SCRYPT_MEMORY });
    const digest = kdf.prf.startsWith(PRF_ARC) ? PRFS[kdf.prf.slice(PRF_ARC.length)] : undefined;
    if (digest !== undefined) return pbkdf2Sync(passphrase, salt, kdf.rounds, length, digest);
  } catch {
    // No rounds at all, or an N that is no power of two.
    throw openError('', true);
  }
  throw openError('unsupported', true);
}

/** Octets; more than any scrypt whose rounds have been judged takes. */
const SCRYPT_MEMORY = 64 * 1024 * 1024;

function pkcs12Keys(
  pbe: Pbe & { readonly kind: 'pkcs12' | 'pbes1' },
  passphrase: string | undefined,
): CipherInput {
  const cipher = PKCS12_CIPHERS[pbe.oid];
  if (cipher === undefined) throw openError('unsupported', true);
  const [name, length] = cipher;
  // Asked first, for it costs nothing: OpenSSL 3 has RC2 only where it is told to.
  if (openCipher(name, Buffer.alloc(length), Buffer.alloc(8)) === null) throw openError('unsupported', true);
  // A BMPString with its end; no passphrase at all is no octets (RFC 7292 appendix B.1).
  const password =
    passphrase === undefined ? Buffer.alloc(0) : Buffer.from(`${passphrase}\0`, 'utf16le').swap16();
  return [name, pkcs12Kdf(1, password, pbe, length), pkcs12Kdf(2, password, pbe, 8)];
}

/** SHA-1's block and output, in octets: `v` and `u` of RFC 7292 appendix B.2. */
const BLOCK = 64;
const OUTPUT = 20;

const sha1 = (octets: Uint8Array): Buffer => hash('sha1', octets, 'buffer');

/** The key derivation of RFC 7292 appendix B.2 with SHA-1, which is the only hash of its ciphers. */
function pkcs12Kdf(
  id: number,
  password: Uint8Array,
  { salt, rounds }: { readonly salt: Uint8Array; readonly rounds: number },
  length: number,
): Uint8Array {
  const filled = ({ length: octets }: Uint8Array): number => BLOCK * Math.ceil(octets / BLOCK);
  const repeat = (octets: Uint8Array): Buffer =>
    octets.length === 0 ? Buffer.alloc(0) : Buffer.alloc(filled(octets), octets);
  const input = Buffer.concat([repeat(salt), repeat(password)]);
  const pieces: Buffer[] = [];
  for (let made = 0; made < length; made += OUTPUT) {
    let digest = sha1(Buffer.concat([Buffer.alloc(BLOCK, id), input]));
    for (let round = 1; round < rounds; round += 1) digest = sha1(digest);
    pieces.push(digest);
    addToBlocks(input, Buffer.alloc(BLOCK, digest));
  }
  return Buffer.concat(pieces).subarray(0, length);
}

/** Step 6C: every block of `input` becomes itself plus `addend` plus one. */
function addToBlocks(input: Buffer, addend: Buffer): void {
  for (let start = 0; start < input.length; start += BLOCK) {
    let carry = 1;
    for (let i = BLOCK - 1; i >= 0; i -= 1) {
      const sum = (input[start + i] ?? 0) + (addend[i] ?? 0) + carry;
      input[start + i] = sum & 0xff;
      carry = sum >> 8;
    }
  }
}

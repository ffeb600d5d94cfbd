import { createECDH, createPublicKey, diffieHellman, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyShare } from './extensions.js';

/*
 * Key shares of our own (RFC 8446 section 4.2.8), for hellos that are to be answered as an everyday client's are.
 */

export const X25519 = 0x001d;
/** draft-ietf-tls-ecdhe-mlkem. */
export const X25519MLKEM768 = 0x11ec;

/** A share, and what it comes to with the server's. */
export interface OwnShare extends KeyShare {
  /** The shared secret; null when the server's share is none of this group. */
  secretWith(share: Uint8Array): Uint8Array | null;
}

/** RFC 7748 section 6.1: 32 octets. */
export function x25519Share(): OwnShare {
  const { publicKey, privateKey } = generateKeyPairSync('x25519');
  return {
    group: X25519,
    key: Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'),
    secretWith: (share) =>
      orNull(() => {
        const x = Buffer.from(share).toString('base64url');
        const theirs = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'X25519', x } });
        return diffieHellman({ privateKey, publicKey: theirs });
      }),
  };
}

const NIST_CURVES = { secp256r1: [0x0017, 'prime256v1'], secp384r1: [0x0018, 'secp384r1'] } as const;

/** RFC 8446 section 4.2.8.2: an uncompressed point. */
export function nistShare(curve: keyof typeof NIST_CURVES): OwnShare {
  const [group, name] = NIST_CURVES[curve];
  const ecdh = createECDH(name);
  return {
    group,
    key: ecdh.generateKeys(),
    secretWith: (share) => orNull(() => ecdh.computeSecret(share)),
  };
}

/**
 * An encapsulation key of ML-KEM-768 in front of one of X25519: 1216 octets. Nobody has the ML-KEM key's other half, and none is
 * needed to see that a server answers it.
 */
export function x25519MlKem768Share(): KeyShare {
  return { group: X25519MLKEM768, key: Buffer.concat([mlKem768Key(), x25519Share().key]) };
}

/** FIPS 203: k polynomials of n coefficients below q, 12 bits each, and the seed rho. */
const ML_KEM_768 = { k: 3, n: 256, q: 3329, rhoOctets: 32 } as const;

/**
 * An encapsulation key that is valid by FIPS 203 section 7.2: every coefficient is below q, so that it comes out of ByteDecode12 and
 * ByteEncode12 as it went in. Key generation yields nothing that could be told from it (that is what ML-KEM rests on).
 */
export function mlKem768Key(): Buffer {
  const { k, n, q, rhoOctets } = ML_KEM_768;
  const coefficients: number[] = [];
  while (coefficients.length < k * n) {
    // Three octets are two numbers of 12 bits; those that are no coefficient are left out.
    for (const pair of triples(randomBytes(3 * n))) coefficients.push(...pair.filter((value) => value < q));
  }
  return Buffer.concat([packed(coefficients.slice(0, k * n)), randomBytes(rhoOctets)]);
}

function* triples(octets: Uint8Array): Generator<[number, number]> {
  for (let at = 0; at + 2 < octets.length; at += 3) {
    const [a = 0, b = 0, c = 0] = octets.subarray(at, at + 3);
    yield [a | ((b & 0x0f) << 8), (b >> 4) | (c << 4)];
  }
}

/** ByteEncode12 (FIPS 203 algorithm 5). */
function packed(coefficients: readonly number[]): Buffer {
  const octets: number[] = [];
  for (let at = 0; at < coefficients.length; at += 2) {
    const [low = 0, high = 0] = coefficients.slice(at, at + 2);
    octets.push(low & 0xff, (low >> 8) | ((high & 0x0f) << 4), high >> 4);
  }
  return Buffer.from(octets);
}

/** What a server sends for a key need not be one. */
function orNull(compute: () => Uint8Array): Uint8Array | null {
  try {
    return compute();
  } catch {
    return null;
  }
}

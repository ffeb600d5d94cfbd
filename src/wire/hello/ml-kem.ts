import { randomBytes } from 'node:crypto';

/** FIPS 203: k polynomials of n coefficients below q, 12 bits each, and the seed rho. */
const ML_KEM = { n: 256, q: 3329, rhoOctets: 32 } as const;
const K = { 512: 2, 768: 3, 1024: 4 } as const;

/**
 * An encapsulation key that is valid by FIPS 203 section 7.2: every coefficient is below q, so that it comes out of ByteDecode12 and
 * ByteEncode12 as it went in. Key generation yields nothing that could be told from it (that is what ML-KEM rests on).
 */
export function mlKemKey(size: keyof typeof K): Buffer {
  const { n, q, rhoOctets } = ML_KEM;
  const k = K[size];
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

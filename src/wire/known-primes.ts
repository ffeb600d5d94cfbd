import { createHash } from 'node:crypto';
import { DH_PRIME_ROWS } from './tables/dh-primes.js';

/** SHA-256 of a Diffie-Hellman prime without leading zeros, by which the table knows it. */
export function primeHash(prime: Uint8Array): string {
  return createHash('sha256').update(prime).digest('hex');
}

/** What a prime is called, such as `RFC 3526 group 14` or `ffdhe2048`; null for one that is not in the table. */
export function primeName(sha256: string): string | null {
  return DH_PRIME_ROWS.find(([, , hash]) => hash === sha256)?.[0] ?? null;
}

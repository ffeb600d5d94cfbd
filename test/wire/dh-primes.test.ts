import { execFileSync } from 'node:child_process';
import { getDiffieHellman } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ffdhePrime } from '../../src/wire/ffdhe.js';
import { primeHash, primeName } from '../../src/wire/known-primes.js';
import { DH_PRIME_ROWS } from '../../src/wire/tables/dh-primes.js';
import { requireTool } from '../interop/support/require.js';

const bitsOf = (prime: Uint8Array): number =>
  BigInt(`0x${Buffer.from(prime).toString('hex')}`).toString(2).length;

/** Parameters that openssl makes, as PKCS #3 or X9.42: the prime is the first INTEGER. */
function opensslPrime(algorithm: string, option: string): Buffer {
  const text = execFileSync(
    'openssl',
    ['genpkey', '-genparam', '-algorithm', algorithm, '-pkeyopt', option, '-text'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const der = Buffer.from(/-----BEGIN [^-]+-----([^-]+)-----END/.exec(text)?.[1] ?? '', 'base64');
  // SEQUENCE with a length of two octets, and INTEGER with one of one or two.
  const [from, length] = der[5] === 0x82 ? [8, der.readUInt16BE(6)] : [7, der[6] ?? 0];
  const prime = der.subarray(from, from + length);
  return prime[0] === 0 ? prime.subarray(1) : prime;
}

describe('the table of known primes', () => {
  it('has no prime and no name twice', () => {
    expect(new Set(DH_PRIME_ROWS.map(([name]) => name)).size).toBe(DH_PRIME_ROWS.length);
    expect(new Set(DH_PRIME_ROWS.map(([, , sha256]) => sha256)).size).toBe(DH_PRIME_ROWS.length);
  });

  it.each([
    ['modp1', 'RFC 2409 group 1'],
    ['modp2', 'RFC 2409 group 2'],
    ['modp5', 'RFC 3526 group 5'],
    ['modp14', 'RFC 3526 group 14'],
    ['modp15', 'RFC 3526 group 15'],
    ['modp16', 'RFC 3526 group 16'],
    ['modp17', 'RFC 3526 group 17'],
    ['modp18', 'RFC 3526 group 18'],
  ])("%s of Node.js is %s, with the table's bits", (group, name) => {
    const prime = getDiffieHellman(group).getPrime();
    expect(primeName(primeHash(prime))).toBe(name);
    expect(DH_PRIME_ROWS.find(([known]) => known === name)?.[1]).toBe(bitsOf(prime));
  });

  it('says nothing of a prime that is not in it', () => {
    expect(primeName(primeHash(Buffer.from([7])))).toBeNull();
  });
});

describe.skipIf(!requireTool('openssl'))('as openssl has them', () => {
  it.each([2048, 3072, 4096, 6144, 8192])('ffdhe%i', (bits) => {
    const prime = opensslPrime('DH', `group:ffdhe${bits}`);
    expect(ffdhePrime(bits)?.equals(prime)).toBe(true);
    expect(primeName(primeHash(prime))).toBe(`ffdhe${bits}`);
    expect(bitsOf(prime)).toBe(bits);
  });

  it.each([1, 2, 3])('RFC 5114, the %i. group', (n) => {
    const prime = opensslPrime('DHX', `dh_rfc5114:${n}`);
    expect(primeName(primeHash(prime))).toBe(`RFC 5114 group ${21 + n}`);
  });
});

describe('ffdhePrime', () => {
  it('knows no other size', () => {
    expect(ffdhePrime(1024)).toBeNull();
    expect(ffdhePrime(2049)).toBeNull();
  });
});

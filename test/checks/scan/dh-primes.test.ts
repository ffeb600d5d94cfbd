import { getDiffieHellman } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dhPrimes } from '../../../src/checks/scan/dh-primes.js';
import { PrimeBook } from '../../../src/checks/scan/prime-book.js';
import type { ScanDhPrime } from '../../../src/core/scan-report.js';
import { ffdhePrime } from '../../../src/wire/ffdhe.js';
import { fakeContext, rejected } from './support/asked.js';
import { expectExplainedReferences } from '../references.js';

async function describePrimes(...primes: (Uint8Array | null)[]): Promise<readonly ScanDhPrime[]> {
  const book = new PrimeBook();
  for (const prime of primes) book.note(prime);
  const ctx = fakeContext(() => rejected(40), { primes: book });
  const found = await dhPrimes.run(ctx);
  expect(ctx.asked).toEqual([]);
  return found;
}

function judge(...data: Partial<ScanDhPrime>[]): string[] {
  const primes = data.map((prime) => ({ bits: 2048, name: null, prime: true, sha256: '', ...prime }));
  const found = dhPrimes.judge(primes, undefined as never);
  expectExplainedReferences(found);
  return found.map(({ id, severity }) => `${severity} ${id}`);
}

describe('dh-primes', () => {
  it('names what is known, and looks whether the others are primes, each once', async () => {
    const known = getDiffieHellman('modp2').getPrime();
    // 2^521 - 1 is a Mersenne prime; 2^523 - 1 is none.
    const own = Buffer.concat([Buffer.from([0x01]), Buffer.alloc(65, 0xff)]);
    const composite = Buffer.concat([Buffer.from([0x07]), Buffer.alloc(65, 0xff)]);
    const found = await describePrimes(known, own, known, null, composite);
    expect(found.map(({ bits, name, prime }) => [bits, name, prime])).toEqual([
      [1024, 'RFC 2409 group 2', true],
      [521, null, true],
      [523, null, false],
    ]);
    expect(found[0]?.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('takes no time for what is even, or too long to be tested', async () => {
    const began = performance.now();
    const even = Buffer.alloc(8191, 0xfe);
    const endless = Buffer.alloc(65535, 0xff);
    const found = await describePrimes(even, endless, ffdhePrime(8192));
    expect(found.map(({ name, prime }) => [name, prime])).toEqual([
      [null, false],
      [null, null],
      ['ffdhe8192', true],
    ]);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it.each([
    [{ bits: 512 }, ['error dh-prime-weak']],
    [{ bits: 1023 }, ['error dh-prime-weak']],
    [{ bits: 1024 }, ['warning dh-prime-weak']],
    [{ bits: 1536, name: 'RFC 3526 group 5' }, ['warning dh-prime-weak']],
    [{ bits: 1024, name: 'RFC 2409 group 2' }, ['warning dh-prime-weak', 'warning dh-prime-common']],
    [
      { bits: 1024, name: 'RFC 5114 group 22' },
      ['warning dh-prime-weak', 'warning dh-prime-common', 'warning dh-prime-rfc-5114'],
    ],
    [{ bits: 2048, name: 'RFC 5114 group 24' }, ['warning dh-prime-rfc-5114']],
    [{ bits: 2048, name: 'ffdhe2048' }, []],
    [{ bits: 2047 }, ['warning dh-prime-weak']],
    [{ bits: 2048, prime: false }, ['error dh-prime-composite']],
    [{ bits: 8192, prime: null }, []],
  ])('%j makes %j', (prime, expected) => {
    expect(judge(prime)).toEqual(expected);
    for (const line of expected) expect(dhPrimes.ids).toContain(line.split(' ')[1]);
  });
});

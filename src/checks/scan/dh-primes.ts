import { checkPrime } from 'node:crypto';
import type { Finding } from '../../core/finding.js';
import type { ScanDhPrime } from '../../core/scan-report.js';
import { primeHash, primeName } from '../../wire/known-primes.js';
import { bitLength } from '../../wire/server-key-exchange.js';
import type { ScanCheck } from './context.js';

/** What the enumeration of suites has seen of the primes of DHE: no connection of its own. */
export const dhPrimes: ScanCheck<'dhPrimes'> = {
  id: 'dh-primes',
  title: 'Diffie-Hellman primes: size, those that everybody shares, and those that are none',
  key: 'dhPrimes',
  after: ['protocols'],
  quick: false,
  ids: ['dh-prime-weak', 'dh-prime-common', 'dh-prime-rfc-5114', 'dh-prime-composite'],
  run: (ctx) => Promise.all(ctx.primes.all().map(describe)),
  judge: (data) =>
    data.flatMap((prime) => [...weak(prime), ...common(prime), ...rfc5114(prime), ...composite(prime)]),
  // Suites that are not known are in the list of the protocols.
  unknown: () => [],
};

/** To test more takes seconds, and a number of 65535 octets minutes: a server could keep us busy. */
const LONGEST_TESTED_BITS = 4096;

async function describe(prime: Uint8Array): Promise<ScanDhPrime> {
  const sha256 = primeHash(prime);
  const name = primeName(sha256);
  return { bits: bitLength(prime), name, prime: name === null ? await isPrime(prime) : true, sha256 };
}

async function isPrime(candidate: Uint8Array): Promise<boolean | null> {
  if (((candidate.at(-1) ?? 0) & 1) === 0) return false;
  if (bitLength(candidate) > LONGEST_TESTED_BITS) return null;
  return new Promise((resolve, reject) => {
    checkPrime(candidate, (error, prime) => (error instanceof Error ? reject(error) : resolve(prime)));
  });
}

const ENOUGH_BITS = 2048;
/** Logarithms of 512 bits were computed in minutes, of 768 in a few months, of 1024 by who can pay for it (weakdh.org). */
const BREAKABLE_BITS = 1024;

const FIX =
  'use a group of RFC 7919 with 2048 bits or more, or no DHE at all; in Postfix: postconf -e "smtpd_tls_dh1024_param_file = auto"';

const named = ({ bits, name }: ScanDhPrime): string =>
  name === null ? `a prime of ${bits} bits` : `${name}, of ${bits} bits`;
const evidence = ({ sha256 }: ScanDhPrime): string => `sha256:${sha256}`;

function weak(prime: ScanDhPrime): Finding[] {
  if (prime.bits >= ENOUGH_BITS) return [];
  return [
    {
      id: 'dh-prime-weak',
      severity: prime.bits < BREAKABLE_BITS ? 'error' : 'warning',
      message: `Diffie-Hellman with ${named(prime)}: at least ${ENOUGH_BITS} are needed`,
      evidence: evidence(prime),
      fix: FIX,
      refs: ['RFC 9325 section 4.5', 'CVE-2015-4000'],
    },
  ];
}

/** Most of the work of an attack is one for the prime, whoever uses it: that of a shared one is worth doing. */
function common(prime: ScanDhPrime): Finding[] {
  if (prime.name === null || prime.bits > BREAKABLE_BITS) return [];
  return [
    {
      id: 'dh-prime-common',
      severity: 'warning',
      message: `Diffie-Hellman with ${named(prime)}, which many servers share: to break one is to break all (Logjam)`,
      evidence: evidence(prime),
      fix: FIX,
      refs: ['CVE-2015-4000', 'RFC 9325 section 4.5'],
    },
  ];
}

function rfc5114(prime: ScanDhPrime): Finding[] {
  if (prime.name?.startsWith('RFC 5114') !== true) return [];
  return [
    {
      id: 'dh-prime-rfc-5114',
      severity: 'warning',
      message: `Diffie-Hellman with ${named(prime)}: nobody has said how it was made, and it has small subgroups`,
      evidence: evidence(prime),
      fix: FIX,
      refs: ['RFC 5114', 'CVE-2016-0701', 'RFC 7919 section 1'],
    },
  ];
}

function composite(prime: ScanDhPrime): Finding[] {
  if (prime.prime !== false) return [];
  return [
    {
      id: 'dh-prime-composite',
      severity: 'error',
      message: `Diffie-Hellman with a modulus of ${prime.bits} bits that is no prime: the key exchange may be open to whoever knows its factors`,
      evidence: evidence(prime),
      fix: FIX,
      refs: ['CVE-2016-2217', 'RFC 7919 section 1'],
    },
  ];
}

// Makes src/wire/tables/dh-primes.ts: the SHA-256 of each prime that is known by name. Every prime is computed from its
// definition or read from the software that ships it, and each is tested to be a prime.
//
//   node scripts/make-dh-primes.mjs [SKIP=directory]          writes the table
//   node scripts/make-dh-primes.mjs --check [SKIP=directory]  says whether it is what the sources give
//
// RFC 2409 and RFC 3526: from the digits of pi, and the same as Node.js's. RFC 7919: from the digits of e, and RFC 5114: no
// derivation was ever published; both as `openssl genpkey -genparam` has them. Postfix: compiled into Debian's
// libpostfix-tls.so (tls_dh.c). SKIP: dh512.pem, dh1024.pem, dh2048.pem and dh4096.pem of OpenSSL's apps/ until 1.0.2, which
// many programs took over; without that directory the rows of the table stay as they are.
import { execFileSync } from 'node:child_process';
import { checkPrimeSync, createHash, getDiffieHellman } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const TABLE = fileURLToPath(new URL('../src/wire/tables/dh-primes.ts', import.meta.url));
const POSTFIX = '/usr/lib/postfix/libpostfix-tls.so';

const args = process.argv.slice(2);
const skip = args.find((arg) => arg.startsWith('SKIP='))?.slice(5);

/** [2^n x] of a series whose terms shrink, with 64 digits to spare. */
const fixed = (n, series) => series(1n << (n + 64n)) >> 64n;

/** Machin: pi = 16 arctan(1/5) - 4 arctan(1/239). */
function pi(one) {
  const arctan = (inverse) => {
    let sum = 0n;
    let power = one / inverse;
    for (let k = 1n, sign = 1n; power > 0n; k += 2n, sign = -sign, power /= inverse * inverse)
      sum += (sign * power) / k;
    return sum;
  };
  return 16n * arctan(5n) - 4n * arctan(239n);
}

function e(one) {
  let sum = 0n;
  let term = one;
  for (let k = 1n; term > 0n; k++) {
    sum += term;
    term /= k;
  }
  return sum;
}

const fromDigits = (bits, series, addend) => {
  const b = BigInt(bits);
  const p = (1n << b) - (1n << (b - 64n)) + ((fixed(b - 130n, series) + BigInt(addend)) << 64n) - 1n;
  return Buffer.from(p.toString(16), 'hex');
};

/** The first INTEGER of a DER SEQUENCE. */
function firstInteger(der) {
  const length = (at) =>
    der[at] < 0x80 ? [der[at], at + 1] : [der.readUIntBE(at + 1, der[at] & 0x7f), at + 1 + (der[at] & 0x7f)];
  const [, inside] = length(1);
  if (der[0] !== 0x30 || der[inside] !== 0x02) throw new Error('not a SEQUENCE of INTEGERs');
  const [size, start] = length(inside + 1);
  const integer = der.subarray(start, start + size);
  return integer[0] === 0 ? integer.subarray(1) : integer;
}

const fromPem = (text) =>
  firstInteger(Buffer.from(/-----BEGIN [^-]+-----([^-]+)-----END/.exec(text)[1], 'base64'));

const fromOpenssl = (algorithm, option) =>
  fromPem(
    execFileSync('openssl', ['genpkey', '-genparam', '-algorithm', algorithm, '-pkeyopt', option], {
      encoding: 'utf8',
    }),
  );

/** PKCS #3 parameters of 2048 bits with generator 2, wherever they begin in a library. */
function fromLibrary(file) {
  const data = readFileSync(file);
  const found = [];
  const head = Buffer.from('3082010802820101', 'hex');
  for (let at = data.indexOf(head); at >= 0; at = data.indexOf(head, at + 1)) {
    const prime = firstInteger(data.subarray(at, at + 268));
    if (data.subarray(at + 265, at + 268).equals(Buffer.from('020102', 'hex'))) found.push(prime);
  }
  if (found.length !== 1) throw new Error(`${file} holds ${found.length} DH groups of 2048 bits`);
  return found[0];
}

function same(name, ...primes) {
  const [first, ...others] = primes;
  if (others.some((other) => !first.equals(other))) throw new Error(`the sources of ${name} differ`);
  return [name, first];
}

// Number of the group, bits, and what is added to the digits of pi: RFC 2409 sections 6.1 and 6.2, RFC 3526 sections 2 to 7.
const MODP = [
  [1, 768, 149686],
  [2, 1024, 129093],
  [5, 1536, 741804],
  [14, 2048, 124476],
  [15, 3072, 1690314],
  [16, 4096, 240904],
  [17, 6144, 929484],
  [18, 8192, 4743158],
];
// RFC 7919 appendix A.
const FFDHE = [
  [2048, 560316],
  [3072, 2625351],
  [4096, 5736041],
  [6144, 15705020],
  [8192, 10965728],
];

const rows = [
  ...MODP.map(([number, bits, addend]) =>
    same(
      `RFC ${number < 5 ? 2409 : 3526} group ${number}`,
      fromDigits(bits, pi, addend),
      getDiffieHellman(`modp${number}`).getPrime(),
    ),
  ),
  ...FFDHE.map(([bits, addend]) =>
    same(`ffdhe${bits}`, fromDigits(bits, e, addend), fromOpenssl('DH', `group:ffdhe${bits}`)),
  ),
  ...[1, 2, 3].map((n) => [`RFC 5114 group ${21 + n}`, fromOpenssl('DHX', `dh_rfc5114:${n}`)]),
  ...(skip === undefined
    ? []
    : [512, 1024, 2048, 4096].map((bits) => [
        `SKIP ${bits}`,
        fromPem(readFileSync(`${skip}/dh${bits}.pem`, 'utf8')),
      ])),
  ...(existsSync(POSTFIX) ? [['Postfix built-in 2048', fromLibrary(POSTFIX)]] : []),
];

const lines = new Map();
if (existsSync(TABLE)) {
  for (const [line, name] of readFileSync(TABLE, 'utf8').matchAll(/^ {2}\['([^']+)', .*\],$/gm))
    lines.set(name, line);
}
const before = [...lines.values()].join('\n');
for (const [name, prime] of rows) {
  // The largest take a minute each, and have their definition to vouch for them.
  if (prime.length <= 384 && !checkPrimeSync(prime)) throw new Error(`${name} is no prime`);
  const sha256 = createHash('sha256').update(prime).digest('hex');
  lines.set(name, `  ['${name}', ${BigInt(`0x${prime.toString('hex')}`).toString(2).length}, '${sha256}'],`);
}
const after = [...lines.values()].join('\n');

if (args.includes('--check')) {
  if (before !== after) {
    console.error(`${TABLE} is not what scripts/make-dh-primes.mjs makes`);
    process.exit(1);
  }
  console.log(`${rows.length} of ${lines.size} primes were made again, and are the same`);
} else {
  writeFileSync(
    TABLE,
    `// Diffie-Hellman primes that are known by name. Made by scripts/make-dh-primes.mjs, which says where each comes from.

/** Name, bits, SHA-256 of the prime without leading zeros. */
export type DhPrimeRow = readonly [name: string, bits: number, sha256: string];

// prettier-ignore
export const DH_PRIME_ROWS: readonly DhPrimeRow[] = [
${after}
];
`,
  );
}

/** What RFC 7919 appendix A adds to the digits of e, for each size: the least number that makes a safe prime. */
const ADDENDS: Readonly<Record<number, bigint>> = {
  2048: 560316n,
  3072: 2625351n,
  4096: 5736041n,
  6144: 15705020n,
  8192: 10965728n,
};

/** Digits that are computed beyond those that are used, so that the error of the series stays behind them. */
const GUARD = 64n;

/**
 * The prime of an FFDHE group (RFC 7919 appendix A): p = 2^b - 2^(b-64) + ([2^(b-130) e] + X) 2^64 - 1. Computed, since the
 * definition is shorter than the five numbers; null for a size that has no group.
 */
export function ffdhePrime(bits: number): Buffer | null {
  const addend = ADDENDS[bits];
  if (addend === undefined) return null;
  const b = BigInt(bits);
  const p = (1n << b) - (1n << (b - 64n)) + ((digitsOfE(b - 130n) + addend) << 64n) - 1n;
  return Buffer.from(p.toString(16), 'hex');
}

/** [2^n e], by the series of 1/k!. */
function digitsOfE(n: bigint): bigint {
  let sum = 0n;
  let term = 1n << (n + GUARD);
  for (let k = 1n; term > 0n; k++) {
    sum += term;
    term /= k;
  }
  return sum >> GUARD;
}

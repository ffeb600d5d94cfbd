import { describe, expect, it } from 'vitest';
import { verifyChainLazily } from '../../src/x509/verify-lazily.js';
import { verifyChain } from '../../src/x509/verify.js';
import { validate } from '../../src/x509/verify/engine.js';
import { CASES, findCase, inputOf } from './verify/fixtures.js';

/*
 * A plain probe carries only what an ordinary chain needs. What is left out may never be what would have found an error: a
 * chain that needs more is not judged without it.
 */

const NO_LISTS = { crls: [], scope: 'leaf' } as const;

describe('the way of a probe', () => {
  it.each(CASES.map((one) => [one.id, one] as const))(
    '%s: gives what all parts together give',
    async (_id, one) => {
      for (const extra of [{}, { x509Strict: true }, { revocation: NO_LISTS }]) {
        const input = { ...inputOf(one, 2), ...extra };
        expect(await verifyChainLazily(input)).toEqual(verifyChain(input));
      }
    },
  );

  it('judges nothing while a part is missing that the chain needs', () => {
    const plain = inputOf(findCase('good-rsa'), 2);
    expect(validate(plain, null)?.errors).toEqual([]);
    expect(validate({ ...plain, x509Strict: true }, null)).toBeNull();
    expect(validate({ ...plain, revocation: NO_LISTS }, null)).toBeNull();
    const constrained = CASES.filter(({ id }) => id.startsWith('name-constraints-'));
    expect(constrained.length).toBeGreaterThan(2);
    for (const one of constrained) expect([one.id, validate(inputOf(one, 2), null)]).toEqual([one.id, null]);
  });
});

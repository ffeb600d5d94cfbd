import { describe, expect, it } from 'vitest';
import { parseCrl } from '../../../src/x509/crl.js';
import type { RevocationInput } from '../../../src/x509/crl-types.js';
import { verifyChain } from '../../../src/x509/verify.js';
import { makeCrlCases, UNREADABLE } from '../support/crl-cases.js';
import { HOST, inter, interCrl, leaf, root, rootCrl, type CrlCase } from '../support/crl-pki.js';
import { FUTURE, PAST, utc } from '../support/crl-writer.js';
import { memoryStore } from './fixtures.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');

function ask(
  one: Omit<CrlCase, 'id' | 'leaf' | 'all'>,
  scope: RevocationInput['scope'],
  now = NOW,
): string[] {
  const { errors } = verifyChain({
    chain: one.chain.map(({ cert }) => cert),
    trust: memoryStore(one.trust.map(({ cert }) => cert)),
    now,
    authLevel: 1,
    hostname: HOST,
    partialChain: one.partialChain ?? false,
    revocation: { crls: one.crls.map(parseCrl), scope },
  });
  return errors.map(({ code, depth }) => `${code}@${depth}`);
}

const chain = { chain: [leaf, inter], trust: [root] };

describe('checkRevocation, with what openssl answers', () => {
  const cases = makeCrlCases();

  it.each(cases.map((one) => [one.id, one] as const))('%s', (_, one) => {
    expect(ask(one, 'leaf')).toEqual(one.leaf);
    expect(ask(one, 'all')).toEqual(one.all);
  });

  it('is told apart by names that are used once', () => {
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
  });
});

describe('checkRevocation', () => {
  it('looks nothing up when there is nothing to look it up in', () => {
    const result = verifyChain({
      chain: [leaf.cert, inter.cert],
      trust: memoryStore([root.cert]),
      now: NOW,
      authLevel: 1,
    });
    expect(result.errors).toEqual([]);
  });

  it.each(UNREADABLE)('is stricter than openssl: a list with a malformed %s is none', (_, crl) => {
    expect(ask({ ...chain, crls: [crl, rootCrl()] }, 'all')).toEqual(['3@0']);
  });

  it('has the second of nextUpdate behind the end of a list, and that of thisUpdate within', () => {
    const crls = [interCrl({ thisUpdate: PAST, nextUpdate: utc('260101000000Z') })];
    const at = (text: string): string[] => ask({ ...chain, crls }, 'leaf', Date.parse(text));
    expect(at('2024-12-31T23:59:59Z')).toEqual(['11@0']);
    expect(at('2025-01-01T00:00:00Z')).toEqual([]);
    expect(at('2025-12-31T23:59:59.999Z')).toEqual([]);
    expect(at('2026-01-01T00:00:00Z')).toEqual(['12@0']);
  });

  it('reports the errors of lists before those of signatures and times', () => {
    const late = Date.parse('2050-01-01T00:00:00Z');
    expect(ask({ ...chain, crls: [interCrl({ nextUpdate: FUTURE })] }, 'leaf', late)).toEqual([
      '12@0',
      '10@2',
      '10@1',
      '10@0',
    ]);
  });
});

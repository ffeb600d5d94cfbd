import { describe, expect, it } from 'vitest';
import { matches, standingOf } from '../../src/policy/allowed.js';

describe('names in the lists of a profile', () => {
  it.each([
    ['TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256', true],
    ['x25519', 'X25519', true],
    ['TLS_AES_*', 'TLS_AES_128_CCM_8_SHA256', true],
    ['TLS_AES_*', 'XTLS_AES_128', false],
    ['*_sha256', 'rsa_pss_rsae_sha256', true],
    ['*_sha256', 'rsa_pss_rsae_sha256x', false],
    ['TLS_ECDHE_*_WITH_AES_*', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', true],
    ['TLS_ECDHE_*_WITH_AES_*', 'TLS_ECDHE_RSA_WITH_NULL_SHA', false],
    // A part may not be used twice.
    ['ab*ba', 'aba', false],
    ['a*b*b', 'ab', false],
    ['*', '', true],
    // Nothing else than the star is special.
    ['secp256.1', 'secp256r1', false],
    ['', 'x', false],
  ])('%s and %s: %s', (pattern, name, expected) => {
    expect(matches(pattern, name)).toBe(expected);
  });

  it('are allowed before they are phased out, and forbidden when they are nowhere', () => {
    const list = { allowed: ['a*'], phaseOut: ['*'] };
    expect(standingOf('ab', list)).toBe('allowed');
    expect(standingOf('b', list)).toBe('phase-out');
    expect(standingOf('b', { allowed: ['a'] })).toBe('forbidden');
  });

  /** A pattern of a custom profile comes from a file: a regular expression made of it could take for ever. */
  it('are compared in a time that does not explode', () => {
    const started = performance.now();
    expect(matches(`${'*a'.repeat(2_000)}b`, 'a'.repeat(20_000))).toBe(false);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

import { describe, expect, it } from 'vitest';
import { createMechanism } from '../../../src/smtp/sasl/index.js';
import { bytes, password, refusal, text } from './support.js';

describe('PLAIN (RFC 4616)', () => {
  it.each([
    // The examples of section 4.
    ['tim', 'tanstaaftanstaaf', undefined, '\0tim\0tanstaaftanstaaf'],
    ['Kurt', 'xipj3plmq', 'Ursel', 'Ursel\0Kurt\0xipj3plmq'],
    // What shells and lines would eat.
    ['u@example.org', ' p a"$\'\\`ss ', undefined, '\0u@example.org\0 p a"$\'\\`ss '],
    ['ü', 'pässwörd✉', undefined, '\0ü\0pässwörd✉'],
    ['u', '\x01\x7f\r\n', undefined, '\0u\0\x01\x7f\r\n'],
    // Not composed, not mapped: the server prepares what it compares (section 2).
    ['u', 'a\u0308\u00a0\u00ad', undefined, '\0u\0a\u0308\u00a0\u00ad'],
  ])('of %j is one message', async (user, secret, authzid, message) => {
    const mechanism = await createMechanism('PLAIN', password(user, secret, authzid));
    expect(text(mechanism.initial)).toBe(message);
    expect(mechanism.initial?.secret).toBe(true);
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
  });

  it('has nothing to say to a challenge', async () => {
    const mechanism = await createMechanism('PLAIN', password('tim', 'x'));
    await refusal(mechanism.step(bytes('')), 'sasl-protocol');
  });

  it.each([
    ['a NUL in the user name', password('t\0m', 'x')],
    ['a NUL in the password', password('tim', 'x\0y')],
    ['a NUL in the authorization identity', password('tim', 'x', 'a\0b')],
    ['an empty user name', password('', 'x')],
    ['an empty password', password('tim', '')],
    ['an empty authorization identity', password('tim', 'x', '')],
    ['half of a character', password('tim', 'x\ud83d')],
    ['a password of 10,000 octets', password('tim', 'x'.repeat(10_000))],
  ])('refuses %s', async (_, credentials) => {
    await refusal(createMechanism('PLAIN', credentials), 'credentials-unusable');
  });
});

import { describe, expect, it } from 'vitest';
import { createMechanism } from '../../../src/smtp/sasl/index.js';
import { bytes, password, refusal, text } from './support.js';

describe('LOGIN (draft-murchison-sasl-login-00)', () => {
  it.each([
    ['Username:', 'Password:'],
    ['User Name\0', 'Password\0'],
    ['', ''],
    ['Password:', 'Username:'],
  ])('answers %j and %j', async (first, second) => {
    const mechanism = await createMechanism('LOGIN', password('tim', 'tan sta"af'));
    expect(mechanism.initial).toBeNull();
    const user = await mechanism.step(bytes(first));
    expect([text(user), user.secret]).toEqual(['tim', false]);
    const secret = await mechanism.step(bytes(second));
    expect([text(secret), secret.secret]).toEqual(['tan sta"af', true]);
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
  });

  it('refuses a third prompt: an endless chain of them has an end', async () => {
    const mechanism = await createMechanism('LOGIN', password('tim', 'x'));
    await mechanism.step(bytes('Username:'));
    await mechanism.step(bytes('Password:'));
    await refusal(mechanism.step(bytes('Password again:')), 'sasl-protocol');
  });

  it.each([0, 1])('does not believe a success after %d prompts', async (prompts) => {
    const mechanism = await createMechanism('LOGIN', password('tim', 'x'));
    for (let i = 0; i < prompts; i += 1) await mechanism.step(bytes('Username:'));
    expect(mechanism.finish(null).result).toBe('not-attempted');
  });

  it('has no place for an authorization identity, nor for a NUL', async () => {
    await refusal(createMechanism('LOGIN', password('tim', 'x', 'other')), 'credentials-unusable');
    await refusal(createMechanism('LOGIN', password('tim', 'x\0')), 'credentials-unusable');
  });
});

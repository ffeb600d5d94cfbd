import { describe, expect, it } from 'vitest';
import { createMechanism } from '../../../src/smtp/sasl/index.js';
import { bytes, password, refusal, step } from './support.js';

describe('CRAM-MD5 (RFC 2195)', () => {
  it('answers the example of section 2', async () => {
    const mechanism = await createMechanism('CRAM-MD5', password('tim', 'tanstaaftanstaaf'));
    expect(mechanism.initial).toBeNull();
    expect(await step(mechanism, '<1896.697170952@postoffice.reston.mci.net>')).toBe(
      'tim b913a602c7eda7a495b4e6e7334d3890',
    );
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
  });

  it.each([
    // python: hmac.new(key.encode(), challenge, 'md5').hexdigest()
    ['a key longer than a block of MD5', 'k'.repeat(65), 'ef11048453b3e504588860b5ef2ef010'],
    ['a key beyond ASCII, as UTF-8', 'pä$$ "w"', 'cd3df5af19c71df80af63aa9f9d4eb79'],
  ])('takes %s', async (_, key, digest) => {
    const mechanism = await createMechanism('CRAM-MD5', password('a user', key));
    expect(await step(mechanism, '<1@x>')).toBe(`a user ${digest}`);
  });

  it('says that its response is secret: a guess can be checked against it', async () => {
    const mechanism = await createMechanism('CRAM-MD5', password('tim', 'x'));
    expect((await mechanism.step(bytes('<1@x>'))).secret).toBe(true);
  });

  it('refuses an empty challenge, and a second one', async () => {
    const mechanism = await createMechanism('CRAM-MD5', password('tim', 'x'));
    await refusal(mechanism.step(bytes('')), 'sasl-protocol');
    await mechanism.step(bytes('<1@x>'));
    await refusal(mechanism.step(bytes('<2@x>')), 'sasl-protocol');
  });

  it('does not believe a success without a challenge', async () => {
    const mechanism = await createMechanism('CRAM-MD5', password('tim', 'x'));
    expect(mechanism.finish(null).result).toBe('not-attempted');
  });

  it('has no place for an authorization identity', async () => {
    await refusal(createMechanism('CRAM-MD5', password('tim', 'x', 'other')), 'credentials-unusable');
  });
});

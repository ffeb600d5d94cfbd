import { describe, expect, it } from 'vitest';
import { createMechanism } from '../../../src/smtp/sasl/index.js';
import { bytes, password, refusal, text } from './support.js';

describe('EXTERNAL (RFC 4422 appendix A)', () => {
  it.each([
    [undefined, ''],
    ['fred@example.com', 'fred@example.com'],
    ['ü,=', 'ü,='],
  ])('with the authorization identity %j says %j', async (authzid, message) => {
    const credentials = { user: 'tim', secret: { kind: 'certificate' } as const };
    const mechanism = await createMechanism('EXTERNAL', {
      ...credentials,
      ...(authzid === undefined ? {} : { authzid }),
    });
    expect(text(mechanism.initial)).toBe(message);
    expect(mechanism.initial?.secret).toBe(false);
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
    await refusal(mechanism.step(bytes('')), 'sasl-protocol');
  });

  it('sends no password, also when there is one', async () => {
    const mechanism = await createMechanism('EXTERNAL', password('tim', 'secret'));
    expect(text(mechanism.initial)).toBe('');
  });

  it('refuses a NUL (appendix A.1)', async () => {
    await refusal(createMechanism('EXTERNAL', password('tim', 'x', 'a\0')), 'credentials-unusable');
  });
});

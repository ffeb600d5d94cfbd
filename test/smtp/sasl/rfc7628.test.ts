import { describe, expect, it } from 'vitest';
import { createMechanism } from '../../../src/smtp/sasl/index.js';
import { bytes, password, refusal, step, text, token } from './support.js';

const TOKEN = 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==';

describe('OAUTHBEARER (RFC 7628)', () => {
  it.each([
    // Section 4.1, over IMAP and over SMTP, as base64 on the wire.
    [
      { host: 'server.example.com', port: 143 },
      'bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB',
    ],
    [
      { host: 'server.example.com', port: 587 },
      'bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB',
    ],
  ])('says the example for %j', async (server, wire) => {
    const mechanism = await createMechanism('OAUTHBEARER', token('user@example.com', TOKEN), { server });
    expect(Buffer.from(mechanism.initial?.bytes ?? []).toString('base64')).toBe(wire);
    expect(mechanism.initial?.secret).toBe(true);
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
  });

  it('names whom to act as, and escapes what the header separates by', async () => {
    const plain = await createMechanism('OAUTHBEARER', token('a,b=c', TOKEN));
    expect(text(plain.initial)).toBe(`n,a=a=2Cb=3Dc,\x01auth=Bearer ${TOKEN}\x01\x01`);
    const other = await createMechanism('OAUTHBEARER', token('a', TOKEN, 'other'));
    expect(text(other.initial)).toBe(`n,a=other,\x01auth=Bearer ${TOKEN}\x01\x01`);
  });

  it('answers the error of section 4.3 with 0x01, and keeps the status', async () => {
    const mechanism = await createMechanism('OAUTHBEARER', token('u', TOKEN));
    const error =
      '{"status":"invalid_token","scope":"example_scope","openid-configuration":"https://example.com/x"}';
    expect(await step(mechanism, error)).toBe('\x01');
    expect(mechanism.facts()).toEqual({ serverError: 'invalid_token' });
    expect(mechanism.finish(null).result).toBe('rejected');
    await refusal(mechanism.step(bytes(error)), 'sasl-protocol');
  });
});

describe("XOAUTH2 (Google's)", () => {
  it('says the example of its description', async () => {
    const credentials = token('someuser@example.com', 'ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg');
    const mechanism = await createMechanism('XOAUTH2', credentials);
    expect(Buffer.from(mechanism.initial?.bytes ?? []).toString('base64')).toBe(
      'dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ==',
    );
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
  });

  it.each([
    ['{"status":"401","schemes":"bearer mac","scope":"https://mail.google.com/"}', '401'],
    ['{"status":400}', '400'],
    ['{"status":"Ya29TheTokenItself"}', 'error without a known status'],
    ['{"status":{"x":1}}', 'error without a known status'],
    ['[1]', 'error without a known status'],
    ['null', 'error without a known status'],
    ['', 'error without a known status'],
    ['<html>', 'error without a known status'],
    ['['.repeat(9000), 'error without a known status'],
  ])('answers the error %j with nothing, so that the 535 can come', async (error, status) => {
    const mechanism = await createMechanism('XOAUTH2', token('u', 'Ya29TheTokenItself'));
    expect(await step(mechanism, error)).toBe('');
    expect(mechanism.facts()).toEqual({ serverError: status });
    expect(mechanism.finish(null).result).toBe('rejected');
  });

  it('has no place for an authorization identity', async () => {
    await refusal(createMechanism('XOAUTH2', token('u', TOKEN, 'other')), 'credentials-unusable');
  });
});

describe.each(['OAUTHBEARER', 'XOAUTH2'] as const)('%s', (name) => {
  it.each([
    ['a user who adds a field', token('u\x01auth=Bearer x', TOKEN)],
    ['a token that adds a field', token('u', 'x\x01user=admin')],
    ['a token with its line end', token('u', `${TOKEN}\n`)],
    ['a token with its scheme', token('u', `Bearer ${TOKEN}`)],
    ['a token beyond ASCII', token('u', 'tökén')],
    ['an empty token', token('u', '')],
    ['a NUL in the user name', token('u\0', TOKEN)],
    ['a password', password('u', TOKEN)],
    ['a certificate', { user: 'u', secret: { kind: 'certificate' } } as const],
  ])('refuses %s', async (_, credentials) => {
    await refusal(createMechanism(name, credentials), 'credentials-unusable');
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../../src/core/errors.js';
import { authCommand, fitsCommand, responseLine } from '../../../src/smtp/sasl/command.js';
import { readAuthReply } from '../../../src/smtp/sasl/reply.js';
import { base64, bytes, refusal, reply } from './support.js';

describe('a reply to AUTH (RFC 4954 section 6)', () => {
  it('235 is a claim of success', () => {
    expect(readAuthReply(reply(235, '2.7.0 Authentication successful'))).toEqual({ kind: 'success' });
  });

  it.each([
    ['', ''],
    ['VXNlcm5hbWU6', 'Username:'],
    ['AA==', '\0'],
  ])('334 %j is a challenge', (line, challenge) => {
    expect(readAuthReply(reply(334, line))).toMatchObject({ kind: 'challenge' });
    const read = readAuthReply(reply(334, line));
    expect(read.kind === 'challenge' && Buffer.from(read.challenge).toString()).toBe(challenge);
  });

  it.each([
    [421, '4.7.0 Too many errors', 'temporary-failure'],
    [432, '4.7.12 A password transition is needed', 'temporary-failure'],
    [451, '4.3.0 Local error', 'temporary-failure'],
    [454, '4.7.0 Temporary authentication failure', 'temporary-failure'],
    [500, 'unrecognized', 'not-offered'],
    [500, '5.5.6 Authentication Exchange line is too long', 'mechanism-refused'],
    [501, '5.5.2 Cannot decode', 'mechanism-refused'],
    [502, '5.5.1 not implemented', 'not-offered'],
    [503, '5.5.1 Error: authentication not enabled', 'not-offered'],
    [504, '5.5.4 Unrecognized authentication type', 'not-offered'],
    [525, '5.7.13 User account disabled', 'rejected'],
    [530, '5.7.0 Must issue a STARTTLS command first', 'encryption-required'],
    [534, '5.7.9 Authentication mechanism is too weak', 'mechanism-refused'],
    [534, '5.7.14 Please log in with your web browser', 'mechanism-refused'],
    [535, '5.7.8 Authentication credentials invalid', 'rejected'],
    [535, 'no enhanced code', 'rejected'],
    [535, '5.7.3 Authentication unsuccessful', 'rejected'],
    [538, '5.7.11 Encryption required', 'encryption-required'],
    [550, '5.7.11 Encryption required', 'encryption-required'],
    [554, '5.7.8 bad', 'rejected'],
    [554, 'something', 'rejected'],
  ])('%d %s is %s', (code, line, result) => {
    expect(readAuthReply(reply(code, line))).toMatchObject({ kind: 'failure', result });
  });

  it.each([
    ['two lines', ['VXNlcm5hbWU6', 'UGFzc3dvcmQ6']],
    ['an endless challenge', Array.from({ length: 1000 }, () => 'AAAA')],
    ['12,288 octets and more', ['A'.repeat(12_284)]],
    ['no base64', ['Username:']],
    ['base64 and text', ['VXNlcm5hbWU6 please']],
    ['base64 without padding', ['AA']],
    ['base64 with bits in the padding', ['AB==']],
    ['base64 of the other alphabet', ['_-_-']],
    ['a blank behind it', ['AAAA ']],
    ['an equals sign for nothing', ['=']],
  ])('334 with %s is refused', async (_, lines) => {
    await refusal(
      Promise.resolve().then(() => readAuthReply(reply(334, ...lines))),
      'sasl-protocol',
    );
  });

  it('334 may have 12,288 octets', () => {
    const read = readAuthReply(reply(334, 'A'.repeat(12_280)));
    expect(read.kind === 'challenge' && read.challenge.length).toBe(9210);
  });

  it.each([220, 250, 354, 234, 335])('%d is out of turn', async (code) => {
    await refusal(
      Promise.resolve().then(() => readAuthReply(reply(code, 'ok'))),
      'reply-out-of-turn',
    );
  });

  it('is read, or our error is thrown, whatever it says', () => {
    const line = fc.oneof(fc.string(), fc.base64String());
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 599 }), fc.array(line, { maxLength: 3 }), (code, lines) => {
        try {
          const read = readAuthReply(reply(code, ...lines));
          if (read.kind === 'challenge') {
            expect(Buffer.from(read.challenge).toString('base64')).toBe(lines[0] ?? '');
          }
          expect(read.kind === 'success').toBe(code === 235);
        } catch (error) {
          expect(error).toBeInstanceOf(SmtpcheckError);
          expect(code).toBeLessThan(400);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('the lines that are sent', () => {
  const open = (of: string): { bytes: Uint8Array; secret: boolean } => ({ bytes: bytes(of), secret: false });
  const secret = (of: string): { bytes: Uint8Array; secret: boolean } => ({ bytes: bytes(of), secret: true });

  it('hide what is secret, and only that', () => {
    expect(authCommand('PLAIN', secret('\0u\0p'))).toEqual({
      text: `AUTH PLAIN ${base64('\0u\0p')}\r\n`,
      shown: 'AUTH PLAIN <initial response hidden>',
    });
    expect(authCommand('SCRAM-SHA-1', open('n,,n=u,r=x')).shown).toBe(
      `AUTH SCRAM-SHA-1 ${base64('n,,n=u,r=x')}`,
    );
    expect(authCommand('LOGIN', null)).toEqual({ text: 'AUTH LOGIN\r\n', shown: 'AUTH LOGIN' });
    expect(responseLine(secret('p'))).toEqual({ text: 'cA==\r\n', shown: '<response hidden>' });
    expect(responseLine(open('u'))).toEqual({ text: 'dQ==\r\n', shown: 'dQ==' });
  });

  it('say nothing as an equals sign in the command, and as an empty line behind it (section 4)', () => {
    expect(authCommand('EXTERNAL', open('')).text).toBe('AUTH EXTERNAL =\r\n');
    expect(responseLine(open('')).text).toBe('\r\n');
  });

  it('keep to 512 octets for the command and 12,288 for the others', async () => {
    // AUTH XOAUTH2, a blank and the line end leave 497 octets, 124 groups of four.
    expect(fitsCommand('XOAUTH2', secret('x'.repeat(372)))).toBe(true);
    expect(fitsCommand('XOAUTH2', secret('x'.repeat(373)))).toBe(false);
    // 3071 groups of four and a line end are 12,286.
    expect(responseLine(secret('x'.repeat(9213))).text).toHaveLength(12_286);
    const longer = Promise.resolve().then(() => responseLine(secret('x'.repeat(9214))));
    await refusal(longer, 'credentials-unusable');
  });

  it('are one line, whatever is in them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (of, hidden) => {
        const response = { bytes: of, secret: hidden };
        expect(authCommand('PLAIN', response).text).toMatch(/^AUTH PLAIN [A-Za-z0-9+/=]+\r\n$/);
        expect(responseLine(response).text).toMatch(/^[A-Za-z0-9+/=]*\r\n$/);
      }),
    );
  });
});

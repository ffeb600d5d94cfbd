import { describe, expect, it } from 'vitest';
import { prepare } from '../../../src/smtp/sasl/prepare.js';
import { refusal } from './support.js';

describe('SASLprep (RFC 4013)', () => {
  it.each([
    // Section 3.
    ['I\u00adX', 'IX'],
    ['user', 'user'],
    ['USER', 'USER'],
    ['\u00aa', 'a'],
    ['\u2168', 'IX'],
    // A no-break space becomes a space, a decomposed letter is composed.
    ['a\u00a0b', 'a b'],
    ['u\u0308', 'ü'],
    [' $"\\', ' $"\\'],
    ['\u0627\u0644', '\u0627\u0644'],
  ])('makes %j into %j', async (text, prepared) => {
    expect(await prepare(text, 'password')).toBe(prepared);
    expect(await prepare(text, 'user name')).toBe(prepared);
  });

  it.each([
    ['\u0007', 'section 2.3'],
    ['a\x7f', 'section 2.3'],
    ['a\r\n', 'section 2.3'],
    ['ä\u0000', 'section 2.3'],
    ['\u0627\u0031', 'section 2.4'],
    ['\u0627a\u0627', 'section 2.4'],
    ['\ue000', 'section 2.3'],
    ['\u202e', 'section 2.3'],
    ['\u00ad\u180b', 'section 2.1'],
  ])('refuses %j by %s', async (text, section) => {
    for (const what of ['password', 'user name'] as const) {
      const error = await refusal(prepare(text, what), 'credentials-unusable');
      expect(error.message).toContain(what);
      expect(error.message).toContain(section);
      expect(error.cause).toBeUndefined();
    }
  });

  it('lets a user name have what Unicode 3.2 did not know, and a password not (RFC 5802 sections 2.2, 5.1)', async () => {
    expect(await prepare('\u{1f600}', 'user name')).toBe('\u{1f600}');
    const error = await refusal(prepare('\u{1f600}', 'password'), 'credentials-unusable');
    expect(error.message).toContain('section 2.5');
    expect(error.hint).toContain('--mechanism');
  });
});

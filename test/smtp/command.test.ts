import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { helloCommand, isEhloName } from '../../src/smtp/command.js';

describe('helloCommand', () => {
  it.each([
    'mail.example.org',
    'localhost',
    'a-b.c',
    '1.example',
    '[192.0.2.1]',
    '[IPv6:2001:db8::1]',
    '[IPv6:::ffff:192.0.2.1]',
  ])('takes %s', (name) => {
    expect(helloCommand('EHLO', name)).toBe(`EHLO ${name}\r\n`);
    expect(helloCommand('LHLO', name)).toBe(`LHLO ${name}\r\n`);
  });

  it.each([
    ['a command behind it', 'x\r\nMAIL FROM:<>'],
    ['a bare LF', 'x\nRSET'],
    ['a bare CR', 'x\rRSET'],
    ['a line end alone', 'mail.example.org\r\n'],
    ['a line feed alone', 'mail.example.org\n'],
    ['a NUL', 'mail\0.example.org'],
    ['a blank', 'mail example'],
    ['nothing', ''],
    ['an empty label', 'mail..example.org'],
    ['a dot at the end', 'mail.example.org.'],
    ['a hyphen first', '-mail.example'],
    ['a hyphen last', 'mail-.example'],
    ['an underscore', 'my_host.example'],
    ['letters beyond ASCII', 'bücher.example'],
    ['a line separator', 'mail\u2028.example'],
    ['an address without brackets', '2001:db8::1'],
    ['a literal with a command behind it', '[192.0.2.1]\r\nRSET'],
    ['an IPv6 literal without its tag', '[2001:db8::1]'],
    ['256 characters', 'a'.repeat(256)],
  ])('refuses %s', (_, name) => {
    expect(isEhloName(name)).toBe(false);
    expect(() => helloCommand('EHLO', name)).toThrow(SmtpcheckError);
    expect(() => helloCommand('EHLO', name)).toThrow(expect.objectContaining({ code: 'usage' }) as Error);
  });

  it('is one line of printable ASCII, or refused, whatever the name', () => {
    const char = fc.oneof(
      fc.constantFrom(...Array.from('a1.-[]: \r\n\0IPv6')),
      fc.string({ minLength: 1, maxLength: 1, unit: 'grapheme' }),
    );
    fc.assert(
      fc.property(fc.string({ unit: char, maxLength: 20 }), (name) => {
        let line: string;
        try {
          line = helloCommand('EHLO', name);
        } catch (error) {
          expect(error).toBeInstanceOf(SmtpcheckError);
          return;
        }
        expect(line).toMatch(/^EHLO [\x21-\x7e]+\r\n$/);
      }),
      { numRuns: 2000 },
    );
  });
});

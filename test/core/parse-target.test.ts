import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { parseTarget, type TargetDefaults } from '../../src/core/parse-target.js';
import type { Target } from '../../src/core/target.js';

const DEFAULTS: TargetDefaults = { port: 25 };

function target(
  host: string,
  port: number,
  mode: Target['mode'] = 'starttls',
  literal: Target['literal'] = 0,
): Target {
  return { host, port, mode, literal };
}

function errorOf(text: string, defaults = DEFAULTS): SmtpcheckError {
  try {
    parseTarget(text, defaults);
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error(`${text} was taken`);
}

describe('every form of a target', () => {
  it.each<[string, Target]>([
    ['mail.example.org', target('mail.example.org', 25)],
    ['mail.example.org:587', target('mail.example.org', 587)],
    ['localhost', target('localhost', 25)],
    ['  mail.example.org ', target('mail.example.org', 25)],
    ['MAIL.Example.ORG', target('mail.example.org', 25)],
    ['mail.example.org.', target('mail.example.org', 25)],
    ['mail.example.org.:25', target('mail.example.org', 25)],
    ['my_host.example', target('my_host.example', 25)],
    ['mail.example.org:465', target('mail.example.org', 465, 'implicit')],
    ['mail.example.org:1', target('mail.example.org', 1)],
    ['mail.example.org:65535', target('mail.example.org', 65535)],
    ['192.0.2.1', target('192.0.2.1', 25, 'starttls', 4)],
    ['192.0.2.1:2525', target('192.0.2.1', 2525, 'starttls', 4)],
    ['2001:db8::1', target('2001:db8::1', 25, 'starttls', 6)],
    ['::1', target('::1', 25, 'starttls', 6)],
    ['::ffff:192.0.2.1', target('::ffff:192.0.2.1', 25, 'starttls', 6)],
    ['[2001:db8::1]', target('2001:db8::1', 25, 'starttls', 6)],
    ['[2001:db8::1]:587', target('2001:db8::1', 587, 'starttls', 6)],
    ['[fe80::1%eth0]:25', target('fe80::1%eth0', 25, 'starttls', 6)],
    ['[mail.example.org]:25', target('mail.example.org', 25)],
    ['smtp://mail.example.org', target('mail.example.org', 25)],
    ['smtp://mail.example.org/', target('mail.example.org', 25)],
    ['SMTP://mail.example.org', target('mail.example.org', 25)],
    ['smtp://mail.example.org:465', target('mail.example.org', 465)],
    ['smtp://[::1]:2525', target('::1', 2525, 'starttls', 6)],
    ['smtp://::1', target('::1', 25, 'starttls', 6)],
    ['smtps://mail.example.org', target('mail.example.org', 465, 'implicit')],
    ['smtps://mail.example.org:10465', target('mail.example.org', 10465, 'implicit')],
    ['submissions://mail.example.org', target('mail.example.org', 465, 'implicit')],
    ['submission://mail.example.org', target('mail.example.org', 587)],
    ['lmtp://mail.example.org', target('mail.example.org', 24, 'lmtp')],
    ['lmtp://mail.example.org:10024', target('mail.example.org', 10024, 'lmtp')],
    ['bücher.example', target('xn--bcher-kva.example', 25)],
    ['BÜCHER.example:587', target('xn--bcher-kva.example', 587)],
    ['smtps://почта.рф', target('xn--80a1acny.xn--p1ai', 465, 'implicit')],
    ['例え。テスト', target('xn--r8jz45g.xn--zckzah', 25)],
    ['faß.example', target('xn--fa-hia.example', 25)],
    ['xn--bcher-kva.example', target('xn--bcher-kva.example', 25)],
    ['123.example', target('123.example', 25)],
    ['1.2.3.4.example', target('1.2.3.4.example', 25)],
  ])('%s', (text, expected) => {
    expect(parseTarget(text, DEFAULTS)).toEqual(expected);
  });
});

describe('what the command line forces', () => {
  it.each<[string, TargetDefaults, Target]>([
    ['mail.example.org', { port: 25, mode: 'implicit' }, target('mail.example.org', 465, 'implicit')],
    ['mail.example.org:25', { port: 25, mode: 'implicit' }, target('mail.example.org', 25, 'implicit')],
    ['mail.example.org', { port: 25, mode: 'lmtp' }, target('mail.example.org', 24, 'lmtp')],
    ['mail.example.org:465', { port: 25, mode: 'lmtp' }, target('mail.example.org', 465, 'lmtp')],
    ['mail.example.org:465', { port: 25, mode: 'starttls' }, target('mail.example.org', 465)],
    ['smtps://mail.example.org', { port: 25, mode: 'implicit' }, target('mail.example.org', 465, 'implicit')],
    ['mail.example.org', { port: 587 }, target('mail.example.org', 587)],
  ])('%s with %j', (text, defaults, expected) => {
    expect(parseTarget(text, defaults)).toEqual(expected);
  });

  it.each([
    ['smtp://mail.example.org', 'implicit'],
    ['smtps://mail.example.org', 'lmtp'],
    ['lmtp://mail.example.org', 'implicit'],
  ] as const)('cannot go against %s: %s', (text, mode) => {
    expect(errorOf(text, { port: 25, mode })).toMatchObject({ code: 'usage', phase: 'arguments' });
  });
});

describe('mistakes', () => {
  it.each<[string, string, RegExp, RegExp | undefined]>([
    [
      'a web address',
      'http://mail.example.org',
      /unknown scheme "http"/,
      /smtpcheck tls mail\.example\.org:25/,
    ],
    ['a secure web address', 'https://mail.example.org/', /unknown scheme "https"/, /web address/],
    ['an IMAP address', 'imap://mail.example.org', /unknown scheme/, /SMTP and LMTP only/],
    ['an IMAPS address', 'imaps://mail.example.org', /unknown scheme/, /SMTP and LMTP only/],
    ['a POP3 address', 'pop3://mail.example.org', /unknown scheme/, /SMTP and LMTP only/],
    [
      'a scheme that nobody knows',
      'gopher://mail.example.org',
      /expected one of smtp, submission, smtps, submissions, lmtp/,
      undefined,
    ],
    ['a scheme that is a property of objects', 'constructor://mail.example.org', /unknown scheme/, undefined],
    ['a mail link', 'mailto:postmaster@example.org', /is not a mail server/, /not an address/],
    ['a mailbox', 'postmaster@example.org', /user or a mailbox/, /MX records/],
    ['a user in a URL', 'smtp://user:pass@mail.example.org', /user or a mailbox/, /MX/],
    [
      'an IPv6 address with a port behind it',
      '2001:db8::1:2:3:4:5:6:25',
      /is not an IPv6 address/,
      /\[2001:db8::1\]:25/,
    ],
    ['two ports', 'mail.example.org:25:25', /is not an IPv6 address/, /\[2001:db8::1\]:25/],
    ['port 0', 'mail.example.org:0', /port "0": expected a number from 1 to 65535/, undefined],
    ['a port too high', 'mail.example.org:65536', /port "65536"/, undefined],
    ['a port that is a word', 'mail.example.org:smtp', /port "smtp"/, undefined],
    ['a port with a sign', 'mail.example.org:+25', /port "\+25"/, undefined],
    ['an empty port', 'mail.example.org:', /port ""/, undefined],
    ['an empty port behind brackets', '[::1]:', /port ""/, undefined],
    ['nothing', '', /names no host/, /mail\.example\.org/],
    ['blanks', '   ', /names no host/, undefined],
    ['a port alone', ':25', /names no host/, undefined],
    ['empty brackets', '[]:25', /names no host/, undefined],
    ['a scheme alone', 'smtp://', /names no host/, undefined],
    ['an address of three numbers', '192.0.2', /not a host name/, /four numbers/],
    ['an address that is one number', '2130706433', /not a host name/, /four numbers/],
    ['an address in hexadecimal', '0x7f000001', /not a host name/, /four numbers/],
    ['an address out of range', '192.0.2.256', /not a host name/, /four numbers/],
    ['an address with leading zeros', '192.0.02.01', /not a host name/, /four numbers/],
    ['an address in full-width digits', '１９２.０.２.１', /not a host name/, undefined],
    ['a space within', 'mail example.org', /not a host name/, undefined],
    ['a path', 'smtp://mail.example.org/path', /not a host name/, undefined],
    ['an empty label', 'mail..example.org', /not a host name/, undefined],
    ['a hyphen first', '-mail.example.org', /not a host name/, undefined],
    ['a label of 64 letters', `${'a'.repeat(64)}.example.org`, /not a host name/, undefined],
    ['a name of 254 letters', `${'a'.repeat(49)}.`.repeat(5) + 'abcd', /not a host name/, undefined],
    ['a command within', 'mail.example.org\r\nRSET', /not a host name/, undefined],
    ['a NUL', 'mail\0.example.org', /not a host name/, undefined],
    ['a name beyond what IDNA allows', 'xn--\u{1f600}-.\u2028', /not a host name/, undefined],
    ['brackets left open', '[::1', /./, undefined],
  ])('%s', (_, text, message, hint) => {
    const error = errorOf(text);
    expect(error).toMatchObject({ code: 'usage', phase: 'arguments' });
    expect(error.message).toMatch(message);
    if (hint !== undefined) expect(error.hint).toMatch(hint);
    // Once the hint was a function of every object.
    expect(['string', 'undefined']).toContain(typeof error.hint);
  });

  it('takes a name of 253 characters', () => {
    const name = `${'a'.repeat(49)}.`.repeat(5) + 'abc';
    expect(parseTarget(name, DEFAULTS).host).toBe(name);
  });

  it('is a target or a usage error, whatever the text', () => {
    const unit = fc.oneof(
      fc.constantFrom(...Array.from('a1.:[]/@%-_ \r\n\0'), 'smtp://', 'lmtp://', '::'),
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 12 }), (text) => {
        let parsed: Target;
        try {
          parsed = parseTarget(text, DEFAULTS);
        } catch (error) {
          expect(error).toMatchObject({ code: 'usage' });
          return;
        }
        // What goes on to DNS, SNI and the report is plain, whatever was typed.
        expect(parsed.host).toMatch(/^[0-9A-Za-z._:%-]+$/);
        expect(parsed.port).toBeGreaterThan(0);
        expect(parsed.port).toBeLessThan(65536);
      }),
      { numRuns: 3000 },
    );
  });
});

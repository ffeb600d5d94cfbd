import { describe, expect, it } from 'vitest';
import { authMechanisms, findKeyword, maskedStarttls, parseEhlo } from '../../src/smtp/ehlo.js';

function ehlo(...lines: readonly string[]): ReturnType<typeof parseEhlo> {
  return parseEhlo({
    code: 250,
    lines: ['mail.example.org greets you', ...lines],
    enhanced: null,
    bareLf: false,
  });
}

describe('parseEhlo', () => {
  it('leaves the first line out, keeps case, order and parameters', () => {
    expect(ehlo('SIZE 10240000', 'StartTLS', 'AUTH PLAIN  LOGIN', '8bitmime\t')).toEqual([
      { keyword: 'SIZE', params: ['10240000'] },
      { keyword: 'StartTLS', params: [] },
      { keyword: 'AUTH', params: ['PLAIN', 'LOGIN'] },
      { keyword: '8bitmime', params: [] },
    ]);
  });

  it('gives nothing for a reply of one line, even one that says STARTTLS', () => {
    expect(parseEhlo({ code: 250, lines: ['STARTTLS'], enhanced: null, bareLf: false })).toEqual([]);
  });

  it('passes over empty lines', () => {
    expect(ehlo('', '  ', 'SIZE')).toEqual([{ keyword: 'SIZE', params: [] }]);
  });
});

describe('findKeyword', () => {
  it.each(['STARTTLS', 'starttls', 'StartTls'])('finds %s whatever its case', (keyword) => {
    expect(findKeyword(ehlo('SIZE', keyword), 'STARTTLS')).toEqual({ keyword, params: [] });
  });

  it.each(['XSTARTTLS', 'STARTTLSX', 'STARTTLS=', 'SIZE STARTTLS', 'START TLS'])(
    'does not take %j for STARTTLS',
    (line) => {
      expect(findKeyword(ehlo(line), 'STARTTLS')).toBeNull();
    },
  );

  it('finds nothing where there was no EHLO', () => {
    expect(findKeyword(null, 'STARTTLS')).toBeNull();
  });
});

describe('maskedStarttls', () => {
  it.each(['XXXXXXXA', 'XXXXXXXX', 'XXXXXXXB'])('recognises %s, of the length of STARTTLS', (keyword) => {
    expect(maskedStarttls(ehlo('SIZE', keyword))).toBe(keyword);
  });

  it.each(['XXXXXXA', 'XXXXXXXXX', 'XSTARTTL', 'xxxxxxxa', 'X-PRIVATE', 'XEXCH50'])(
    'leaves %s alone',
    (keyword) => {
      expect(maskedStarttls(ehlo(keyword))).toBeNull();
    },
  );

  it('finds nothing where there was no EHLO', () => {
    expect(maskedStarttls(null)).toBeNull();
  });
});

describe('authMechanisms', () => {
  it('joins both spellings, in upper case and once each', () => {
    expect(authMechanisms(ehlo('AUTH=LOGIN plain', 'auth PLAIN SCRAM-SHA-256'))).toEqual([
      'LOGIN',
      'PLAIN',
      'SCRAM-SHA-256',
    ]);
  });

  it.each([[[]], [['SIZE', 'XAUTH PLAIN']]])('finds none in %j', (lines) => {
    expect(authMechanisms(ehlo(...lines))).toEqual([]);
  });

  it.each(['AUTH', 'AUTH='])('finds none in %s without a mechanism', (line) => {
    expect(authMechanisms(ehlo(line))).toEqual([]);
  });
});

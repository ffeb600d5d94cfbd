import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskDrawn } from '../../src/cli/connect/masked-output.js';
import { openPart, readTypedLine, shownLine } from '../../src/smtp/typed-line.js';

describe('a typed line', () => {
  it.each([
    ['AUTH PLAIN AGEAYg==', { kind: 'auth', mechanism: 'PLAIN', initial: 'AGEAYg==' }],
    ['auth plain', { kind: 'auth', mechanism: 'PLAIN', initial: null }],
    [' \tAuTh\0scram-sha-1 \t=  ', { kind: 'auth', mechanism: 'SCRAM-SHA-1', initial: '=  ' }],
    ['AUTH PLAIN a b c', { kind: 'auth', mechanism: 'PLAIN', initial: 'a b c' }],
    ['AUTH', { kind: 'other', verb: 'AUTH' }],
    ['AUTHPLAIN AGEAYg==', { kind: 'other', verb: 'AUTHPLAIN' }],
    ['BDAT 12', { kind: 'bdat', octets: 12, last: false }],
    [' bdat\t0  last ', { kind: 'bdat', octets: 0, last: true }],
    ['BDAT', { kind: 'other', verb: 'BDAT' }],
    ['BDAT -1', { kind: 'other', verb: 'BDAT' }],
    ['BDAT 1 FIRST', { kind: 'other', verb: 'BDAT' }],
    ['  rcpt TO:<>', { kind: 'other', verb: 'RCPT' }],
    ['', { kind: 'other', verb: '' }],
  ])('%j', (line, typed) => {
    expect(readTypedLine(line)).toEqual(typed);
  });

  it('is shown without what stands behind a mechanism', () => {
    expect(shownLine('AUTH PLAIN AGEAYg==')).toBe('AUTH PLAIN <initial response hidden>');
    expect(shownLine(' auth\tplain  x y ')).toBe(' auth\tplain  <initial response hidden>');
    for (const line of ['AUTH PLAIN', 'AUTH PLAIN ', 'RCPT TO:<AUTH PLAIN x>', ''])
      expect(shownLine(line)).toBe(line);
  });

  it('hides a secret of any characters', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, unit: 'grapheme-ascii' }), (text) => {
        const secret = text.replaceAll(' ', 'x');
        expect(shownLine(`AUTH PLAIN ${secret}`)).toBe('AUTH PLAIN <initial response hidden>');
      }),
    );
  });
});

describe('what readline draws', () => {
  const prompt = 'smtp> ';
  const line = 'AUTH PLAIN c2VjcmV0';

  it('is left alone where there is no secret', () => {
    for (const text of ['x', '\x1b[7G', `${prompt}NOOP`])
      expect(maskDrawn(text, { prompt, line: 'NOOPx' })).toBe(text);
  });

  it('has stars behind the mechanism, whole or in pieces', () => {
    expect(maskDrawn(prompt + line, { prompt, line })).toBe('smtp> AUTH PLAIN ********');
    expect(maskDrawn('0', { prompt, line })).toBe('*');
    expect(maskDrawn('PLAIN c2VjcmV0', { prompt, line })).toBe('PLAIN ********');
    expect(maskDrawn('\x1b[7G', { prompt, line })).toBe('\x1b[7G');
    expect(maskDrawn('\r\n', { prompt, line })).toBe('\r\n');
  });

  it('is all stars where it is anything else: never too little', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 1, max: 8 }), (from, length) => {
        const piece = line.slice(openPart(line)).slice(from, from + length);
        fc.pre(piece.length > 2);
        expect(maskDrawn(`${piece}\x1b[K`, { prompt, line })).not.toContain(piece);
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columns, wrap } from '../../src/report/wrap.js';

describe('wrap', () => {
  it('breaks at spaces', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('one two', 7)).toEqual(['one two']);
    expect(wrap('one two', 3)).toEqual(['one', 'two']);
  });

  it('breaks inside a word that is longer than a line, so that a terminal never does', () => {
    expect(wrap('abcdefgh ij', 4)).toEqual(['abcd', 'efgh', 'ij']);
  });

  it('does not break an escape in two', () => {
    expect(wrap('abc\\u202edef', 6)).toEqual(['abc', '\\u202e', 'def']);
    expect(wrap('abcde\\\\f', 6)).toEqual(['abcde', '\\\\f']);
  });

  it('counts wide characters as two columns', () => {
    expect(columns('日本')).toBe(4);
    expect(wrap('日本語', 4)).toEqual(['日本', '語']);
  });

  it('loses nothing but the spaces it breaks at, and keeps to the room', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', ' ', '日', ',') }),
        fc.integer({ min: 8, max: 30 }),
        (text, room) => {
          const lines = wrap(text, room);
          let rest = text;
          lines.forEach((line, index) => {
            expect(columns(line)).toBeLessThanOrEqual(room);
            if (index > 0 && !rest.startsWith(line)) rest = rest.slice(1);
            else if (index > 0 && rest.startsWith(` ${line}`)) rest = rest.slice(1);
            expect(rest.startsWith(line)).toBe(true);
            rest = rest.slice(line.length);
          });
          expect(rest.trim()).toBe('');
          expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
        },
      ),
    );
  });

  it('copes with a hostile word', () => {
    expect(wrap('x'.repeat(200_000), 80)).toHaveLength(2500);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeForTerminal } from '../../src/report/escape.js';
import { DANGEROUS, POISON } from './hostile.js';

describe('escapeForTerminal', () => {
  it.each([
    ['plain ASCII', '220 mx.example.org ESMTP', '220 mx.example.org ESMTP'],
    ['other scripts', 'grüße 日本語 🙂', 'grüße 日本語 🙂'],
    ['escape sequences', '\x1b[31mred', '\\x1b[31mred'],
    ['C1 controls, the one-byte CSI among them', '\x9b31m\x85', '\\x9b31m\\x85'],
    ['NUL and DEL', '\x00\x7f', '\\x00\\x7f'],
    ['line ends and tabs', 'a\r\n\tb', 'a\\r\\n\\tb'],
    ['bidi controls', '\u202e\u2066\u200e\u061c', '\\u202e\\u2066\\u200e\\u061c'],
    ['invisible characters', '\u200b\ufeff\u00ad\u3164', '\\u200b\\ufeff\\xad\\u3164'],
    ['line and paragraph separators', '\u2028\u2029', '\\u2028\\u2029'],
    ['lone surrogates', '\ud800x\udc00', '\\ud800x\\udc00'],
    ['tag characters beyond the BMP', '\u{e0041}', '\\u{e0041}'],
    ['the backslash, so that an escape cannot be forged', '\\x1b', '\\\\x1b'],
  ])('%s', (_what, raw, shown) => {
    expect(escapeForTerminal(raw)).toBe(shown);
  });

  it('leaves nothing dangerous, whatever the text', () => {
    expect(escapeForTerminal(POISON)).not.toMatch(DANGEROUS);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = escapeForTerminal(text);
        expect(shown).not.toMatch(DANGEROUS);
        expect(shown).not.toContain('\n');
      }),
    );
  });

  it('is unambiguous: two texts never look the same', () => {
    const unescape = (shown: string): string =>
      shown.replace(
        /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|u\{([0-9a-f]+)\}|([rnt\\]))/g,
        (_all, two?: string, four?: string, many?: string, named?: string) => {
          const hex = two ?? four ?? many;
          if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
          return { r: '\r', n: '\n', t: '\t', '\\': '\\' }[named ?? ''] ?? '';
        },
      );
    expect(unescape(escapeForTerminal(POISON))).toBe(POISON);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unescape(escapeForTerminal(text))).toBe(text);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../src/core/duration.js';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['20s', 20_000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['3h', 10_800_000],
    ['21d', 21 * 86_400_000],
    ['0s', 0],
    [' 20s ', 20_000],
    ['36500d', 36_500 * 86_400_000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text, '--timeout')).toBe(ms);
  });

  it.each([
    '',
    's',
    '20 s',
    '20S',
    '-1s',
    '+1s',
    '1e3s',
    '.5s',
    '1.s',
    '20sec',
    '20s20',
    'Infinitys',
    '0x10s',
    '36501d',
    '9'.repeat(400) + 'd',
    '٢s',
  ])('refuses %j with an example', (text) => {
    expect(() => parseDuration(text, '--timeout')).toThrow(
      expect.objectContaining({ code: 'usage', hint: 'such as 500ms, 20s, 21d' }) as Error,
    );
  });

  it('asks for the unit of a bare number', () => {
    expect(() => parseDuration('20', '--timeout')).toThrow(
      expect.objectContaining({
        code: 'usage',
        message: '--timeout takes a duration, not "20"',
        hint: 'with its unit: --timeout 20s',
      }) as Error,
    );
  });
});

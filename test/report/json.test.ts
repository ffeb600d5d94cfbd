import { describe, expect, it } from 'vitest';
import { FORMATS, renderJson } from '../../src/report/index.js';
import { parseReport, parseReports } from '../support/schema.js';
import { DANGEROUS, POISON, poison } from './hostile.js';
import { expiredWrongName, hostile, pass, SAMPLES } from './samples.js';

describe('JSON output', () => {
  it.each(Object.keys(SAMPLES))('is one valid line that reads back as it was: %s', (name) => {
    const report = SAMPLES[name];
    if (report === undefined) throw new Error('no such sample');
    const line = renderJson(report);
    expect(line.indexOf('\n')).toBe(line.length - 1);
    expect(parseReport(line)).toEqual(report);
  });

  it('is JSON Lines for several targets', () => {
    const out = [pass, hostile].map((report) => FORMATS.json.render(report)).join(FORMATS.json.between);
    expect(parseReports(out)).toEqual([pass, hostile]);
  });

  it('is indented with pretty, and the same data', () => {
    const text = renderJson(pass, { pretty: true });
    expect(text).toContain('\n  "schemaVersion": 1,');
    expect(JSON.parse(text)).toEqual(pass);
  });

  it('holds no raw control or bidi character, and yet every byte of the text', () => {
    const report = poison(expiredWrongName, POISON);
    const json = renderJson(report);
    expect(json).not.toMatch(DANGEROUS);
    expect(JSON.parse(json)).toEqual(report);
  });
});

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { assertValidReport, parseReport, readSchema } from '../support/schema.js';
import { expiredWrongName, pass, SAMPLES } from './samples.js';

const without = (value: object, key: string): object =>
  Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));

describe('the published schema', () => {
  it.each(Object.keys(SAMPLES))('accepts %s', (name) => {
    expect(() => assertValidReport(SAMPLES[name])).not.toThrow();
  });

  it.each(Object.keys(without(pass, 'transcript')))('refuses a report without %s', (key) => {
    expect(() => assertValidReport(without(pass, key))).toThrow(key);
  });

  it.each<[string, object, string]>([
    ['an unknown outcome', { ...pass, outcome: 'ok' }, 'pass | fail | inconclusive | error, got "ok"'],
    ['another schema version', { ...pass, schemaVersion: 2 }, '/schemaVersion'],
    ['an unknown mode', { ...pass, target: { ...pass.target, mode: 'tls' } }, '/target/mode'],
    ['a number as text', { ...pass, exitCode: '0' }, '/exitCode must be number, got "0"'],
    ['an unknown error code', { ...pass, error: { code: 'x', phase: 'dns', message: 'x' } }, '/error/code'],
    ['an unknown phase', { ...pass, error: { code: 'silent', phase: 'x', message: 'x' } }, '/error/phase'],
    ['a finding without a severity', { ...pass, findings: [{ id: 'x', message: 'x' }] }, 'severity'],
    [
      'a certificate without its key',
      { ...pass, chain: { sent: [{}], path: [] } },
      "required property 'key'",
    ],
    ['a key that no type has', { ...pass, verify: { ...pass.verify, surprise: 1 } }, 'surprise'],
    ['a NaN, which JSON makes null', { ...pass, connections: null }, '/connections must be number, got null'],
  ])('refuses %s', (_what, value, complaint) => {
    expect(() => assertValidReport(value)).toThrow(complaint);
  });

  it('lets keys pass that a later version may add; only our own tests are closed', () => {
    const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(readSchema());
    expect(validate({ ...expiredWrongName, added: { later: true } })).toBe(true);
    expect(validate({ ...expiredWrongName, outcome: 'ok' })).toBe(false);
  });

  it('is what the types say', () => {
    const script = fileURLToPath(new URL('../../scripts/schema.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

describe('parseReport', () => {
  it('wants exactly one line', () => {
    const line = JSON.stringify(pass);
    expect(parseReport(`${line}\n`)).toEqual(pass);
    expect(() => parseReport('')).toThrow('expected one report');
    expect(() => parseReport(line)).toThrow('line end');
    expect(() => parseReport(`${line}\n${line}\n`)).toThrow('got 2');
    expect(() => parseReport('Error: x\n')).toThrow('not a line of JSON');
  });
});

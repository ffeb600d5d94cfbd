import { describe, expect, it } from 'vitest';
import { FORMAT_NAMES, type FormatName } from '../../src/report/index.js';
import { expectGolden } from '../support/golden.js';
import { RUNS } from './gate-samples.js';
import { renderRun } from './render-run.js';

const EXTENSIONS: Readonly<Record<FormatName, string>> = {
  text: 'txt',
  json: 'json',
  jsonl: 'jsonl',
  junit: 'xml',
  sarif: 'sarif',
  github: 'txt',
  markdown: 'md',
  nagios: 'txt',
  prometheus: 'prom',
};

describe.each(FORMAT_NAMES)('the format %s', (name) => {
  it.each(Object.keys(RUNS))('golden: %s', (run) => {
    expectGolden(`formats/${name}/${run}.${EXTENSIONS[name]}`, renderRun(name, RUNS[run] ?? []));
  });

  it('is the same text for the same reports', () => {
    const several = RUNS['several'] ?? [];
    expect(renderRun(name, several)).toBe(renderRun(name, several));
  });

  it('ends with a line end', () => {
    for (const reports of Object.values(RUNS)) expect(renderRun(name, reports)).toMatch(/\S\n$/);
  });
});

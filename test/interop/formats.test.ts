import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { gateMixed, RUNS, usage } from '../report/gate-samples.js';
import { POISON, poison } from '../report/hostile.js';
import { renderRun } from '../report/render-run.js';
import { SAMPLES } from '../report/samples.js';
import { findTool, requireTool, type ToolName } from './support/require.js';

/* Reports, read by the tools of those who are to read them. */

const XSD = fileURLToPath(new URL('../report/schemas/jenkins-junit.xsd', import.meta.url));

const ALL: Readonly<Record<string, readonly Report[]>> = {
  ...RUNS,
  ...Object.fromEntries(Object.entries(SAMPLES).map(([name, report]) => [`sample ${name}`, [report]])),
  everything: [...Object.values(SAMPLES), gateMixed, usage],
  hostile: [...Object.values(SAMPLES), gateMixed, usage].map((report) => poison(report, POISON)),
};

function run(
  tool: ToolName,
  args: readonly string[],
  input: string,
): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(findTool(tool) ?? tool, args, { input, encoding: 'utf8' });
  return { status, said: `${stdout}${stderr}` };
}

describe.skipIf(!requireTool('xmllint'))('xmllint, with the schema of Jenkins', () => {
  it.each(Object.keys(ALL))('takes %s', (name) => {
    const xml = renderRun('junit', ALL[name] ?? []);
    expect(run('xmllint', ['--noout', '--schema', XSD, '-'], xml)).toEqual({
      status: 0,
      said: '- validates\n',
    });
  });

  it('refuses what is none, so that it is known to look', () => {
    const xml = renderRun('junit', RUNS['fail'] ?? []).replaceAll('testcase', 'testkase');
    expect(run('xmllint', ['--noout', '--schema', XSD, '-'], xml).status).not.toBe(0);
  });
});

describe.skipIf(!requireTool('promtool'))('promtool check metrics', () => {
  it.each(Object.keys(ALL))('has nothing to say about %s', (name) => {
    const metrics = renderRun('prometheus', ALL[name] ?? []);
    expect(run('promtool', ['check', 'metrics'], metrics)).toEqual({ status: 0, said: '' });
  });

  it('refuses what is none, so that it is known to look', () => {
    const metrics = renderRun('prometheus', RUNS['fail'] ?? []);
    expect(run('promtool', ['check', 'metrics'], `${metrics}${metrics}`).status).not.toBe(0);
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { scanned } from '../policy/support.js';
import { pass } from '../report/sample-parts.js';
import { runCli } from '../support/run-cli.js';

let folder = '';
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-judge-'));
  writeFileSync(file('scan.json'), JSON.stringify(scanned()));
  writeFileSync(file('tls.json'), JSON.stringify(pass));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('smtpcheck judge', () => {
  it('judges a saved scan by any profile', async () => {
    expect((await runCli(['judge', file('scan.json'), '--profile', 'mx'])).code).toBe(0);
    const { code, stdout } = await runCli(['judge', file('scan.json'), '--profile', 'modern', '--json']);
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as { command: string; findings: { id: string }[] };
    expect(report.command).toBe('gate');
    expect(report.findings.map(({ id }) => id)).toContain('tls-1-2-accepted');
  });

  it('lets pass what a baseline has too', async () => {
    const args = ['judge', file('scan.json'), '--profile', 'modern', '--baseline', file('scan.json')];
    const { code, stdout } = await runCli([...args, '-v']);
    expect(code).toBe(0);
    expect(stdout).toContain('known tls-1-2-accepted');
  });

  it('refuses a report that does not say enough, and names what is missing', async () => {
    const { code, stderr } = await runCli(['judge', file('tls.json'), '--profile', 'intermediate']);
    expect(code).toBe(2);
    expect(stderr).toContain('does not say what intermediate needs: protocol versions');
  });

  // It had said that as many were allowed as were made: a scan that nothing had held back looked as if its budget was used up.
  it('says of no connections that they were allowed, where the report does not', async () => {
    const judge = async (...args: string[]) =>
      (await runCli(['judge', file('scan.json'), '--profile', 'mx', ...args])).stdout;
    expect(await judge()).toMatch(/^ connections: \d+ made$/m);
    expect(await judge('--format', 'markdown')).toMatch(/^- connections: \d+$/m);
    expect((JSON.parse(await judge('--json')) as Report).policy?.budget.limit).toBeNull();
  });

  it('is not interrupted because the run was that made the report', async () => {
    const error = { code: 'interrupted', phase: 'scan', message: 'interrupted' } as const;
    const whole = scanned({}, { error, outcome: 'inconclusive', exitCode: 130 });
    writeFileSync(file('whole.json'), JSON.stringify(whole));
    expect((await runCli(['judge', file('whole.json'), '--profile', 'mx'])).code).toBe(0);
    writeFileSync(file('cut.json'), JSON.stringify({ ...whole, tls: null, scan: undefined }));
    const { code, stdout } = await runCli(['judge', file('cut.json'), '--profile', 'mx']);
    expect(code).toBe(4);
    expect(stdout).toContain('the run that made the report was interrupted');
    // It passed, "with 78 not known": nothing had been measured.
    const lenient = ['--profile', 'mx', '--inconclusive', 'warn'];
    expect((await runCli(['judge', file('cut.json'), ...lenient])).code).toBe(4);
    const [first, ...rest] = scanned().scan?.protocols ?? [];
    const open = { ...first, answer: 'inconclusive', evidence: 'interrupted', suites: [] };
    writeFileSync(
      file('half.json'),
      JSON.stringify({ ...whole, scan: { ...whole.scan, protocols: [open, ...rest] } }),
    );
    expect((await runCli(['judge', file('half.json'), ...lenient])).code).toBe(4);
  });

  it.each([
    [['--profile', 'intermediat'], 'did you mean intermediate'],
    [[], 'judge needs --profile'],
    [['--profile', './none.yaml'], 'none.yaml'],
  ])('refuses %j', async (args, words) => {
    const { code, stderr } = await runCli(['judge', file('scan.json'), ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

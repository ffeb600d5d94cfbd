import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import type { DiffReport } from '../../src/core/diff-report.js';
import { renderJson } from '../../src/report/index.js';
import { hostile, expiredWrongName, pass } from '../report/samples.js';
import { runCli, runMain } from '../support/run-cli.js';

/* The exit codes are those of diff(1): 0 nothing changed, 1 something did, 2 trouble. */

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-diff-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function saved(name: string, ...reports: Parameters<typeof renderJson>[0][]): string {
  const file = join(dir, name);
  writeFileSync(file, reports.map((report) => renderJson(report)).join(''));
  return file;
}

const good = saved('good.json', pass);
const bad = saved('bad.json', { ...pass, outcome: 'fail', exitCode: 1, findings: expiredWrongName.findings });

const validate = new Ajv({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(new URL('../../schema/diff.schema.json', import.meta.url), 'utf8')) as object,
);

/** The one object on stdout, as the published schema has it. */
function parsed(stdout: string): DiffReport {
  expect(stdout.match(/\n/g)).toHaveLength(1);
  const value = JSON.parse(stdout) as DiffReport;
  expect(validate(value) ? [] : validate.errors).toEqual([]);
  return value;
}

describe('smtpcheck diff', () => {
  it('says that nothing changed', async () => {
    const { stdout, stderr, code } = await runMain(['diff', good, good]);
    expect({ stdout, stderr, code }).toEqual({
      stdout: 'no difference: 1 report compared with 1 report\n',
      stderr: '',
      code: 0,
    });
  });

  it('says what changed', async () => {
    const { stdout, code } = await runMain(['diff', good, bad]);
    expect(stdout).toBe(`mx.example.org:25
  worse ~ verdict  outcome: pass -> fail
  worse + finding  certificate-expired: error
  worse + finding  hostname-mismatch: error

3 differences, 3 worse, 0 better: 1 report compared with 1 report
`);
    expect(code).toBe(1);
  });

  it('says it as one JSON object, as its schema has it', async () => {
    const { stdout, code } = await runMain(['diff', good, bad, '--json']);
    expect(code).toBe(1);
    expect(parsed(stdout)).toMatchObject({
      command: 'diff',
      exitCode: 1,
      before: { file: good, reports: 1 },
      differences: [
        { target: 'mx.example.org:25', area: 'verdict', kind: 'changed', what: 'outcome', worse: true },
        { area: 'finding', kind: 'added', before: null, after: 'error' },
        {},
      ],
      error: null,
    });
  });

  it('says nothing with --quiet', async () => {
    const { stdout, stderr, code } = await runMain(['diff', '-q', good, bad]);
    expect({ stdout, stderr, code }).toEqual({ stdout: '', stderr: '', code: 1 });
  });

  it('shows nothing that a terminal could act on', async () => {
    const nasty = saved('nasty.json', { ...hostile, target: pass.target });
    const { stdout, code } = await runMain(['diff', good, nasty]);
    expect(code).toBe(1);
    expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
    const json = await runMain(['diff', good, nasty, '--json']);
    expect(json.stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
  });

  it.each<[string, readonly string[], RegExp]>([
    ['one file', [good], /^smtpcheck: error: diff takes two files of reports, not 1\nhint: /],
    ['three files', [good, bad, good], /diff takes two files of reports, not 3\n/],
    ['no file', [], /no file was given\nhint: such as: smtpcheck diff before\.json after\.json\n/],
    ['stdin twice', ['-', '-'], /only one file can come from standard input\n/],
    ['a file that is not there', [good, `${good}.none`], /there is no such file\n/],
    ['a file that is no report', [good, import.meta.filename], /it is not JSON/],
    ['an option of others', [good, bad, '--servername', 'x'], /error: unknown argument/],
  ])('refuses %s', async (_what, args, words) => {
    const { stdout, stderr, code } = await runMain(['diff', ...args]);
    expect(stderr).toMatch(words);
    expect(stderr.replaceAll(/^hint: .*\n/gm, '').split('\n')).toHaveLength(2);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
  });

  it('refuses with one JSON object too', async () => {
    const { stdout, code } = await runMain(['diff', good, `${good}.none`, '--json']);
    expect(code).toBe(2);
    expect(parsed(stdout)).toMatchObject({ before: null, error: { code: 'file-unreadable' } });
  });

  it('reads one of them from standard input', async () => {
    const input = readFileSync(bad, 'utf8');
    const { stdout, code } = await runCli(['diff', good, '-', '--json'], { input });
    expect(code).toBe(1);
    expect(parsed(stdout).after).toEqual({ file: '-', reports: 1 });
  });
});

describe('a "-" for a file', () => {
  // yargs loses it, and the file in the folder was judged in the place of what came in.
  it.each([
    ['gate', ['gate', '-'], 'version: 3\n', /-:1:10: "version" takes 1/],
    [
      'gate, where yargs reads the line',
      ['gate', '-', '--json', '--json'],
      'version: 3\n',
      /cannot be told from the other words/,
    ],
    // A file that the gate names is one: standard input was read again, at a terminal for ever.
    [
      'gate, and not for the files in it',
      ['gate', '-'],
      'version: 1\nprofile: mx\ndefaults: { crl-file: "-" }\ntargets: [{ host: "127.0.0.1:1" }]\n',
      /\.\/-: there is no such file/,
    ],
    ['judge', ['judge', '-', '--profile', 'mx'], '[]', /-: it holds no report/],
    ['cert', ['cert', '-'], 'x', /-/],
  ])('is standard input for %s', async (_what, args, input, words) => {
    const { stdout, stderr, code } = await runCli(args, { input });
    expect(`${stdout}${stderr}`).toMatch(words);
    expect(code).toBe(2);
  });
});

import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';

/* The jobs of ci/ are copied into other people's pipelines: their lines are run here as they stand. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): unknown => parse(readFileSync(join(ROOT, 'ci', name), 'utf8'));

let folder = '';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-ci-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  // Nothing listens there any more.
  writeFileSync(
    join(folder, 'smtpcheck.yaml'),
    `version: 1\nprofile: mx\ntargets:\n  - host: 127.0.0.1:${String(port)}\n`,
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bash(
  script: string,
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script],
      { cwd: folder, env: { ...process.env, ...env } },
      (error, stdout) => resolve({ code: error === null ? 0 : Number(error.code), stdout }),
    );
  });
}

const text = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('ci/action.yml', () => {
  const action = read('action.yml') as {
    inputs: Record<string, { default: string }>;
    runs: { using: string; steps: { run: string; env?: Record<string, string> }[] };
  };
  const step = action.runs.steps.at(-1);

  it('ends with the exit code of the gate, and leaves annotations, summary, SARIF and JUnit', async () => {
    const summary = join(folder, 'summary.md');
    writeFileSync(summary, 'before\n');
    const { code, stdout } = await bash(step?.run ?? '', {
      FILE: 'smtpcheck.yaml',
      BASELINE: '',
      SARIF: 'out.sarif',
      JUNIT: 'out.xml',
      SMTPCHECK: join(ROOT, 'bin/smtpcheck.js'),
      GITHUB_STEP_SUMMARY: summary,
    });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^::error .*connection-refused/m);
    // The summaries of other steps stay.
    expect(text('summary.md')).toMatch(/^before\n## smtpcheck\n/);
    expect((JSON.parse(text('out.sarif')) as { version: string }).version).toBe('2.1.0');
    expect(text('out.xml')).toContain('<testsuite ');
  });

  // It chose what the gate lets pass, by a file called --inconclusive=warn.
  it('takes no input for an option', async () => {
    const { code, stdout } = await bash(step?.run ?? '', {
      FILE: '--help',
      BASELINE: '',
      SARIF: 'out.sarif',
      JUNIT: 'out.xml',
      SMTPCHECK: join(ROOT, 'bin/smtpcheck.js'),
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    });
    expect(code).toBe(2);
    expect(stdout).toMatch(/^::error title=smtpcheck usage/);
  });

  it('hands its inputs over by the environment alone', () => {
    expect(action.runs.using).toBe('composite');
    for (const { run } of action.runs.steps) expect(run).not.toContain('${{');
    const used = Object.values(step?.env ?? {}).flatMap((value) => /inputs\.(\w+)/.exec(value)?.[1] ?? []);
    expect(used.sort()).toEqual(Object.keys(action.inputs).sort());
  });
});

describe('ci/gitlab.yml', () => {
  it('ends with the exit code of the gate, and leaves the artifacts that it names', async () => {
    const { smtpcheck } = read('gitlab.yml') as {
      smtpcheck: { script: string[]; artifacts: { paths: string[]; reports: { junit: string } } };
    };
    const npx = `npx() { shift 2; node '${join(ROOT, 'bin/smtpcheck.js')}' "$@"; }\n`;
    const { code } = await bash(npx + smtpcheck.script.join('\n'), {});
    expect(code).toBe(3);
    expect(text(smtpcheck.artifacts.reports.junit)).toContain('<testsuite ');
    for (const path of smtpcheck.artifacts.paths)
      expect(JSON.parse(text(path))).toMatchObject({ command: 'gate', exitCode: 3 });
  });
});

it('the README shows the job for GitLab as it is', () => {
  const job = readFileSync(join(ROOT, 'ci/gitlab.yml'), 'utf8').replace(/^#.*\n/gm, '');
  expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`\`\`\`yaml\n${job}\`\`\`\n`);
});

import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LAB_USER, startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { fixture } from '../support/probe.js';
import { BIN } from '../support/run-cli.js';
import { requireTool } from './support/require.js';

/** The hidden prompt on a real terminal, which `script` makes: what is typed is not shown, and Ctrl-C ends with 130. */

interface Screen {
  readonly shown: string;
  readonly code: number | null;
}

/** Runs the command on a terminal of its own; types `keys` when the prompt is there. */
function onTerminal(command: string, keys: string): Promise<Screen> {
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] });
  let shown = '';
  let typed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (typed || !shown.includes('password of')) return;
    typed = true;
    // The prompt listens a moment after it is drawn.
    setTimeout(() => child.stdin.write(keys), 300);
  });
  const hang = setTimeout(() => child.kill('SIGKILL'), 20_000);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(hang);
      resolve({ shown, code });
    });
  });
}

describe.skipIf(!requireTool('script'))('the password prompt on a terminal', () => {
  let lab: Lab;
  let command: string;

  beforeAll(async () => {
    lab = await startLab({ fixturesDir: FIXTURES_DIR, names: ['auth-good'] });
    const target = `127.0.0.1:${lab.servers[0]?.port ?? 0}`;
    const trust = `--ca-path ${fixture('ca-dir')} --servername mail.smtpcheck.test`;
    command = `${process.execPath} ${BIN} auth ${target} --user ${LAB_USER.user} ${trust}`;
  });
  afterAll(() => lab.stop());

  it('takes what is typed and shows nothing of it', { timeout: 25_000 }, async () => {
    const { shown, code } = await onTerminal(command, `${LAB_USER.password}\r`);
    expect(code).toBe(0);
    expect(shown).toContain(`password of ${LAB_USER.user}:`);
    expect(shown).toContain('PASS');
    expect(shown).not.toContain(LAB_USER.password);
    expect(shown).not.toContain('*'.repeat(LAB_USER.password.length));
  });

  it('is on stderr: stdout is the report alone', { timeout: 25_000 }, async () => {
    const { shown, code } = await onTerminal(`${command} --json >/dev/null`, `${LAB_USER.password}\r`);
    expect(code).toBe(0);
    expect(shown).toContain('password of');
    expect(shown).not.toContain('schemaVersion');
  });

  it('ends with 130 on Ctrl-C, before anything is connected to', { timeout: 25_000 }, async () => {
    const { shown, code } = await onTerminal(command, '\x03');
    expect(code).toBe(130);
    expect(shown).not.toMatch(/PASS|FAIL|at .*\.cjs/);
  });
});

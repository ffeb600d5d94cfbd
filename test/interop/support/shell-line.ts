import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CommandResult } from './openssl.js';

const BIN = fileURLToPath(new URL('../../../bin/smtpcheck.js', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../../dist/smtpcheck.cjs', import.meta.url));
const TIMEOUT_MS = 30_000;

/** A PATH on which the built command is `smtpcheck`, as npm installs it. */
export function pathWithSmtpcheck(folder: string): string {
  if (!existsSync(BUNDLE)) throw new Error('dist/ is missing: npm run build (npm test does it)');
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const command = join(bin, 'smtpcheck');
  if (!existsSync(command)) symlinkSync(BIN, command);
  return `${bin}${delimiter}${process.env['PATH'] ?? ''}`;
}

/** Runs a line as it stands in a script, with nothing on stdin but what the line puts there. */
export function runShellLine(
  line: string,
  env: Readonly<Record<string, string>>,
): Promise<CommandResult & { readonly line: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', line], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, LC_ALL: 'C' },
      detached: true,
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    }, TIMEOUT_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (timedOut) reject(new Error(`${line} took more than ${TIMEOUT_MS} ms\n${stdout}${stderr}`));
      else
        resolve({ line, exitCode: code ?? 128 + (signal ? constants.signals[signal] : 0), stdout, stderr });
    });
  });
}

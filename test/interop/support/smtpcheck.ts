import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../../src/core/report.js';
import { parseReport } from '../../support/schema.js';
import type { CommandResult } from './openssl.js';

const COMMAND = fileURLToPath(new URL('../../../bin/smtpcheck.js', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../../dist/smtpcheck.cjs', import.meta.url));
const TIMEOUT_MS = 30_000;

/** Runs the built command as a user does; rejects only when it cannot be run or does not end in time. */
export function smtpcheck(args: readonly string[]): Promise<CommandResult> {
  if (!existsSync(BUNDLE)) throw new Error('dist/ is missing: npm run build (npm test does it)');
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [COMMAND, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, TIMEOUT_MS);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (timedOut)
        reject(new Error(`smtpcheck ${args.join(' ')} took more than ${TIMEOUT_MS} ms\n${stdout}${stderr}`));
      else resolve({ exitCode: code ?? 128 + (signal ? constants.signals[signal] : 0), stdout, stderr });
    });
  });
}

/** `smtpcheck tls … --json`: the one report, valid by the published schema, and the exit status that it names too. */
export async function probe(args: readonly string[]): Promise<Report> {
  const { exitCode, stdout, stderr } = await smtpcheck(['tls', ...args, '--json']);
  if (stdout === '') throw new Error(`smtpcheck ended with ${exitCode} and no report\n${stderr}`);
  const report = parseReport(stdout);
  if (report.exitCode !== exitCode)
    throw new Error(`exitCode ${report.exitCode} in the report, ${exitCode} in fact`);
  return report;
}

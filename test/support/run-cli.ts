import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { main } from '../../src/cli/main.js';
import type { Io } from '../../src/cli/io.js';

export const BIN = fileURLToPath(new URL('../../bin/smtpcheck.js', import.meta.url));

/** What a run left: text on both streams, and how it ended. */
export interface CliResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly ms: number;
}

export interface CliOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Called as soon as the process runs; to send it signals. */
  readonly started?: (child: ChildProcess) => void;
  readonly input?: string;
  readonly cwd?: string;
  /** How long it may take, when that is longer than anything else here. */
  readonly hangMs?: number;
}

/** Longer than anything here takes; a process that is still there then hangs, and is ended. */
const HANG_MS = 15_000;

/** Runs the built command (`npm test` builds it first) with nothing of our environment but the path. */
export function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const from = performance.now();
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  options.started?.(child);
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  const hang = setTimeout(() => child.kill('SIGKILL'), options.hangMs ?? HANG_MS);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(hang);
      resolve({
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
        code,
        ms: performance.now() - from,
      });
    });
  });
}

/** Runs `main` in this process, with an Io of our own. */
export async function runMain(args: readonly string[], io: Partial<Io> = {}): Promise<CliResult> {
  const from = performance.now();
  let stdout = '';
  let stderr = '';
  const code = await main(args, {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    stdoutIsTty: false,
    stderrIsTty: false,
    columns: 80,
    env: {},
    ...io,
  });
  return { stdout, stderr, code, ms: performance.now() - from };
}

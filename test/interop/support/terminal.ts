import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findTool } from './require.js';

const SCRIPT = fileURLToPath(new URL('on-terminal.py', import.meta.url));

export interface Screen {
  /** All that was written to the terminal, as it was written. */
  readonly screen: string;
  readonly code: number;
}

/** What to wait for, a regular expression over what the screen showed since the step before; and what to type then. */
export type Step = readonly [expected: string, keys: string];

interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** 0, where a terminal does not know. */
  readonly columns?: number;
  readonly seconds?: number;
}

/** Runs a command on a terminal of its own, as a user who reads before he types. Rejects when a step was waited for in vain. */
export async function onTerminal(
  argv: readonly string[],
  steps: readonly Step[],
  { env = {}, columns = 80, seconds = 20 }: TerminalOptions = {},
): Promise<Screen> {
  const child = spawn(findTool('python3') ?? 'python3', [SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const path = process.env['PATH'] ?? '';
  child.stdin.end(
    JSON.stringify({
      argv,
      env: { PATH: path, TERM: 'xterm', ...env },
      steps: steps.map(([expected, keys]) => ({ await: expected, send: keys })),
      columns,
      seconds,
    }),
  );
  const out: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const { screen, code, failed, left } = JSON.parse(Buffer.concat(out).toString()) as Screen & {
    readonly failed: string | null;
    readonly left: readonly string[];
  };
  if (failed !== null || left.length > 0)
    throw new Error(`${failed ?? 'it ended'}, still to come: ${left.join(' ')}\n${JSON.stringify(screen)}`);
  return { screen, code };
}

export const KEYS = {
  enter: '\r',
  up: '\x1b[A',
  left: '\x1b[D',
  tab: '\t',
  backspace: '\x7f',
  ctrlC: '\x03',
  ctrlD: '\x04',
  ctrlU: '\x15',
  ctrlY: '\x19',
} as const;

import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { findTool } from './require.js';

/** What passes over loopback to and from a port, on its way to a file. */
export interface Capture {
  /** Ends when everything that has passed so far is in the file. */
  readonly stop: () => Promise<void>;
}

/** Starts tcpdump, and resolves once it listens. */
export async function startCapture(port: number, file: string): Promise<Capture> {
  const options = ['-i', 'lo', '-Z', 'root', '-U', '--immediate-mode', '-w', file, `tcp port ${port}`];
  const child = spawn(findTool('tcpdump') ?? 'tcpdump', options, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    void ended.then(() => reject(new Error(`tcpdump ended: ${said}`)));
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('listening on')) resolve();
    });
  });
  return {
    stop: async () => {
      // The last packets may still be on their way from the kernel.
      await new Promise((resolve) => setTimeout(resolve, 200));
      child.kill('SIGINT');
      await ended;
    },
  };
}

const run = promisify(execFile);

/** What tshark prints of a capture; its own remarks, such as those on being root, are left out. */
export async function tshark(file: string, options: readonly string[]): Promise<string> {
  const { stdout } = await run(findTool('tshark') ?? 'tshark', ['-r', file, ...options], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
    timeout: 30_000,
  });
  return stdout;
}

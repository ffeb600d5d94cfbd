import { spawn } from 'node:child_process';

/**
 * Reads one line; a line means that all was put away. The end of input without one means that whoever held the other
 * end is gone, so the process group in $1 is ended and the folder in $2 removed. (No `--`: dash's kill
 * does not know it.)
 */
const SCRIPT = 'read -r line && exit 0; kill -TERM "-$1"; sleep 1; kill -KILL "-$1"; rm -rf "$2"';

/**
 * Ends a process group and removes its folder when this process goes away without calling the returned function. A
 * test runner may be killed, or kill its workers, in ways that run no exit handler, and a daemon would outlive it.
 */
export function watchOver(group: number, folder: string): () => void {
  // Detached, so that a signal to the runner's own process group (Ctrl-C) leaves it able to do its work.
  const child = spawn('sh', ['-c', SCRIPT, 'watchdog', String(group), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.unref();
  // A pipe is a socket to Node, and would otherwise keep the event loop going.
  (child.stdin as Partial<{ unref(): void }>).unref?.();
  return () => child.stdin.end('done\n');
}

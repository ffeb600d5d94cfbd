import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until no process of the group is left; false when some are at the deadline. Read from /proc rather than by
 * signal 0, because in a container without a reaping init the dead stay as zombies, which still take signals.
 */
export async function groupEnds(group: number, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while ((await livingMembers(group)).length > 0) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}

/** Signals every process of the group; one that has gone already is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch {
    // ESRCH: nobody is left.
  }
}

/** The processes of a group that still run. */
export async function livingMembers(group: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      // The command's name, in parentheses, may hold anything: count the fields from behind it.
      const [state = 'X', , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return Number(processGroup) === group && !'ZX'.includes(state) ? Number(pid) : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}

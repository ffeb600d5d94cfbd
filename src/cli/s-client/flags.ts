import { nearestNames } from '../../wire/nearest.js';
import type { FlagTable, SClientFlag } from './flags/flag.js';
import { IDLE } from './flags/idle.js';
import { MAPPED } from './flags/mapped.js';
import { REFUSED } from './flags/refused.js';

/** Every flag that `openssl s_client` has or had, by name without the dash (OpenSSL 1.0.2 to 3.5). */
export const FLAGS: FlagTable = { ...MAPPED, ...IDLE, ...REFUSED };

export function flagByName(name: string): SClientFlag | undefined {
  return Object.hasOwn(FLAGS, name) ? FLAGS[name] : undefined;
}

/** What was meant by a flag that there is not, or null. */
export function nearestFlag(name: string): string | null {
  // Of one letter or two everything is near.
  if (name.length < 3) return null;
  // `-CAPath` and `-capath` are the usual mistakes, and the distance counts no case.
  return nearestNames(name, [...Object.keys(FLAGS), 'help'], 1)[0] ?? null;
}

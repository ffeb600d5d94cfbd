import { SCAN_CHECKS, type AnyScanCheck } from '../checks/scan/index.js';
import { usageError } from '../core/errors.js';
import type { ScanOptions } from './options.js';

/**
 * The checks to run, with those that they need. Pure.
 * @throws SmtpcheckError `usage` for an id that does not exist, and when nothing is left.
 */
export function chosenChecks({
  only,
  skip,
  quick,
}: Pick<ScanOptions, 'only' | 'skip' | 'quick'>): AnyScanCheck[] {
  const known = new Map(SCAN_CHECKS.map((check) => [check.id, check]));
  for (const id of [...(only ?? []), ...(skip ?? [])]) {
    if (!known.has(id))
      throw usageError(
        `there is no check ${JSON.stringify(id)}`,
        `there are ${[...known.keys()].join(', ')}`,
      );
  }
  const asked = SCAN_CHECKS.filter(
    (check) =>
      (only === undefined || only.includes(check.id)) &&
      skip?.includes(check.id) !== true &&
      (quick !== true || only !== undefined || check.quick),
  );
  const wanted = new Set<string>();
  const want = (check: AnyScanCheck): void => {
    if (wanted.has(check.id)) return;
    wanted.add(check.id);
    const along = only === undefined ? [] : (check.uses ?? []).filter((id) => skip?.includes(id) !== true);
    for (const id of [...check.after, ...along]) {
      const needed = known.get(id);
      if (needed !== undefined) want(needed);
    }
  };
  for (const check of asked) want(check);
  if (wanted.size === 0) throw usageError('--only and --skip leave no check to run');
  return SCAN_CHECKS.filter(({ id }) => wanted.has(id));
}

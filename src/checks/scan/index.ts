import type { ScanFacts } from '../../core/scan-report.js';
import { attacks } from './attacks.js';
import { certificates } from './certificates.js';
import type { ScanCheck } from './context.js';
import { dhPrimes } from './dh-primes.js';
import { extensions } from './extensions.js';
import { groups } from './groups.js';
import { injection } from './injection.js';
import { protocols } from './protocols.js';
import { renegotiation } from './renegotiation.js';
import { sessions } from './sessions.js';
import { signatureSchemes } from './signature-schemes.js';
import { smtp } from './smtp.js';
import { tolerance } from './tolerance.js';

/*
 * The only registry of scan's checks: a new one is its file, a line here, and its test.
 */

/** In the order of the report. Each knows the type of its own data; the list does not. */
export const SCAN_CHECKS: readonly AnyScanCheck[] = [
  erase(protocols),
  erase(groups),
  erase(dhPrimes),
  erase(signatureSchemes),
  erase(certificates),
  erase(extensions),
  erase(sessions),
  erase(renegotiation),
  erase(tolerance),
  erase(smtp),
  erase(injection),
  erase(attacks),
];

/** A check whose data is whatever stands at its key. */
export type AnyScanCheck = Omit<ScanCheck, 'run' | 'judge' | 'unknown'> & {
  run(ctx: Parameters<ScanCheck['run']>[0]): Promise<Partial<ScanFacts>>;
  judge(facts: Parameters<ScanCheck['judge']>[1]): ReturnType<ScanCheck['judge']>;
  unknown(scan: Readonly<ScanFacts>): readonly string[];
};

function erase<Key extends keyof ScanFacts>(check: ScanCheck<Key>): AnyScanCheck {
  const { id, title, key, after, behind = [], uses = [], quick, ids } = check;
  return {
    id,
    title,
    key,
    after,
    behind,
    uses,
    quick,
    ids,
    run: async (ctx) => ({ [key]: await check.run(ctx) }),
    judge: (facts) => {
      const data = facts.scan[key];
      return data === undefined ? [] : check.judge(data, facts);
    },
    unknown: (scan) => {
      const data = scan[key];
      return data === undefined ? [] : check.unknown(data);
    },
  };
}

import { judgeAddresses } from '../checks/scan/addresses.js';
import { SmtpcheckError } from '../core/errors.js';
import { DEFAULT_TIMEOUTS } from '../core/limits.js';
import { decideOutcome, exitCodeOf } from '../core/outcome.js';
import type { Report } from '../core/report.js';
import type { Target } from '../core/target.js';
import { Deadline } from '../net/deadline.js';
import { resolveTarget, type LookupAll } from '../net/resolve.js';
import { gatherFacts } from '../probe/facts.js';
import { buildReport } from '../probe/report.js';
import { keepError, newState } from '../probe/state.js';
import type { ScanOptions } from './options.js';
import { probeScan } from './scan.js';

export interface AllAddressesOptions extends ScanOptions {
  /** What `dns.lookup` with `all` gives; injected in tests. */
  readonly lookup?: LookupAll;
  /** Told of each address as it is begun. */
  readonly onAddress?: (address: string, index: number, count: number) => void;
}

/**
 * Scans every A and AAAA address of a name, one after the other, since they may be one machine: a report of each, with what they do not
 * have in common as findings of all. Limits on connections and time hold for each address.
 */
export async function probeAllAddresses(target: Target, options: AllAddressesOptions): Promise<Report[]> {
  const { lookup, onAddress, ...scan } = options;
  const found = await addressesOf(target, scan, lookup);
  if (!Array.isArray(found)) return [found];
  const reports: Report[] = [];
  for (const [i, address] of found.entries()) {
    onAddress?.(address, i, found.length);
    reports.push(await probeScan(target, { ...scan, address }));
  }
  return withDrift(reports, options.failOn ?? 'error');
}

/** Each once, in the resolver's order; or the report of why there are none. */
async function addressesOf(
  target: Target,
  options: ScanOptions,
  lookup: LookupAll | undefined,
): Promise<string[] | Report> {
  if (options.address !== undefined) return [options.address];
  const deadline = new Deadline(options.timeoutMs ?? DEFAULT_TIMEOUTS.totalMs, options.signal);
  try {
    const found = await resolveTarget(target, options.family ?? 0, deadline, lookup);
    return [...new Set(found.map(({ address }) => address))];
  } catch (error) {
    if (!(error instanceof SmtpcheckError) || error.code === 'internal') throw error;
    const state = newState();
    keepError(state, error);
    const facts = await gatherFacts(target, options, state);
    return buildReport(target, options, state, { command: 'scan', facts, findings: [] });
  }
}

function withDrift(reports: readonly Report[], failOn: 'error' | 'warning'): Report[] {
  const drift = judgeAddresses(reports);
  if (drift.length === 0) return [...reports];
  return reports.map((report) => {
    const findings = [...report.findings, ...drift];
    const error = report.error ?? undefined;
    const outcome = decideOutcome(findings, error, failOn);
    return { ...report, findings, outcome, exitCode: exitCodeOf(outcome, error) };
  });
}

import type { Report } from '../../src/core/report.js';
import type { ScanTrait } from '../../src/core/scan-report.js';
import type { Target } from '../../src/core/target.js';
import type { ScanOptions } from '../../src/scan/options.js';
import { probeScan } from '../../src/scan/scan.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import { labTrust } from '../support/probe.js';
import { assertValidReport } from '../support/schema.js';

export type ScanTestOptions = Partial<ScanOptions> & { readonly mode?: Target['mode'] };

/** Scans a server on loopback the way a user would who knows its name and its roots. */
export async function scanPort(port: number, options: ScanTestOptions = {}): Promise<Report> {
  const { mode = 'starttls', ...rest } = options;
  const report = await probeScan(
    { host: '127.0.0.1', port, mode, literal: 4 },
    {
      trust: labTrust(),
      servername: LAB_HOSTNAME,
      ehloName: 'client.example',
      maxWaitMs: 0,
      timeoutMs: 15_000,
      ...rest,
    },
  );
  assertValidReport(JSON.parse(JSON.stringify(report)));
  return report;
}

/** The answers of traits, by id. */
export function answers(traits: readonly ScanTrait[] | undefined): Record<string, string> {
  return Object.fromEntries((traits ?? []).map(({ id, answer }) => [id, answer]));
}

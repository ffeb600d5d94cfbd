import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ProbeTlsOptions,
  openTrust,
  probeTls,
  type Report,
  type Target,
  type TrustStore,
} from '../../src/index.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import type { TestServer } from '../servers/scripted.js';
import { assertValidReport } from './schema.js';

/** The roots that the fixtures used by servers end at. */
export function labTrust(...roots: readonly string[]): TrustStore {
  const names = roots.length === 0 ? ['lab-root-rsa', 'lab-root-ec'] : roots;
  return openTrust({ caFiles: names.map((name) => fixture('roots', `${name}.pem`)) });
}

/** A file of certs-fixtures/out. */
export function fixture(...path: readonly string[]): string {
  return join(FIXTURES_DIR, ...path);
}

export function readFixture(...path: readonly string[]): string {
  return readFileSync(fixture(...path), 'utf8');
}

export type ProbeTestOptions = Partial<ProbeTlsOptions> & { readonly mode?: Target['mode'] };

/**
 * Probes a server on loopback the way a user would who knows its name and its roots. Whatever comes out has to be a
 * valid report that survives JSON.
 */
export async function probe(port: number, options: ProbeTestOptions = {}): Promise<Report> {
  const { mode = 'starttls', ...rest } = options;
  const report = await probeTls(
    { host: '127.0.0.1', port, mode, literal: 4 },
    { trust: labTrust(), servername: LAB_HOSTNAME, ehloName: 'client.example', timeoutMs: 5000, ...rest },
  );
  assertValidReport(JSON.parse(JSON.stringify(report)));
  return report;
}

/** Runs `use` with a server that is stopped whatever happens. */
export async function withServer<T, Server extends { stop(): Promise<void> } = TestServer>(
  start: Promise<Server>,
  use: (server: Server) => Promise<T>,
): Promise<T> {
  const server = await start;
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

/** Probes a server that is started for it alone. */
export function probeServer(start: Promise<TestServer>, options: ProbeTestOptions = {}): Promise<Report> {
  return withServer(start, (server) => probe(server.port, options));
}

export function findingIds(report: Report): string[] {
  return report.findings.map((finding) => finding.id);
}

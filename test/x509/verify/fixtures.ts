import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate, TrustStore } from '../../../src/x509/certificate-types.js';
import { parsePemCertificates } from '../../../src/x509/certificate.js';
import { nameEquals } from '../../../src/x509/name.js';
import type { VerifyInput, VerifyResult } from '../../../src/x509/verify-types.js';

/** What openssl recorded for one case at one authentication level. */
export interface Recorded {
  readonly first: number;
  readonly depth: number;
  readonly all: readonly (readonly [code: number, depth: number])[];
  readonly last: number;
}

/** One case of certs-fixtures/out/manifest.json; its README says what the fields mean. */
export interface FixtureCase {
  readonly id: string;
  readonly chain: string;
  readonly key: string;
  readonly trust: readonly string[];
  readonly host: string;
  readonly hostToCheck?: string | null;
  readonly ip?: string;
  readonly depth?: number;
  readonly at?: string;
  readonly tls?: { readonly maxVersion?: 'TLSv1.2'; readonly groups?: string };
  readonly openssl: Readonly<Record<'0' | '2', Recorded>>;
}

export const OUT = join(import.meta.dirname, '../../../certs-fixtures/out');

export const CASES = JSON.parse(readFileSync(join(OUT, 'manifest.json'), 'utf8')) as readonly FixtureCase[];

/** The levels that the verdicts were recorded at. */
export const LEVELS = ['0', '2'] as const;

export function findCase(id: string): FixtureCase {
  const found = CASES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no fixture ${id}`);
  return found;
}

export function readPem(path: string): string {
  return readFileSync(join(OUT, path), 'utf8');
}

/** The certificates of one PEM file below `out/`. */
export function readCertificates(path: string): Certificate[] {
  const { certificates, skipped } = parsePemCertificates(readPem(path));
  if (skipped > 0) throw new Error(`${path} has a certificate that cannot be read`);
  return certificates;
}

/** A store in memory that keeps the order of its certificates, as OpenSSL's does. */
export function memoryStore(anchors: readonly Certificate[]): TrustStore {
  return {
    bySubject: (name) => anchors.filter((anchor) => nameEquals(anchor.subject, name)),
    describe: () => `${anchors.length} certificates in memory`,
  };
}

/** The name that a case has checked, or undefined for none. */
export function hostOf({ host, hostToCheck, ip }: FixtureCase): string | undefined {
  if (ip !== undefined || hostToCheck === null) return undefined;
  return hostToCheck ?? host;
}

/** The same question that was put to openssl. */
export function inputOf(one: FixtureCase, authLevel: number): VerifyInput {
  const hostname = hostOf(one);
  return {
    chain: readCertificates(one.chain),
    trust: memoryStore(one.trust.flatMap(readCertificates)),
    now: one.at === undefined ? Date.now() : Date.parse(one.at),
    authLevel,
    hostnameRules: 'openssl',
    ...(one.depth === undefined ? {} : { depth: one.depth }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(one.ip === undefined ? {} : { ip: one.ip }),
  };
}

/** The errors of a result as the manifest has them. */
export function codes({ errors }: VerifyResult): (readonly [code: number, depth: number])[] {
  return errors.map(({ code, depth }) => [code, depth]);
}

import type { ScanProtocol } from '../../core/scan-report.js';
import {
  allGroups,
  allSchemes,
  allSuites,
  groupById,
  groupByName,
  hexId,
  schemeById,
  suiteById,
} from '../../wire/names.js';
import { ALL_SCHEMES, NEW_GROUPS, OLD_GROUPS, suitesOf, VERSIONS } from './offer.js';

/*
 * The numbered things that a scan asks for, by the names that profiles and reports have for them.
 */

export interface Named {
  /** As in reports: `0xc02f`. */
  readonly id: string;
  readonly name: string;
}

/** IANA's name of a suite; OpenSSL's where it has no other. */
export const suiteLabel = (id: number): string => {
  const suite = suiteById(id);
  return suite?.iana ?? suite?.openssl ?? hexId(id);
};

export const groupLabel = (id: number): string => groupById(id)?.iana ?? hexId(id);
export const schemeLabel = (id: number): string => schemeById(id)?.iana ?? hexId(id);

/** Every suite that a scan offers in this version; none for SSLv2, whose suites are others. Made once: each rule of a policy asks for it. */
export function suitesIn(protocol: ScanProtocol): readonly Named[] {
  const version = VERSIONS.find(({ name }) => name === protocol);
  if (version === undefined) return [];
  const ids = suitesOf(version.id);
  const known = named.get(ids) ?? ids.map((id) => ({ id: hexId(id), name: suiteLabel(id) }));
  named.set(ids, known);
  return known;
}

/** By `suitesOf`'s own lists, of which there is one for TLS 1.3 and one for all before. */
const named = new Map<readonly number[], readonly Named[]>();

/** The names that a profile may use. */
export const SUITE_NAMES = (): string[] => allSuites().map(({ id }) => suiteLabel(id));
export const GROUP_NAMES = (): string[] => allGroups().map(({ iana }) => iana);
export const SCHEME_NAMES = (): string[] => allSchemes().map(({ iana }) => iana);

/** Of a group by any of its names, IANA's; itself when it has none. */
export const ianaGroup = (name: string): string => groupByName(name)?.iana ?? name;

/** Every group that a scan offers in this version, FFDHE not among those up to TLS 1.2. */
export function groupsIn(protocol: ScanProtocol): Named[] {
  const ids = protocol === 'TLSv1.3' ? NEW_GROUPS : OLD_GROUPS;
  return ids.map((id) => ({ id: hexId(id), name: groupLabel(id) }));
}

/** Every signature scheme that a scan offers. */
export const schemesAsked = (): Named[] =>
  ALL_SCHEMES.map((id) => ({ id: hexId(id), name: schemeLabel(id) }));

import type { ScanFacts, ScanList, ScanProtocol, ScanProtocolReport } from '../../core/scan-report.js';
import { hexId } from '../../wire/names.js';
import { suitesOf, VERSIONS } from './offer.js';
import type { Sifted } from './sift.js';

/** Nothing was asked, and why. */
export function skippedList<T>(protocol: ScanProtocol, skipped: string): ScanList<T> {
  return { protocol, accepted: [], unknown: null, notOffered: [], skipped };
}

/** Nothing is known, and why. */
export function unknownList<T>(protocol: ScanProtocol, count: number, reason: string): ScanList<T> {
  return { protocol, accepted: [], unknown: { count, reason }, notOffered: [], skipped: null };
}

/** Nothing to ask with: no suite of a kind is accepted; or that is not known, since not all of them were asked for. */
export function withoutSuite<T>(
  { name, unknown, partial, asked = [] }: ScanProtocolReport,
  count: number,
  isWanted: (id: number) => boolean,
  skipped: string,
): ScanList<T> {
  if (unknown !== null) return unknownList(name, count, unknown.reason);
  const version = VERSIONS.find((one) => one.name === name)?.id ?? 0;
  const open = partial === true && suitesOf(version).some((id) => isWanted(id) && !asked.includes(hexId(id)));
  return open
    ? unknownList(name, count, 'not all suites that have them were asked for')
    : skippedList(name, skipped);
}

/** What was sifted, one result behind the other: what one of them has is no longer unknown. */
export function listOf<T>(
  protocol: ScanProtocol,
  parts: readonly Sifted[],
  describe: (id: number) => T,
  partial: boolean,
): ScanList<T> {
  const accepted = unique(parts.flatMap((part) => part.accepted));
  const open = unique(parts.flatMap(({ unknown }) => unknown?.ids ?? [])).filter(
    (id) => !accepted.includes(id),
  );
  const reason = parts.find(({ unknown }) => unknown !== null)?.unknown?.reason ?? '';
  return {
    protocol,
    accepted: accepted.map(describe),
    unknown: open.length === 0 ? null : { count: open.length, reason },
    notOffered: unique(parts.flatMap((part) => part.notOffered)).map(describe),
    skipped: null,
    ...(partial ? { asked: unique(parts.flatMap((part) => part.asked)).map(hexId) } : {}),
  };
}

const unique = (ids: readonly number[]): number[] => [...new Set(ids)];

/** The report of a version that is accepted; else the list that says why nothing of it can be asked. */
export function acceptedVersion<T>(
  facts: Readonly<ScanFacts>,
  protocol: ScanProtocol,
  count: number,
): { readonly report: ScanProtocolReport } | { readonly report: null; readonly list: ScanList<T> } {
  const report = facts.protocols?.find(({ name }) => name === protocol);
  switch (report?.answer) {
    case 'accepted':
      return { report };
    case 'inconclusive':
      return { report: null, list: unknownList(protocol, count, report.evidence) };
    case 'rejected':
    case undefined:
      return { report: null, list: skippedList(protocol, `${protocol} is not accepted`) };
  }
}

/** The newest version up to TLS 1.2 of which anything is to be found out: an older one only where the newer is known not to be there. */
export function newestOld(facts: Readonly<ScanFacts>): ScanProtocol {
  const has = (protocol: ScanProtocol): boolean =>
    facts.protocols?.some(({ name, answer }) => name === protocol && answer !== 'rejected') === true;
  return (['TLSv1.2', 'TLSv1.1', 'TLSv1'] as const).find(has) ?? 'TLSv1.2';
}

/** Numbers of the suites that were accepted. */
export const suiteIds = ({ suites }: ScanProtocolReport): number[] => suites.map(({ id }) => Number(id));

/** A line for each list of which not all is known. */
export function unknownOf<T>(lists: readonly ScanList<T>[], what: string): string[] {
  return lists.flatMap(({ protocol, unknown }) =>
    unknown === null ? [] : [`${protocol}: ${unknown.count} ${what} (${unknown.reason})`],
  );
}

import type { Certificate, GeneralName } from '../certificate-types.js';
import { ALL_REASONS, type Crl, type DistributionPointName } from '../crl-types.js';
import { includesName } from '../crl/entries.js';
import type { DistributionPoint } from '../crl/distribution-point.js';
import { sameBytes } from '../der.js';
import type { Name } from '../name.js';
import { distributionPointsOf } from './distribution-points.js';

/**
 * The reasons for which a list of the certificate's own issuer can tell that it is revoked, as a mask of ALL_REASONS; null
 * when the certificate is outside of its scope (OpenSSL's crl_crldp_check, RFC 5280 section 6.3.3 (b)).
 */
export function reasonsInScope(cert: Certificate, crl: Crl): number | null {
  const point = crl.issuingPoint;
  const isCa = cert.basicConstraints?.ca === true;
  if (point?.onlyAttributeCerts === true) return null;
  if (isCa ? point?.onlyUserCerts === true : point?.onlyCaCerts === true) return null;
  const reasons = point?.reasons ?? ALL_REASONS;
  const own = (distributionPointsOf(cert) ?? []).find((candidate) => leadsTo(candidate, cert, crl));
  if (own !== undefined) return reasons & own.reasons;
  return (point?.name ?? null) === null ? reasons : null;
}

/** Whether one of the certificate's distribution points is where this list is: same issuer, and a name in common. */
function leadsTo({ name, crlIssuer }: DistributionPoint, cert: Certificate, crl: Crl): boolean {
  if (crlIssuer !== null && !includesName(crlIssuer, crl.issuer)) return false;
  const other = crl.issuingPoint?.name ?? null;
  if (name === null || other === null) return true;
  const directory = crlIssuer?.find((candidate) => candidate.type === 'directory');
  const base = directory?.type === 'directory' ? directory.name : cert.issuer;
  return sharesName(namesOf(name, base), namesOf(other, crl.issuer));
}

/** A name that is compared: one of a list, or the canonical form of the whole that a relative one makes with its base. */
type Comparable = GeneralName | { readonly type: 'whole'; readonly key: string };

/** The canonical form is a row of parts, so that of a name with one more part has it behind (see Name). */
function namesOf(name: DistributionPointName, base: Name): readonly Comparable[] {
  if (name.type === 'full') return name.names;
  return [{ type: 'whole', key: base.canonicalKey + name.fragment.canonicalKey }];
}

/** OpenSSL's idp_check_dp. */
function sharesName(some: readonly Comparable[], others: readonly Comparable[]): boolean {
  return some.some((one) => others.some((other) => isSameName(one, other)));
}

/** OpenSSL's GENERAL_NAME_cmp: text as it stands, directory names in canonical form. */
function isSameName(a: Comparable, b: Comparable): boolean {
  const [keyA, keyB] = [directoryKey(a), directoryKey(b)];
  if (keyA !== null || keyB !== null) return keyA === keyB;
  if (a.type === 'ip' && b.type === 'ip') return sameBytes(a.octets, b.octets);
  if (a.type === 'other' && b.type === 'other') return sameBytes(a.raw, b.raw);
  return 'value' in a && 'value' in b && a.type === b.type && a.value === b.value;
}

function directoryKey(name: Comparable): string | null {
  if (name.type === 'whole') return name.key;
  return name.type === 'directory' ? name.name.canonicalKey : null;
}

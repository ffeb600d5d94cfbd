import type { CertificateReport, KeyReport } from '../../core/report.js';

/** One attribute of a name as text (RFC 4514 section 2.4): its type, and a value that may be quoted or escaped. */
const ATTRIBUTE =
  /(?:^|[,+/\n])\s*([A-Za-z][A-Za-z0-9.-]*)\s*=\s*("(?:[^"\\]|\\[^])*"|(?:\\[^]|[^,+\n\\])*)/g;

/**
 * What to call a certificate in one cell: the first CN of its name, or the whole name where that holds none. A comma
 * inside a value is escaped or quoted (RFC 4514), so a value cannot pose as another attribute.
 */
export function shortName(name: string): string {
  const common = [...name.matchAll(ATTRIBUTE)].find((match) => match[1]?.toUpperCase() === 'CN')?.[2];
  const value = (common ?? '').trim().replace(/\\([ "#+,;<=>\\])/g, '$1');
  if (value !== '') return value;
  return name === '' ? '(empty name)' : name;
}

/** `rsa 2048`, `ec 256`, `ed25519`. */
export function describeKey(key: KeyReport): string {
  return key.bits === null || key.type.startsWith('ed') ? key.type : `${key.type} ${key.bits}`;
}

/** `rsassaPss (sha256)`: of all others the name says the digest. */
export const describeSignature = ({ signatureAlgorithm, signatureDigest }: CertificateReport): string =>
  typeof signatureDigest !== 'string' ? signatureAlgorithm : `${signatureAlgorithm} (${signatureDigest})`;

/** What is left of a certificate's life, seen from the time of the probe. */
export function describeLife(certificate: CertificateReport, startedAt: string): string {
  if (Date.parse(certificate.notBefore) > Date.parse(startedAt)) {
    return `not valid before ${certificate.notBefore.slice(0, 10)}`;
  }
  const days = certificate.daysLeft;
  if (!Number.isFinite(days)) return 'validity unreadable';
  if (days < 0) return `expired ${countDays(-days)} ago`;
  return days === 0 ? 'expires within a day' : `${countDays(days)} left`;
}

function countDays(days: number): string {
  return plural(days, 'day');
}

/** `1 warning`, `2 warnings`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

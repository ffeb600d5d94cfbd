import type { Certificate } from './certificate-types.js';
import { sameBytes } from './der.js';
import { formatIp, parseIp } from './ip.js';
import { attributeTexts } from './name.js';
import { COMMON_NAME } from './oid.js';

/**
 * Which host a certificate speaks for. `strict` is RFC 9525: subjectAltName only, and a wildcard only as the whole
 * left-most label. `openssl` is X509_check_host without flags, which takes the CN where there is no dNSName, and `f*.x`.
 */
export type HostnameRules = 'strict' | 'openssl';

/** The letters, digits and hyphens that a wildcard may stand for and be followed by. */
const LDH_LABEL = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;
const WILDCARD_FILL = /^[a-z0-9-]+$/;
/** What a reference name may consist of; the underscore is common in private zones. */
const REFERENCE_LABEL = /^[a-z0-9_-]{1,63}$/;

/** ASCII lower case (RFC 4343): other characters have no case here. */
const lower = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

/** The labels behind a wildcard label: at least two, and plain host-name labels, as OpenSSL asks for. */
function isWildcardSuffix(labels: readonly string[]): boolean {
  return labels.length >= 2 && labels.every((label) => LDH_LABEL.test(label));
}

/** A reference identifier (RFC 9525 section 6.2) in lower case without its trailing dot; null when it is no DNS name. */
function normalizeReference(name: string): string | null {
  const reference = lower(name.endsWith('.') ? name.slice(0, -1) : name);
  const labels = reference.split('.');
  if (reference.length > 253 || !labels.every((label) => REFERENCE_LABEL.test(label))) return null;
  // The last label of a DNS name is never a number: this is an address, and an address never matches a dNSName.
  return /^\d+$/.test(labels.at(-1) ?? '') ? null : reference;
}

/** RFC 9525 section 6.3. `reference` is normalized. */
function matchesStrictly(presented: string, reference: string): boolean {
  const pattern = lower(presented);
  if (pattern === reference) return true;
  if (!pattern.startsWith('*.') || !isWildcardSuffix(pattern.slice(2).split('.'))) return false;
  const dot = reference.indexOf('.');
  const label = reference.slice(0, dot);
  return reference.slice(dot) === pattern.slice(1) && WILDCARD_FILL.test(label);
}

/** The presented name cut at its one wildcard, as OpenSSL accepts it: at an end of a first label that is no A-label. */
function splitWildcard(pattern: string): readonly [string, string] | null {
  const [first = '', ...rest] = pattern.split('.');
  const [before = '', after = '', ...surplus] = first.split('*');
  if (!first.includes('*') || surplus.length > 0 || (before !== '' && after !== '')) return null;
  if (first.startsWith('xn--') || !isWildcardSuffix(rest)) return null;
  const startsWell = before === '' || LDH_LABEL.test(before);
  const endsWell = after === '' || /^[a-z0-9-]*[a-z0-9]$/.test(after);
  return startsWell && endsWell ? [before, pattern.slice(before.length + 1)] : null;
}

/** X509_check_host's comparison without flags. */
function matchesLikeOpenssl(presented: string, reference: string): boolean {
  const [pattern, name] = [lower(presented), lower(reference)];
  if (pattern.includes('\0')) return false;
  const isDomainSuffix = name.length > 1 && name.startsWith('.');
  if (isDomainSuffix) return pattern.endsWith(name);
  const split = splitWildcard(pattern);
  if (split === null) return pattern === name;
  const [prefix, suffix] = split;
  if (name.length < prefix.length + suffix.length || !name.startsWith(prefix) || !name.endsWith(suffix))
    return false;
  const fill = name.slice(prefix.length, name.length - suffix.length);
  const isWholeLabel = prefix === '' && suffix.startsWith('.');
  if (isWholeLabel ? fill === '' : name.startsWith('xn--')) return false;
  return fill === '' || fill === '*' || WILDCARD_FILL.test(fill);
}

function matchLikeOpenssl(cert: Certificate, name: string): string | null {
  if (name === '' || name.includes('\0')) return null;
  const octets = Buffer.from(name, 'utf8').toString('latin1');
  const presented = dnsNames(cert);
  const candidates =
    presented.length > 0
      ? presented
      : attributeTexts(cert.subject, COMMON_NAME).map((text) => Buffer.from(text, 'utf8').toString('latin1'));
  return candidates.find((candidate) => candidate !== '' && matchesLikeOpenssl(candidate, octets)) ?? null;
}

function dnsNames(cert: Certificate): string[] {
  return (cert.subjectAltNames ?? []).flatMap((san) => (san.type === 'dns' ? [san.value] : []));
}

/** The name in the certificate that matches the host name `name` (in A-labels), as it stands there, or null. */
export function matchHostname(
  cert: Certificate,
  name: string,
  rules: HostnameRules = 'strict',
): string | null {
  if (rules === 'openssl') return matchLikeOpenssl(cert, name);
  const reference = normalizeReference(name);
  if (reference === null) return null;
  return dnsNames(cert).find((presented) => matchesStrictly(presented, reference)) ?? null;
}

/** The text of the address `ip` when an iPAddress of the certificate equals it (RFC 9525 section 6.4), or null. */
export function matchIp(cert: Certificate, ip: string): string | null {
  const wanted = parseIp(ip);
  if (wanted === null) return null;
  const found =
    cert.subjectAltNames?.some((san) => san.type === 'ip' && sameBytes(san.octets, wanted)) ?? false;
  return found ? formatIp(wanted) : null;
}

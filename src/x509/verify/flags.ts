import type { Certificate, Extension } from '../certificate-types.js';
import { KEY_USAGE } from '../certificate-types.js';
import { decodeNetscapeCertType } from '../extensions.js';
import { EXTENSION, PURPOSE } from '../oid.js';
import { hasMalformedDistributionPoints } from './distribution-points.js';
import { orNull } from './or-null.js';

/** Extensions that path validation reads beyond those of EXTENSION, or must know to be there. */
export const OTHER_EXTENSION = {
  issuerAltName: '2.5.29.18',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  policyConstraints: '2.5.29.36',
  inhibitAnyPolicy: '2.5.29.54',
  ipAddressBlocks: '1.3.6.1.5.5.7.1.7',
  autonomousSystems: '1.3.6.1.5.5.7.1.8',
  proxyCertInfo: '1.3.6.1.5.5.7.1.14',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const;

/** What may be critical: the extensions that OpenSSL's X509_supported_extension counts as processed. */
const SUPPORTED: ReadonlySet<string> = new Set([
  EXTENSION.netscapeCertType,
  EXTENSION.keyUsage,
  EXTENSION.subjectAltName,
  EXTENSION.basicConstraints,
  OTHER_EXTENSION.certificatePolicies,
  EXTENSION.crlDistributionPoints,
  EXTENSION.extendedKeyUsage,
  OTHER_EXTENSION.ipAddressBlocks,
  OTHER_EXTENSION.autonomousSystems,
  OTHER_EXTENSION.ocspNoCheck,
  OTHER_EXTENSION.policyConstraints,
  OTHER_EXTENSION.proxyCertInfo,
  EXTENSION.nameConstraints,
  OTHER_EXTENSION.policyMappings,
  OTHER_EXTENSION.inhibitAnyPolicy,
]);

/** Key purposes that a TLS server's chain may have: serverAuth, and the two "server gated crypto" of the nineties. */
const SERVER_PURPOSES: readonly string[] = [
  PURPOSE.serverAuth,
  '1.3.6.1.4.1.311.10.3.3',
  '2.16.840.1.113730.4.1',
];

/** Bits of Netscape's certificate type. */
const NS_SSL_SERVER = 0x40;
const NS_SSL_CA = 0x04;
const NS_ANY_CA = 0x07;

/** What is derived from a certificate's extensions (OpenSSL's ossl_x509v3_cache_extensions). */
export interface ExtensionFlags {
  /** EXFLAG_INVALID: some extension that is read is malformed, or there twice. Such a certificate has no issuer and is none. */
  readonly invalid: boolean;
  /** EXFLAG_CRITICAL: a critical extension is not understood. */
  readonly unknownCritical: boolean;
  /** EXFLAG_PROXY (RFC 3820). */
  readonly proxy: boolean;
  /** The first octet of Netscape's certificate type, null when there is none. */
  readonly netscapeType: number | null;
}

const cache = new WeakMap<Certificate, ExtensionFlags>();

/** The flags of a certificate, computed once. */
export function flagsOf(cert: Certificate): ExtensionFlags {
  let flags = cache.get(cert);
  if (flags === undefined) {
    flags = readFlags(cert);
    cache.set(cert, flags);
  }
  return flags;
}

function readFlags(cert: Certificate): ExtensionFlags {
  const all = (oid: string): Extension[] => cert.extensions.filter((extension) => extension.oid === oid);
  const proxies = all(OTHER_EXTENSION.proxyCertInfo);
  const [netscape] = all(EXTENSION.netscapeCertType);
  return {
    invalid:
      cert.malformedExtension ||
      hasMalformedDistributionPoints(cert) ||
      all(OTHER_EXTENSION.ipAddressBlocks).length > 1 ||
      all(OTHER_EXTENSION.autonomousSystems).length > 1 ||
      proxies.length > 1 ||
      (proxies.length === 1 && isImpossibleProxy(cert)),
    unknownCritical: cert.extensions.some((extension) => extension.critical && !SUPPORTED.has(extension.oid)),
    proxy: proxies.length > 0,
    netscapeType:
      netscape === undefined ? null : (orNull(() => decodeNetscapeCertType(netscape.value)[0]) ?? 0),
  };
}

/**
 * The critical extensions as far as OpenSSL comes: it stops at the first that it does not know, so those behind it count as
 * not critical.
 */
export function criticalOids(cert: Certificate): ReadonlySet<string> {
  const critical = cert.extensions.filter((extension) => extension.critical).map(({ oid }) => oid);
  const stop = critical.findIndex((oid) => !SUPPORTED.has(oid));
  return new Set(stop < 0 ? critical : critical.slice(0, stop));
}

/** RFC 3820 section 3.6 to 3.8: a proxy is no CA and has no alternative names. */
function isImpossibleProxy(cert: Certificate): boolean {
  const forbidden: readonly string[] = [EXTENSION.subjectAltName, OTHER_EXTENSION.issuerAltName];
  return cert.basicConstraints?.ca === true || cert.extensions.some(({ oid }) => forbidden.includes(oid));
}

/** OpenSSL's ku_reject: there is a keyUsage, and it has none of these bits. */
export function keyUsageForbids(cert: Certificate, bits: number): boolean {
  return cert.keyUsage !== null && (cert.keyUsage & bits) === 0;
}

/**
 * How far the certificate is a CA, in the numbers of OpenSSL's check_ca: 0 not at all, 1 it says so, 3 a self-signed one of
 * version 1, 4 no basicConstraints but keyCertSign, 5 by Netscape's word.
 */
export function caKindOf(cert: Certificate, selfSigned: boolean): 0 | 1 | 3 | 4 | 5 {
  const { invalid, netscapeType } = flagsOf(cert);
  if (invalid || keyUsageForbids(cert, KEY_USAGE.keyCertSign)) return 0;
  if (cert.basicConstraints !== null) return cert.basicConstraints.ca ? 1 : 0;
  if (cert.version === 0 && selfSigned) return 3;
  if (cert.keyUsage !== null) return 4;
  return netscapeType !== null && (netscapeType & NS_ANY_CA) !== 0 ? 5 : 0;
}

/** Whether a certificate serves for a TLS server, or for a CA above one (OpenSSL's check_purpose_ssl_server). */
export function servesTlsServer(
  cert: Certificate,
  asCa: boolean,
  selfSigned: boolean,
  strict: boolean,
): boolean {
  const { invalid, netscapeType } = flagsOf(cert);
  // X509_check_purpose fails here, and check_purpose lets that pass: it is the missing issuer that speaks for it.
  if (invalid) return !strict;
  const purposes = cert.extendedKeyUsage;
  if (purposes !== null && !purposes.some((oid) => SERVER_PURPOSES.includes(oid))) return false;
  if (asCa) {
    const kind = caKindOf(cert, selfSigned);
    return kind === 5 ? ((netscapeType ?? 0) & NS_SSL_CA) !== 0 : kind !== 0;
  }
  if (netscapeType !== null && (netscapeType & NS_SSL_SERVER) === 0) return false;
  const { digitalSignature, keyEncipherment, keyAgreement } = KEY_USAGE;
  return !keyUsageForbids(cert, digitalSignature | keyEncipherment | keyAgreement);
}

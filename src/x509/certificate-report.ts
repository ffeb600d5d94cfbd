import { createHash } from 'node:crypto';
import type { CertificateReport, KeyReport } from '../core/report.js';
import { caIssuerUrls } from './authority-info.js';
import type { Certificate, GeneralName } from './certificate-types.js';
import { formatIp } from './ip.js';
import { formatName } from './name.js';
import { PURPOSE_NAMES, SIGNATURE_NAMES } from './oid.js';
import { escapeIa5 } from './text.js';
import { mustStaple } from './tls-feature.js';
import { isSelfSigned } from './verify/issued.js';
import { pssDigest } from './verify/pss.js';

/** Security-relevant size of the curves that Edwards and Montgomery keys use, as OpenSSL counts it. */
const EDWARDS_BITS: Readonly<Record<string, number>> = { ed25519: 253, ed448: 456, x25519: 253, x448: 448 };

const DAY = 86_400_000;

const RSASSA_PSS = '1.2.840.113549.1.1.10';

/** Type, size and curve of the key; the OID stands for a key that OpenSSL cannot read. */
export function keyReport(cert: Certificate): KeyReport {
  const type = cert.publicKey?.asymmetricKeyType;
  if (type === undefined) return { type: cert.keyOid, bits: null, curve: null };
  const details = cert.publicKey?.asymmetricKeyDetails ?? {};
  const curve = details.namedCurve ?? null;
  return { type, bits: details.modulusLength ?? EDWARDS_BITS[type] ?? curveBits(curve), curve };
}

/** The field size, which every named curve of OpenSSL has as the first three digits of its name (`prime256v1`, `secp384r1`). */
function curveBits(curve: string | null): number | null {
  const digits = /\d{3}/.exec(curve ?? '');
  return digits === null ? null : Number(digits[0]);
}

function formatGeneralName(name: GeneralName): string {
  switch (name.type) {
    case 'dns':
      return `DNS:${escapeIa5(name.value)}`;
    case 'email':
      return `email:${escapeIa5(name.value)}`;
    case 'uri':
      return `URI:${escapeIa5(name.value)}`;
    case 'ip':
      return `IP:${formatIp(name.octets) ?? `<invalid ${Buffer.from(name.octets).toString('hex')}>`}`;
    case 'directory':
      return `DirName:${formatName(name.name)}`;
    case 'other':
      return `other[${name.tag}]:${Buffer.from(name.raw).toString('hex')}`;
  }
}

/** ISO 8601, or `invalid` for a time that is none. */
function formatTime(time: number): string {
  return Number.isNaN(time) ? 'invalid' : new Date(time).toISOString();
}

/** The PEM of a DER certificate (RFC 7468 section 5.1). */
export function toPem(der: Uint8Array): string {
  const base64 = Buffer.from(der)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${base64}-----END CERTIFICATE-----\n`;
}

/** A certificate as report data. `now`, in milliseconds, is what `daysLeft` counts from; an invalid notAfter leaves 0 days. */
export function toCertificateReport(
  cert: Certificate,
  now: number,
  options: { readonly pem: boolean },
): CertificateReport {
  const days = Math.floor((cert.notAfter - now) / DAY);
  return {
    subject: formatName(cert.subject),
    issuer: formatName(cert.issuer),
    serial: cert.serial,
    notBefore: formatTime(cert.notBefore),
    notAfter: formatTime(cert.notAfter),
    daysLeft: Number.isNaN(days) ? 0 : days,
    key: keyReport(cert),
    signatureAlgorithm: SIGNATURE_NAMES[cert.signatureOid] ?? cert.signatureOid,
    ...(cert.signatureOid === RSASSA_PSS ? { signatureDigest: pssDigest(cert.signatureParams) } : {}),
    sha256: cert.sha256,
    spkiSha256: createHash('sha256').update(cert.spkiDer).digest('base64'),
    san: (cert.subjectAltNames ?? []).map(formatGeneralName),
    ca: cert.basicConstraints?.ca ?? false,
    selfSigned: isSelfSigned(cert),
    extendedKeyUsage: cert.extendedKeyUsage?.map((oid) => PURPOSE_NAMES[oid] ?? oid) ?? null,
    caIssuers: caIssuerUrls(cert),
    mustStaple: mustStaple(cert),
    ...(options.pem ? { pem: toPem(cert.der) } : {}),
  };
}

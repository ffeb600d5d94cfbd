import { X509Certificate } from 'node:crypto';
import type { Report } from '../../../src/core/report.js';
import type { SClientReport } from './openssl.js';

/** What both tools say about one session and one chain, in the same words; to be compared as a whole. */
export interface SessionFacts {
  readonly protocol: string | undefined;
  readonly cipher: string | undefined;
  readonly group: string | undefined;
  readonly groupBits: number | undefined;
  /** `RSA-PSS SHA256`; undefined where nothing was signed. */
  readonly signature: string | undefined;
  readonly extendedMasterSecret: boolean | undefined;
  readonly secureRenegotiation: boolean | undefined;
  readonly compression: boolean | undefined;
  readonly alpn: string | undefined;
}

export interface VerifyFacts {
  /** The first error, which is where `-verify_return_error` ends; 0 without any. */
  readonly code: number;
  readonly reason: string;
  readonly depth: number;
}

/** The facts as smtpcheck reports them. */
export function sessionOf({ tls }: Report): SessionFacts | null {
  if (tls === null) return null;
  return {
    protocol: tls.protocol,
    cipher: tls.cipher.name,
    group: tls.group ?? undefined,
    groupBits: tls.groupBits ?? undefined,
    signature: tls.signatureScheme === null ? undefined : schemeInWords(tls.signatureScheme),
    extendedMasterSecret: tls.extendedMasterSecret ?? undefined,
    secureRenegotiation: tls.secureRenegotiation ?? undefined,
    compression: tls.compression,
    alpn: tls.alpn ?? undefined,
  };
}

/** The facts as `openssl s_client` prints them. */
export function sessionOfSClient(said: SClientReport): SessionFacts {
  const { peerSignatureType: type, peerSigningDigest: digest } = said;
  const old = said.protocol === 'TLSv1' || said.protocol === 'TLSv1.1';
  return {
    protocol: said.protocol,
    cipher: said.cipher,
    group: said.group === undefined || said.group === 'DH' ? undefined : (GROUPS[said.group] ?? said.group),
    groupBits: said.groupBits,
    // Before TLS 1.2 the algorithm is not negotiated and there is no scheme: s_client names the one that the version fixes.
    signature: type === undefined || digest === undefined || old ? undefined : `${type} ${digest}`,
    extendedMasterSecret: said.extendedMasterSecret,
    secureRenegotiation: said.secureRenegotiation,
    compression: said.compression === undefined ? undefined : said.compression !== 'NONE',
    alpn: said.alpn,
  };
}

/** Every verify error, in OpenSSL's order. */
export function errorsOf({ verify }: Report): { readonly code: number; readonly depth: number }[] {
  return verify?.errors.map(({ code, depth }) => ({ code, depth })) ?? [];
}

/** The same of an s_client that went on (no `-verify_return_error`). */
export function errorsOfSClient(said: SClientReport): { readonly code: number; readonly depth: number }[] {
  return said.verifyErrors.map(({ num, depth }) => ({ code: num, depth }));
}

/** The first verify error that smtpcheck reports. */
export function verifyOf({ verify }: Report): VerifyFacts | null {
  return verify === null ? null : { code: verify.code, reason: verify.reason, depth: verify.depth };
}

export function verifyOfSClient(said: SClientReport): VerifyFacts {
  const [first] = said.verifyErrors;
  return first === undefined
    ? { code: 0, reason: 'ok', depth: 0 }
    : { code: first.num, reason: first.reason, depth: first.depth };
}

/** Fingerprints of the DER, in the order sent. The report's own are not taken at their word: `--show-certs` has the PEM. */
export function chainOf({ chain }: Report): string[] {
  return chain?.sent.map((cert) => new X509Certificate(cert.pem ?? '').fingerprint256) ?? [];
}

export function chainOfSClient(said: SClientReport): string[] {
  return said.certificatesPem.map((pem) => new X509Certificate(pem).fingerprint256);
}

/** OpenSSL's names for groups that IANA calls otherwise. (`DH` is no name: of a finite field s_client tells the size alone.) */
const GROUPS: Readonly<Record<string, string>> = {
  X25519: 'x25519',
  X448: 'x448',
  prime256v1: 'secp256r1',
  secp384r1: 'secp384r1',
  secp521r1: 'secp521r1',
};

function schemeInWords(scheme: string): string {
  const digest = /sha(\d+)$/.exec(scheme)?.[1] ?? '';
  if (scheme.startsWith('rsa_pss_')) return `RSA-PSS SHA${digest}`;
  if (scheme.startsWith('rsa_pkcs1_')) return `RSA SHA${digest}`;
  if (scheme.startsWith('ecdsa_')) return `ECDSA SHA${digest}`;
  return scheme;
}

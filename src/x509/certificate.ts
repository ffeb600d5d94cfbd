import { createHash, X509Certificate, type KeyObject } from 'node:crypto';
import type { Certificate, Extension } from './certificate-types.js';
import { malformed, rawOf, sameBytes, childrenOf, integerOctets, expectTag, TAG } from './der.js';
import {
  decodeAuthorityKeyId,
  decodeBasicConstraints,
  decodeExtendedKeyUsage,
  decodeKeyUsage,
  decodeList,
  decodeNetscapeCertType,
  decodeSubjectAltNames,
  decodeSubjectKeyId,
} from './extensions.js';
import { nameEquals, parseName, type Name } from './name.js';
import { decodeNameConstraints } from './name-constraints.js';
import { EXTENSION } from './oid.js';
import { readPemCertificates } from './pem.js';
import { readAlgorithm, readCertificateElements, readExtensions, readHexInteger, readTime } from './tbs.js';
import { SmtpcheckError } from '../core/errors.js';

/** Computes `compute()` on the first call, and hands out the same value ever after. */
function once<T>(compute: () => T): () => T {
  let cell: { readonly value: T } | undefined;
  return () => (cell ??= { value: compute() }).value;
}

/** OpenSSL's opinion comes first: what it cannot read is no certificate. */
function openWithNode(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch (error) {
    throw malformed('OpenSSL cannot read it', error);
  }
}

function hasDuplicates(extensions: readonly Extension[]): boolean {
  return new Set(extensions.map((extension) => extension.oid)).size < extensions.length;
}

type Decoded<T> = { readonly value: T | null; readonly bad: boolean };

/**
 * The value of the extension `oid`: null when it is absent. One that is malformed, or there twice, counts as absent and as
 * bad, as in OpenSSL's X509_get_ext_d2i.
 */
export function decodeExtension<T>(
  extensions: readonly Extension[],
  oid: string,
  decode: (value: Uint8Array) => T,
): Decoded<T> {
  const [extension, ...repeated] = extensions.filter((candidate) => candidate.oid === oid);
  if (extension === undefined) return { value: null, bad: false };
  if (repeated.length > 0) return { value: null, bad: true };
  try {
    return { value: decode(extension.value), bad: false };
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return { value: null, bad: true };
  }
}

/** Getters that decode an extension when first asked for. */
function lazyExtensions(extensions: readonly Extension[]) {
  const lazy = <T>(oid: string, decode: (value: Uint8Array) => T): (() => Decoded<T>) =>
    once(() => decodeExtension(extensions, oid, decode));
  return {
    basicConstraints: lazy(EXTENSION.basicConstraints, decodeBasicConstraints),
    keyUsage: lazy(EXTENSION.keyUsage, decodeKeyUsage),
    extendedKeyUsage: lazy(EXTENSION.extendedKeyUsage, decodeExtendedKeyUsage),
    subjectAltNames: lazy(EXTENSION.subjectAltName, decodeSubjectAltNames),
    subjectKeyId: lazy(EXTENSION.subjectKeyIdentifier, decodeSubjectKeyId),
    authorityKeyId: lazy(EXTENSION.authorityKeyIdentifier, decodeAuthorityKeyId),
    nameConstraints: lazy(EXTENSION.nameConstraints, decodeNameConstraints),
    crlDistributionPoints: lazy(EXTENSION.crlDistributionPoints, decodeList),
    netscapeCertType: lazy(EXTENSION.netscapeCertType, decodeNetscapeCertType),
  };
}

/** The fields that are read from DER when first asked for. */
function lazyFields(der: Uint8Array, node: X509Certificate, subject: Name, issuer: Name) {
  return {
    selfIssued: once(() => nameEquals(subject, issuer)),
    sha256: once(() => createHash('sha256').update(der).digest('hex')),
    publicKey: once((): KeyObject | null => {
      try {
        return node.publicKey;
      } catch {
        return null; // An algorithm or a curve that OpenSSL does not know.
      }
    }),
  };
}

/**
 * Reads one certificate (RFC 5280 section 4.1). Whatever the bytes are, it throws nothing but SmtpcheckError with the code
 * `certificate-malformed`, and does so now: the getters of what it returns do not throw.
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const parts = readCertificateElements(der);
  const signature = readAlgorithm(parts.outerAlgorithm);
  const [keyAlgorithm] = childrenOf(parts.spki);
  const key = readAlgorithm(expectTag(keyAlgorithm, TAG.sequence, "the key's algorithm"));
  const [subject, issuer] = [parseName(rawOf(parts.subject)), parseName(rawOf(parts.issuer))];
  const extensions = readExtensions(parts.extensions);
  const version =
    parts.version === undefined ? 0 : Number(`0x${readHexInteger(parts.version).replace('-', '')}`);
  integerOctets(parts.serial);
  const node = openWithNode(der);
  const extension = lazyExtensions(extensions);
  const lazy = lazyFields(der, node, subject, issuer);
  const serial = once(() => readHexInteger(parts.serial));
  return {
    der,
    version,
    subject,
    issuer,
    signatureOid: signature.oid,
    signatureParams: signature.params,
    keyOid: key.oid,
    extensions,
    node,
    spkiDer: rawOf(parts.spki),
    get serial() {
      return serial();
    },
    get notBefore() {
      return readTime(parts.notBefore);
    },
    get notAfter() {
      return readTime(parts.notAfter);
    },
    get signatureAlgorithmsAgree() {
      return sameBytes(rawOf(parts.innerAlgorithm), rawOf(parts.outerAlgorithm));
    },
    get duplicateExtensions() {
      return hasDuplicates(extensions);
    },
    get malformedExtension() {
      return Object.values(extension).some((decoded) => decoded().bad);
    },
    get basicConstraints() {
      return extension.basicConstraints().value;
    },
    get keyUsage() {
      return extension.keyUsage().value;
    },
    get extendedKeyUsage() {
      return extension.extendedKeyUsage().value;
    },
    get subjectAltNames() {
      return extension.subjectAltNames().value;
    },
    get subjectKeyId() {
      return extension.subjectKeyId().value;
    },
    get authorityKeyId() {
      return extension.authorityKeyId().value;
    },
    get nameConstraints() {
      return extension.nameConstraints().value;
    },
    get selfIssued() {
      return lazy.selfIssued();
    },
    get sha256() {
      return lazy.sha256();
    },
    get publicKey() {
      return lazy.publicKey();
    },
  };
}

/** Every certificate in a PEM text, in order, and how many blocks were none. Trust settings in a file are not looked at: `trust/` does that. */
export function parsePemCertificates(text: string): { certificates: Certificate[]; skipped: number } {
  const certificates: Certificate[] = [];
  let skipped = 0;
  for (const { der } of readPemCertificates(text).certificates) {
    try {
      certificates.push(parseCertificate(der));
    } catch (error) {
      if (!(error instanceof SmtpcheckError)) throw error;
      skipped += 1;
    }
  }
  return { certificates, skipped };
}

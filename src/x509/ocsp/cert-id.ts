import { createHash } from 'node:crypto';
import type { Certificate } from '../certificate-types.js';
import { sameBytes } from '../der.js';
import { nameEquals } from '../name.js';
import { readSpki } from '../verify/algorithms.js';
import { own } from '../verify/own.js';
import type { CertId } from './types.js';

/** The digests that a CertID is made with: SHA-1 by tradition (RFC 5019 section 2.1.1), SHA-2 by RFC 9654. */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/**
 * Whether the CertID is the certificate's (RFC 6960 section 4.1.1): the issuer's name as it stands in the certificate, and
 * the issuer's key, without which another CA of the same name could answer.
 */
export function isIdOf(id: CertId, certificate: Certificate, issuer: Certificate): boolean {
  const digest = own(DIGESTS, id.hashOid);
  if (digest === undefined || id.serial !== certificate.serial) return false;
  const name = createHash(digest).update(certificate.issuer.der).digest();
  const key = keyHash(issuer, digest);
  return (
    nameEquals(issuer.subject, certificate.issuer) &&
    sameBytes(name, id.issuerNameHash) &&
    key !== null &&
    sameBytes(key, id.issuerKeyHash)
  );
}

/** The digest of the bits of a certificate's public key, without tag, length and count of unused bits; null when unreadable. */
export function keyHash(certificate: Certificate, digest: string): Uint8Array | null {
  const key = readSpki(certificate)?.key;
  return key === undefined ? null : createHash(digest).update(key).digest();
}

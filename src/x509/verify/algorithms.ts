import type { Certificate } from '../certificate-types.js';
import { childrenOf, contentOf, expectTag, readWhole, TAG, type DerElement } from '../der.js';
import { decodeOid } from '../oid.js';
import { readAlgorithm, readCertificateElements } from '../tbs.js';
import { orNull } from './or-null.js';
import { own } from './own.js';
import { pssStrength } from './pss.js';

/** Families of public keys, as far as they decide which signatures a key can make. */
export type KeyKind = 'rsa' | 'rsa-pss' | 'ec' | 'dsa' | 'ed25519' | 'ed448';

/** Algorithms of SubjectPublicKeyInfo (RFC 3279, 4055, 8410). The second RSA is X.509's own, which OpenSSL reads too. */
const KEY_KINDS: Readonly<Record<string, KeyKind>> = {
  '1.2.840.113549.1.1.1': 'rsa',
  '2.5.8.1.1': 'rsa',
  '1.2.840.113549.1.1.10': 'rsa-pss',
  '1.2.840.10045.2.1': 'ec',
  '1.2.840.10040.4.1': 'dsa',
  '1.3.101.112': 'ed25519',
  '1.3.101.113': 'ed448',
};

/** An EC key on this curve is an SM2 key to OpenSSL, and makes SM2 signatures alone. */
const SM2_CURVE = '1.2.156.10197.1.301';

/**
 * Signature algorithms: the kind of key that makes them, and their strength in bits; `null` says that the parameters
 * decide. As OpenSSL 3.0's crypto/objects/obj_xref.txt and x509_sig_info_init have them: half the digest's size, except for
 * SHA-1 (63) and MD5 (39), which are broken; 0 for those whose digest is not to be had. What is missing here OpenSSL 3.0
 * does not know either, or is SM2 or GOST.
 */
const SIGNATURES: Readonly<Record<string, readonly [KeyKind, number | null]>> = {
  '1.2.840.113549.1.1.2': ['rsa', 0], // MD2
  '1.2.840.113549.1.1.3': ['rsa', 64], // MD4
  '1.2.840.113549.1.1.4': ['rsa', 39], // MD5
  '1.3.14.3.2.3': ['rsa', 39], // MD5, OIW's number
  '1.3.14.3.2.15': ['rsa', 0], // SHA-0
  '1.2.840.113549.1.1.5': ['rsa', 63], // SHA-1
  '1.3.14.3.2.29': ['rsa', 63], // SHA-1, OIW's number
  '1.3.36.3.3.1.2': ['rsa', 80], // RIPEMD-160
  '1.2.840.113549.1.1.14': ['rsa', 112], // SHA-224
  '1.2.840.113549.1.1.11': ['rsa', 128], // SHA-256
  '1.2.840.113549.1.1.12': ['rsa', 192], // SHA-384
  '1.2.840.113549.1.1.13': ['rsa', 256], // SHA-512
  '2.16.840.1.101.3.4.3.13': ['rsa', 112], // SHA3-224
  '2.16.840.1.101.3.4.3.14': ['rsa', 128], // SHA3-256
  '2.16.840.1.101.3.4.3.15': ['rsa', 192], // SHA3-384
  '2.16.840.1.101.3.4.3.16': ['rsa', 256], // SHA3-512
  '1.2.840.113549.1.1.10': ['rsa-pss', null],
  '1.2.840.10045.4.1': ['ec', 63], // SHA-1
  '1.2.840.10045.4.2': ['ec', 0], // "recommended"
  '1.2.840.10045.4.3': ['ec', 0], // "specified"
  '1.2.840.10045.4.3.1': ['ec', 112], // SHA-224
  '1.2.840.10045.4.3.2': ['ec', 128], // SHA-256
  '1.2.840.10045.4.3.3': ['ec', 192], // SHA-384
  '1.2.840.10045.4.3.4': ['ec', 256], // SHA-512
  '1.2.840.10040.4.3': ['dsa', 63], // SHA-1
  '1.3.14.3.2.13': ['dsa', 0], // SHA-0
  '2.16.840.1.101.3.4.3.1': ['dsa', 112], // SHA-224
  '2.16.840.1.101.3.4.3.2': ['dsa', 128], // SHA-256
  '1.3.101.112': ['ed25519', 128],
  '1.3.101.113': ['ed448', 224],
};

/** What SubjectPublicKeyInfo says of a key (RFC 5280 section 4.1.2.7). */
export interface Spki {
  /** Of the AlgorithmIdentifier. */
  readonly params: DerElement | undefined;
  /** The bits of the key. */
  readonly key: Uint8Array;
}

/** The SubjectPublicKeyInfo of a certificate, or null when it cannot be read. */
export function readSpki(cert: Certificate): Spki | null {
  return orNull(() => {
    const [algorithm, key] = childrenOf(readWhole(cert.spkiDer, TAG.sequence, 'the key'));
    const [, params] = childrenOf(expectTag(algorithm, TAG.sequence, "the key's algorithm"));
    return { params, key: contentOf(expectTag(key, TAG.bitString, 'the key')).subarray(1) };
  });
}

/** The kind of a certificate's key, or null for one that signs nothing here. */
export function keyKindOf(cert: Certificate): KeyKind | null {
  const kind = own(KEY_KINDS, cert.keyOid) ?? null;
  if (kind !== 'ec') return kind;
  const params = readSpki(cert)?.params;
  const curve = params?.tag === TAG.oid ? orNull(() => decodeOid(contentOf(params))) : null;
  return curve === SM2_CURVE ? null : kind;
}

/** The kind of key that the certificate's signature asks for, or null when the algorithm is not known. */
export function signatureKindOf(cert: Certificate): KeyKind | null {
  return own(SIGNATURES, innerSignatureOid(cert))?.[0] ?? null;
}

/** check_sig_alg_match goes by the algorithm within the signed part; X509_verify refuses later where the two differ. */
function innerSignatureOid(cert: Certificate): string {
  if (cert.signatureAlgorithmsAgree) return cert.signatureOid;
  return orNull(() => readAlgorithm(readCertificateElements(cert.der).innerAlgorithm).oid) ?? '';
}

/** What carries a signature's algorithm: a certificate, or the signed data of an OCSP response. */
export type Signed = Pick<Certificate, 'signatureOid' | 'signatureParams'>;

/** Strength of a signature in bits (X509_get_signature_info); 0 when it is not known. */
export function signatureStrength({ signatureOid, signatureParams }: Signed): number {
  const known = own(SIGNATURES, signatureOid);
  if (known === undefined) return 0;
  return known[1] ?? pssStrength(signatureParams);
}

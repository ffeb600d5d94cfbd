import type { Certificate } from '../certificate-types.js';
import { childrenOf, contentOf, expectTag, readElement, TAG, type DerElement } from '../der.js';
import { keyKindOf, readSpki, signatureStrength, type Signed, type Spki } from './algorithms.js';
import { orNull } from './or-null.js';
import { own } from './own.js';
import { report, type VerifyState } from './state.js';

/** Bits of security that levels 1 to 5 ask for (minbits_table of crypto/x509/x509_vfy.c). */
const LEVEL_BITS = [80, 112, 128, 192, 256] as const;

/**
 * The shortest RSA modulus that has the bits of a level. OpenSSL computes the bits by the formula of NIST SP 800-56B
 * appendix D, rounded to a multiple of eight; its ossl_ifc_ffc_compute_security_bits, run over all sizes, gave these.
 */
const RSA_MODULUS_BITS = [920, 1963, 2671, 6947, 13_914] as const;

/** The smallest order of an EC curve (NIST SP 800-57 part 1, table 2). */
const EC_ORDER_BITS = [160, 224, 256, 384, 512] as const;

/** Keys that sign nothing, yet can stand in a certificate: X25519 and X448 (RFC 8410). */
const AGREEMENT_KEYS: Readonly<Record<string, number>> = { '1.3.101.110': 128, '1.3.101.111': 224 };

/** The shortest DSA prime of a level (BN_security_bits). */
const DSA_PRIME_BITS = [1024, 2048, 3072, 7680, 15_360] as const;

/** Whether the certificate's key is strong enough for the level (OpenSSL's check_key_level). */
export function keyMeetsLevel(cert: Certificate, level: number): boolean {
  const minimum = LEVEL_BITS[Math.min(level, LEVEL_BITS.length) - 1];
  // At level 0 not even a key that cannot be read is refused.
  if (minimum === undefined) return true;
  return cert.publicKey !== null && keyStrength(cert) >= minimum;
}

/** Whether a signature is strong enough for the level (OpenSSL's check_sig_level). */
export function signatureMeetsLevel(signed: Signed, level: number): boolean {
  const minimum = LEVEL_BITS[Math.min(level, LEVEL_BITS.length) - 1];
  return minimum === undefined || signatureStrength(signed) >= minimum;
}

/** OpenSSL's check_auth_level. The leaf's key has been judged before; nobody relies on the anchor's signature. */
export function checkAuthLevel(state: VerifyState): void {
  if (state.level <= 0) return;
  for (const [depth, cert] of state.path.entries()) {
    if (depth > 0 && !keyMeetsLevel(cert, state.level)) report(state, 'X509_V_ERR_CA_KEY_TOO_SMALL', depth);
    const isAnchor = depth === state.path.length - 1;
    if (!isAnchor && !signatureMeetsLevel(cert, state.level))
      report(state, 'X509_V_ERR_CA_MD_TOO_WEAK', depth);
  }
}

/** EVP_PKEY_get_security_bits, to the bracket that tells levels apart; 0 where it is not known. */
function keyStrength(cert: Certificate): number {
  switch (keyKindOf(cert)) {
    case 'rsa':
    case 'rsa-pss':
      return bracket(rsaModulusBits(cert), RSA_MODULUS_BITS);
    case 'ec':
      return ecStrength(cert);
    case 'dsa':
      return dsaStrength(cert);
    case 'ed25519':
      return 128;
    case 'ed448':
      return 224;
    case null:
      return own(AGREEMENT_KEYS, cert.keyOid) ?? 0;
  }
}

/** The bits of the highest level whose size is reached. */
function bracket(size: number, sizes: readonly number[]): number {
  const level = sizes.filter((minimum) => size >= minimum).length;
  return LEVEL_BITS[level - 1] ?? 0;
}

function rsaModulusBits(cert: Certificate): number {
  const key = readSpki(cert)?.key;
  if (key === undefined) return 0;
  return orNull(() => bitLength(childrenOf(expectTag(readElement(key), TAG.sequence, 'an RSA key'))[0])) ?? 0;
}

/**
 * OpenSSL goes by the bits of the curve's order. A key that brings its own curve says what that is (X9.62's ECParameters);
 * for the curves that have names, the octets of a coordinate fall into the same bracket.
 */
function ecStrength(cert: Certificate): number {
  const spki = readSpki(cert);
  return bracket(spki === null ? 0 : ecOrderBits(spki), EC_ORDER_BITS);
}

function ecOrderBits({ params, key }: Spki): number {
  if (params?.tag === TAG.sequence) return orNull(() => bitLength(childrenOf(params)[4])) ?? 0;
  const compressed = key[0] === 2 || key[0] === 3;
  return ((key.length - 1) / (compressed ? 1 : 2)) * 8;
}

/** The prime decides, and half the subgroup's size limits it. Parameters that are left to the issuer's key have no strength. */
function dsaStrength(cert: Certificate): number {
  const params = readSpki(cert)?.params;
  if (params?.tag !== TAG.sequence) return 0;
  const [prime, subgroup] = orNull(() => childrenOf(params).slice(0, 2).map(bitLength)) ?? [];
  const half = Math.floor((subgroup ?? 0) / 2);
  return half < 80 ? 0 : Math.min(half, bracket(prime ?? 0, DSA_PRIME_BITS));
}

function bitLength(element: DerElement | undefined): number {
  const octets = contentOf(expectTag(element, TAG.integer, 'a number of the key'));
  const first = octets.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : (octets.length - first) * 8 - Math.clz32(octets[first] ?? 0) + 24;
}

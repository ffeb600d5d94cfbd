import { constants, verify, type KeyObject } from 'node:crypto';
import { own } from './verify/own.js';
import { readPssParameters } from './verify/pss.js';

/** An AlgorithmIdentifier (RFC 5280 section 4.1.1.2), as `readAlgorithm` returns it. */
interface SignatureAlgorithm {
  readonly oid: string;
  readonly params: Uint8Array | null;
}

/**
 * The kind of key (KeyObject.asymmetricKeyType) and the digest of each signature algorithm but RSASSA-PSS (RFC 3279, 4055,
 * 5758, 8410): those of OpenSSL 3.0's crypto/objects/obj_xref.txt whose digest its default provider has. EdDSA brings its own.
 */
const ALGORITHMS: Readonly<Record<string, readonly [KeyObject['asymmetricKeyType'], string | null]>> = {
  '1.2.840.113549.1.1.4': ['rsa', 'md5'],
  '1.3.14.3.2.3': ['rsa', 'md5'], // OIW's number
  '1.2.840.113549.1.1.5': ['rsa', 'sha1'],
  '1.3.14.3.2.29': ['rsa', 'sha1'], // OIW's number
  '1.3.36.3.3.1.2': ['rsa', 'ripemd160'],
  '1.2.840.113549.1.1.14': ['rsa', 'sha224'],
  '1.2.840.113549.1.1.11': ['rsa', 'sha256'],
  '1.2.840.113549.1.1.12': ['rsa', 'sha384'],
  '1.2.840.113549.1.1.13': ['rsa', 'sha512'],
  '2.16.840.1.101.3.4.3.13': ['rsa', 'sha3-224'],
  '2.16.840.1.101.3.4.3.14': ['rsa', 'sha3-256'],
  '2.16.840.1.101.3.4.3.15': ['rsa', 'sha3-384'],
  '2.16.840.1.101.3.4.3.16': ['rsa', 'sha3-512'],
  '1.2.840.10045.4.1': ['ec', 'sha1'],
  '1.2.840.10045.4.3.1': ['ec', 'sha224'],
  '1.2.840.10045.4.3.2': ['ec', 'sha256'],
  '1.2.840.10045.4.3.3': ['ec', 'sha384'],
  '1.2.840.10045.4.3.4': ['ec', 'sha512'],
  '1.2.840.10040.4.3': ['dsa', 'sha1'],
  '2.16.840.1.101.3.4.3.1': ['dsa', 'sha224'],
  '2.16.840.1.101.3.4.3.2': ['dsa', 'sha256'],
  '1.3.101.112': ['ed25519', null],
  '1.3.101.113': ['ed448', null],
};

const RSASSA_PSS = '1.2.840.113549.1.1.10';

/**
 * Whether `signature` was made over `data` with the private half of `key` (OpenSSL's ASN1_item_verify, RFC 5280 section
 * 6.1.3 (a)(1)). Never throws: an algorithm that is not known, does not fit the key or cannot be had is no signature.
 */
export function verifySignature(
  key: KeyObject,
  algorithm: SignatureAlgorithm,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    if (algorithm.oid === RSASSA_PSS) return verifyPss(key, algorithm.params, data, signature);
    const [keyType, digest] = own(ALGORITHMS, algorithm.oid) ?? [];
    if (keyType === undefined || digest === undefined || key.asymmetricKeyType !== keyType) return false;
    return verify(digest, data, key, signature);
  } catch {
    // Node throws where OpenSSL cannot even begin, as with a digest that this build has not, or odd parameters.
    return false;
  }
}

/**
 * RFC 4055 section 3.1. Node uses one digest for message and mask; where they differ, which RFC 4055 advises against, the
 * signature is refused rather than left unchecked.
 */
function verifyPss(
  key: KeyObject,
  params: Uint8Array | null,
  data: Uint8Array,
  signature: Uint8Array,
): boolean {
  const { asymmetricKeyType: type } = key;
  if (params === null || (type !== 'rsa' && type !== 'rsa-pss')) return false;
  const { digest, maskDigest, saltLength } = readPssParameters(params);
  if (digest.name !== maskDigest.name) return false;
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verify(digest.name, data, { key, padding, saltLength }, signature);
}

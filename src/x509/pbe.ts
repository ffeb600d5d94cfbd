import { childOf, countOf, expectBer, octetsOf, type BerElement } from './ber.js';
import { malformed, TAG } from './der.js';
import { decodeOid } from './oid.js';

/**
 * How a key or a PKCS#12 file is protected by a passphrase: the AlgorithmIdentifier of RFC 8018 (PBES1, PBES2, PBMAC1),
 * RFC 7292 appendix C and RFC 7914 section 7 (scrypt), and what work it asks for.
 */

/** A key derivation of PBES2. */
export type Kdf =
  | {
      readonly kind: 'pbkdf2';
      readonly salt: Uint8Array;
      readonly rounds: number;
      /** Null where it is left to the cipher. */
      readonly keyLength: number | null;
      /** OID of the HMAC. */
      readonly prf: string;
    }
  | {
      readonly kind: 'scrypt';
      readonly salt: Uint8Array;
      readonly N: number;
      readonly r: number;
      readonly p: number;
    };

export type Pbe =
  | {
      readonly kind: 'pbes2';
      readonly kdf: Kdf;
      readonly cipher: string;
      readonly iv: BerElement | undefined;
    }
  | {
      readonly kind: 'pkcs12' | 'pbes1';
      readonly oid: string;
      readonly salt: Uint8Array;
      readonly rounds: number;
    };

const PBES2 = '1.2.840.113549.1.5.13';
const PBKDF2 = '1.2.840.113549.1.5.12';
export const PBMAC1 = '1.2.840.113549.1.5.14';
const SCRYPT = '1.3.6.1.4.1.11591.4.11';
const HMAC_SHA1 = '1.2.840.113549.2.7';
/** RFC 8018 appendix A.3: MD2, MD5 and SHA-1 with DES and RC2. */
const PBES1 = /^1\.2\.840\.113549\.1\.5\.(?:1|3|4|6|10|11)$/;
/** RFC 7292 appendix C. */
const PKCS12_PBE = /^1\.2\.840\.113549\.1\.12\.1\.[1-6]$/;

/**
 * Rounds that one file may ask for, all its key derivations together. OpenSSL makes 2048 for each, others some hundred thousand;
 * ten millions take three to ten seconds. Stops a file that would take hours to open, with nothing that could end it.
 */
export const MAX_ROUNDS = 10_000_000;

/** Octets: what OpenSSL itself allows for (SCRYPT_MAX_MEM), wherever that may be set higher. */
const MAX_SCRYPT_MEMORY = 32 * 1024 * 1024;

/** Octets of a PBMAC1 key: the longest hash. Stops CVE-2025-11187, in which OpenSSL writes a longer one beyond its buffer. */
const MAX_MAC_KEY = 64;

export function oidOf(element: BerElement | undefined): string {
  return decodeOid(expectBer(element, TAG.oid).content);
}

/** @throws SmtpcheckError `certificate-malformed`, also for what is none of the algorithms above. */
export function readPbe(algorithm: BerElement): Pbe {
  const oid = oidOf(algorithm.children[0]);
  const parameters = childOf(algorithm, 1, TAG.sequence);
  if (oid === PBES2) {
    const scheme = childOf(parameters, 1, TAG.sequence);
    return {
      kind: 'pbes2',
      kdf: readKdf(childOf(parameters, 0, TAG.sequence)),
      cipher: oidOf(scheme.children[0]),
      iv: scheme.children[1],
    };
  }
  const kind = PKCS12_PBE.test(oid) ? 'pkcs12' : PBES1.test(oid) ? 'pbes1' : null;
  if (kind === null) throw malformed(`unknown encryption ${oid}`);
  return { kind, oid, salt: octetsOf(parameters.children[0]), rounds: countOf(parameters.children[1]) };
}

function readKdf(algorithm: BerElement): Kdf {
  const oid = oidOf(algorithm.children[0]);
  const [salt, ...rest] = childOf(algorithm, 1, TAG.sequence).children;
  if (oid === SCRYPT) {
    const [N, r, p] = rest.slice(0, 3).map(countOf);
    if (N === undefined || r === undefined || p === undefined) throw malformed('scrypt without its costs');
    return { kind: 'scrypt', salt: octetsOf(salt), N, r, p };
  }
  if (oid !== PBKDF2) throw malformed(`unknown key derivation ${oid}`);
  const [rounds, ...options] = rest;
  const length = options.find(({ tag }) => tag === TAG.integer);
  const prf = options.find(({ tag }) => tag === TAG.sequence);
  return {
    kind: 'pbkdf2',
    salt: octetsOf(salt),
    rounds: countOf(rounds),
    keyLength: length === undefined ? null : countOf(length),
    prf: prf === undefined ? HMAC_SHA1 : oidOf(prf.children[0]),
  };
}

/** The rounds of hashing that an encryption asks for; Infinity where it asks for more memory than there shall be. */
export function roundsOf(pbe: Pbe): number {
  return pbe.kind === 'pbes2' ? kdfRounds(pbe.kdf) : pbe.rounds;
}

/** One step of scrypt (N times r times p of them, RFC 7914 section 6) takes as long as a round of PBKDF2. */
function kdfRounds(kdf: Kdf): number {
  if (kdf.kind === 'pbkdf2') return kdf.rounds;
  const { N, r, p } = kdf;
  return 128 * r * (N + p) > MAX_SCRYPT_MEMORY ? Infinity : N * r * p;
}

/**
 * The rounds of a PBMAC1 (RFC 9579), given its AlgorithmIdentifier.
 * @throws SmtpcheckError `certificate-malformed`
 */
export function macRounds(algorithm: BerElement): number {
  const kdf = readKdf(childOf(childOf(algorithm, 1, TAG.sequence), 0, TAG.sequence));
  if (kdf.kind === 'pbkdf2' && (kdf.keyLength ?? Infinity) > MAX_MAC_KEY) {
    throw malformed('a PBMAC1 key that is longer than any hash');
  }
  return kdfRounds(kdf);
}

import { childrenOf, expectTag, integerOctets, malformed, readWhole, TAG, type DerElement } from '../der.js';
import { readAlgorithm } from '../tbs.js';
import { orNull } from './or-null.js';
import { own } from './own.js';

const SHA1 = '1.3.14.3.2.26';
const MGF1 = '1.2.840.113549.1.1.8';

/** A digest of RSASSA-PSS parameters. */
interface PssDigest {
  /** Node's and OpenSSL's name. */
  readonly name: string;
  /** Strength in bits (OpenSSL's rsa_sig_info_set). */
  readonly strength: number;
}

const DIGESTS: Readonly<Record<string, PssDigest>> = {
  '1.2.840.113549.2.5': { name: 'md5', strength: 39 },
  [SHA1]: { name: 'sha1', strength: 64 },
  '2.16.840.1.101.3.4.2.4': { name: 'sha224', strength: 112 },
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', strength: 128 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', strength: 192 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', strength: 256 },
  '2.16.840.1.101.3.4.2.5': { name: 'sha512-224', strength: 112 },
  '2.16.840.1.101.3.4.2.6': { name: 'sha512-256', strength: 128 },
  '2.16.840.1.101.3.4.2.7': { name: 'sha3-224', strength: 112 },
  '2.16.840.1.101.3.4.2.8': { name: 'sha3-256', strength: 128 },
  '2.16.840.1.101.3.4.2.9': { name: 'sha3-384', strength: 192 },
  '2.16.840.1.101.3.4.2.10': { name: 'sha3-512', strength: 256 },
};

/** RSASSA-PSS-params (RFC 4055 section 3.1) with their defaults filled in. */
export interface PssParameters {
  readonly digest: PssDigest;
  /** The digest of the mask generator. */
  readonly maskDigest: PssDigest;
  readonly saltLength: number;
}

/** Strength of a signature with these RSASSA-PSS parameters; 0 where they cannot be read or are not possible. */
export function pssStrength(params: Uint8Array | null): number {
  return params === null ? 0 : (orNull(() => readPssParameters(params).digest.strength) ?? 0);
}

/** The digest by Node's name; null where the parameters cannot be read. */
export function pssDigest(params: Uint8Array | null): string | null {
  return params === null ? null : orNull(() => readPssParameters(params).digest.name);
}

/** RFC 4055 section 3.1: every field may be left out, and then the digests are SHA-1 and the salt has twenty octets. */
export function readPssParameters(params: Uint8Array): PssParameters {
  const fields = childrenOf(readWhole(params, TAG.sequence, 'RSASSA-PSS parameters'));
  const take = (tag: number): DerElement | undefined =>
    fields[0]?.tag === tag ? onlyChild(fields.shift()) : undefined;
  const [digest, mask, salt, trailer] = [take(0xa0), take(0xa1), take(0xa2), take(0xa3)];
  if (fields.length > 0) throw malformed('RSASSA-PSS parameters of unknown parts');
  if (trailer !== undefined && readInteger(trailer).join() !== '1') throw malformed('an unknown trailer');
  return {
    digest: digestOf(digest === undefined ? SHA1 : readOid(digest)),
    maskDigest: digestOf(mask === undefined ? SHA1 : maskDigestOid(mask)),
    saltLength: salt === undefined ? 20 : readSaltLength(salt),
  };
}

/** A salt longer than any modulus counts as infinitely long: no signature has it. */
function readSaltLength(salt: DerElement): number {
  const octets = readInteger(salt);
  if ((octets[0] ?? 0) >= 0x80) throw malformed('a negative salt length');
  return octets.length > 4 ? Infinity : octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

function maskDigestOid(mask: DerElement): string {
  const { oid, params } = readAlgorithm(expectTag(mask, TAG.sequence, 'a mask generator'));
  if (oid !== MGF1 || params === null) throw malformed('an unknown mask generator');
  return readOid(readWhole(params, TAG.sequence, 'the digest'));
}

function digestOf(oid: string): PssDigest {
  const digest = own(DIGESTS, oid);
  if (digest === undefined) throw malformed('an unknown digest');
  return digest;
}

const readOid = (element: DerElement): string =>
  readAlgorithm(expectTag(element, TAG.sequence, 'the digest')).oid;

const readInteger = (element: DerElement): Uint8Array =>
  integerOctets(expectTag(element, TAG.integer, 'a number of RSASSA-PSS parameters'));

function onlyChild(element: DerElement | undefined): DerElement | undefined {
  if (element === undefined) return undefined;
  const [child, ...surplus] = childrenOf(element);
  if (child === undefined || surplus.length > 0) throw malformed('not one RSASSA-PSS parameter');
  return child;
}

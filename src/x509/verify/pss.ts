import { childrenOf, expectTag, integerOctets, malformed, readWhole, TAG, type DerElement } from '../der.js';
import { readAlgorithm } from '../tbs.js';
import { orNull } from './or-null.js';
import { own } from './own.js';

const SHA1 = '1.3.14.3.2.26';
const MGF1 = '1.2.840.113549.1.1.8';

/** Strength of a digest within RSASSA-PSS parameters, in bits (OpenSSL's rsa_sig_info_set). */
const DIGESTS: Readonly<Record<string, number>> = {
  '1.2.840.113549.2.5': 39, // MD5
  [SHA1]: 64,
  '2.16.840.1.101.3.4.2.4': 112, // SHA-224
  '2.16.840.1.101.3.4.2.1': 128, // SHA-256
  '2.16.840.1.101.3.4.2.2': 192, // SHA-384
  '2.16.840.1.101.3.4.2.3': 256, // SHA-512
  '2.16.840.1.101.3.4.2.5': 112, // SHA-512/224
  '2.16.840.1.101.3.4.2.6': 128, // SHA-512/256
  '2.16.840.1.101.3.4.2.7': 112, // SHA3-224
  '2.16.840.1.101.3.4.2.8': 128, // SHA3-256
  '2.16.840.1.101.3.4.2.9': 192, // SHA3-384
  '2.16.840.1.101.3.4.2.10': 256, // SHA3-512
};

/** Strength of a signature with these RSASSA-PSS parameters; 0 where they cannot be read or are not possible. */
export function pssStrength(params: Uint8Array | null): number {
  return params === null ? 0 : (orNull(() => readStrength(params)) ?? 0);
}

/** RFC 4055 section 3.1: every field may be left out, and then the digests are SHA-1. */
function readStrength(params: Uint8Array): number {
  const fields = childrenOf(readWhole(params, TAG.sequence, 'RSASSA-PSS parameters'));
  const take = (tag: number): DerElement | undefined =>
    fields[0]?.tag === tag ? onlyChild(fields.shift()) : undefined;
  const [digest, mask, salt, trailer] = [take(0xa0), take(0xa1), take(0xa2), take(0xa3)];
  if (fields.length > 0) throw malformed('RSASSA-PSS parameters of unknown parts');
  if (mask !== undefined) checkMask(mask);
  if (salt !== undefined && (readInteger(salt)[0] ?? 0) >= 0x80) throw malformed('a negative salt length');
  if (trailer !== undefined && readInteger(trailer).join() !== '1') throw malformed('an unknown trailer');
  return strengthOf(digest === undefined ? SHA1 : readOid(digest));
}

function checkMask(mask: DerElement): void {
  const { oid, params } = readAlgorithm(expectTag(mask, TAG.sequence, 'a mask generator'));
  if (oid !== MGF1 || params === null) throw malformed('an unknown mask generator');
  strengthOf(readOid(readWhole(params, TAG.sequence, 'the digest')));
}

function strengthOf(oid: string): number {
  const strength = own(DIGESTS, oid);
  if (strength === undefined) throw malformed('an unknown digest');
  return strength;
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

import { createHash, sign } from 'node:crypto';
import { parseCrl } from '../../../src/x509/crl.js';
import type { Crl } from '../../../src/x509/crl-types.js';
import type { KeyPair } from '../verify/issue.js';
import { ascii, cn, der, hex, oid, type ExtensionSpec, type Part } from './der-writer.js';

/** Certificate revocation lists with true signatures, of any shape (RFC 5280 section 5.1). */

export const utc = (text: string): Uint8Array => der(0x17, ascii(text));
export const PAST = utc('250101000000Z');
export const EARLIER = utc('240101000000Z');
export const FUTURE = utc('490101000000Z');

export const ECDSA_SHA256 = der(0x30, oid('1.2.840.10045.4.3.2'));
export const RSA_SHA256 = der(0x30, oid('1.2.840.113549.1.1.11'), der(0x05));

export interface EntrySpec {
  /** Hexadecimal, as in Certificate.serial, or the content octets. */
  readonly serial: string | Part;
  readonly date?: Uint8Array;
  readonly extensions?: readonly ExtensionSpec[];
}

export interface CrlSpec {
  /** A common name, or the DER of a Name. */
  readonly issuer: string | Uint8Array;
  readonly signer: KeyPair;
  readonly thisUpdate?: Uint8Array;
  /** null for none. */
  readonly nextUpdate?: Uint8Array | null;
  readonly entries?: readonly EntrySpec[];
  readonly extensions?: readonly ExtensionSpec[];
  readonly algorithm?: Uint8Array;
  readonly innerAlgorithm?: Uint8Array;
  readonly digest?: string;
  readonly unusedBits?: number;
}

export const encodeExtensions = (list: readonly ExtensionSpec[]): Uint8Array =>
  der(
    0x30,
    ...list.map(([id, critical, value]) =>
      der(0x30, oid(id), critical ? der(0x01, [0xff]) : [], der(0x04, value)),
    ),
  );

export function encodeEntry({ serial, date = PAST, extensions = [] }: EntrySpec): Uint8Array {
  return der(
    0x30,
    der(0x02, typeof serial === 'string' ? hex(serial) : serial),
    date,
    extensions.length === 0 ? [] : encodeExtensions(extensions),
  );
}

export function crlDer(spec: CrlSpec): Uint8Array {
  const { issuer, signer, entries = [], extensions = [], nextUpdate = FUTURE, digest = 'sha256' } = spec;
  const isRsa = signer.privateKey.asymmetricKeyType === 'rsa';
  const algorithm = spec.algorithm ?? (isRsa ? RSA_SHA256 : ECDSA_SHA256);
  const tbs = der(
    0x30,
    der(0x02, [1]),
    spec.innerAlgorithm ?? algorithm,
    typeof issuer === 'string' ? cn(issuer) : issuer,
    spec.thisUpdate ?? PAST,
    nextUpdate ?? [],
    entries.length === 0 ? [] : der(0x30, ...entries.map(encodeEntry)),
    extensions.length === 0 ? [] : der(0xa0, encodeExtensions(extensions)),
  );
  const signature = sign(digest, tbs, signer.privateKey);
  return der(0x30, tbs, algorithm, der(0x03, [spec.unusedBits ?? 0], signature));
}

/** Lists as the PEM text that openssl reads, in which no line may be empty. */
export const crlPem = (lists: readonly Uint8Array[]): string => lists.map(pemBlock).join('');

function pemBlock(bytes: Uint8Array): string {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN X509 CRL-----\n${lines}-----END X509 CRL-----\n`;
}

export const makeCrl = (spec: CrlSpec): Crl => parseCrl(crlDer(spec));

/** Values of extensions. */
export const dirName = (name: string): Uint8Array => der(0xa4, cn(name));
export const uri = (text: string): Uint8Array => der(0x86, ascii(text));
export const fullName = (...names: readonly Uint8Array[]): Uint8Array => der(0xa0, der(0xa0, ...names));
export const relativeName = (text: string): Uint8Array =>
  der(0xa0, der(0xa1, der(0x30, oid('2.5.4.3'), der(0x0c, ascii(text)))));

/** Flags of issuingDistributionPoint. */
export const ONLY_USER = der(0x81, [0xff]);
export const ONLY_CA = der(0x82, [0xff]);
export const SOME_REASONS = der(0x83, [1, 0x40]);
export const INDIRECT = der(0x84, [0xff]);
export const ONLY_ATTRIBUTE = der(0x85, [0xff]);

export const issuingPoint = (...parts: readonly Uint8Array[]): ExtensionSpec => [
  '2.5.29.28',
  true,
  der(0x30, ...parts),
];
export const crlNumber = (number: number, critical = false): ExtensionSpec => [
  '2.5.29.20',
  critical,
  der(0x02, [number]),
];
export const deltaOf = (number: number): ExtensionSpec => ['2.5.29.27', true, der(0x02, [number])];
export const authorityKeyId = (...parts: readonly Uint8Array[]): ExtensionSpec => [
  '2.5.29.35',
  false,
  der(0x30, ...parts),
];
export const reason = (code: number, critical = false): ExtensionSpec => [
  '2.5.29.21',
  critical,
  der(0x0a, [code]),
];
export const certificateIssuer = (name: string): ExtensionSpec => [
  '2.5.29.29',
  true,
  der(0x30, dirName(name)),
];
export const unknown = (critical: boolean): ExtensionSpec => ['1.3.6.1.4.1.32473.1', critical, der(0x05)];

/** The key identifier that issue.ts gives to a key. */
export const keyIdOf = ({ publicKey }: KeyPair): Uint8Array =>
  createHash('sha1')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest();

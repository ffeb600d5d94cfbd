import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Certificate } from '../../../src/x509/certificate-types.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import { ascii, cn, der, oid, type ExtensionSpec, type Part } from '../support/der-writer.js';

/** Certificates with true signatures, of any shape: what certs-fixtures does not have because no CA would make it. */

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface IssueSpec {
  /** Text is a commonName, octets are the DER of a Name. */
  readonly subject: string | Uint8Array;
  /** The issuer's name; self-issued when left out. */
  readonly issuer?: string | Uint8Array;
  readonly key: KeyPair;
  /** The issuer's key; the own one when left out. */
  readonly signer?: KeyPair;
  readonly extensions?: readonly ExtensionSpec[];
  /** 0 for version 1. */
  readonly version?: number;
  readonly notBefore?: Part;
  readonly notAfter?: Part;
  /** In place of what Node exports. */
  readonly spki?: Uint8Array;
  readonly serial?: number;
}

export interface Issued {
  readonly cert: Certificate;
  readonly pem: string;
  readonly keyPem: string;
}

const ECDSA_SHA256 = der(0x30, oid('1.2.840.10045.4.3.2'));
const RSA_SHA256 = der(0x30, oid('1.2.840.113549.1.1.11'), der(0x05));
const utcTime = (text: string): Uint8Array => der(0x17, ascii(text));

export const ecKey = (namedCurve = 'prime256v1'): KeyPair => generateKeyPairSync('ec', { namedCurve });
export const rsaKey = (modulusLength: number): KeyPair => generateKeyPairSync('rsa', { modulusLength });

const nameOf = (name: string | Uint8Array): Uint8Array => (typeof name === 'string' ? cn(name) : name);

let serials = 0;

export function issue(spec: IssueSpec): Issued {
  const { key, signer = key, version = 2, extensions = [], serial = ++serials } = spec;
  const algorithm = signer.privateKey.asymmetricKeyType === 'rsa' ? RSA_SHA256 : ECDSA_SHA256;
  const tbs = der(
    0x30,
    version === 0 ? [] : der(0xa0, der(0x02, [version])),
    der(0x02, [0x40, (serial >> 8) & 0xff, serial & 0xff]),
    algorithm,
    nameOf(spec.issuer ?? spec.subject),
    der(0x30, spec.notBefore ?? utcTime('200101000000Z'), spec.notAfter ?? utcTime('490101000000Z')),
    nameOf(spec.subject),
    spec.spki ?? key.publicKey.export({ type: 'spki', format: 'der' }),
    extensions.length === 0 ? [] : der(0xa3, der(0x30, ...extensions.map(encodeExtension))),
  );
  const signature = sign('sha256', tbs, signer.privateKey);
  return fromDer(der(0x30, tbs, algorithm, der(0x03, [0], signature)), key);
}

/** A certificate from its octets, with the key that a server would use. */
export function fromDer(bytes: Uint8Array, key: KeyPair): Issued {
  const lines = Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return {
    cert: parseCertificate(bytes),
    pem: `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`,
    keyPem: key.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function encodeExtension([id, critical, value]: ExtensionSpec): Uint8Array {
  return der(0x30, oid(id), critical ? der(0x01, [0xff]) : [], der(0x04, value));
}

export const ca = (pathLen?: number): ExtensionSpec => [
  '2.5.29.19',
  true,
  der(0x30, der(0x01, [0xff]), pathLen === undefined ? [] : der(0x02, [pathLen])),
];
export const notCa: ExtensionSpec = ['2.5.29.19', true, der(0x30)];
/** The bits as they stand in the first octet: 0x80 digitalSignature, 0x04 keyCertSign. */
export const keyUsage = (octet: number): ExtensionSpec => ['2.5.29.15', true, der(0x03, [0, octet])];
export const san = (host: string): ExtensionSpec => ['2.5.29.17', false, der(0x30, der(0x82, ascii(host)))];
export const netscapeType = (octet: number): ExtensionSpec => [
  '2.16.840.1.113730.1.1',
  false,
  der(0x03, [0, octet]),
];
export const subjectKeyId = (key: KeyPair, critical = false): ExtensionSpec => [
  '2.5.29.14',
  critical,
  der(
    0x04,
    createHash('sha1')
      .update(key.publicKey.export({ type: 'spki', format: 'der' }))
      .digest(),
  ),
];

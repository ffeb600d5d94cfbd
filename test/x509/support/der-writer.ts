import { generateKeyPairSync } from 'node:crypto';

/**
 * A small DER writer, so that tests can make any certificate, malformed ones too, without openssl. The signatures are
 * nonsense: nothing that is tested with it verifies them.
 */
export type Part = Uint8Array | readonly number[];

export function der(tag: number, ...parts: readonly Part[]): Uint8Array {
  const content = Buffer.concat(parts.map((part) => Uint8Array.from(part)));
  const { length } = content;
  const octets = [...Buffer.from(length.toString(16).padStart(length < 0x1000000 ? 6 : 8, '0'), 'hex')];
  while (octets[0] === 0) octets.shift();
  const header = length < 0x80 ? [tag, length] : [tag, 0x80 | octets.length, ...octets];
  return Uint8Array.from([...header, ...content]);
}

export const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');
export const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc & 0x7f];
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) {
      digits.unshift(0x80 | (high & 0x7f));
    }
    return digits;
  });
  return der(0x06, octets);
}

/** [attribute type, string tag, content]; an array of those is a multi-valued RDN. */
export type Attribute = readonly [string, number, Part];

const attribute = ([type, tag, content]: Attribute): Uint8Array => der(0x30, oid(type), der(tag, content));

/** A Name; every argument is one RDN. */
export function dn(...rdns: readonly (readonly Attribute[])[]): Uint8Array {
  return der(0x30, ...rdns.map((members) => der(0x31, ...members.map(attribute))));
}

/** A Name of one commonName in a UTF8String. */
export const cn = (text: string): Uint8Array => dn([['2.5.4.3', 0x0c, Buffer.from(text, 'utf8')]]);

/** [OID, critical, the DER of the value]. */
export type ExtensionSpec = readonly [string, boolean, Part];

const extension = ([id, critical, value]: ExtensionSpec): Uint8Array =>
  der(0x30, oid(id), critical ? der(0x01, [0xff]) : [], der(0x04, value));

const KEY = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' });
const ED25519 = der(0x30, oid('1.3.101.112'));

export interface CertificateSpec {
  readonly version?: number;
  /** Content octets of the serial number. */
  readonly serial?: Part;
  readonly subject?: Uint8Array;
  readonly issuer?: Uint8Array;
  readonly notBefore?: Uint8Array;
  readonly notAfter?: Uint8Array;
  readonly spki?: Uint8Array;
  readonly innerAlgorithm?: Uint8Array;
  readonly extensions?: readonly ExtensionSpec[];
}

/** The DER of a certificate. */
export function certificateDer(spec: CertificateSpec = {}): Uint8Array {
  const subject = spec.subject ?? cn('subject');
  const extensions = (spec.extensions ?? []).map(extension);
  const tbs = der(
    0x30,
    spec.version === 0 ? [] : der(0xa0, der(0x02, [spec.version ?? 2])),
    der(0x02, spec.serial ?? [1]),
    spec.innerAlgorithm ?? ED25519,
    spec.issuer ?? subject,
    der(
      0x30,
      spec.notBefore ?? der(0x17, ascii('250101000000Z')),
      spec.notAfter ?? der(0x17, ascii('350101000000Z')),
    ),
    subject,
    spec.spki ?? KEY,
    extensions.length === 0 ? [] : der(0xa3, der(0x30, ...extensions)),
  );
  return der(0x30, tbs, ED25519, der(0x03, [0], new Uint8Array(64).fill(7)));
}

/** Extensions that tests write. */
export const ID = {
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  subjectKeyId: '2.5.29.14',
  authorityKeyId: '2.5.29.35',
  subjectAltName: '2.5.29.17',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  netscapeCertType: '2.16.840.1.113730.1.1',
} as const;

/** BOOLEAN TRUE. */
export const TRUE = der(0x01, [0xff]);

/** A subjectAltName extension of dNSNames and iPAddresses (given as octets). */
export function san(...names: readonly (string | readonly number[])[]): ExtensionSpec {
  const general = names.map((name) => (typeof name === 'string' ? der(0x82, ascii(name)) : der(0x87, name)));
  return [ID.subjectAltName, false, der(0x30, ...general)];
}

export function pem(bytes: Uint8Array, label = 'CERTIFICATE'): string {
  // No empty line behind a last line that is full: OpenSSL does not read on from one.
  const body = Buffer.from(bytes)
    .toString('base64')
    .replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN ${label}-----\n${body}-----END ${label}-----\n`;
}

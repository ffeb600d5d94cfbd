import { constants, createHash, sign } from 'node:crypto';
import type { Certificate } from '../../../src/x509/certificate-types.js';
import { childrenOf, contentOf, readElement } from '../../../src/x509/der.js';
import type { KeyPair } from '../verify/issue.js';
import { ascii, der, hex, oid, type ExtensionSpec, type Part } from './der-writer.js';

/** OCSP responses with true signatures, of any shape (RFC 6960 section 4.2.1). */

export const DIGESTS = {
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;

export type Digest = keyof typeof DIGESTS;

const algorithm = (id: string, ...params: Part[]): Uint8Array => der(0x30, oid(id), ...params);
const NULL = der(0x05);

function pssParameters(): Uint8Array {
  const digest = algorithm(DIGESTS.sha256, NULL);
  const mask = algorithm('1.2.840.113549.1.1.8', digest);
  return der(0x30, der(0xa0, digest), der(0xa1, mask), der(0xa2, der(0x02, [32])));
}

/** Signature algorithms, and how Node.js makes them. */
const SIGNERS = {
  'ecdsa-sha256': [algorithm('1.2.840.10045.4.3.2'), 'sha256'],
  'ecdsa-sha1': [algorithm('1.2.840.10045.4.1'), 'sha1'],
  'rsa-sha256': [algorithm('1.2.840.113549.1.1.11', NULL), 'sha256'],
  'rsa-sha1': [algorithm('1.2.840.113549.1.1.5', NULL), 'sha1'],
  'rsa-md5': [algorithm('1.2.840.113549.1.1.4', NULL), 'md5'],
  'rsa-pss': [algorithm('1.2.840.113549.1.1.10', pssParameters()), 'sha256'],
  ed25519: [algorithm('1.3.101.112'), null],
} as const;

export type SignerName = keyof typeof SIGNERS;

/** `YYYYMMDDHHMMSSZ` from milliseconds. */
export const timeOf = (ms: number): Uint8Array =>
  der(0x18, ascii(new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, '')));

export const keyBits = (cert: Certificate): Uint8Array =>
  contentOf(childrenOf(readElement(cert.spkiDer))[1] ?? readElement(cert.spkiDer)).subarray(1);

const hash = (digest: string, data: Uint8Array): Buffer => createHash(digest).update(data).digest();

/** The CertID of a certificate. */
export function certId(leaf: Certificate, issuer: Certificate, digest: Digest = 'sha1'): Uint8Array {
  return der(
    0x30,
    algorithm(DIGESTS[digest], NULL),
    der(0x04, hash(digest, leaf.issuer.der)),
    der(0x04, hash(digest, keyBits(issuer))),
    der(0x02, hex(leaf.serial)),
  );
}

export const GOOD = der(0x80);
export const UNKNOWN = der(0x82);
export const revoked = (at: number, reason?: number): Uint8Array =>
  der(0xa1, timeOf(at), reason === undefined ? [] : der(0xa0, der(0x0a, [reason])));

export const byName = (cert: Certificate): Uint8Array => der(0xa1, cert.subject.der);
export const byKey = (cert: Certificate): Uint8Array => der(0xa2, der(0x04, hash('sha1', keyBits(cert))));

export const extensions = (...specs: readonly ExtensionSpec[]): Uint8Array =>
  der(
    0xa1,
    der(
      0x30,
      ...specs.map(([id, critical, value]) =>
        der(0x30, oid(id), critical ? der(0x01, [0xff]) : [], der(0x04, value)),
      ),
    ),
  );

export interface SingleSpec {
  readonly id: Uint8Array;
  readonly status: Uint8Array;
  readonly thisUpdate: Uint8Array;
  readonly nextUpdate: Uint8Array | null;
  readonly extensions?: Uint8Array;
}

const single = (spec: SingleSpec): Uint8Array =>
  der(
    0x30,
    spec.id,
    spec.status,
    spec.thisUpdate,
    spec.nextUpdate === null ? [] : der(0xa0, spec.nextUpdate),
    spec.extensions ?? [],
  );

export interface ResponseSpec {
  readonly version?: Uint8Array;
  readonly responder: Uint8Array;
  readonly producedAt: Uint8Array;
  readonly singles: readonly SingleSpec[];
  readonly extensions?: Uint8Array;
  readonly key: KeyPair;
  readonly signer: SignerName;
  readonly certificates: readonly Certificate[];
}

function signData(data: Uint8Array, { key: { privateKey }, signer }: ResponseSpec): Buffer {
  const pss = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  return sign(SIGNERS[signer][1], data, { key: privateKey, ...(signer === 'rsa-pss' ? pss : {}) });
}

/** The DER of a BasicOCSPResponse. */
export function basicDer(spec: ResponseSpec): Uint8Array {
  const data = der(
    0x30,
    spec.version ?? [],
    spec.responder,
    spec.producedAt,
    der(0x30, ...spec.singles.map(single)),
    spec.extensions ?? [],
  );
  const certificates = spec.certificates.map((cert) => cert.der);
  return der(
    0x30,
    data,
    SIGNERS[spec.signer][0],
    der(0x03, [0], signData(data, spec)),
    certificates.length === 0 ? [] : der(0xa0, der(0x30, ...certificates)),
  );
}

/** The DER of a successful OCSPResponse around it. */
export function responseDer(basic: Uint8Array, type = '1.3.6.1.5.5.7.48.1.1'): Uint8Array {
  return der(0x30, der(0x0a, [0]), der(0xa0, der(0x30, oid(type), der(0x04, basic))));
}

/** An OCSPResponse that only says what went wrong. */
export const errorDer = (status: number): Uint8Array => der(0x30, der(0x0a, [status]));

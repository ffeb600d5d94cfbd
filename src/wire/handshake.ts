import { LIMITS } from '../core/limits.js';
import { ByteReader, garbled } from './bytes.js';
import { EXTENSION, parseAlpn, parseExtensions, TLS13, type Extension } from './server-hello.js';

export { parseServerHello, type ServerHello, type Extension } from './server-hello.js';
export { parseServerKeyExchange, type ServerKeyExchange } from './server-key-exchange.js';

/** HandshakeType (RFC 8446 section 4, RFC 5246 section 7.4, RFC 6066 section 8). */
export const HANDSHAKE = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
  certificateStatus: 22,
  keyUpdate: 24,
  compressedCertificate: 25,
} as const;

export interface HandshakeMessage {
  readonly type: number;
  readonly body: Uint8Array;
}

/** A message of which not all has come: type and length are null until its header is whole. */
export interface BegunMessage {
  readonly type: number | null;
  readonly length: number | null;
  readonly body: Uint8Array;
}

const HEADER = 4;

/** Puts handshake messages together from the fragments of records (RFC 8446 section 5.1). Copies every octet once. */
export class HandshakeReader {
  private readonly header = new Uint8Array(HEADER);
  private body: Uint8Array | null = null;
  /** Octets of the header, or once that is complete of the body. */
  private filled = 0;

  /** Whether a message has begun and is not complete. */
  get midway(): boolean {
    return this.body !== null || this.filled > 0;
  }

  /** The message that has begun and is not complete, or null between two. */
  get begun(): BegunMessage | null {
    if (!this.midway) return null;
    const [type = 0] = this.header;
    if (this.body === null) return { type: null, length: null, body: new Uint8Array() };
    return { type, length: this.body.length, body: this.body.subarray(0, this.filled) };
  }

  /** Yields each message as it becomes complete. Throws SmtpcheckError for one longer than LIMITS.handshakeMessage. */
  *push(fragment: Uint8Array): Generator<HandshakeMessage> {
    let offset = 0;
    while (offset < fragment.length) {
      const target: Uint8Array = this.body ?? this.header;
      const part = fragment.subarray(offset, offset + target.length - this.filled);
      target.set(part, this.filled);
      this.filled += part.length;
      offset += part.length;
      const message = this.complete();
      if (message !== null) yield message;
    }
  }

  private complete(): HandshakeMessage | null {
    const [type = 0, high = 0, middle = 0, low = 0] = this.header;
    if (this.body === null) {
      if (this.filled < HEADER) return null;
      const length = high * 0x10000 + middle * 0x100 + low;
      if (length > LIMITS.handshakeMessage)
        throw garbled(`a handshake message says it is ${length} octets long`);
      this.body = new Uint8Array(length);
      this.filled = 0;
    }
    if (this.filled < this.body.length) return null;
    const { body } = this;
    this.body = null;
    this.filled = 0;
    return { type, body };
  }
}

/** Certificate up to TLS 1.2 (RFC 5246 section 7.4.2): DER, in the order sent. */
export function parseCertificate12(body: Uint8Array): Uint8Array[] {
  const what = 'Certificate';
  const reader = new ByteReader(body, what);
  const list = reader.inner(3);
  reader.end();
  const certificates: Uint8Array[] = [];
  while (list.remaining > 0) certificates.push(nextCertificate(list, certificates.length, what));
  return certificates;
}

export interface CertificateEntry {
  readonly certificate: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** Certificate of TLS 1.3 (RFC 8446 section 4.4.2): every certificate has extensions of its own. */
export function parseCertificate13(body: Uint8Array): CertificateEntry[] {
  const what = 'Certificate';
  const reader = new ByteReader(body, what);
  reader.vector(1);
  const list = reader.inner(3);
  reader.end();
  const entries: CertificateEntry[] = [];
  while (list.remaining > 0) {
    const certificate = nextCertificate(list, entries.length, what);
    entries.push({ certificate, extensions: parseExtensions(list.inner(2), what) });
  }
  return entries;
}

/** A chain that is too long is refused, not cut: a report that shows part of it as all of it would be wrong. */
function nextCertificate(list: ByteReader, count: number, what: string): Uint8Array {
  if (count >= LIMITS.chainCertificates)
    throw garbled(`${what} has more than ${LIMITS.chainCertificates} certificates`);
  return list.vector(3, 1);
}

/** CertificateStatus (RFC 6066 section 8): a stapled OCSP response, DER; null for a kind other than `ocsp`. */
export function parseCertificateStatus(body: Uint8Array): Uint8Array | null {
  const reader = new ByteReader(body, 'CertificateStatus');
  if (reader.u8() !== 1) return null;
  const response = reader.vector(3, 1);
  reader.end();
  return response;
}

/** The staple of the leaf in TLS 1.3 (RFC 8446 section 4.4.2.1). */
export function stapleOf(leaf: CertificateEntry | undefined): Uint8Array | null {
  const extension = leaf?.extensions.find((candidate) => candidate.type === EXTENSION.statusRequest);
  return extension === undefined ? null : parseCertificateStatus(extension.data);
}

export interface CertificateRequest {
  /** ClientCertificateType; empty in TLS 1.3. */
  readonly certificateTypes: readonly number[];
  /** Empty before TLS 1.2. */
  readonly signatureSchemes: readonly number[];
  /** Names of certificate authorities, DER. */
  readonly authorities: readonly Uint8Array[];
}

/** CertificateRequest (RFC 5246 section 7.4.4, RFC 8446 section 4.3.2). */
export function parseCertificateRequest(body: Uint8Array, version: number): CertificateRequest {
  const what = 'CertificateRequest';
  const reader = new ByteReader(body, what);
  if (version >= TLS13) {
    reader.vector(1);
    const extensions = parseExtensions(reader.inner(2, 2), what);
    reader.end();
    const data = (type: number): ByteReader => new ByteReader(dataOf(extensions, type), what);
    return {
      certificateTypes: [],
      signatureSchemes: optionalList(data(13), readSchemes),
      authorities: optionalList(data(47), readNames),
    };
  }
  const certificateTypes = [...reader.vector(1, 1)];
  const signatureSchemes = version === 0x0303 ? readSchemes(reader) : [];
  const authorities = readNames(reader);
  reader.end();
  return { certificateTypes, signatureSchemes, authorities };
}

const dataOf = (extensions: readonly Extension[], type: number): Uint8Array =>
  extensions.find((extension) => extension.type === type)?.data ?? new Uint8Array();

function optionalList<T>(reader: ByteReader, read: (reader: ByteReader) => T[]): T[] {
  if (reader.remaining === 0) return [];
  const list = read(reader);
  reader.end();
  return list;
}

function readSchemes(reader: ByteReader): number[] {
  const list = reader.inner(2, 2);
  const schemes: number[] = [];
  while (list.remaining > 0) schemes.push(list.u16());
  return schemes;
}

function readNames(reader: ByteReader): Uint8Array[] {
  const list = reader.inner(2);
  const names: Uint8Array[] = [];
  while (list.remaining > 0) names.push(list.vector(2, 1));
  return names;
}

export interface EncryptedExtensions {
  readonly extensions: readonly number[];
  readonly alpn: string | null;
}

/** EncryptedExtensions (RFC 8446 section 4.3.1). */
export function parseEncryptedExtensions(body: Uint8Array): EncryptedExtensions {
  const what = 'EncryptedExtensions';
  const reader = new ByteReader(body, what);
  const extensions = parseExtensions(reader.inner(2), what);
  reader.end();
  return { extensions: extensions.map((extension) => extension.type), alpn: parseAlpn(extensions, what) };
}

/** CertificateVerify of TLS 1.3 (RFC 8446 section 4.4.3): the SignatureScheme. */
export function parseCertificateVerify(body: Uint8Array): number {
  const reader = new ByteReader(body, 'CertificateVerify');
  const scheme = reader.u16();
  reader.vector(2);
  reader.end();
  return scheme;
}

/** An alert (RFC 8446 section 6): one a record, in two octets. */
export function parseAlert(fragment: Uint8Array): { level: number; description: number } {
  const reader = new ByteReader(fragment, 'an alert');
  const level = reader.u8();
  const description = reader.u8();
  reader.end();
  if (level !== 1 && level !== 2) throw garbled(`an alert has the level ${level}`);
  return { level, description };
}

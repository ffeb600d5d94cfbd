import { ByteReader, garbled, latin1 } from './bytes.js';
import type { ServerHelloFacts } from './flight-types.js';

export const TLS12 = 0x0303;
export const TLS13 = 0x0304;

/** Extension types that are read in this layer. */
export const EXTENSION = {
  serverName: 0,
  maxFragmentLength: 1,
  statusRequest: 5,
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  signedCertificateTimestamp: 18,
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  compressCertificate: 27,
  recordSizeLimit: 28,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  cookie: 44,
  pskKeyExchangeModes: 45,
  certificateAuthorities: 47,
  signatureAlgorithmsCert: 50,
  keyShare: 51,
  renegotiationInfo: 0xff01,
} as const;

export interface Extension {
  readonly type: number;
  readonly data: Uint8Array;
}

export interface ServerHello {
  readonly facts: ServerHelloFacts;
  /** It is a HelloRetryRequest (RFC 8446 section 4.1.4). */
  readonly retry: boolean;
  readonly random: Uint8Array;
  /** NamedGroup of key_share: the one in use, or the one a HelloRetryRequest asks for. */
  readonly group: number | null;
  /** The server's public key of key_share; null without one, and in a HelloRetryRequest. */
  readonly share: Uint8Array | null;
  /** In the clear up to TLS 1.2 only. */
  readonly alpn: string | null;
}

/** The random of a HelloRetryRequest (RFC 8446 section 4.1.3): SHA-256 of those words. */
export const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

/** A list of extensions: at most one of each type (RFC 8446 section 4.2). */
export function parseExtensions(reader: ByteReader, what: string): Extension[] {
  const extensions: Extension[] = [];
  const seen = new Set<number>();
  while (reader.remaining > 0) {
    const type = reader.u16();
    if (seen.has(type)) throw garbled(`${what} has extension ${type} twice`);
    seen.add(type);
    extensions.push({ type, data: reader.vector(2) });
  }
  return extensions;
}

/** The one protocol that a server picked (RFC 7301 section 3.1), or null without the extension. */
export function parseAlpn(extensions: readonly Extension[], what: string): string | null {
  const data = find(extensions, EXTENSION.alpn);
  if (data === undefined) return null;
  const reader = new ByteReader(data, `${what}'s ALPN`);
  const list = reader.inner(2, 2);
  const name = list.vector(1, 1);
  list.end();
  reader.end();
  return latin1(name);
}

const find = (extensions: readonly Extension[], type: number): Uint8Array | undefined =>
  extensions.find((extension) => extension.type === type)?.data;

/** ServerHello of every version and HelloRetryRequest (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3). */
export function parseServerHello(body: Uint8Array): ServerHello {
  const what = 'ServerHello';
  const reader = new ByteReader(body, what);
  const legacyVersion = reader.u16();
  const random = reader.bytes(32);
  if (reader.vector(1).length > 32) throw garbled(`${what} has a session id of more than 32 octets`);
  const cipherSuite = reader.u16();
  const compression = reader.u8();
  // Before TLS 1.3 the whole block may be missing (RFC 5246 section 7.4.1.3).
  const extensions = reader.remaining === 0 ? [] : parseExtensions(reader.inner(2), what);
  reader.end();
  const retry = Buffer.from(random).toString('hex') === RETRY_RANDOM;
  const has = (type: number): boolean => find(extensions, type) !== undefined;
  return {
    facts: {
      version: pickedVersion(legacyVersion, find(extensions, EXTENSION.supportedVersions)),
      cipherSuite,
      compression,
      extensions: extensions.map((extension) => extension.type),
      extendedMasterSecret: has(EXTENSION.extendedMasterSecret),
      encryptThenMac: has(EXTENSION.encryptThenMac),
      renegotiationInfo: has(EXTENSION.renegotiationInfo),
    },
    retry,
    random,
    ...keyShare(find(extensions, EXTENSION.keyShare), retry),
    alpn: parseAlpn(extensions, what),
  };
}

/** RFC 8446 section 4.2.1: supported_versions overrides what the old field says. */
function pickedVersion(legacyVersion: number, data: Uint8Array | undefined): number {
  if (data === undefined) return legacyVersion;
  const reader = new ByteReader(data, "ServerHello's supported_versions");
  const version = reader.u16();
  reader.end();
  return version;
}

/** RFC 8446 section 4.2.8: a group and a key, or in a HelloRetryRequest the group alone. */
function keyShare(data: Uint8Array | undefined, retry: boolean): Pick<ServerHello, 'group' | 'share'> {
  if (data === undefined) return { group: null, share: null };
  const reader = new ByteReader(data, "ServerHello's key_share");
  const group = reader.u16();
  const share = retry ? null : reader.vector(2, 1);
  reader.end();
  return { group, share };
}

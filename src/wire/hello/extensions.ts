import type { Extension } from '../server-hello.js';
import { u16, u16s, v16, v8 } from './encode.js';

/** One KeyShareEntry of a ClientHello (RFC 8446 section 4.2.8). */
export interface KeyShare {
  readonly group: number;
  readonly key: Uint8Array;
}

const list16 = (values: readonly number[]): Buffer => v16(u16s(values));
const of = (type: number, data: Uint8Array = new Uint8Array()): Extension => ({ type, data });

/** The extensions of a ClientHello, encoded; each names its RFC. */
export const extension = {
  /** RFC 6066 section 3. */
  serverName: (name: string): Extension =>
    of(0, v16(Buffer.concat([Buffer.of(0), v16(Buffer.from(name, 'ascii'))]))),
  /** RFC 6066 section 8: OCSP, no responders named, no extensions. */
  statusRequest: (): Extension => of(5, Buffer.of(1, 0, 0, 0, 0)),
  /** RFC 8446 section 4.2.7. */
  supportedGroups: (groups: readonly number[]): Extension => of(10, list16(groups)),
  /** RFC 6066 section 4: 4096 octets. */
  maxFragmentLength: (): Extension => of(1, Buffer.of(4)),
  /** RFC 8449 section 4: plaintext of 2^14 octets, and the content type of TLS 1.3. */
  recordSizeLimit: (): Extension => of(28, u16(2 ** 14 + 1)),
  /** RFC 8422 section 5.1.2: uncompressed, and the two compressed forms that old servers ask for. */
  ecPointFormats: (): Extension => of(11, v8(Buffer.of(0, 1, 2))),
  /** RFC 8446 section 4.2.3, RFC 5246 section 7.4.1.4.1. */
  signatureAlgorithms: (schemes: readonly number[]): Extension => of(13, list16(schemes)),
  /** RFC 6520 section 2: peer_allowed_to_send. */
  heartbeat: (): Extension => of(15, Buffer.of(1)),
  /** RFC 7301 section 3.1. */
  alpn: (protocols: readonly string[]): Extension =>
    of(16, v16(Buffer.concat(protocols.map((name) => v8(Buffer.from(name, 'latin1')))))),
  /** RFC 7685. */
  padding: (octets: number): Extension => of(21, Buffer.alloc(octets)),
  /** RFC 7366. */
  encryptThenMac: (): Extension => of(22),
  /** RFC 7627. */
  extendedMasterSecret: (): Extension => of(23),
  /** RFC 5077 section 3.2: empty, which asks for a ticket. */
  sessionTicket: (): Extension => of(35),
  /** RFC 8446 section 4.2.1. */
  supportedVersions: (versions: readonly number[]): Extension => of(43, v8(u16s(versions))),
  /** RFC 8446 section 4.2.9; psk_dhe_ke alone unless told otherwise. */
  pskKeyExchangeModes: (modes: readonly number[] = [1]): Extension => of(45, v8(Uint8Array.from(modes))),
  /** RFC 8446 section 4.2.3: what the certificates may be signed with, apart from the handshake. */
  signatureAlgorithmsCert: (schemes: readonly number[]): Extension => of(50, list16(schemes)),
  /** RFC 8446 section 4.2.8. Empty asks for a HelloRetryRequest. */
  keyShare: (shares: readonly KeyShare[]): Extension =>
    of(51, v16(Buffer.concat(shares.map(({ group, key }) => Buffer.concat([u16(group), v16(key)]))))),
  /** RFC 5746 section 3.2: a first handshake. */
  renegotiationInfo: (): Extension => of(0xff01, Buffer.of(0)),
  /** RFC 8701: a value that means nothing, and must be passed over. */
  grease: (value: number, octets = 0): Extension => of(value, Buffer.alloc(octets)),
} as const;

import { ByteReader, garbled } from '../bytes.js';
import { u16 } from './encode.js';

/*
 * SSL 2.0 (the Netscape specification of 1995, draft-hickman-netscape-ssl-00). It was never an RFC; RFC 6176 forbids it.
 */

/** Number and name of the SSLv2 kinds of cipher, as OpenSSL named them. */
export const SSLV2_SUITES: readonly (readonly [id: number, name: string, bits: number])[] = [
  [0x010080, 'SSL_CK_RC4_128_WITH_MD5', 128],
  [0x020080, 'SSL_CK_RC4_128_EXPORT40_WITH_MD5', 40],
  [0x030080, 'SSL_CK_RC2_128_CBC_WITH_MD5', 128],
  [0x040080, 'SSL_CK_RC2_128_CBC_EXPORT40_WITH_MD5', 40],
  [0x050080, 'SSL_CK_IDEA_128_CBC_WITH_MD5', 128],
  [0x060040, 'SSL_CK_DES_64_CBC_WITH_MD5', 56],
  [0x0700c0, 'SSL_CK_DES_192_EDE3_CBC_WITH_MD5', 112],
  [0x080080, 'SSL_CK_RC4_64_WITH_MD5', 64],
];

const CLIENT_HELLO = 1;
const SERVER_HELLO = 4;
const ERROR = 0;
const VERSION = 0x0002;
/** Two octets of length; the first bit says that there is no padding. */
const HEADER = 2;
/** A SERVER-HELLO holds one certificate and a list of suites. */
const LONGEST_MESSAGE = 0x7fff;

/** CLIENT-HELLO of SSL 2.0 with all its suites. */
export function encodeSslv2Hello(challenge: Uint8Array): Buffer {
  const suites = Buffer.concat(SSLV2_SUITES.map(([id]) => Buffer.of(id >> 16, (id >> 8) & 0xff, id & 0xff)));
  const body = Buffer.concat([
    Buffer.of(CLIENT_HELLO),
    u16(VERSION),
    u16(suites.length),
    u16(0),
    u16(challenge.length),
    suites,
    challenge,
  ]);
  return Buffer.concat([u16(0x8000 | body.length), body]);
}

export type Sslv2Answer =
  | { readonly kind: 'hello'; readonly suites: readonly number[]; readonly certificate: Uint8Array | null }
  | { readonly kind: 'error'; readonly code: number };

/** Whether the octets so far can be SSLv2's at all: a record of TLS begins with its content type, 20 to 24, and 3. */
export function looksLikeSslv2(octets: Uint8Array): boolean {
  return octets.length < 1 || (octets[0] ?? 0) >= 0x80;
}

/**
 * SERVER-HELLO or ERROR; null while it is not complete.
 * @throws SmtpcheckError `tls-garbled`
 */
export function readSslv2Answer(octets: Uint8Array): Sslv2Answer | null {
  const [high = 0, low = 0] = octets;
  if (octets.length < HEADER) return null;
  const length = ((high & 0x7f) << 8) | low;
  if (length > LONGEST_MESSAGE) throw garbled(`an SSLv2 message says it is ${length} octets long`);
  if (octets.length < HEADER + length) return null;
  return parse(new ByteReader(octets.subarray(HEADER, HEADER + length), 'SERVER-HELLO'));
}

function parse(reader: ByteReader): Sslv2Answer {
  const type = reader.u8();
  if (type === ERROR) return { kind: 'error', code: reader.u16() };
  if (type !== SERVER_HELLO) throw garbled(`an SSLv2 message of type ${type} came, not SERVER-HELLO`);
  reader.u8();
  reader.u8();
  const version = reader.u16();
  if (version !== VERSION) throw garbled(`SERVER-HELLO of SSLv2 has the version 0x${version.toString(16)}`);
  const [certificateLength, suitesLength, idLength] = [reader.u16(), reader.u16(), reader.u16()];
  const certificate = reader.bytes(certificateLength);
  const suites = reader.bytes(suitesLength);
  reader.bytes(idLength);
  if (suitesLength % 3 !== 0) throw garbled('SERVER-HELLO of SSLv2 has a list of suites that is cut short');
  const ids = Array.from({ length: suitesLength / 3 }, (_, i) => {
    const [a = 0, b = 0, c = 0] = suites.subarray(i * 3, i * 3 + 3);
    return (a << 16) | (b << 8) | c;
  });
  return { kind: 'hello', suites: ids, certificate: certificateLength === 0 ? null : certificate };
}

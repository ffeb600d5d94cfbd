import { ByteReader, garbled } from './bytes.js';
import type { KeyExchange } from './key-exchange.js';
import { TLS12 } from './server-hello.js';

export interface ServerKeyExchange {
  /** NamedGroup of ECDHE; 0xff01 or 0xff02 when the server wrote the curve out instead of naming it. */
  readonly group: number | null;
  /** Size of the DH prime, bits. */
  readonly dhBits: number | null;
  /** That prime, without leading zeros. */
  readonly dhPrime: Uint8Array | null;
  /** SignatureAndHashAlgorithm of TLS 1.2; null before, and where nothing is signed. */
  readonly signatureScheme: number | null;
}

const WHAT = 'ServerKeyExchange';

const NOTHING: ServerKeyExchange = { group: null, dhBits: null, dhPrime: null, signatureScheme: null };

const CURVE_TYPE = { explicitPrime: 1, explicitChar2: 2, named: 3 } as const;

/**
 * ServerKeyExchange up to TLS 1.2 (RFC 5246 section 7.4.3, RFC 8422 section 5.4, RFC 4279, RFC 5489, RFC 5054 section 2.8).
 * The message does not say what it holds: that follows from the suite.
 */
export function parseServerKeyExchange(
  body: Uint8Array,
  exchange: KeyExchange,
  version: number,
): ServerKeyExchange {
  const reader = new ByteReader(body, WHAT);
  if (exchange.pskHint) reader.vector(2);
  switch (exchange.kind) {
    case 'unknown':
      return NOTHING;
    case 'none':
      if (!exchange.pskHint) throw garbled(`${WHAT} was sent for a suite that has none`);
      reader.end();
      return NOTHING;
    case 'ecdhe':
      return parseEcdhe(reader, exchange, version);
    case 'dhe': {
      const dhPrime = withoutZeros(reader.vector(2, 1));
      reader.vector(2, 1);
      reader.vector(2, 1);
      return {
        ...NOTHING,
        dhBits: bitLength(dhPrime),
        dhPrime,
        signatureScheme: parseSignature(reader, exchange, version),
      };
    }
    case 'rsa-export':
      reader.vector(2, 1);
      reader.vector(2, 1);
      return { ...NOTHING, signatureScheme: parseSignature(reader, exchange, version) };
    case 'srp':
      // N, g, salt, B: the group is the server's choice, but its size is not one of a DH key.
      reader.vector(2, 1);
      reader.vector(2, 1);
      reader.vector(1, 1);
      reader.vector(2, 1);
      return { ...NOTHING, signatureScheme: parseSignature(reader, exchange, version) };
  }
}

function parseEcdhe(reader: ByteReader, exchange: KeyExchange, version: number): ServerKeyExchange {
  const curveType = reader.u8();
  // Explicit curves are long dead (RFC 8422 section 5.4) and of several shapes: that there was one is all that is told.
  if (curveType === CURVE_TYPE.explicitPrime) return { ...NOTHING, group: 0xff01 };
  if (curveType === CURVE_TYPE.explicitChar2) return { ...NOTHING, group: 0xff02 };
  if (curveType !== CURVE_TYPE.named) throw garbled(`${WHAT} has the curve type ${curveType}`);
  const group = reader.u16();
  reader.vector(1, 1);
  return { ...NOTHING, group, signatureScheme: parseSignature(reader, exchange, version) };
}

/** The signature at the end, with the algorithm in front of it since TLS 1.2 (RFC 5246 section 4.7). */
function parseSignature(reader: ByteReader, exchange: KeyExchange, version: number): number | null {
  const scheme = exchange.signed && version >= TLS12 ? reader.u16() : null;
  if (exchange.signed) reader.vector(2);
  reader.end();
  return scheme;
}

function withoutZeros(integer: Uint8Array): Uint8Array {
  const first = integer.findIndex((octet) => octet !== 0);
  return first < 0 ? new Uint8Array() : integer.slice(first);
}

/** Of an integer without leading zeros. */
export function bitLength(integer: Uint8Array): number {
  return integer.length === 0 ? 0 : integer.length * 8 - (Math.clz32(integer[0] ?? 0) - 24);
}

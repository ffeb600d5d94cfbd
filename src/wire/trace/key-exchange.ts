import { garbled, type ByteReader } from '../bytes.js';
import { keyExchangeOf, type KeyExchange } from '../key-exchange.js';
import { suiteById } from '../names.js';
import { TLS12 } from '../server-hello.js';
import { bitLength } from '../server-key-exchange.js';
import { CURVE_TYPES } from '../tables/messages.js';
import * as codes from './codes.js';
import { add, count, opaque, type Fields } from './fields.js';

/** What the hellos have settled; null before they have. */
export interface Negotiated {
  readonly version: number | null;
  readonly suite: number | null;
}

/**
 * ServerKeyExchange up to TLS 1.2 (RFC 5246 section 7.4.3, RFC 8422 section 5.4, RFC 4279, RFC 5054 section 2.8): what it holds
 * follows from the suite.
 */
export function serverKeyExchange(reader: ByteReader, out: Fields, negotiated: Negotiated): void {
  const exchange = keyExchangeOf(negotiated.suite ?? -1);
  if (exchange.pskHint) opaque(out, 'psk_identity_hint', reader, 2);
  switch (exchange.kind) {
    case 'none':
      return;
    case 'unknown':
      rest(out, 'params', reader);
      return;
    case 'ecdhe':
      if (!namedCurve(reader, out)) return;
      break;
    case 'dhe':
      add(out, 'dh_p', count(bitLength(reader.vector(2, 1)), 'bits'));
      opaque(out, 'dh_g', reader, 2);
      opaque(out, 'dh_Ys', reader, 2);
      break;
    case 'rsa-export':
      add(out, 'rsa_modulus', count(bitLength(reader.vector(2, 1)), 'bits'));
      opaque(out, 'rsa_exponent', reader, 2);
      break;
    case 'srp':
      add(out, 'srp_N', count(bitLength(reader.vector(2, 1)), 'bits'));
      opaque(out, 'srp_g', reader, 2);
      opaque(out, 'srp_s', reader, 1);
      opaque(out, 'srp_B', reader, 2);
      break;
  }
  if (exchange.signed) signature(reader, out, negotiated);
}

/** False for a curve that is written out, of which no more is read: they are long dead and of several shapes. */
function namedCurve(reader: ByteReader, out: Fields): boolean {
  const type = codes.small(CURVE_TYPES, reader.u8());
  add(out, 'curve_type', type);
  if (type.name === null) throw garbled(`${reader.what} has the curve type ${type.id}`);
  if (type.name !== 'named_curve') {
    rest(out, 'curve', reader);
    return false;
  }
  add(out, 'named_curve', codes.group(reader.u16()));
  opaque(out, 'point', reader, 1);
  return true;
}

/** A signature, with its algorithm in front of it since TLS 1.2 (RFC 5246 section 4.7). */
export function signature(reader: ByteReader, out: Fields, { version }: Negotiated): void {
  if ((version ?? TLS12) >= TLS12) add(out, 'algorithm', codes.scheme(reader.u16()));
  opaque(out, 'signature', reader, 2);
}

type ClientKey = 'ecdh' | 'dh' | 'rsa' | 'srp' | 'none' | 'unknown';

/** ClientKeyExchange (RFC 5246 section 7.4.7, RFC 8422 section 5.7, RFC 4279, RFC 5054). */
export function clientKeyExchange(reader: ByteReader, out: Fields, { suite }: Negotiated): void {
  const exchange = keyExchangeOf(suite ?? -1);
  if (exchange.pskHint) opaque(out, 'psk_identity', reader, 2);
  switch (clientKey(suite ?? -1, exchange)) {
    case 'ecdh':
      // Implicit where a client certificate holds it.
      if (reader.remaining > 0) opaque(out, 'ecdh_Yc', reader, 1);
      return;
    case 'dh':
      if (reader.remaining > 0) opaque(out, 'dh_Yc', reader, 2);
      return;
    case 'rsa':
      opaque(out, 'encrypted_pre_master_secret', reader, 2);
      return;
    case 'srp':
      opaque(out, 'srp_A', reader, 2);
      return;
    case 'none':
      return;
    case 'unknown':
      rest(out, 'exchange_keys', reader);
  }
}

function clientKey(suite: number, { kind }: KeyExchange): ClientKey {
  if (kind === 'ecdhe') return 'ecdh';
  if (kind === 'dhe') return 'dh';
  if (kind === 'rsa-export') return 'rsa';
  if (kind !== 'none') return kind;
  const [, words = ''] = /^TLS_(.+?)_WITH_/.exec(suiteById(suite)?.iana ?? '') ?? [];
  if (words.startsWith('ECDH_')) return 'ecdh';
  if (words.startsWith('DH_')) return 'dh';
  if (words === 'PSK') return 'none';
  return /^RSA(?:_PSK|_EXPORT)?$/.test(words) ? 'rsa' : 'unknown';
}

/** All that is left, unseen. */
export function rest(out: Fields, name: string, reader: ByteReader): void {
  add(out, name, { kind: 'opaque', length: reader.bytes(reader.remaining).length });
}

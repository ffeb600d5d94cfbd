import { createHmac } from 'node:crypto';
import { TLS12 } from './server-hello.js';

/** P_hash (RFC 5246 section 5). */
function expand(hash: string, secret: Uint8Array, seed: Uint8Array, length: number): Buffer {
  const hmac = (...data: readonly Uint8Array[]): Buffer =>
    createHmac(hash, secret).update(Buffer.concat(data)).digest();
  const blocks: Buffer[] = [];
  let a = hmac(seed);
  for (let have = 0; have < length; have += a.length) {
    blocks.push(hmac(a, seed));
    a = hmac(a);
  }
  return Buffer.concat(blocks).subarray(0, length);
}

/**
 * The PRF of TLS 1.0 to 1.2: of one hash in TLS 1.2 (RFC 5246 section 5), before that MD5 over one half of the secret XOR
 * SHA-1 over the other; where the length is odd they share the octet in the middle (RFC 2246 section 5).
 */
export function legacyPrf(
  version: number,
  hash: 'sha256' | 'sha384',
  secret: Uint8Array,
  label: string,
  seed: Uint8Array,
  length: number,
): Uint8Array {
  const input = Buffer.concat([Buffer.from(label, 'latin1'), seed]);
  if (version >= TLS12) return expand(hash, secret, input, length);
  const half = Math.ceil(secret.length / 2);
  const md5 = expand('md5', secret.subarray(0, half), input, length);
  const sha1 = expand('sha1', secret.subarray(secret.length - half), input, length);
  return md5.map((octet, i) => octet ^ (sha1[i] ?? 0));
}

import { createHash, createHmac } from 'node:crypto';
import { hkdfExpandLabel } from '../record-protection.js';

type Digest = 'sha256' | 'sha384';

/** TLS_AES_256_GCM_SHA384 is the only suite of RFC 8446 with SHA-384. */
const digestOf = (suite: number): Digest => (suite === 0x1302 ? 'sha384' : 'sha256');

/**
 * The server handshake traffic secret of a TLS 1.3 handshake without a PSK (RFC 8446 section 7.1): what opens the server's
 * flight. The two messages are those of the transcript, headers included.
 */
export function serverHandshakeSecret(
  suite: number,
  shared: Uint8Array,
  clientHello: Uint8Array,
  serverHello: Uint8Array,
): Uint8Array {
  const digest = digestOf(suite);
  const zeros = Buffer.alloc(createHash(digest).digest().length);
  const early = extract(digest, zeros, zeros);
  const derived = deriveSecret(digest, early, 'derived', Buffer.alloc(0));
  const handshake = extract(digest, derived, shared);
  return deriveSecret(digest, handshake, 's hs traffic', Buffer.concat([clientHello, serverHello]));
}

/** HKDF-Extract (RFC 5869 section 2.2). */
function extract(digest: Digest, salt: Uint8Array, keyMaterial: Uint8Array): Buffer {
  return createHmac(digest, salt).update(keyMaterial).digest();
}

/** Derive-Secret: HKDF-Expand-Label over the hash of the transcript. */
function deriveSecret(digest: Digest, secret: Uint8Array, label: string, transcript: Uint8Array): Uint8Array {
  const context = createHash(digest).update(transcript).digest();
  return hkdfExpandLabel(digest, secret, label, context.length, context);
}

import { createHash, createHmac, pbkdf2 } from 'node:crypto';
import { SmtpcheckError } from '../../core/errors.js';
import { utf8 } from './bytes.js';

export type ScramHash = 'sha1' | 'sha256' | 'sha512';

const OCTETS: Readonly<Record<ScramHash, number>> = { sha1: 20, sha256: 32, sha512: 64 };

export interface ScramProofs {
  readonly clientProof: Uint8Array;
  /** What the server must answer, if it knows the password. */
  readonly serverSignature: Uint8Array;
}

/** The client's proof and the server's signature over one exchange (RFC 5802 section 3). The names are the RFC's. */
export async function scramProofs(
  hash: ScramHash,
  password: string,
  { salt, iterations }: { readonly salt: Uint8Array; readonly iterations: number },
  authMessage: string,
): Promise<ScramProofs> {
  const saltedPassword = await hi(hash, password, salt, iterations);
  const clientKey = hmac(hash, saltedPassword, 'Client Key');
  const storedKey = createHash(hash).update(clientKey).digest();
  const clientSignature = hmac(hash, storedKey, authMessage);
  const serverKey = hmac(hash, saltedPassword, 'Server Key');
  return {
    clientProof: clientKey.map((octet, i) => octet ^ (clientSignature[i] ?? 0)),
    serverSignature: hmac(hash, serverKey, authMessage),
  };
}

function hmac(hash: ScramHash, key: Uint8Array, text: string): Uint8Array {
  return createHmac(hash, key).update(utf8(text)).digest();
}

/** Hi() of RFC 5802 section 2.2 is PBKDF2; in the thread pool, so that signals and the deadline are still heard. */
function hi(hash: ScramHash, password: string, salt: Uint8Array, iterations: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    pbkdf2(utf8(password), salt, iterations, OCTETS[hash], hash, (error, key) => {
      if (error === null) resolve(key);
      // OpenSSL in FIPS mode refuses short salts and low counts.
      else reject(new SmtpcheckError('library-cannot-offer', 'auth', 'OpenSSL refuses this PBKDF2'));
    });
  });
}

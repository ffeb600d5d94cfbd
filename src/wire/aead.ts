import { createDecipheriv, type CipherCCMTypes, type CipherGCMTypes } from 'node:crypto';

/** Authenticated encryption with its parameters, by Node's name for the cipher. */
export interface Aead {
  readonly cipher: CipherCCMTypes | CipherGCMTypes | 'chacha20-poly1305';
  readonly keyLength: number;
  readonly tagLength: number;
}

/** Decrypts; `sealed` ends with the tag. Throws what node:crypto throws when it is not authentic. */
export function openAead(
  { cipher, tagLength }: Aead,
  key: Uint8Array,
  nonce: Uint8Array,
  additional: Uint8Array,
  sealed: Uint8Array,
): Uint8Array {
  const text = sealed.subarray(0, -tagLength);
  const tag = sealed.subarray(-tagLength);
  const options = { authTagLength: tagLength };
  if (cipher.endsWith('-ccm')) {
    const decipher = createDecipheriv(cipher as CipherCCMTypes, key, nonce, options).setAuthTag(tag);
    decipher.setAAD(additional, { plaintextLength: text.length });
    // CCM checks the tag in update(); final() would only repeat it.
    return decipher.update(text);
  }
  const decipher = createDecipheriv(cipher as CipherGCMTypes, key, nonce, options).setAuthTag(tag);
  decipher.setAAD(additional);
  return Buffer.concat([decipher.update(text), decipher.final()]);
}

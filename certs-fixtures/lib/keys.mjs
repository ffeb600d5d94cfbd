// Test keys. RSA keys are slow to make, so cases share them: ask twice for one label and get the same key.
import { generateKeyPairSync, createHash } from 'node:crypto';

const KINDS = {
  'rsa-1024': ['rsa', { modulusLength: 1024 }],
  'rsa-1536': ['rsa', { modulusLength: 1536 }],
  'rsa-2048': ['rsa', { modulusLength: 2048 }],
  'rsa-pss-2048': ['rsa-pss', { modulusLength: 2048 }],
  'p-192': ['ec', { namedCurve: 'prime192v1' }],
  'p-224': ['ec', { namedCurve: 'secp224r1' }],
  'p-256': ['ec', { namedCurve: 'prime256v1' }],
  'p-384': ['ec', { namedCurve: 'secp384r1' }],
  'p-521': ['ec', { namedCurve: 'secp521r1' }],
  ed25519: ['ed25519', {}],
  ed448: ['ed448', {}],
};

const cache = new Map();

export function key(kind, label = 'leaf') {
  const id = `${kind} ${label}`;
  if (!cache.has(id)) {
    const [type, options] = KINDS[kind];
    cache.set(id, { kind, ...generateKeyPairSync(type, options) });
  }
  return cache.get(id);
}

export const spki = ({ publicKey }) => publicKey.export({ type: 'spki', format: 'der' });
export const keyId = (pair) => createHash('sha1').update(spki(pair)).digest();
export const pkcs8 = ({ privateKey }) => privateKey.export({ type: 'pkcs8', format: 'pem' });
export const encryptedPkcs8 = ({ privateKey }, passphrase) =>
  privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase });

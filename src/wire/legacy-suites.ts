import { getCipherInfo } from 'node:crypto';
import type { Aead } from './aead.js';
import { suiteById } from './names.js';

/** How a suite up to TLS 1.2 protects records. */
export type LegacyProtection = {
  /** Of the PRF in TLS 1.2 (RFC 5246 section 5). */
  readonly prf: 'sha256' | 'sha384';
} & (
  | ({
      readonly kind: 'aead';
      /** Octets of the nonce that stand in front of each record: 8, or 0 for ChaCha20-Poly1305 (RFC 7905 section 2). */
      readonly explicitNonce: 0 | 8;
    } & Aead)
  | {
      readonly kind: 'cbc';
      readonly cipher: string;
      readonly keyLength: number;
      readonly block: number;
      readonly mac: string;
    }
  | { readonly kind: 'null'; readonly mac: string }
);

const MACS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  SHA: 'sha1',
  SHA256: 'sha256',
  SHA384: 'sha384',
};

/** By the suite's name, which says it all; null for what is not opened here or what this Node.js has no cipher for. */
export function legacyProtection(suiteId: number): LegacyProtection | null {
  const suite = suiteById(suiteId);
  if (suite === undefined || suite.tls13 || suite.iana === null) return null;
  const words = /^TLS_(?!.*_EXPORT).+_WITH_(.+)$/.exec(suite.iana)?.[1] ?? '';
  const prf = words.endsWith('_SHA384') ? 'sha384' : 'sha256';
  const found = aead(words) ?? cbc(words) ?? withoutCipher(words);
  if (found === null) return null;
  if (found.kind !== 'null' && getCipherInfo(found.cipher) === undefined) return null;
  return { ...found, prf };
}

type Kind<K> = Omit<Extract<LegacyProtection, { kind: K }>, 'prf'>;

/** RFC 5288 (GCM), RFC 6655 (CCM), RFC 7905 (ChaCha20-Poly1305), RFC 6209 (ARIA). */
function aead(words: string): Kind<'aead'> | null {
  if (words === 'CHACHA20_POLY1305_SHA256') {
    return { kind: 'aead', cipher: 'chacha20-poly1305', keyLength: 32, tagLength: 16, explicitNonce: 0 };
  }
  const [, name, bits, mode, short] =
    /^(AES|ARIA|CAMELLIA)_(128|256)_(GCM|CCM)(_8)?(?:_SHA\d+)?$/.exec(words) ?? [];
  if (name === undefined) return null;
  return {
    kind: 'aead',
    cipher: `${name}-${bits ?? ''}-${mode ?? ''}`.toLowerCase() as Aead['cipher'],
    keyLength: Number(bits) / 8,
    tagLength: short === undefined ? 16 : 8,
    explicitNonce: 8,
  };
}

/** RFC 5246 section 6.2.3.2, and RFC 5932 and 6209 for Camellia and ARIA. */
function cbc(words: string): Kind<'cbc'> | null {
  const [, cipher, hash] =
    /^((?:AES|ARIA|CAMELLIA)_(?:128|256)|3DES_EDE)_CBC_(SHA|SHA256|SHA384)$/.exec(words) ?? [];
  const mac = MACS[hash ?? ''];
  if (cipher === undefined || mac === undefined) return null;
  if (cipher === '3DES_EDE') return { kind: 'cbc', cipher: 'des-ede3-cbc', keyLength: 24, block: 8, mac };
  const name = `${cipher.toLowerCase().replace('_', '-')}-cbc`;
  return { kind: 'cbc', cipher: name, keyLength: Number(cipher.slice(-3)) / 8, block: 16, mac };
}

function withoutCipher(words: string): Kind<'null'> | null {
  const mac = MACS[/^NULL_(.+)$/.exec(words)?.[1] ?? ''];
  return mac === undefined ? null : { kind: 'null', mac };
}

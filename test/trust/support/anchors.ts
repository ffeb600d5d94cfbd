import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SmtpcheckError } from '../../../src/core/errors.js';
import type { TrustStore } from '../../../src/x509/certificate-types.js';
import { nameHash, parseName } from '../../../src/x509/name.js';
import { certificateDer, cn } from '../../x509/support/der-writer.js';

/** Two anchors of one name, and one of another. */
export const A = cn('Anchor A');
export const B = cn('Anchor B');
export const root = (subject: Uint8Array, serial: number): Uint8Array =>
  certificateDer({ subject, serial: [serial] });
export const a1 = root(A, 1);
export const a2 = root(A, 2);
export const b1 = root(B, 3);

/** The file name that `openssl rehash` would give. */
export const hashed = (subject: Uint8Array, number: number): string =>
  `${nameHash(parseName(subject))}.${number}`;

/** Serial numbers of what a store trusts under a name. */
export const serials = (store: TrustStore, subject: Uint8Array): string[] =>
  store.bySubject(parseName(subject)).map((cert) => cert.serial);

/** A temporary place to make directories in. */
export function openSandbox() {
  const base = mkdtempSync(join(tmpdir(), 'smtpcheck-trust-'));
  let made = 0;
  return {
    base,
    /** A new directory of these files. */
    directory: (files: Readonly<Record<string, string | Uint8Array>>): string => {
      const dir = join(base, String((made += 1)));
      mkdirSync(dir);
      for (const [name, content] of Object.entries(files)) writeFileSync(join(dir, name), content);
      return dir;
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** The error that `open` throws. */
export function failure(open: () => unknown): { code: string; phase: string; hint: string | undefined } {
  try {
    open();
  } catch (error) {
    if (error instanceof SmtpcheckError) return { code: error.code, phase: error.phase, hint: error.hint };
    throw error;
  }
  throw new Error('nothing was thrown');
}

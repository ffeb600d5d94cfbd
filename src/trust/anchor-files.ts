import { readFileSync, statSync } from 'node:fs';
import { SmtpcheckError } from '../core/errors.js';
import type { TrustSettings } from '../x509/certificate-types.js';
import { TAG } from '../x509/der.js';
import { readPemCertificates } from '../x509/pem.js';
import { readTrustSettings } from './trust-settings.js';

/** Octets of one file in a CA directory. Whole bundles are below 1 MiB; stops a stray database dump from being read. */
const MAX_DIRECTORY_FILE = 4 * 1024 * 1024;

/** Trust store errors are usage errors: the user named the file, and nothing was sent. */
export function unreadable(message: string, cause: unknown, hint?: string): SmtpcheckError {
  return new SmtpcheckError('ca-unreadable', 'trust', `${message}: ${reasonOf(cause)}`, { hint, cause });
}

export function malformed(message: string): SmtpcheckError {
  return new SmtpcheckError('ca-unreadable', 'trust', message, {
    hint: 'PEM wants BEGIN and END alone in their lines: was one file put behind another without a newline?',
  });
}

export function empty(message: string, hint: string): SmtpcheckError {
  return new SmtpcheckError('ca-empty', 'trust', message, { hint });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  ELOOP: 'too many levels of symbolic links',
};

/** The code of a file system error, such as `ENOENT`. */
export function errnoOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
}

function reasonOf(cause: unknown): string {
  const code = errnoOf(cause);
  return REASONS[code] ?? code;
}

/** One certificate of a store, as it stands in a file. */
export interface AnchorEntry {
  readonly der: Uint8Array;
  readonly settings: TrustSettings | null;
}

/** The certificates in a PEM or DER file, and what is wrong with the first broken block, behind which nothing is read. */
export function anchorEntries(bytes: Buffer): { entries: AnchorEntry[]; broken: string | null } {
  const text = bytes.toString('latin1');
  if (!text.includes('-----BEGIN ')) {
    return { entries: bytes[0] === TAG.sequence ? [{ der: bytes, settings: null }] : [], broken: null };
  }
  const { certificates, broken } = readPemCertificates(text);
  return { entries: certificates.map(({ der, aux }) => ({ der, settings: readTrustSettings(aux) })), broken };
}

/** The anchors in one entry of a directory: none when it is no regular file (a FIFO would block) or cannot be read. */
export function anchorEntriesAt(path: string): AnchorEntry[] {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= MAX_DIRECTORY_FILE ? anchorEntries(readFileSync(path)).entries : [];
  } catch (error) {
    if (errnoOf(error) === 'unknown error') throw error;
    return [];
  }
}

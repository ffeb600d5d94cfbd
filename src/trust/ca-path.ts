import { lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LIMITS } from '../core/limits.js';
import type { Certificate, TrustSettings, TrustStore } from '../x509/certificate-types.js';
import { nameEquals, nameHash, type Name } from '../x509/name.js';
import { indexAnchors, readAnchor, settingsLookup, withoutDuplicates } from './anchor-index.js';
import { anchorEntriesAt, empty, errnoOf, unreadable, type AnchorEntry } from './anchor-files.js';

/** What `openssl rehash` makes: X509_NAME_hash of the subject and a number against collisions. */
const HASH_NAME = /^[0-9a-f]{8}\.\d+$/;

/** Fails unless `dir` is a directory that may be entered: the permission that look-ups need. */
function checkDirectory(dir: string): void {
  try {
    statSync(`${dir}/.`);
  } catch (error) {
    const hint = errnoOf(error) === 'ENOTDIR' ? `for a file: --ca-file ${dir}` : undefined;
    throw unreadable(`cannot read the CA directory ${dir}`, error, hint);
  }
}

/** The names in the directory, or null where listing them is forbidden. */
function list(dir: string): string[] | null {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'EACCES') return null;
    throw unreadable(`cannot read the CA directory ${dir}`, error);
  }
}

/** There is an entry of this name, be it a link that leads nowhere. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // What cannot be looked at is not trusted.
  }
}

/** What a directory says of one name. */
interface HashEntry {
  readonly certificates: readonly Certificate[];
  readonly settingsOf: (certificate: Certificate) => TrustSettings | null;
}

/** `<hash>.0`, `<hash>.1`, … until one is missing; a link that leads nowhere, or junk, is passed over, as OpenSSL's by_dir does. */
function lookUpByHash(dir: string, name: Name): HashEntry {
  const hash = nameHash(name);
  const entries: AnchorEntry[] = [];
  for (let i = 0; i < LIMITS.anchorsPerName; i++) {
    const path = join(dir, `${hash}.${i}`);
    if (!exists(path)) break;
    entries.push(...anchorEntriesAt(path));
  }
  const named = entries
    .flatMap(({ der }) => readAnchor(der) ?? [])
    .filter((certificate) => nameEquals(certificate.subject, name));
  return { certificates: withoutDuplicates(named), settingsOf: settingsLookup(entries) };
}

function hashedStore(dir: string): TrustStore {
  const found = new Map<string, HashEntry>();
  const entry = (name: Name): HashEntry => {
    const known = found.get(name.canonicalKey) ?? lookUpByHash(dir, name);
    found.set(name.canonicalKey, known);
    return known;
  };
  return {
    bySubject: (name) => entry(name).certificates,
    settingsOf: (certificate) => entry(certificate.subject).settingsOf(certificate),
    describe: () =>
      `directory ${dir} (by subject hash; like OpenSSL, files without a hash name are not read)`,
  };
}

function plainStore(dir: string, entries: readonly string[]): TrustStore {
  const index = indexAnchors([...entries].sort().flatMap((entry) => anchorEntriesAt(join(dir, entry))));
  if (index.isEmpty()) {
    throw empty(
      `the CA directory ${dir} has no certificate that may be trusted for servers`,
      `after adding certificates: openssl rehash ${dir}; for a single file: --ca-file FILE`,
    );
  }
  return {
    bySubject: (name) => index.bySubject(name),
    settingsOf: (certificate) => index.settingsOf(certificate),
    describe: () =>
      `directory ${dir} (${index.size} ${index.size === 1 ? 'certificate' : 'certificates'}, read whole: no hash names)`,
  };
}

/**
 * A CA directory. One with hash names (`openssl rehash`) is looked into as OpenSSL's -CApath does, file by file as names are
 * asked for. One without any is read whole, where OpenSSL would find nothing.
 */
export function openCaPath(dir: string): TrustStore {
  checkDirectory(dir);
  const entries = list(dir);
  // A directory that may be entered but not listed can only be looked into by hash.
  if (entries === null || entries.some((entry) => HASH_NAME.test(entry))) return hashedStore(dir);
  return plainStore(dir, entries);
}

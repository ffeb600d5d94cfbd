import { readFileSync, statSync } from 'node:fs';
import type { TrustStore } from '../x509/certificate-types.js';
import { indexAnchors } from './anchor-index.js';
import { anchorEntries, empty, errnoOf, malformed, unreadable } from './anchor-files.js';

/** Octets of a CA file. Bundles are below 1 MiB; stops `/dev/zero` and a disk image from filling memory. */
const MAX_FILE = 64 * 1024 * 1024;

function readAll(file: string): Buffer {
  try {
    const stat = statSync(file);
    if (stat.isCharacterDevice() || stat.size > MAX_FILE)
      throw new Error('not a file of certificates: a device, or too large');
    return readFileSync(file);
  } catch (error) {
    const hint = errnoOf(error) === 'EISDIR' ? `for a directory: --ca-path ${file}` : undefined;
    throw unreadable(`cannot read the CA file ${file}`, error, hint);
  }
}

/** The trust anchors in one PEM or DER file, such as a distribution's bundle. */
export function openCaFile(file: string): TrustStore {
  const { entries, broken } = anchorEntries(readAll(file));
  // OpenSSL's -CAfile takes nothing of such a file. To go on without the rest would blame the server for a missing CA.
  if (broken !== null) throw malformed(`cannot read the CA file ${file}: ${broken}`);
  const index = indexAnchors(entries);
  if (index.isEmpty()) {
    throw empty(
      `the CA file ${file} has no certificate that may be trusted for servers`,
      'it takes CERTIFICATE blocks in PEM, or one certificate in DER',
    );
  }
  return {
    bySubject: (name) => index.bySubject(name),
    settingsOf: (certificate) => index.settingsOf(certificate),
    describe: () => `file ${file} (${index.size} ${index.size === 1 ? 'certificate' : 'certificates'})`,
  };
}

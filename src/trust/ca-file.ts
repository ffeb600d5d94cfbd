import { readFileSync } from 'node:fs';
import type { TrustStore } from '../x509/certificate-types.js';
import { indexAnchors } from './anchor-index.js';
import { anchorDers, empty, errnoOf, unreadable } from './anchor-files.js';

function readAll(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const hint = errnoOf(error) === 'EISDIR' ? `for a directory: --ca-path ${file}` : undefined;
    throw unreadable(`cannot read the CA file ${file}`, error, hint);
  }
}

/** The trust anchors in one PEM or DER file, such as a distribution's bundle. */
export function openCaFile(file: string): TrustStore {
  const index = indexAnchors(anchorDers(readAll(file)));
  if (index.isEmpty()) {
    throw empty(
      `the CA file ${file} has no certificate that may be trusted for servers`,
      'it takes CERTIFICATE blocks in PEM, or one certificate in DER',
    );
  }
  return {
    bySubject: (name) => index.bySubject(name),
    describe: () => `file ${file} (${index.size} ${index.size === 1 ? 'certificate' : 'certificates'})`,
  };
}

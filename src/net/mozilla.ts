import { rootCertificates } from 'node:tls';

/**
 * Mozilla's roots as this Node.js carries them, PEM. Never Node's default roots: NODE_EXTRA_CA_CERTS adds to those.
 */
export function mozillaRoots(): { readonly pems: readonly string[]; readonly label: string } {
  return {
    pems: rootCertificates,
    label: `mozilla (Node.js ${process.versions.node}, ${rootCertificates.length} certificates)`,
  };
}

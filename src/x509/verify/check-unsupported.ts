import type { Certificate } from '../certificate-types.js';
import { OTHER_EXTENSION } from './flags.js';
import { report, type VerifyState } from './state.js';

/**
 * Where OpenSSL checks RFC 3779 resources. They are not implemented (no mail server's CA has any), so any certificate of the
 * path that has them fails: closed rather than unchecked.
 */
export function refuseUnsupported(state: VerifyState): void {
  for (const [depth, cert] of state.path.entries()) {
    if (hasResources(cert)) report(state, 'X509_V_ERR_UNNESTED_RESOURCE', depth);
  }
}

/** Address blocks or autonomous system numbers (RFC 3779). */
function hasResources(cert: Certificate): boolean {
  return cert.extensions.some(
    ({ oid }) => oid === OTHER_EXTENSION.ipAddressBlocks || oid === OTHER_EXTENSION.autonomousSystems,
  );
}

import type { Certificate } from '../certificate-types.js';
import { OTHER_EXTENSION } from './flags.js';
import { report, type VerifyState } from './state.js';

/**
 * Where OpenSSL checks name constraints (check_name_constraints) and RFC 3779 resources. Neither is implemented, so any
 * certificate of the path that has such constraints fails: closed rather than unchecked.
 */
export function refuseUnsupported(state: VerifyState): void {
  for (let depth = state.path.length - 1; depth >= 0; depth--) {
    if (state.path[depth]?.hasNameConstraints === true) {
      report(state, 'X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE', depth);
    }
  }
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

import { EXTENSION } from '../oid.js';
import { report, type VerifyState } from './state.js';

/** OpenSSL's check_name_constraints. */
export function checkNameConstraints(state: VerifyState): void {
  for (let depth = state.path.length - 1; depth >= 0; depth--) {
    if (state.path[depth]?.extensions.some(({ oid }) => oid === EXTENSION.nameConstraints) === true) {
      report(state, 'X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE', depth);
    }
  }
}

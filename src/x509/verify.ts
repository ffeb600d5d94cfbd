import { validate } from './verify/engine.js';
import * as rare from './verify/rare.js';
import type { VerifyInput, VerifyResult } from './verify-types.js';

export { firstError, lastCode } from './verify/engine.js';

/**
 * Validates a certificate chain for a TLS server, as OpenSSL 3.0's X509_verify_cert does with its default flags and a
 * callback that always goes on: the same errors, in the same order, at the same depths. No errors means that it is OK.
 * @throws SmtpcheckError `internal` when the chain is empty, or an option is out of its range.
 */
export function verifyChain(input: VerifyInput): VerifyResult {
  return validate(input, rare);
}

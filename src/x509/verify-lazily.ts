import { validate } from './verify/engine.js';
import type { VerifyInput, VerifyResult } from './verify-types.js';

/**
 * The same as `verifyChain`, for whoever is read on the way of every probe: what few chains need is loaded for those alone.
 * @throws SmtpcheckError as `verifyChain`.
 */
export async function verifyChainLazily(input: VerifyInput): Promise<VerifyResult> {
  const plain = validate(input, null);
  if (plain !== null) return plain;
  return validate(input, await import('./verify/rare.js'));
}

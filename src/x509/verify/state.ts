import { verifyCodeNumber, type VerifyCodeName } from '../verify-codes.js';
import type { Certificate, TrustStore } from '../certificate-types.js';
import type { VerifyError } from '../verify-types.js';

/** What one run of path validation knows and has found so far: OpenSSL's X509_STORE_CTX. */
export interface VerifyState {
  readonly sent: readonly Certificate[];
  readonly trust: TrustStore;
  /** Milliseconds, cut to the second: OpenSSL counts in seconds. */
  readonly now: number;
  readonly level: number;
  /** At most this many intermediates. */
  readonly depth: number;
  readonly purpose: 'sslserver' | 'any';
  readonly partialChain: boolean;
  readonly x509Strict: boolean;
  /** Leaf first. */
  readonly path: [Certificate, ...Certificate[]];
  /** Number of certificates at the start of `path` that were sent. */
  fromChain: number;
  readonly errors: VerifyError[];
}

/** Whether path validation goes on. OpenSSL stops short where it runs into something that it calls an internal error. */
export type Step = 'continue' | 'stop';

/** OpenSSL's verify_cb_cert, with a callback that always goes on. */
export function report(state: VerifyState, name: VerifyCodeName, depth: number): void {
  reportCode(state, verifyCodeNumber(name), depth);
}

export function reportCode(state: VerifyState, code: number, depth: number): void {
  state.errors.push({ code, depth, certificate: certificateAt(state, depth) });
}

export function certificateAt(state: VerifyState, depth: number): Certificate {
  return state.path[depth] ?? state.path[0];
}

/** The last of the path: the anchor when the path is complete. */
export function topOf(state: VerifyState): Certificate {
  return certificateAt(state, state.path.length - 1);
}

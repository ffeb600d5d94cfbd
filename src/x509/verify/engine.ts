import { SmtpcheckError } from '../../core/errors.js';
import { matchHostname, matchIp } from '../hostname.js';
import type { VerifyError, VerifyInput, VerifyResult } from '../verify-types.js';
import { buildPath, refuseRejectedLeaf } from './build-path.js';
import { checkExtensions } from './check-extensions.js';
import { checkSignatures } from './check-signatures.js';
import { refuseUnsupported } from './check-unsupported.js';
import { flagsOf } from './flags.js';
import type * as rareParts from './rare.js';
import { report, type VerifyState } from './state.js';
import { checkAuthLevel, keyMeetsLevel } from './strength.js';

/**
 * The longest path in intermediates: OpenSSL's default, and the most that is built here. Two certificates of a store that
 * certify each other lead on and on, and each step costs a signature.
 */
const MAX_DEPTH = 100;

/** What few chains need, and whoever cannot do without has to bring. */
export type RareParts = typeof rareParts;

/** Of a chain that needs none of it. */
const NOTHING_RARE: RareParts = {
  checkRevocation: () => undefined,
  checkStrictly: () => undefined,
  checkNameConstraints: () => 'continue',
};

/**
 * See `verifyChain`, its face. Null when the chain needs the rare parts, and they are not there: then nothing is known yet.
 * @throws SmtpcheckError `internal`
 */
export function validate(input: VerifyInput, parts: RareParts): VerifyResult;
export function validate(input: VerifyInput, parts: RareParts | null): VerifyResult | null;
export function validate(input: VerifyInput, parts: RareParts | null): VerifyResult | null {
  const state = begin(input);
  const { path, errors } = state;
  if (!keyMeetsLevel(path[0], state.level)) report(state, 'X509_V_ERR_EE_KEY_TOO_SMALL', 0);
  const step = buildPath(state);
  refuseRejectedLeaf(state);
  if (step === 'continue') {
    const rare = needsRareParts(state, input) ? parts : NOTHING_RARE;
    if (rare === null) return null;
    checkPath(state, input, rare);
  }
  return { path, fromChain: state.fromChain, errors };
}

/** Name constraints bind what is below; what a proxy certificate may be called is looked at beside them. */
function needsRareParts(state: VerifyState, { revocation }: VerifyInput): boolean {
  return (
    revocation !== undefined ||
    state.x509Strict ||
    state.path.some((cert) => cert.nameConstraints !== null || flagsOf(cert).proxy)
  );
}

/** The first error, on which `s_client -verify_return_error` ends; null when the chain is OK. */
export function firstError(result: VerifyResult): VerifyError | null {
  return result.errors[0] ?? null;
}

/** The last code, on which `s_client` and a session's verify result end; 0 when the chain is OK. */
export function lastCode(result: VerifyResult): number {
  return result.errors.at(-1)?.code ?? 0;
}

function begin({ chain, trust, now, authLevel, depth = MAX_DEPTH, ...options }: VerifyInput): VerifyState {
  const [leaf] = chain;
  if (leaf === undefined) throw internal('there is no certificate to verify');
  // NaN compares as false with everything: nothing would ever be expired or too weak.
  if (!Number.isFinite(now)) throw internal('the time to verify at is not a time');
  if (!Number.isInteger(authLevel) || !Number.isInteger(depth) || depth < 0) {
    throw internal('the authentication level or the depth is not a number');
  }
  return {
    sent: chain,
    trust,
    now: Math.floor(now / 1000) * 1000,
    level: authLevel,
    depth: Math.min(depth, MAX_DEPTH),
    purpose: options.purpose ?? 'sslserver',
    partialChain: options.partialChain ?? false,
    x509Strict: options.x509Strict ?? false,
    path: [leaf],
    fromChain: 1,
    errors: [],
  };
}

function internal(what: string): SmtpcheckError {
  return new SmtpcheckError('internal', 'verify', `verifyChain: ${what}`);
}

/** OpenSSL's verify_chain, once the path is built. */
function checkPath(state: VerifyState, input: VerifyInput, rare: RareParts): void {
  checkExtensions(state, rare.checkStrictly);
  checkAuthLevel(state);
  checkIdentity(state, input);
  // X509_get_pubkey_parameters wants the leaf's key, and OpenSSL gives up without it.
  if (state.path[0].publicKey === null) {
    report(state, 'X509_V_ERR_UNSPECIFIED', 0);
    return;
  }
  rare.checkRevocation(state, input.revocation);
  checkSignatures(state);
  if (rare.checkNameConstraints(state) === 'continue') refuseUnsupported(state);
}

/** OpenSSL's check_id: the leaf's names. */
function checkIdentity(state: VerifyState, { hostname, ip, hostnameRules = 'strict' }: VerifyInput): void {
  const leaf = state.path[0];
  if (hostname !== undefined && matchHostname(leaf, hostname, hostnameRules) === null) {
    report(state, 'X509_V_ERR_HOSTNAME_MISMATCH', 0);
  }
  if (ip !== undefined && matchIp(leaf, ip) === null) report(state, 'X509_V_ERR_IP_ADDRESS_MISMATCH', 0);
}

import { LIMITS } from '../../core/limits.js';
import type { Certificate } from '../certificate-types.js';
import { sameBytes } from '../der.js';
import { isSelfSigned, likelyIssued } from './issued.js';
import { certificateAt, report, reportCode, topOf, type Step, type VerifyState } from './state.js';
import { isCurrent } from './time.js';
import { trustIn } from './trust.js';

/**
 * OpenSSL's build_chain, with X509_V_FLAG_TRUSTED_FIRST as its defaults have it: at each step the store is asked before
 * the certificates that were sent, and once it has answered, only the store. With that flag OpenSSL never goes back to try
 * another path ("alternate chains"), so neither does this: each certificate is decided on once, and hostile chains cost
 * no more than their length times the path's.
 */
export function buildPath(state: VerifyState): Step {
  // One longer than the limit, so that a path that is too long can be told from one that ends.
  const longest = state.depth + 1;
  const unused = state.sent.slice(0, LIMITS.chainCertificates);
  let step: PathStep = 'extended';
  while (step === 'extended' && state.path.length <= longest) step = extend(state, unused);
  if (step === 'trusted') return 'continue';
  if (step === 'broken') {
    report(state, 'X509_V_ERR_UNSPECIFIED', state.path.length - 1);
    return 'stop';
  }
  const tooLong = state.path.length > longest;
  if (!tooLong && isTrustedLeaf(state)) return 'continue';
  reportUntrusted(state, tooLong);
  return 'continue';
}

type PathStep = 'extended' | 'trusted' | 'dead-end' | 'broken';

/** Adds the issuer of the last certificate of the path. */
function extend(state: VerifyState, unused: Certificate[]): PathStep {
  const current = topOf(state);
  const trusted = preferCurrent(
    state,
    state.trust
      .bySubject(current.issuer)
      .slice(0, LIMITS.anchorsPerName)
      .filter((anchor) => likelyIssued(anchor, current)),
  );
  if (trusted !== undefined) {
    // X509_self_signed fails on a leaf whose key cannot be read, and OpenSSL gives up.
    if (current.publicKey === null) return 'broken';
    const adopted = adopt(state, current, trusted);
    if (adopted !== null) return adopted;
  }
  const askSent = state.fromChain === state.path.length && !isSelfSigned(current);
  const issuer = askSent ? preferCurrent(state, sentIssuers(state, unused, current)) : undefined;
  if (issuer === undefined) return 'dead-end';
  unused.splice(unused.indexOf(issuer), 1);
  state.path.push(issuer);
  state.fromChain += 1;
  return 'extended';
}

/** Takes the store's certificate into the path; null when it only looks like one that was sent. */
function adopt(state: VerifyState, current: Certificate, trusted: Certificate): PathStep | null {
  if (!isSelfSigned(current)) {
    state.path.push(trusted);
  } else {
    // Same name, other key: only the very same certificate may stand in for the one that was sent.
    if (!sameBytes(current.der, trusted.der)) return null;
    state.path[state.path.length - 1] = trusted;
    state.fromChain = state.path.length - 1;
  }
  if (endsHere(state, trusted)) return 'trusted';
  return isSelfSigned(trusted) ? 'dead-end' : 'extended';
}

/** OpenSSL's check_trust on the certificate that the store has just put on top. */
function endsHere(state: VerifyState, top: Certificate): boolean {
  const answer = trustIn(state, top);
  if (answer === 'rejected') report(state, 'X509_V_ERR_CERT_REJECTED', state.path.length - 1);
  return answer === 'trusted' || (answer === 'untrusted' && state.partialChain);
}

/** The last resort of check_trust: with partial chains, the leaf itself may be in the store. */
function isTrustedLeaf(state: VerifyState): boolean {
  if (!state.partialChain || state.fromChain < state.path.length) return false;
  const leaf = state.path[0];
  const same = state.trust.bySubject(leaf.subject).find((anchor) => sameBytes(anchor.der, leaf.der));
  if (same === undefined) return false;
  if (trustIn(state, same) === 'rejected') {
    report(state, 'X509_V_ERR_CERT_REJECTED', 0);
    return false;
  }
  state.path[0] = same;
  state.fromChain = 0;
  return true;
}

/** Candidates among what was sent: likely issuers that are not in the path yet (OpenSSL's find_issuer). */
function sentIssuers(
  state: VerifyState,
  unused: readonly Certificate[],
  current: Certificate,
): Certificate[] {
  const selfIssuedLeaf = current.selfIssued && state.path.length === 1;
  return unused.filter(
    (candidate) =>
      likelyIssued(candidate, current) &&
      (selfIssuedLeaf || !state.path.some((known) => sameBytes(known.der, candidate.der))),
  );
}

/** The first that is valid now, else the one that expired last. */
function preferCurrent(state: VerifyState, candidates: readonly Certificate[]): Certificate | undefined {
  const current = candidates.find((candidate) => isCurrent(state, candidate));
  if (current !== undefined) return current;
  return candidates.reduce<Certificate | undefined>(
    (best, candidate) => (best === undefined || candidate.notAfter > best.notAfter ? candidate : best),
    undefined,
  );
}

/** Why the path ends without an anchor. */
function reportUntrusted(state: VerifyState, tooLong: boolean): void {
  const depth = state.path.length - 1;
  const earlier = state.errors.at(-1);
  // OpenSSL takes any error before this for the reason, and repeats it: with a leaf key too weak for the level, 66 stands
  // where 20 would.
  if (earlier !== undefined) {
    reportCode(state, earlier.code, depth);
    return;
  }
  if (tooLong) report(state, 'X509_V_ERR_CERT_CHAIN_TOO_LONG', depth);
  if (isSelfSigned(topOf(state))) {
    const alone = depth === 0;
    report(
      state,
      alone ? 'X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT' : 'X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN',
      depth,
    );
    return;
  }
  const fromStore = state.fromChain < state.path.length;
  report(
    state,
    fromStore ? 'X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT' : 'X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    depth,
  );
}

/** What was sent and the store says is not to be trusted: stricter than OpenSSL, which asks of its own copies alone. */
export function refuseRejectedLeaf(state: VerifyState): void {
  const known = state.errors.some(({ code, depth }) => code === 28 && depth === 0);
  if (!known && state.fromChain > 0 && trustIn(state, certificateAt(state, 0)) === 'rejected') {
    report(state, 'X509_V_ERR_CERT_REJECTED', 0);
  }
}

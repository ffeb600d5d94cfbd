import type { Certificate } from '../certificate-types.js';
import { TAG } from '../der.js';
import { keyKindOf, readSpki } from './algorithms.js';
import { caKindOf, flagsOf, servesTlsServer } from './flags.js';
import { isSelfSigned } from './issued.js';
import { report, type VerifyState } from './state.js';
import { explicitTrust } from './trust.js';

/** What a certificate must be at its place: the leaf anything, what follows a proxy no CA, all others a CA. */
type CaRule = 'any' | 'no-ca' | 'ca';

/** OpenSSL's check_extensions, from the leaf upward. `checkStrictly` is called where RFC 5280 is asked for to the letter. */
export function checkExtensions(
  state: VerifyState,
  checkStrictly: (state: VerifyState, cert: Certificate, depth: number) => void,
): void {
  let rule: CaRule = 'any';
  let pathLength = 0;
  let proxies = 0;
  for (const [depth, cert] of state.path.entries()) {
    const { proxy, unknownCritical } = flagsOf(cert);
    if (unknownCritical) report(state, 'X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION', depth);
    if (proxy) report(state, 'X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED', depth);
    checkCa(state, cert, depth, rule);
    // A single certificate may be a server's own self-signed one, whose curve and form are its own business.
    if (state.path.length > 1) checkCurve(state, cert, depth);
    if (state.path.length > 1 && state.x509Strict) checkStrictly(state, cert, depth);
    checkPurpose(state, cert, depth, rule === 'ca');
    const limit = cert.basicConstraints?.pathLen ?? null;
    if (depth > 1 && limit !== null && pathLength > limit + proxies) {
      report(state, 'X509_V_ERR_PATH_LENGTH_EXCEEDED', depth);
    }
    // RFC 5280 section 4.2.1.9: self-issued intermediates do not count.
    if (depth > 0 && !cert.selfIssued) pathLength += 1;
    if (proxy) proxies += 1;
    rule = proxy ? 'no-ca' : 'ca';
  }
}

function checkCa(state: VerifyState, cert: Certificate, depth: number, rule: CaRule): void {
  const kind = caKindOf(cert, isSelfSigned(cert));
  // Intermediates must say that they are a CA; only the top of the path may be one by older signs.
  const isTop = depth === state.path.length - 1;
  const plainly = state.x509Strict || !isTop;
  if (rule === 'no-ca') {
    if (kind !== 0) report(state, 'X509_V_ERR_INVALID_NON_CA', depth);
  } else if (rule === 'any') {
    if (state.x509Strict && kind > 1) report(state, 'X509_V_ERR_INVALID_CA', depth);
  } else if (kind === 0 || (plainly && kind !== 1)) {
    report(state, 'X509_V_ERR_INVALID_CA', depth);
  }
}

/** OpenSSL's check_purpose: for what comes out of the store, its trust settings count before its own extensions. */
function checkPurpose(state: VerifyState, cert: Certificate, depth: number, asCa: boolean): void {
  if (state.purpose === 'any') return;
  const answer = depth >= state.fromChain ? explicitTrust(state, cert) : null;
  if (answer === 'trusted') return;
  if (answer === 'rejected' || !servesTlsServer(cert, asCa, isSelfSigned(cert), state.x509Strict)) {
    report(state, 'X509_V_ERR_INVALID_PURPOSE', depth);
  }
}

/** OpenSSL's check_curve: a key with curve parameters of its own can be forged to fit any other key (CVE-2020-0601). */
function checkCurve(state: VerifyState, cert: Certificate, depth: number): void {
  if (cert.publicKey === null) report(state, 'X509_V_ERR_UNSPECIFIED', depth);
  else if (keyKindOf(cert) === 'ec' && readSpki(cert)?.params?.tag !== TAG.oid) {
    report(state, 'X509_V_ERR_EC_KEY_EXPLICIT_PARAMS', depth);
  }
}

import type { Certificate } from '../certificate-types.js';
import { COMMON_NAME, decodeOid } from '../oid.js';
import { contentOf } from '../der.js';
import { commonNameFault } from './constraints/common-name.js';
import { nameCount, namesFault, subtreeCount } from './constraints/names.js';
import { flagsOf } from './flags.js';
import { certificateAt, report, type Step, type VerifyState } from './state.js';

/**
 * Names compared with subtrees over a whole path. OpenSSL allows 1 << 20 for each certificate and each CA above it
 * (NAME_CHECK_MAX); a chain of many CAs with many names each would hold the program up for seconds, signed or not, so here
 * the sum is limited too.
 */
const MAX_COMPARISONS = 1 << 20;
const MAX_COMPARISONS_OF_PATH = 1 << 22;

/**
 * RFC 5280 sections 4.2.1.10 and 6.1.3 (b) and (c), as OpenSSL's check_name_constraints has them: every certificate, from the
 * top down, against the constraints of all above it, the trust anchor's included.
 */
export function checkNameConstraints(state: VerifyState): Step {
  const top = state.path.length - 1;
  let left = MAX_COMPARISONS_OF_PATH;
  for (let depth = top; depth >= 0; depth--) {
    const cert = certificateAt(state, depth);
    // A CA that changes its key issues a certificate to its own name, whatever its constraints.
    if (depth !== 0 && cert.selfIssued) continue;
    if (flagsOf(cert).proxy && !isNamedLikeProxy(cert)) {
      report(state, 'X509_V_ERR_PROXY_SUBJECT_NAME_VIOLATION', depth);
    }
    for (let above = top; above > depth; above--) {
      const constraints = certificateAt(state, above).nameConstraints;
      if (constraints === null) continue;
      const comparisons = nameCount(cert) * subtreeCount(constraints);
      left -= comparisons;
      const fault =
        comparisons > MAX_COMPARISONS || left < 0
          ? 'X509_V_ERR_UNSPECIFIED'
          : (namesFault(cert, constraints) ?? (depth === 0 ? commonNameFault(cert, constraints) : null));
      if (fault === 'internal-error') return giveUp(state);
      if (fault !== null) report(state, fault, depth);
    }
  }
  return 'continue';
}

/** No callback hears of OpenSSL's internal errors; the session's result is the last error before, or "unspecified" without any. */
function giveUp(state: VerifyState): Step {
  if (state.errors.length === 0) report(state, 'X509_V_ERR_UNSPECIFIED', 0);
  return 'stop';
}

/** RFC 3820 section 3.4: the subject of a proxy certificate is its issuer's name with one commonName added. */
function isNamedLikeProxy({ subject, issuer }: Certificate): boolean {
  const last = subject.attributes.at(-1);
  const before = subject.attributes.at(-2);
  return (
    last !== undefined &&
    before !== undefined &&
    subject.attributes.length === issuer.attributes.length + 1 &&
    last.rdn !== before.rdn &&
    decodeOid(contentOf(last.type)) === COMMON_NAME &&
    // The canonical form of a name is that of its parts, one after the other.
    subject.canonicalKey.startsWith(issuer.canonicalKey)
  );
}

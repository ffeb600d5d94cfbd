import { addressFamily } from '../core/address.js';
import type { HostnameReport, VerifyReport } from '../core/report.js';
import type { TlsFacts } from '../net/tls-session.js';
import type { Certificate, TrustStore } from '../x509/certificate-types.js';
import { matchHostname, matchIp } from '../x509/hostname.js';
import { formatName } from '../x509/name.js';
import { verifyCode } from '../x509/verify-codes.js';
import { firstError, lastCode, verifyChain } from '../x509/verify.js';
import type { VerifyInput } from '../x509/verify-types.js';

export interface VerdictRequest {
  readonly trust: TrustStore;
  readonly authLevel: number;
  readonly depth: number | undefined;
  readonly now: number;
  /** The name or address to match; null when there is none. */
  readonly name: string | null;
  /** False when the name is only the address that was connected to: a mismatch is then `not-checked`. */
  readonly nameWasGiven: boolean;
}

export interface Verdict {
  readonly report: VerifyReport;
  readonly path: readonly Certificate[];
}

/**
 * The verdict of both judges (design section 2.3). They are compared at authentication level 0, without name and depth
 * limit, at the system's time, since that is all that OpenSSL was asked. The verdict itself is ours at the level asked
 * for; where OpenSSL found an error and we found none, OpenSSL's stands.
 */
export function decideVerdict(facts: TlsFacts, request: VerdictRequest): Verdict {
  const { chain } = facts;
  const hostname = checkName(chain[0], request);
  const plain = verifyChain({ chain, trust: request.trust, now: Date.now(), authLevel: 0 });
  const result = verifyChain({ ...inputOf(chain, request), ...nameInput(hostname, request) });
  const first = firstError(result);
  const overruled = first === null && facts.openssl !== null && facts.openssl !== 0 ? facts.openssl : null;
  const code = verifyCode(first?.code ?? overruled ?? 0);
  const errors = result.errors.map((error) => ({
    code: error.code,
    name: verifyCode(error.code).name,
    depth: error.depth,
    subject: formatName(error.certificate.subject),
  }));
  const report: VerifyReport = {
    ...code,
    depth: first?.depth ?? 0,
    errors,
    judges: { openssl: facts.openssl, own: lastCode(plain) },
    authLevel: request.authLevel,
    stores: [request.trust.describe()],
    hostname,
  };
  return { report, path: result.path };
}

function inputOf(chain: readonly Certificate[], request: VerdictRequest): VerifyInput {
  return {
    chain,
    trust: request.trust,
    now: request.now,
    authLevel: request.authLevel,
    ...(request.depth === undefined ? {} : { depth: request.depth }),
  };
}

function nameInput(hostname: HostnameReport, request: VerdictRequest): Pick<VerifyInput, 'hostname' | 'ip'> {
  if (hostname.result === 'not-checked' || request.name === null) return {};
  return addressFamily(request.name) === 0 ? { hostname: request.name } : { ip: request.name };
}

function checkName(leaf: Certificate | undefined, request: VerdictRequest): HostnameReport {
  const { name } = request;
  if (leaf === undefined || name === null) return { name, result: 'not-checked', matched: null };
  const isName = addressFamily(name) === 0;
  const matched = isName ? matchHostname(leaf, name, 'strict') : matchIp(leaf, name);
  if (matched !== null && nodeAgrees(leaf, name, isName)) return { name, result: 'match', matched };
  return { name, result: request.nameWasGiven ? 'mismatch' : 'not-checked', matched: null };
}

/** The second opinion on the name (design section 2.3); it throws on some certificates that it can parse. */
function nodeAgrees(leaf: Certificate, name: string, isName: boolean): boolean {
  try {
    const found = isName
      ? leaf.node.checkHost(name.replace(/\.$/, ''), { partialWildcards: false, subject: 'never' })
      : leaf.node.checkIP(name);
    return found !== undefined;
  } catch {
    return false;
  }
}

import { addressFamily } from '../core/address.js';
import type { HostnameReport, VerifyErrorReport, VerifyReport } from '../core/report.js';
import type { Certificate, TrustStore } from '../x509/certificate-types.js';
import type { RevocationInput } from '../x509/crl-types.js';
import { matchHostname, matchIp } from '../x509/hostname.js';
import { formatName } from '../x509/name.js';
import { verifyCode } from '../x509/verify-codes.js';
import { lastCode, verifyChain } from '../x509/verify.js';
import type { VerifyError, VerifyInput, VerifyResult } from '../x509/verify-types.js';

export interface VerdictRequest {
  readonly trust: TrustStore;
  readonly authLevel: number;
  readonly depth?: number | undefined;
  readonly now: number;
  /** The names and addresses to match; all of them have to. */
  readonly names: readonly string[];
  /** False when the name is only the address that was connected to: a mismatch is then `not-checked`. */
  readonly nameWasGiven: boolean;
  readonly purpose?: VerifyInput['purpose'] | undefined;
  readonly partialChain?: boolean | undefined;
  readonly x509Strict?: boolean | undefined;
  readonly revocation?: RevocationInput | undefined;
  /** The verdict is to be about another time or purpose than OpenSSL was asked about: now, and a TLS server. */
  readonly otherQuestion?: boolean;
}

/** What the first judge was given, and what it said. */
export interface JudgedChain {
  readonly chain: readonly Certificate[];
  /** OpenSSL's verify result; null when there is none. */
  readonly openssl: number | null;
}

export interface Verdict {
  readonly report: VerifyReport;
  readonly path: readonly Certificate[];
  /** The path ends in an anchor, whatever else is wrong with it. */
  readonly anchored: boolean;
}

/**
 * The verdict of both judges (design section 2.3). They are compared at authentication level 0, without name and depth
 * limit, for a TLS server, at the system's time, since that is all that OpenSSL was asked. The verdict itself is ours on the
 * question that was asked; where OpenSSL found an error that we did not find, OpenSSL's stands.
 */
export function decideVerdict({ chain, openssl }: JudgedChain, request: VerdictRequest): Verdict {
  const { trust, partialChain = false } = request;
  const hostnames = request.names.map((name) => checkName(chain[0], name, request));
  const hostname = hostnames.find(({ result }) => result === 'mismatch') ?? hostnames[0] ?? NO_NAME;
  const plain = lastCode(verifyChain({ chain, trust, now: Date.now(), authLevel: 0, partialChain }));
  const result = verifyChain({ ...inputOf(chain, request), ...nameInput(hostname) });
  const errors = [...result.errors.map(errorReport), ...nameError(result, hostname)];
  const first = errors[0];
  const code = verifyCode(first?.code ?? overruling(openssl, plain, request));
  const report: VerifyReport = {
    ...code,
    depth: first?.depth ?? 0,
    errors,
    judges: { openssl, own: plain },
    authLevel: request.authLevel,
    stores: [trust.describe()],
    hostname,
    ...(hostnames.length > 1 ? { hostnames } : {}),
  };
  const unanchored = result.errors.some((error) => NO_ANCHOR.includes(error.code));
  return { report, path: result.path, anchored: !unanchored };
}

const NO_NAME: HostnameReport = { name: null, result: 'not-checked', matched: null };

/** Codes of a path that ends in no anchor. */
const NO_ANCHOR: readonly number[] = [2, 18, 19, 20, 21, 22, 28];

/**
 * OpenSSL's code when it found an error and we found none. Where the verdict is meant to be about another question than
 * OpenSSL was asked, its error counts unless we gave the same answer to its question.
 */
function overruling(openssl: number | null, plain: number, request: VerdictRequest): number {
  if (openssl === null || openssl === 0) return 0;
  return request.otherQuestion === true && openssl === plain ? 0 : openssl;
}

export function errorReport({ code, depth, certificate }: VerifyError): VerifyErrorReport {
  return { code, name: verifyCode(code).name, depth, subject: formatName(certificate.subject) };
}

/** The name's own error where OpenSSL alone says that it does not match. */
function nameError({ errors, path }: VerifyResult, { name, result }: HostnameReport): VerifyErrorReport[] {
  const code = name !== null && addressFamily(name) !== 0 ? 64 : 62;
  const [leaf] = path;
  if (result !== 'mismatch' || leaf === undefined || errors.some((error) => error.code === code)) return [];
  return [errorReport({ code, depth: 0, certificate: leaf })];
}

function inputOf(chain: readonly Certificate[], request: VerdictRequest): VerifyInput {
  const { trust, now, authLevel, depth, purpose, partialChain, x509Strict, revocation } = request;
  return {
    chain,
    trust,
    now,
    authLevel,
    ...(depth === undefined ? {} : { depth }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(partialChain === undefined ? {} : { partialChain }),
    ...(x509Strict === undefined ? {} : { x509Strict }),
    ...(revocation === undefined ? {} : { revocation }),
  };
}

function nameInput({ name, result }: HostnameReport): Pick<VerifyInput, 'hostname' | 'ip'> {
  if (result === 'not-checked' || name === null) return {};
  return addressFamily(name) === 0 ? { hostname: name } : { ip: name };
}

function checkName(leaf: Certificate | undefined, name: string, request: VerdictRequest): HostnameReport {
  if (leaf === undefined) return { name, result: 'not-checked', matched: null };
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

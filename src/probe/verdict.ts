import type { HostnameReport, VerifyErrorReport, VerifyReport } from '../core/report.js';
import type { Certificate, TrustStore } from '../x509/certificate-types.js';
import type { RevocationInput } from '../x509/crl-types.js';
import { anchorsFor } from '../x509/anchors.js';
import { formatName } from '../x509/name.js';
import { verifyCode } from '../x509/verify-codes.js';
import { verifyChainLazily } from '../x509/verify-lazily.js';
import type { VerifyError, VerifyInput } from '../x509/verify-types.js';
import { lastCode } from '../x509/verify/engine.js';
import { trustBySettings } from '../x509/verify/trust.js';
import { checkName, nameInput, withNameErrors } from './names.js';

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
export async function decideVerdict(
  { chain, openssl }: JudgedChain,
  request: VerdictRequest,
): Promise<Verdict> {
  const { trust } = request;
  const hostnames = request.names.map((name) => checkName(chain[0], name, request.nameWasGiven));
  const hostname = hostnames.find(({ result }) => result === 'mismatch') ?? hostnames[0] ?? NO_NAME;
  const plain = lastCode(await verifyChainLazily(plainInput(chain, request)));
  const result = await verifyChainLazily({ ...inputOf(chain, request), ...nameInput(hostnames) });
  const errors = withNameErrors(result.errors.map(errorReport), result.path[0], hostnames);
  const first = errors[0];
  const code = verifyCode(first?.code ?? overruling(openssl, plain, request));
  const report: VerifyReport = {
    ...code,
    depth: first?.depth ?? 0,
    errors,
    judges: await compareJudges(openssl, plain, chain, request),
    authLevel: request.authLevel,
    stores: [trust.describe()],
    hostname,
    ...(hostnames.length > 1 ? { hostnames } : {}),
  };
  const unanchored = result.errors.some((error) => NO_ANCHOR.includes(error.code));
  return { report, path: result.path, anchored: !unanchored };
}

/** The names that were asked about, one or many. */
export function hostnamesOf({ hostname, hostnames }: VerifyReport): readonly HostnameReport[] {
  return hostnames ?? [hostname];
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

/** What OpenSSL was asked: see decideVerdict. */
function plainInput(
  chain: readonly Certificate[],
  { trust, partialChain = false }: VerdictRequest,
): VerifyInput {
  return { chain, trust, now: Date.now(), authLevel: 0, partialChain };
}

/** What both said, and whether it is known why that is not the same. */
async function compareJudges(
  openssl: number | null,
  own: number,
  chain: readonly Certificate[],
  request: VerdictRequest,
): Promise<VerifyReport['judges']> {
  if (openssl === null || openssl === own) return { openssl, own };
  return openssl === (await withoutSettings(chain, request))
    ? { openssl, own, trustSettings: true }
    : { openssl, own };
}

/**
 * Our answer to OpenSSL's question as it was really put: of a store with trust settings (TRUSTED CERTIFICATE) it is given what
 * is not rejected, and no settings, which cannot be handed over through Node.
 */
async function withoutSettings(chain: readonly Certificate[], request: VerdictRequest): Promise<number> {
  const { trust } = request;
  const permitted = (anchor: Certificate): boolean =>
    trustBySettings(trust.settingsOf?.(anchor) ?? null, 'sslserver') !== 'rejected';
  const input = plainInput(chain, request);
  const bare: TrustStore = {
    bySubject: (name) => trust.bySubject(name).filter(permitted),
    describe: () => trust.describe(),
  };
  const partialChain = input.partialChain === true || anchorsFor(chain, trust).partial;
  return lastCode(await verifyChainLazily({ ...input, trust: bare, partialChain }));
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

import type { ChainFacts } from '../core/chain-facts.js';
import type { OcspReport } from '../core/ocsp-report.js';
import type { CertificatePin } from '../core/probe-options.js';
import type { ChainReport } from '../core/report.js';
import type { Certificate, TrustStore } from '../x509/certificate-types.js';
import { toCertificateReport } from '../x509/certificate-report.js';
import type { Verdict } from './verdict.js';

/** Defaults that `tls` and `cert` share. */
export const DEFAULT_AUTH_LEVEL = 2;

/** What is asked of a chain, in the words of both commands' options. */
export interface ChainRequest {
  readonly trust: TrustStore;
  readonly certificatePins?: readonly CertificatePin[] | undefined;
  readonly expiresWithinMs?: number | undefined;
  readonly judgeChain?: boolean | undefined;
  readonly showCerts?: boolean | undefined;
}

/** What was found out about a chain. */
export interface ChainEvidence {
  readonly sent: readonly Certificate[];
  readonly verdict: Verdict | null;
  readonly chainUnread: boolean;
  readonly certificateSent: boolean;
  readonly opensslAsked: boolean;
  readonly ocsp: OcspReport | null;
  readonly nameUnknown: boolean;
  readonly now: number;
}

/** The facts that the checks of a chain judge. */
export function chainFacts<Source extends ChainFacts['source']>(
  source: Source,
  evidence: ChainEvidence,
  request: ChainRequest,
): ChainFacts & { readonly source: Source } {
  const { verdict, chainUnread, certificateSent, opensslAsked, ocsp, nameUnknown, now } = evidence;
  return {
    source,
    chain: chainReport(evidence, request.showCerts === true),
    chainUnread,
    certificateSent,
    opensslAsked,
    verify: verdict?.report ?? null,
    publicAnchor: request.trust.isPublic === true && verdict?.anchored === true,
    ocsp,
    asked: {
      certificatePins: request.certificatePins ?? [],
      expiresWithinMs: request.expiresWithinMs ?? null,
      judgeChain: request.judgeChain ?? true,
      nameUnknown,
      now,
    },
  };
}

function chainReport({ sent, verdict, now }: ChainEvidence, pem: boolean): ChainReport | null {
  if (verdict === null) return null;
  const toReport = (cert: Certificate): ChainReport['sent'][number] =>
    toCertificateReport(cert, now, { pem });
  return { sent: sent.map(toReport), path: verdict.path.map(toReport) };
}

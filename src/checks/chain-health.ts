import type { Finding } from '../core/finding.js';
import type { CertificateReport, ChainReport, VerifyReport } from '../core/report.js';
import type { ChainCheck } from './check.js';

/** How the chain was sent, apart from whether it verifies. */
export const chainHealth: ChainCheck = {
  id: 'chain-health',
  ids: ['chain-incomplete', 'chain-misordered', 'chain-surplus', 'root-sent'],
  judge({ source, chain, verify, asked }) {
    if (chain === null) return [];
    return [
      ...incomplete(chain, verify, source, asked.judgeChain),
      ...misordered(chain),
      ...surplus(chain),
      ...rootSent(chain),
    ];
  },
};

/** Codes for an issuer that was not found. */
const NO_ISSUER: readonly number[] = [2, 20, 21];

/**
 * An intermediate that was not sent. Where the store has it, or a client fetches it by the certificate's own word (browsers and
 * Exchange do), nobody notices; Postfix, Exim and most other clients of a mail server do neither.
 */
function incomplete(
  { sent, path }: ChainReport,
  verify: VerifyReport | null,
  source: 'server' | 'file',
  judged: boolean,
): Finding[] {
  const isSent = (cert: CertificateReport): boolean => sent.some((other) => other.sha256 === cert.sha256);
  const top = path.at(-1);
  const fromStore = path.slice(0, -1).find((cert) => !isSent(cert));
  const missing = verify?.errors.some(({ code }) => NO_ISSUER.includes(code)) === true;
  const url = missing && top?.selfSigned === false ? top.caIssuers[0] : undefined;
  if (fromStore === undefined && url === undefined) return [];
  const missingFrom = source === 'file' ? 'not in the file' : 'not sent';
  const holder = source === 'file' ? 'the CA store here or --untrusted has' : 'the CA store here has';
  return [
    {
      id: 'chain-incomplete',
      // Nobody misses an issuer where the chain does not decide (--no-verify, DANE-EE).
      severity: fromStore === undefined && judged ? 'error' : 'warning',
      message:
        fromStore === undefined
          ? `the issuer of ${top?.subject ?? ''} is ${missingFrom}: clients that fetch it by themselves will not notice, mail servers will`
          : `an intermediate is ${missingFrom}, and the chain holds only because ${holder} it: ${fromStore.subject}`,
      evidence: url ?? fromStore?.sha256 ?? '',
      fix:
        url === undefined
          ? 'send the whole chain: leaf first, then each intermediate (fullchain.pem, not cert.pem)'
          : `fetch the certificate from ${url} and send it behind the leaf (openssl x509 -inform DER turns it into PEM)`,
      refs: ['RFC 8446 section 4.4.2', 'RFC 5280 section 4.2.2.1'],
    },
  ];
}

function misordered({ sent, path }: ChainReport): Finding[] {
  const positions = path
    .map((cert) => sent.findIndex((other) => other.sha256 === cert.sha256))
    .filter((at) => at >= 0);
  if (positions.every((at, i) => i === 0 || at > (positions[i - 1] ?? 0))) return [];
  return [
    {
      id: 'chain-misordered',
      severity: 'warning',
      message: 'the chain is not in order, each certificate before its issuer: not every client sorts it',
      evidence: positions.map((at) => at + 1).join(', '),
      fix: 'put the leaf first, then the intermediate that signed it, and so on',
      refs: ['RFC 5246 section 7.4.2'],
    },
  ];
}

/** Whoever needs the root has it; what comes over the wire is not trusted for it. */
function rootSent({ sent }: ChainReport): Finding[] {
  const root = sent.slice(1).find((cert) => cert.selfSigned);
  if (root === undefined) return [];
  return [
    {
      id: 'root-sent',
      severity: 'info',
      message: `the chain carries its root, which every client has or does not trust: ${root.subject}`,
      evidence: `sha256:${root.sha256}`,
      fix: 'leave it out, unless a TLSA record of usage DANE-TA(2) names it: RFC 7672 wants it sent then',
      refs: ['RFC 8446 section 4.4.2', 'RFC 7672 section 3.1.2'],
    },
  ];
}

function surplus({ sent, path }: ChainReport): Finding[] {
  const used = new Set(path.map((cert) => cert.sha256));
  const seen = new Set<string>();
  const extra = sent.filter((cert) => {
    const again = seen.has(cert.sha256);
    seen.add(cert.sha256);
    return again || !used.has(cert.sha256);
  });
  if (extra.length === 0) return [];
  return [
    {
      id: 'chain-surplus',
      severity: 'info',
      message: `${extra.length} of the ${sent.length} certificates sent ${extra.length === 1 ? 'is' : 'are'} not needed`,
      evidence: extra.map((cert) => cert.subject).join('; '),
      fix: 'leave them out of the chain file: every handshake carries them',
    },
  ];
}

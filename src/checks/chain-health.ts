import type { Finding } from '../core/finding.js';
import type { ChainReport } from '../core/report.js';
import type { TlsCheck } from './check.js';

/** How the chain was sent, apart from whether it verifies. */
export const chainHealth: TlsCheck = {
  id: 'chain-health',
  ids: ['chain-misordered', 'chain-surplus'],
  judge({ chain }) {
    if (chain === null || chain.sent.length < 2) return [];
    return [...misordered(chain), ...surplus(chain)];
  },
};

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

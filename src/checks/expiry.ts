import type { ChainFacts } from '../core/chain-facts.js';
import type { Finding } from '../core/finding.js';
import type { CertificateReport } from '../core/report.js';
import type { ChainCheck } from './check.js';

const DAY = 86_400_000;

/** Unless asked for another time, warn this long before a certificate ends: renewal of a leaf is automatic, of a CA it is not. */
const WARN_LEAF = 14 * DAY;
const WARN_CA = 30 * DAY;

/** Certificates of a few days would always be about to end: a fifth of the lifetime is left when it is time to worry. */
const WARN_SHARE = 5;

/**
 * Certificates of the path that expire soon. Those that have expired are the verdict's business where it is judged. Where it is
 * not, as with DANE-EE records and --no-verify, nobody else would fail them, and who asks for a time that has to be left gets an
 * answer. A certificate that is not valid yet is none of this: it does not end within the time, and its beginning was not asked
 * about.
 */
export const expiry: ChainCheck = {
  id: 'expiry',
  ids: ['certificate-expiring'],
  judge(facts) {
    return (facts.chain?.path ?? []).flatMap((cert, depth) => judgeOne(cert, depth, facts.asked));
  },
};

function judgeOne(cert: CertificateReport, depth: number, asked: ChainFacts['asked']): Finding[] {
  const left = Date.parse(cert.notAfter) - asked.now;
  // NaN where the certificate does not say when it ends.
  const over = !(left >= 0);
  if (over && (asked.judgeChain || asked.expiresWithinMs === null)) return [];
  if (left > (asked.expiresWithinMs ?? warningTime(cert, depth))) return [];
  return [
    {
      id: 'certificate-expiring',
      severity: asked.expiresWithinMs === null ? 'warning' : 'error',
      message: `the certificate at depth ${depth} ${when(left)}: ${cert.subject}`,
      evidence: `notAfter ${cert.notAfter}`,
      fix: depth === 0 ? 'renew it, and reload the mail server' : 'change to a chain whose CAs last longer',
      refs: ['RFC 5280 section 4.1.2.5'],
    },
  ];
}

function when(left: number): string {
  if (Number.isNaN(left)) return 'does not say when it expires';
  const days = Math.floor(Math.abs(left) / DAY);
  const time = `${days} ${days === 1 ? 'day' : 'days'}`;
  return left < 0 ? `expired ${time} ago` : `expires in ${time}`;
}

function warningTime(cert: CertificateReport, depth: number): number {
  const lifetime = Date.parse(cert.notAfter) - Date.parse(cert.notBefore);
  return Math.min(depth === 0 ? WARN_LEAF : WARN_CA, lifetime / WARN_SHARE);
}

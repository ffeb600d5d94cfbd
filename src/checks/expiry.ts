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

/** Certificates of the path that expire soon; those that have expired are the verdict's business. */
export const expiry: ChainCheck = {
  id: 'expiry',
  ids: ['certificate-expiring'],
  judge(facts) {
    return (facts.chain?.path ?? []).flatMap((cert, depth) => judgeOne(cert, depth, facts.asked));
  },
};

function judgeOne(cert: CertificateReport, depth: number, asked: ChainFacts['asked']): Finding[] {
  const left = Date.parse(cert.notAfter) - asked.now;
  if (!(left >= 0) || left > (asked.expiresWithinMs ?? warningTime(cert, depth))) return [];
  const days = Math.floor(left / DAY);
  return [
    {
      id: 'certificate-expiring',
      severity: asked.expiresWithinMs === null ? 'warning' : 'error',
      message: `the certificate at depth ${depth} expires in ${days} ${days === 1 ? 'day' : 'days'}: ${cert.subject}`,
      evidence: `notAfter ${cert.notAfter}`,
      fix: depth === 0 ? 'renew it, and reload the mail server' : 'change to a chain whose CAs last longer',
      refs: ['RFC 5280 section 4.1.2.5'],
    },
  ];
}

function warningTime(cert: CertificateReport, depth: number): number {
  const lifetime = Date.parse(cert.notAfter) - Date.parse(cert.notBefore);
  return Math.min(depth === 0 ? WARN_LEAF : WARN_CA, lifetime / WARN_SHARE);
}

import type { Finding } from '../core/finding.js';
import type { TlsCheck } from './check.js';

/** Certificates of the path that expire within the asked time; those that have expired are the verdict's business. */
export const expiry: TlsCheck = {
  id: 'expiry',
  ids: ['certificate-expiring'],
  judge({ chain, asked }) {
    const { expiresWithinMs, now } = asked;
    if (chain === null || expiresWithinMs === null) return [];
    return chain.path.flatMap((cert, depth): Finding[] => {
      const left = Date.parse(cert.notAfter) - now;
      if (left < 0 || left > expiresWithinMs) return [];
      const days = Math.floor(left / 86_400_000);
      return [
        {
          id: 'certificate-expiring',
          severity: 'error',
          message: `the certificate at depth ${depth} expires in ${days} ${days === 1 ? 'day' : 'days'}: ${cert.subject}`,
          evidence: `notAfter ${cert.notAfter}`,
          fix: 'renew it, and reload the mail server',
          refs: ['RFC 5280 section 4.1.2.5'],
        },
      ];
    });
  },
};

import type { TlsCheck } from './check.js';

/** An anonymous or PSK suite has no certificate: OpenSSL's verify result is then 0, which must never read as OK. */
export const noCertificate: TlsCheck = {
  id: 'no-certificate',
  ids: ['no-certificate'],
  judge({ verify, handshakeCompleted, certificateSent, asked, tls }) {
    if (verify !== null || !handshakeCompleted || certificateSent) return [];
    return [
      {
        id: 'no-certificate',
        severity: asked.judgeChain ? 'error' : 'info',
        message: 'the server showed no certificate: anyone could have answered',
        evidence: tls?.cipher.name ?? '',
        fix: 'switch anonymous suites off; in Postfix: smtpd_tls_exclude_ciphers = aNULL',
        refs: ['RFC 5246 appendix A.5'],
      },
    ];
  },
};

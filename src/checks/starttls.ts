import type { Finding } from '../core/finding.js';
import { findKeyword, maskedStarttls } from '../smtp/ehlo.js';
import type { TlsCheck } from './check.js';

/** Is TLS offered, and does the server keep its turn around it (RFC 3207)? */
export const starttls: TlsCheck = {
  id: 'starttls',
  ids: [
    'starttls-not-offered',
    'starttls-masked',
    'starttls-refused',
    'bytes-before-tls',
    'starttls-offered-after-tls',
  ],
  judge({ target, smtp, handshakeCompleted }) {
    const findings: Finding[] = [];
    const masked = maskedStarttls(smtp.ehlo);
    if (smtp.starttls === 'not-offered') {
      findings.push(masked === null ? notOffered(target.mode) : maskedFinding(masked));
    }
    if (smtp.starttls === 'refused') {
      findings.push({
        id: 'starttls-refused',
        severity: 'error',
        message: 'STARTTLS is offered and then refused',
        evidence: smtp.starttlsReply ?? '',
        fix: "find the reason in the server's log; often its certificate or key cannot be read",
        refs: ['RFC 3207 section 4'],
      });
    }
    if (smtp.leftover !== null) findings.push(leftover(smtp.leftover));
    if (
      handshakeCompleted &&
      target.mode !== 'implicit' &&
      findKeyword(smtp.ehloAfterTls, 'STARTTLS') !== null
    ) {
      findings.push({
        id: 'starttls-offered-after-tls',
        severity: 'warning',
        message: 'STARTTLS is still offered inside TLS',
        fix: 'the server must not offer it again; update it, or look for a proxy in front that ends TLS itself',
        refs: ['RFC 3207 section 4.2'],
      });
    }
    return findings;
  },
};

function notOffered(mode: string): Finding {
  return {
    id: 'starttls-not-offered',
    severity: 'error',
    message: `the server does not offer STARTTLS: ${mode === 'lmtp' ? 'LMTP' : 'mail'} travels in the clear`,
    fix: 'switch TLS on; in Postfix: postconf -e smtpd_tls_security_level=may with smtpd_tls_chain_files',
    refs: ['RFC 3207 section 2'],
  };
}

function maskedFinding(keyword: string): Finding {
  return {
    id: 'starttls-masked',
    severity: 'error',
    message: 'something between here and the server overwrites STARTTLS, so that nobody can use TLS',
    evidence: keyword,
    fix: 'switch SMTP inspection off in the firewall (Cisco: "no inspect esmtp", or "no fixup protocol smtp")',
    refs: ['RFC 3207 section 6'],
  };
}

function leftover(found: { after: string; text: string; bytes: number }): Finding {
  return {
    id: 'bytes-before-tls',
    severity: 'error',
    message: `${found.bytes} bytes came behind the reply to ${found.after} before TLS was up, unasked for: a client could take them for part of the protected session`,
    evidence: found.text,
    fix: 'update the server or the proxy in front of it: anyone on the path could put replies there (CVE-2011-0411 and its family)',
    refs: ['RFC 3207 section 4.2', 'CVE-2011-0411', 'CVE-2021-33515'],
  };
}

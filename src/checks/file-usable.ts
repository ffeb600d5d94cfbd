import type { Finding } from '../core/finding.js';
import type { FileCheck } from './check.js';

/** Could a server use this file at all? */
export const fileUsable: FileCheck = {
  id: 'file-usable',
  ids: ['certificate-unreadable', 'certificate-unusable', 'key-mismatch'],
  judge({ file, chain, unreadable, refusal }) {
    const findings: Finding[] = [];
    if (unreadable !== null) {
      findings.push({
        id: 'certificate-unreadable',
        severity: 'error',
        message: unreadable,
        evidence: file.path,
        fix: 'copy the file again from where it was made; openssl x509 -noout -text -in FILE reads its first certificate',
        refs: ['RFC 5280 section 4.1', 'RFC 7468 section 5'],
      });
    } else if (refusal !== null) {
      findings.push({
        id: 'certificate-unusable',
        severity: 'error',
        message: 'OpenSSL does not take the certificate for that of a TLS server',
        evidence: refusal,
        fix: 'use a certificate with an RSA, ECDSA or Ed25519 key',
        refs: ['RFC 8446 section 4.4.2.2'],
      });
    }
    if (file.key === 'mismatch') {
      findings.push({
        id: 'key-mismatch',
        severity: 'error',
        message: 'the private key is not that of the first certificate',
        evidence: chain?.sent[0]?.subject ?? '',
        fix: 'use the key that the certificate was requested with; the leaf has to be the first certificate of the file',
        refs: ['RFC 5246 section 7.4.2'],
      });
    }
    return findings;
  },
};

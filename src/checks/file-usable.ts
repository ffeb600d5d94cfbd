import type { Finding } from '../core/finding.js';
import type { FileFacts } from '../core/file-facts.js';
import type { FileCheck } from './check.js';

/** Could a server use this file at all? */
export const fileUsable: FileCheck = {
  id: 'file-usable',
  ids: ['certificate-unreadable', 'certificate-unusable', 'key-mismatch', 'key-unreadable', 'key-encrypted'],
  judge({ file, chain, unreadable, refusal, keyProblem }) {
    const findings: Finding[] = [];
    if (unreadable !== null) {
      findings.push({
        id: 'certificate-unreadable',
        severity: 'error',
        message: unreadable,
        evidence: file.path,
        fix: 'copy the file again from where it was made, with a newline at the end of each part: servers refuse it as it is',
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
    if (keyProblem !== null) findings.push(keyFinding(keyProblem, file.path));
    return findings;
  },
};

/** A server that cannot open its key does not start; one that is encrypted may be opened there, and was not looked at here. */
function keyFinding(problem: NonNullable<FileFacts['keyProblem']>, evidence: string): Finding {
  switch (problem) {
    case 'encrypted':
      return {
        id: 'key-encrypted',
        severity: 'warning',
        message:
          'the private key in the file is encrypted: whether it is that of the certificate was not looked at',
        evidence,
        fix: 'name the file of its passphrase with --passphrase-file; few mail servers can ask for one',
        refs: ['RFC 5958 section 3'],
      };
    case 'wrong-passphrase':
      return {
        id: 'key-unreadable',
        severity: 'error',
        message: 'the passphrase does not open the private key in the file',
        evidence,
        fix: 'name the file of the right passphrase with --passphrase-file',
        refs: ['RFC 5958 section 3'],
      };
    case 'unreadable':
      return {
        id: 'key-unreadable',
        severity: 'error',
        message: 'the private key in the file cannot be read, or asks for more work than is done for one',
        evidence,
        fix: 'copy the key again, or write it anew: openssl pkey -in OLD -out NEW',
        refs: ['RFC 7468 section 10'],
      };
  }
}

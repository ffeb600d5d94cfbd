import { startSmtpServer } from '../smtp-server.js';
import type { LabServer } from '../types.js';

interface CertificateCase {
  readonly name: string;
  readonly summary: string;
  /** The chain's id in certs-fixtures. */
  readonly chain: string;
  readonly finding: string;
  /** OpenSSL's X509_V_ERR number. */
  readonly verifyCode: number;
}

const CASES: readonly CertificateCase[] = [
  {
    name: 'expired',
    summary: 'a certificate whose validity is over',
    chain: 'expired-leaf',
    finding: 'certificate-expired',
    verifyCode: 10,
  },
  {
    name: 'wrong-name',
    summary: 'a certificate for another host name',
    chain: 'wrong-name',
    finding: 'hostname-mismatch',
    verifyCode: 62,
  },
  {
    name: 'self-signed',
    summary: 'a self-signed certificate that nobody trusts',
    chain: 'self-signed-leaf',
    finding: 'chain-untrusted',
    verifyCode: 18,
  },
  {
    name: 'incomplete-chain',
    summary: 'the intermediate certificate is not sent',
    chain: 'incomplete',
    finding: 'chain-untrusted',
    verifyCode: 20,
  },
  {
    name: 'rsa-1024',
    summary: 'a trusted certificate with an RSA key of 1024 bits',
    chain: 'rsa-1024-leaf',
    finding: 'weak-key',
    verifyCode: 66,
  },
];

/** Servers that do everything right but their certificate. */
export const CERTIFICATE_SERVERS: readonly LabServer[] = CASES.map(
  ({ name, summary, chain, finding, verifyCode }) => ({
    name,
    summary,
    expect: { outcome: 'fail', exitCode: 1, finding, verifyCode },
    mode: 'starttls',
    start: (context) =>
      startSmtpServer(context, {
        ...context.certificate(chain),
        minVersion: 'TLSv1.2',
        // From security level 1 on OpenSSL refuses to load the weak key.
        ciphers: 'DEFAULT:@SECLEVEL=0',
      }),
  }),
);

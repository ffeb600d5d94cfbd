import type { Finding } from '../core/finding.js';
import type { TlsReport } from '../core/report.js';
import type { TlsCheck } from './check.js';
import { LARGER_DH } from './larger-dh.js';

const WEAK_DH_BITS = 2048;
const BROKEN_DH_BITS = 1024;

/** What was negotiated, apart from certificates: versions, key exchange, renegotiation, compression. */
export const protocol: TlsCheck = {
  id: 'protocol',
  ids: [
    'protocol-deprecated',
    'weak-dh',
    'insecure-renegotiation',
    'tls-compression',
    'cipher-without-encryption',
  ],
  judge({ tls, asked }) {
    if (tls === null) return [];
    return [
      ...deprecated(tls, asked.pins.versionPinned),
      ...weakDh(tls),
      ...renegotiation(tls),
      ...compression(tls),
      ...plaintext(tls),
    ];
  },
};

function deprecated(tls: TlsReport, pinned: boolean): Finding[] {
  if (tls.protocol === 'TLSv1.2' || tls.protocol === 'TLSv1.3') return [];
  return [
    {
      id: 'protocol-deprecated',
      severity: pinned ? 'info' : 'error',
      message: pinned
        ? `the server speaks ${tls.protocol}, which is deprecated (it was pinned)`
        : `the server chose ${tls.protocol} although TLS 1.2 and 1.3 were offered: it has nothing better`,
      evidence: tls.protocol,
      fix: 'enable TLS 1.2 and 1.3; in Postfix: postconf -e "smtpd_tls_protocols = >=TLSv1.2"',
      refs: ['RFC 8996', 'RFC 9325 section 3.1.1'],
    },
  ];
}

function weakDh(tls: TlsReport): Finding[] {
  const isDh = tls.group === null || tls.group.startsWith('ffdhe');
  if (!isDh || tls.groupBits === null || tls.groupBits >= WEAK_DH_BITS) return [];
  return [
    {
      id: 'weak-dh',
      severity: tls.groupBits < BROKEN_DH_BITS ? 'error' : 'warning',
      message: `the key exchange uses a ${tls.groupBits}-bit Diffie-Hellman group`,
      evidence: `${tls.groupBits} bits`,
      fix: LARGER_DH,
      refs: ['RFC 9325 section 4.5', 'CVE-2015-4000'],
    },
  ];
}

function renegotiation(tls: TlsReport): Finding[] {
  if (tls.secureRenegotiation !== false) return [];
  return [
    {
      id: 'insecure-renegotiation',
      severity: 'warning',
      message: 'the server does not support secure renegotiation',
      fix: 'update its TLS library: all that are maintained support RFC 5746',
      refs: ['RFC 5746', 'CVE-2009-3555'],
    },
  ];
}

function compression(tls: TlsReport): Finding[] {
  if (!tls.compression) return [];
  return [
    {
      id: 'tls-compression',
      severity: 'error',
      message: 'TLS compression was negotiated',
      fix: 'switch it off; in Postfix: tls_ssl_options = NO_COMPRESSION',
      refs: ['RFC 9325 section 3.3', 'CVE-2012-4929'],
    },
  ];
}

function plaintext(tls: TlsReport): Finding[] {
  if (tls.cipher.bits !== 0) return [];
  return [
    {
      id: 'cipher-without-encryption',
      severity: 'error',
      message: `${tls.cipher.name} does not encrypt anything`,
      evidence: tls.cipher.name,
      fix: 'switch NULL suites off; in Postfix: smtpd_tls_exclude_ciphers = eNULL',
      refs: ['RFC 9325 section 4.1'],
    },
  ];
}

import type {
  CertificateReport,
  EhloKeyword,
  Report,
  TlsReport,
  VerifyReport,
} from '../../src/core/report.js';

/** What the sample reports are made of, and the good report that the others differ from. */

export const keywords = (...lines: string[]): EhloKeyword[] =>
  lines.map((line) => {
    const [keyword = '', ...params] = line.split(' ');
    return { keyword, params };
  });

export const BEFORE = keywords(
  'PIPELINING',
  'SIZE 52428800',
  'ETRN',
  'STARTTLS',
  'ENHANCEDSTATUSCODES',
  '8BITMIME',
  'DSN',
);
const AFTER = keywords(
  'PIPELINING',
  'SIZE 52428800',
  'ETRN',
  'AUTH PLAIN LOGIN',
  'ENHANCEDSTATUSCODES',
  '8BITMIME',
  'DSN',
);

export function certificate(
  subject: string,
  issuer: string,
  digit: string,
  rest: Partial<CertificateReport> = {},
): CertificateReport {
  return {
    subject,
    issuer,
    serial: `0${digit.toUpperCase()}`.repeat(4),
    notBefore: '2026-01-10T00:00:00.000Z',
    notAfter: '2026-04-10T00:00:00.000Z',
    daysLeft: 61,
    key: { type: 'ec', bits: 256, curve: 'prime256v1' },
    signatureAlgorithm: 'ecdsa-with-SHA384',
    sha256: digit.repeat(64),
    spkiSha256: `${digit.toUpperCase().repeat(43)}=`,
    san: [],
    ca: true,
    selfSigned: subject === issuer,
    extendedKeyUsage: null,
    caIssuers: [],
    mustStaple: false,
    ...rest,
  };
}

export const LEAF = certificate('CN=mx.example.org', "CN=E7,O=Let's Encrypt,C=US", '1', {
  ca: false,
  san: ['DNS:mx.example.org', 'DNS:mail.example.org'],
  extendedKeyUsage: ['serverAuth'],
});
export const E7 = certificate(
  "CN=E7,O=Let's Encrypt,C=US",
  'CN=ISRG Root X1,O=Internet Security Research Group,C=US',
  '2',
  {
    key: { type: 'ec', bits: 384, curve: 'secp384r1' },
    signatureAlgorithm: 'sha256WithRSAEncryption',
    daysLeft: 395,
  },
);
export const X1 = certificate(E7.issuer, E7.issuer, '3', {
  key: { type: 'rsa', bits: 4096, curve: null },
  signatureAlgorithm: 'sha256WithRSAEncryption',
  notBefore: '2015-06-04T11:04:38.000Z',
  notAfter: '2035-06-04T11:04:38.000Z',
  daysLeft: 3405,
});

export const TLS13: TlsReport = {
  protocol: 'TLSv1.3',
  cipher: { name: 'TLS_AES_256_GCM_SHA384', iana: 'TLS_AES_256_GCM_SHA384', id: '0x1302', bits: 256 },
  group: 'X25519MLKEM768',
  groupBits: null,
  signatureScheme: 'ecdsa_secp256r1_sha256',
  extendedMasterSecret: null,
  secureRenegotiation: null,
  encryptThenMac: null,
  compression: false,
  alpn: null,
  ocspStapled: false,
  sessionResumed: false,
  clientCertificateRequested: false,
};

export const VERIFIED: VerifyReport = {
  code: 0,
  name: 'X509_V_OK',
  reason: 'ok',
  depth: 0,
  errors: [],
  judges: { openssl: 0, own: 0 },
  authLevel: 2,
  stores: ['mozilla (Node 20.20.2, 144 certificates)'],
  hostname: { name: 'mx.example.org', result: 'match', matched: 'DNS:mx.example.org' },
};

export const pass: Report = {
  schemaVersion: 1,
  smtpcheck: '0.1.0',
  command: 'tls',
  target: {
    host: 'mx.example.org',
    port: 25,
    address: '192.0.2.25',
    family: 4,
    servername: 'mx.example.org',
    mode: 'starttls',
  },
  outcome: 'pass',
  exitCode: 0,
  startedAt: '2026-02-08T12:00:00.000Z',
  timings: {
    dnsMs: 2.31,
    connectMs: 11.9,
    bannerMs: 24.2,
    starttlsMs: 12.4,
    handshakeMs: 31.7,
    totalMs: 96.2,
  },
  connections: 1,
  smtp: {
    banner: '220 mx.example.org ESMTP Postfix',
    ehlo: BEFORE,
    ehloAfterTls: AFTER,
    starttls: 'offered',
  },
  tls: TLS13,
  chain: { sent: [LEAF, E7], path: [LEAF, E7, X1] },
  verify: VERIFIED,
  findings: [],
  error: null,
  transcript: [
    'S: 220 mx.example.org ESMTP Postfix\r\n',
    'C: EHLO client.example.net\r\n',
    'S: 250-mx.example.org\r\n',
    'S: 250 STARTTLS\r\n',
    'C: STARTTLS\r\n',
    'S: 220 2.0.0 Ready to start TLS\r\n',
    'C: QUIT\r\n',
    'S: 221 2.0.0 Bye\r\n',
  ],
};

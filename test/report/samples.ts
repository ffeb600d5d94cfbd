import type { CertificateReport, Report } from '../../src/core/report.js';
import { BEFORE, certificate, E7, keywords, LEAF, pass, TLS13, VERIFIED, X1 } from './sample-parts.js';

/** Hand-written reports, one per thing a reader has to be told. Each has a golden file of its name. */

export { pass };

const OLD_LEAF: CertificateReport = {
  ...LEAF,
  notBefore: '2025-10-29T00:00:00.000Z',
  notAfter: '2026-01-27T00:00:00.000Z',
  daysLeft: -12,
};
const STRAY = certificate('CN=Old Intermediate,O=Example,C=SE', 'CN=Old Root,O=Example,C=SE', '4');

/** Expired and for another name, on TLS 1.2, with a certificate too many. */
export const expiredWrongName: Report = {
  ...pass,
  target: {
    host: 'smtp.example.org',
    port: 587,
    address: '2001:db8::25',
    family: 6,
    servername: 'smtp.example.org',
    mode: 'starttls',
    tried: [{ address: '192.0.2.26', result: 'ECONNREFUSED' }],
  },
  outcome: 'fail',
  exitCode: 1,
  connections: 2,
  tls: {
    ...TLS13,
    protocol: 'TLSv1.2',
    cipher: {
      name: 'ECDHE-RSA-AES128-GCM-SHA256',
      iana: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
      id: '0xc02f',
      bits: 128,
    },
    group: 'x25519',
    groupBits: 253,
    signatureScheme: 'rsa_pss_rsae_sha256',
    extendedMasterSecret: false,
    secureRenegotiation: true,
    encryptThenMac: false,
    ocspStapled: true,
  },
  chain: { sent: [OLD_LEAF, STRAY, E7, E7], path: [OLD_LEAF, E7, X1] },
  verify: {
    ...VERIFIED,
    code: 10,
    name: 'X509_V_ERR_CERT_HAS_EXPIRED',
    reason: 'certificate has expired',
    depth: 0,
    errors: [
      { code: 10, name: 'X509_V_ERR_CERT_HAS_EXPIRED', depth: 0, subject: OLD_LEAF.subject },
      { code: 62, name: 'X509_V_ERR_HOSTNAME_MISMATCH', depth: 0, subject: OLD_LEAF.subject },
    ],
    judges: { openssl: 10, own: 10 },
    hostname: { name: 'smtp.example.org', result: 'mismatch', matched: null },
  },
  findings: [
    {
      id: 'chain-surplus-certificate',
      severity: 'info',
      message: 'the server sends certificates that no path needs',
      evidence: 'CN=Old Intermediate,O=Example,C=SE',
      fix: 'send the leaf and its intermediates only',
    },
    {
      id: 'extended-master-secret-missing',
      severity: 'warning',
      message:
        'the session was made without the extended master secret, so it can be tied to another connection',
      fix: 'update the TLS library of the server',
      refs: ['RFC 7627'],
    },
    {
      id: 'certificate-expired',
      severity: 'error',
      message: 'the certificate expired 12 days ago',
      evidence: 'notAfter 2026-01-27T00:00:00.000Z',
      fix: 'renew the certificate and reload the server',
      refs: ['RFC 5280 section 4.1.2.5'],
    },
    {
      id: 'hostname-mismatch',
      severity: 'error',
      message: 'the certificate is not for smtp.example.org',
      evidence: 'DNS:mx.example.org, DNS:mail.example.org',
      fix: 'get a certificate whose subjectAltName holds smtp.example.org, or connect to a name that it holds',
      refs: ['RFC 9525 section 6.3'],
    },
  ],
};

/** An intermediate is missing, one error only, no SMTP keyword changed. */
export const incompleteChain: Report = {
  ...pass,
  outcome: 'fail',
  exitCode: 1,
  chain: { sent: [LEAF], path: [LEAF] },
  verify: {
    ...VERIFIED,
    code: 20,
    name: 'X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    reason: 'unable to get local issuer certificate',
    errors: [
      { code: 20, name: 'X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY', depth: 0, subject: LEAF.subject },
      { code: 21, name: 'X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE', depth: 0, subject: LEAF.subject },
    ],
    judges: { openssl: 21, own: 21 },
  },
  findings: [
    {
      id: 'chain-incomplete',
      severity: 'error',
      message: 'the server does not send the intermediate certificate',
      fix: 'put the whole chain into smtpd_tls_chain_files, leaf first',
    },
  ],
};

const NOTHING_AFTER_SMTP = { tls: null, chain: null, verify: null, findings: [] } as const;

export const starttlsRefused: Report = {
  ...pass,
  ...NOTHING_AFTER_SMTP,
  outcome: 'fail',
  exitCode: 1,
  timings: { dnsMs: 1.2, connectMs: 10.4, bannerMs: 20, totalMs: 44 },
  smtp: { banner: '220 mx.example.org ESMTP', ehlo: BEFORE, ehloAfterTls: null, starttls: 'refused' },
  error: {
    code: 'starttls-refused',
    phase: 'starttls',
    message: 'the server refused STARTTLS',
    hint: 'look at the server log: its certificate or key may be unreadable',
    serverSaid: '554-5.7.0 TLS is switched off here\r\n554 5.7.0 ask postmaster@example.org\r\n',
  },
};

export const dnsError: Report = {
  ...pass,
  ...NOTHING_AFTER_SMTP,
  target: {
    host: 'mx.exmaple.org',
    port: 25,
    address: null,
    family: null,
    servername: null,
    mode: 'starttls',
  },
  outcome: 'error',
  exitCode: 3,
  timings: { dnsMs: 31.4, totalMs: 31.6 },
  connections: 0,
  smtp: null,
  error: {
    code: 'dns-not-found',
    phase: 'dns',
    message: 'mx.exmaple.org does not resolve',
    hint: 'check the spelling of the name',
  },
};

export const inconclusive421: Report = {
  ...pass,
  ...NOTHING_AFTER_SMTP,
  target: {
    host: '2001:db8::25',
    port: 465,
    address: '2001:db8::25',
    family: 6,
    servername: null,
    mode: 'implicit',
  },
  outcome: 'inconclusive',
  exitCode: 4,
  timings: { connectMs: 10.4, bannerMs: 20, totalMs: 44 },
  smtp: {
    banner: '421 4.7.0 mx.example.org Error: too many connections',
    ehlo: null,
    ehloAfterTls: null,
    starttls: null,
  },
  error: {
    code: 'greeting-rejected',
    phase: 'banner',
    message: 'the server answered the connection with 421',
    hint: 'it limits connections; wait a minute and run the command again',
    serverSaid: '421 4.7.0 mx.example.org Error: too many connections',
  },
};

/** Escape sequences, bidi controls, forged lines: text that must neither act nor hide. */
export const hostile: Report = {
  ...pass,
  smtp: {
    banner: '220 \x1b[2J\x1b]0;owned\x07mx \x9b31mred\r\nPASS  forged.example:25\u2028second',
    ehlo: keywords('X\u202eTLSTRATS', 'STARTTLS', 'A\x00B \u200bC'),
    ehloAfterTls: keywords('SIZE \ud800', 'back\\x1bslash'),
    starttls: 'offered',
  },
  chain: {
    sent: [
      {
        ...LEAF,
        subject: 'O=Evil\\, CN=trusted.example,CN=mx\u202egro.elpmaxe\x1b[1A',
        san: ['DNS:mx.example.org\n  error forged: line', 'DNS:日本語.example\u2066'],
      },
    ],
    path: [
      {
        ...LEAF,
        subject: 'O=Evil\\, CN=trusted.example,CN=mx\u202egro.elpmaxe\x1b[1A',
        san: ['DNS:mx.example.org\n  error forged: line', 'DNS:日本語.example\u2066'],
      },
      X1,
    ],
  },
  verify: { ...VERIFIED, hostname: { name: '192.0.2.25', result: 'not-checked', matched: null } },
  findings: [
    {
      id: 'banner-control-characters',
      severity: 'warning',
      message: 'the banner holds control characters',
      evidence: '220 \x1b[2J\x1b]0;owned\x07mx',
      fix: 'remove them from smtpd_banner',
    },
  ],
};

export const SAMPLES: Readonly<Record<string, Report>> = {
  pass,
  'expired-wrong-name': expiredWrongName,
  'incomplete-chain': incompleteChain,
  'starttls-refused': starttlsRefused,
  'dns-error': dnsError,
  'inconclusive-421': inconclusive421,
  hostile,
};

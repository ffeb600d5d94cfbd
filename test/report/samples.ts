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

/** What `cert` has in the place of a server. */
const FILE_ONLY = {
  command: 'cert',
  target: null,
  timings: { totalMs: 4.2 },
  connections: 0,
  smtp: null,
  tls: null,
} as const;

const fromFile = (report: Report): Report =>
  Object.fromEntries(Object.entries(report).filter(([key]) => key !== 'transcript')) as unknown as Report;

/** A file before it is deployed: another's key, and a name too few. */
export const certKeyMismatch: Report = {
  ...fromFile(pass),
  ...FILE_ONLY,
  outcome: 'fail',
  exitCode: 1,
  file: { path: '/etc/ssl/private/new-chain.pem', format: 'pem', certificates: 2, at: null, key: 'mismatch' },
  verify: {
    ...VERIFIED,
    code: 62,
    name: 'X509_V_ERR_HOSTNAME_MISMATCH',
    reason: 'hostname mismatch',
    errors: [{ code: 62, name: 'X509_V_ERR_HOSTNAME_MISMATCH', depth: 0, subject: LEAF.subject }],
    hostname: { name: 'smtp.example.org', result: 'mismatch', matched: null },
    hostnames: [
      { name: 'mx.example.org', result: 'match', matched: 'mx.example.org' },
      { name: 'smtp.example.org', result: 'mismatch', matched: null },
    ],
  },
  findings: [
    {
      id: 'key-mismatch',
      severity: 'error',
      message: 'the private key is not that of the first certificate',
      evidence: LEAF.subject,
      fix: 'use the key that the certificate was requested with',
    },
    {
      id: 'hostname-mismatch',
      severity: 'error',
      message: 'the certificate is not for smtp.example.org (62, hostname mismatch)',
      evidence: LEAF.san.join(', '),
      fix: 'add the name to the certificate',
    },
  ],
};

const RECORD = `3 1 1 ${'ab'.repeat(32)}`;

/** Self-signed, out of PKCS#12, as of another day, and authenticated by a TLSA record alone; what to publish is shown. */
export const certDane: Report = {
  ...fromFile(pass),
  ...FILE_ONLY,
  file: {
    path: 'mail.p12',
    format: 'pkcs12',
    certificates: 1,
    at: '2026-03-01T00:00:00.000Z',
    key: 'match',
  },
  chain: { sent: [LEAF], path: [LEAF] },
  verify: {
    ...VERIFIED,
    code: 18,
    name: 'X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT',
    reason: 'self-signed certificate',
    errors: [{ code: 18, name: 'X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT', depth: 0, subject: LEAF.subject }],
    judges: { openssl: 18, own: 18 },
  },
  tlsa: {
    result: 'match',
    records: [
      { record: RECORD, usage: 3, selector: 1, matchingType: 1, result: 'match', reason: null, depth: 0 },
    ],
    authenticated: { record: RECORD, depth: 0 },
    errors: [],
    suggested: [RECORD],
  },
  tlsaRecords: [RECORD, `3 0 1 ${'cd'.repeat(32)}`],
  findings: [
    {
      id: 'tlsa-matched',
      severity: 'info',
      message: 'a published TLSA record matches the leaf',
      evidence: RECORD,
    },
  ],
};

/** A login that worked with one mechanism and not with the other. */
export const authMixed: Report = {
  ...pass,
  command: 'auth',
  outcome: 'fail',
  exitCode: 1,
  connections: 3,
  auth: {
    mechanism: 'SCRAM-SHA-256',
    result: 'accepted',
    reply: { code: 235, enhanced: '2.7.0', text: '2.7.0 Authentication successful' },
    reason: null,
    channelBinding: 'y',
    iterations: 4096,
    user: 'alice@example.org',
    authzid: 'shared',
    offered: ['PLAIN', 'LOGIN', 'SCRAM-SHA-256'],
    offeredBeforeTls: [],
    mailBeforeAuth: 'refused',
    plaintext: 'refused',
    attempts: [
      {
        mechanism: 'SCRAM-SHA-256',
        result: 'accepted',
        reply: { code: 235, enhanced: '2.7.0', text: '2.7.0 Authentication successful' },
        reason: null,
        channelBinding: 'y',
        iterations: 4096,
      },
      {
        mechanism: 'PLAIN',
        result: 'rejected',
        reply: { code: 535, enhanced: '5.7.8', text: '5.7.8 Error: authentication failed' },
        reason: 'authentication credentials invalid',
        channelBinding: null,
        iterations: null,
      },
    ],
  },
  findings: [
    {
      id: 'auth-rejected',
      severity: 'error',
      message: 'the server does not take the credentials: authentication credentials invalid',
      evidence: 'PLAIN: 535 5.7.8 Error: authentication failed',
      fix: 'check user name and password; in Postfix with Dovecot: doveadm auth test USER',
    },
  ],
};

/** A login that was not tried, because the server is not who it should be. */
export const authNotAttempted: Report = {
  ...incompleteChain,
  command: 'auth',
  auth: {
    mechanism: null,
    result: 'not-attempted',
    reply: null,
    reason: 'the chain did not verify (20, unable to get local issuer certificate)',
    channelBinding: null,
    iterations: null,
    user: 'alice',
    authzid: null,
    offered: ['PLAIN'],
    offeredBeforeTls: ['PLAIN'],
    mailBeforeAuth: null,
  },
};

/** A server with a revoked certificate, by its own staple. */
export const revoked: Report = {
  ...pass,
  outcome: 'fail',
  exitCode: 1,
  verify: {
    ...VERIFIED,
    code: 23,
    name: 'X509_V_ERR_CERT_REVOKED',
    reason: 'certificate revoked',
    errors: [{ code: 23, name: 'X509_V_ERR_CERT_REVOKED', depth: 0, subject: LEAF.subject }],
  },
  ocsp: {
    result: 'revoked',
    reason: null,
    responder: E7.subject,
    producedAt: '2026-02-07T12:00:00.000Z',
    thisUpdate: '2026-02-07T12:00:00.000Z',
    nextUpdate: '2026-02-14T12:00:00.000Z',
    revokedAt: '2026-02-01T08:30:00.000Z',
    revocationReason: 'keyCompromise',
  },
  findings: [
    {
      id: 'certificate-revoked',
      severity: 'error',
      message: `certificate revoked (23) at depth 0: ${LEAF.subject}`,
      fix: 'replace the certificate',
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
  'cert-key-mismatch': certKeyMismatch,
  'cert-dane': certDane,
  revoked,
  'auth-mixed': authMixed,
  'auth-not-attempted': authNotAttempted,
};

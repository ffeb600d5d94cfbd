import { describe, expect, it } from 'vitest';
import { judgeTls, TLS_CHECKS } from '../../src/checks/index.js';
import { verifyRule, VERIFY_RULE_IDS } from '../../src/checks/verify-findings.js';
import type { ProbeFacts } from '../../src/core/tls-facts.js';
import type { CertificateReport, TlsReport, VerifyReport } from '../../src/core/report.js';
import type { ResumptionReport } from '../../src/core/resumption-report.js';
import { noSmtpFacts } from '../../src/core/smtp-facts.js';
import { expectExplainedReferences } from './references.js';
import { VERIFY_CODES } from '../support/verify-codes.js';

const TLS: TlsReport = {
  protocol: 'TLSv1.3',
  cipher: { name: 'TLS_AES_256_GCM_SHA384', iana: 'TLS_AES_256_GCM_SHA384', id: '0x1302', bits: 256 },
  group: 'x25519',
  groupBits: 253,
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

const RESUMED: ResumptionReport = {
  offered: 'psk',
  ticketsIssued: 2,
  lifetimeHintSeconds: 7200,
  resumed: true,
  reason: null,
  protocol: TLS.protocol,
  cipher: TLS.cipher,
};

const CERTIFICATE: CertificateReport = {
  subject: 'CN=mail.example.org',
  issuer: 'CN=CA',
  serial: '01',
  notBefore: '2020-01-01T00:00:00.000Z',
  notAfter: '2030-01-01T00:00:00.000Z',
  daysLeft: 1000,
  key: { type: 'ec', bits: 256, curve: 'prime256v1' },
  signatureAlgorithm: 'ecdsa-with-SHA256',
  sha256: 'aa',
  spkiSha256: 'bb',
  san: ['DNS:mail.example.org'],
  ca: false,
  selfSigned: false,
  extendedKeyUsage: ['serverAuth'],
  caIssuers: [],
  mustStaple: false,
};

const VERIFY: VerifyReport = {
  code: 0,
  name: 'X509_V_OK',
  reason: 'ok',
  depth: 0,
  errors: [],
  judges: { openssl: 0, own: 0 },
  authLevel: 2,
  stores: ['test'],
  hostname: { name: 'mail.example.org', result: 'match', matched: 'mail.example.org' },
};

function facts(changes: Partial<ProbeFacts> = {}, asked: Partial<ProbeFacts['asked']> = {}): ProbeFacts {
  return {
    source: 'server',
    opensslAsked: changes.handshakeCompleted ?? true,
    publicAnchor: false,
    ocsp: null,
    target: { host: 'mail.example.org', port: 25, mode: 'starttls', literal: 0 },
    smtp: noSmtpFacts(),
    smtpReport: null,
    tls: TLS,
    handshakeCompleted: true,
    chainUnread: false,
    certificateSent: true,
    chain: { sent: [CERTIFICATE], path: [CERTIFICATE] },
    verify: VERIFY,
    ...changes,
    asked: {
      pins: { versionPinned: false },
      alpn: [],
      certificatePins: [],
      expiresWithinMs: null,
      judgeChain: true,
      nameUnknown: false,
      now: Date.parse('2026-01-01T00:00:00Z'),
      ...asked,
    },
  };
}

const ids = (input: ProbeFacts): string[] => judgeTls(input).map(({ id, severity }) => `${severity} ${id}`);
const tls = (changes: Partial<TlsReport>): Partial<ProbeFacts> => ({ tls: { ...TLS, ...changes } });
const verify = (changes: Partial<VerifyReport>): Partial<ProbeFacts> => ({
  verify: { ...VERIFY, ...changes },
});

describe('the registry', () => {
  it('has unique kebab-case ids', () => {
    const all = TLS_CHECKS.flatMap((check) => [...new Set(check.ids)]);
    expect(new Set(all).size).toBe(all.length);
    expect(new Set(TLS_CHECKS.map(({ id }) => id)).size).toBe(TLS_CHECKS.length);
    for (const id of all) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
  });

  it('finds nothing where nothing is wrong, or nothing was measured', () => {
    expect(ids(facts())).toEqual([]);
    expect(
      ids(facts({ tls: null, handshakeCompleted: false, certificateSent: false, chain: null, verify: null })),
    ).toEqual([]);
  });
});

const smtp = (changes: Partial<ProbeFacts['smtp']>): Partial<ProbeFacts> => ({
  smtp: { ...noSmtpFacts(), ...changes },
});

describe('a check', () => {
  it.each<[string, Partial<ProbeFacts>, Partial<ProbeFacts['asked']>, string[]]>([
    ['no STARTTLS', smtp({ starttls: 'not-offered' }), {}, ['error starttls-not-offered']],
    [
      'a mask',
      smtp({ starttls: 'not-offered', ehlo: [{ keyword: 'XXXXXXXA', params: [] }] }),
      {},
      ['error starttls-masked'],
    ],
    ['a refusal', smtp({ starttls: 'refused', starttlsReply: '501 no' }), {}, ['error starttls-refused']],
    [
      'bytes left over',
      smtp({ leftover: { after: 'STARTTLS', text: 'x', bytes: 1 } }),
      {},
      ['error bytes-before-tls'],
    ],
    [
      'STARTTLS again',
      smtp({ ehloAfterTls: [{ keyword: 'StartTLS', params: [] }] }),
      {},
      ['warning starttls-offered-after-tls'],
    ],
    [
      'AUTH in the clear',
      smtp({ ehlo: [{ keyword: 'AUTH', params: ['PLAIN'] }] }),
      {},
      ['warning auth-before-tls'],
    ],
    ['AUTH without a mechanism', smtp({ ehlo: [{ keyword: 'AUTH=', params: [] }] }), {}, []],
    ['an escape', smtp({ replies: ['fine', 'not \x1b[2J'] }), {}, ['warning control-characters-in-reply']],
    ['a turned direction', smtp({ replies: ['a\u202eb'] }), {}, ['warning control-characters-in-reply']],
    ['a tab', smtp({ replies: ['a\tb'] }), {}, []],
    ['TLS 1.1', tls({ protocol: 'TLSv1.1' }), {}, ['error protocol-deprecated']],
    [
      'TLS 1.1 that was pinned',
      tls({ protocol: 'TLSv1.1' }),
      { pins: { versionPinned: true, maxVersion: 'TLSv1.1' } },
      ['info protocol-deprecated'],
    ],
    [
      'a protocol nobody knows',
      tls({ protocol: 'unknown (0x0300)' }),
      {},
      ['error pin-not-honoured', 'error protocol-deprecated'],
    ],
    ['DH of 1024 bits', tls({ group: null, groupBits: 1024 }), {}, ['warning weak-dh']],
    ['DH of 1023 bits', tls({ group: null, groupBits: 1023 }), {}, ['error weak-dh']],
    ['DH of 2048 bits', tls({ group: null, groupBits: 2048 }), {}, []],
    [
      'no RFC 5746',
      tls({ protocol: 'TLSv1.2', secureRenegotiation: false }),
      {},
      ['warning insecure-renegotiation'],
    ],
    ['compression', tls({ compression: true }), {}, ['error tls-compression']],
    ['NULL', tls({ cipher: { ...TLS.cipher, bits: 0 } }), {}, ['error cipher-without-encryption']],
    ['a session that was resumed', tls({ resumption: RESUMED }), {}, []],
    [
      'one that was not',
      tls({ resumption: { ...RESUMED, resumed: false, reason: 'x' } }),
      {},
      ['info session-not-resumed'],
    ],
    [
      'what is not known',
      tls({ resumption: { ...RESUMED, resumed: null, protocol: null, cipher: null } }),
      {},
      [],
    ],
    [
      'a server without sessions',
      tls({ resumption: { ...RESUMED, offered: null, resumed: false, protocol: null, cipher: null } }),
      {},
      ['info session-not-resumed'],
    ],
    [
      'an alert to who comes back',
      tls({ resumption: { ...RESUMED, resumed: false, protocol: null, cipher: null } }),
      {},
      ['error resumption-refused'],
    ],
    [
      'a pin that the second handshake broke',
      tls({ resumption: { ...RESUMED, protocol: 'TLSv1.2', cipher: { ...TLS.cipher, id: '0xc02f' } } }),
      { pins: { versionPinned: true, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3', suites: [0x1302] } },
      ['error pin-not-honoured', 'error pin-not-honoured'],
    ],
    ['no certificate', { chain: null, verify: null, certificateSent: false }, {}, ['error no-certificate']],
    [
      'no certificate, unjudged',
      { chain: null, verify: null, certificateSent: false },
      { judgeChain: false },
      ['info no-certificate'],
    ],
    ['a judge that is missing', verify({ judges: { openssl: null, own: 0 } }), {}, ['error judge-missing']],
    ['judges that disagree', verify({ judges: { openssl: 0, own: 10 } }), {}, ['warning judges-disagree']],
    [
      'judges with different errors',
      verify({ judges: { openssl: 20, own: 10 } }),
      {},
      ['info judges-disagree'],
    ],
    [
      'OpenSSL alone against it',
      verify({ code: 10, name: 'X509_V_ERR_CERT_HAS_EXPIRED', judges: { openssl: 10, own: 0 } }),
      {},
      ['error certificate-expired', 'warning judges-disagree'],
    ],
    [
      'a pin of another certificate',
      {},
      { certificatePins: [{ kind: 'sha256', value: 'cc' }] },
      ['error certificate-pin-mismatch'],
    ],
    ['the right pin', {}, { certificatePins: [{ kind: 'sha256', value: 'aa' }] }, []],
    [
      'the digest of the wrong kind',
      {},
      { certificatePins: [{ kind: 'spki-sha256', value: 'aa' }] },
      ['error certificate-pin-mismatch'],
    ],
    ['an end that is near', {}, { expiresWithinMs: 5 * 365 * 86_400_000 }, ['error certificate-expiring']],
    ['an end that is not', {}, { expiresWithinMs: 3 * 365 * 86_400_000 }, []],
  ])('judges %s', (_, changes, asked, expected) => {
    expect(ids(facts(changes, asked)).sort()).toEqual([...expected].sort());
    expectExplainedReferences(judgeTls(facts(changes, asked)));
  });

  it('makes no finding that it does not list', () => {
    for (const code of VERIFY_CODES) {
      const error = { code, name: 'X', depth: 0, subject: 'CN=x' };
      const found = judgeTls(facts(verify({ code, errors: [error], judges: { openssl: code, own: code } })));
      expect(found).toHaveLength(1);
      expect(found[0]?.severity).toBe('error');
      expect(VERIFY_RULE_IDS).toContain(found[0]?.id);
      expect(found[0]?.id).toBe(verifyRule(code).id);
      expect(found[0]?.fix).not.toBe('');
      expectExplainedReferences(found);
    }
  });
});

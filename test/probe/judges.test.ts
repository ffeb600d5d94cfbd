import { createHash, X509Certificate } from 'node:crypto';
import type { TLSSocketOptions } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { judgeTls } from '../../src/checks/index.js';
import { EXIT } from '../../src/core/outcome.js';
import type { Report } from '../../src/core/report.js';
import { noSmtpFacts } from '../../src/core/smtp-facts.js';
import { parseCertificatePin, resolvePins, type PinRequest } from '../../src/probe/pins.js';
import { probeTls } from '../../src/probe/tls.js';
import { certificate } from '../servers/fixtures.js';
import { startServer, type TestServer } from '../servers/scripted.js';
import {
  findingIds,
  labTrust,
  probe,
  probeServer,
  readFixture,
  withServer,
  type ProbeTestOptions,
} from '../support/probe.js';
import { assertValidReport } from '../support/schema.js';

const DAY_MS = 86_400_000;

function tlsServer(tls: TLSSocketOptions): Promise<TestServer> {
  return startServer({ tls });
}

/** A server with a chain of certs-fixtures, at a security level that lets it serve anything. */
function chainServer(id: string): Promise<TestServer> {
  return tlsServer({ ...certificate(id), ciphers: 'DEFAULT:@SECLEVEL=0' });
}

function finding(report: Report, id: string): Report['findings'][number] {
  const found = report.findings.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id} among ${findingIds(report).join(', ')}`);
  return found;
}

describe('pins of protocol, suite, group and scheme', () => {
  const pinned = (tls: TLSSocketOptions, request: PinRequest): Promise<Report> =>
    probeServer(tlsServer(tls), { pins: resolvePins(request) });

  it.each<[string, PinRequest, object]>([
    ['TLS 1.2', { versions: ['TLSv1.2'] }, { protocol: 'TLSv1.2' }],
    ['TLS 1.3', { versions: ['TLSv1.3'] }, { protocol: 'TLSv1.3' }],
    ['a maximum', { maxTls: '1.2' }, { protocol: 'TLSv1.2' }],
    [
      'a suite of 1.2',
      { cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
      { protocol: 'TLSv1.2', cipher: { id: '0xc02b' } },
    ],
    [
      'a suite of 1.3',
      { cipher: 'TLS_CHACHA20_POLY1305_SHA256' },
      { protocol: 'TLSv1.3', cipher: { id: '0x1303' } },
    ],
    [
      'suites of both',
      { cipher: 'TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-SHA' },
      { protocol: 'TLSv1.3', cipher: { id: '0x1301' } },
    ],
    [
      'both, and a maximum',
      { maxTls: '1.2', cipher: 'TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-SHA' },
      { protocol: 'TLSv1.2', cipher: { id: '0xc009' } },
    ],
    ['a group', { groups: 'P-384' }, { group: 'secp384r1' }],
    // In TLS 1.2 the groups are also the curves of keys, so that of the server's is named too.
    ['groups in TLS 1.2', { versions: ['TLSv1.2'], groups: 'X25519:P-256' }, { group: 'x25519' }],
    ['a scheme', { sigalgs: 'ECDSA+SHA256' }, { signatureScheme: 'ecdsa_secp256r1_sha256' }],
  ])('%s is honoured', async (_, request, tls) => {
    const report = await pinned({}, request);
    expect(report.findings).toEqual([]);
    expect(report.outcome).toBe('pass');
    expect(report.tls).toMatchObject(tls);
  });

  it.each<[string, TLSSocketOptions, PinRequest, number]>([
    ['a version that the server lacks', { maxVersion: 'TLSv1.2' }, { versions: ['TLSv1.3'] }, 70],
    ['a version that is too old for it', { minVersion: 'TLSv1.3' }, { versions: ['TLSv1.2'] }, 70],
    [
      'a suite that it lacks',
      { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' },
      { cipher: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
      40,
    ],
    [
      'a suite of 1.3 that it lacks',
      { ciphers: 'TLS_AES_256_GCM_SHA384' },
      { cipher: 'TLS_AES_128_GCM_SHA256' },
      40,
    ],
    ['a suite for another key', {}, { cipher: 'ECDHE-RSA-AES128-GCM-SHA256' }, 40],
    ['a group that it lacks', { ecdhCurve: 'P-256' }, { groups: 'P-384' }, 40],
    ['a scheme that its key cannot do', {}, { sigalgs: 'rsa_pss_rsae_sha256' }, 40],
  ])('%s is refused with an alert, by name', async (_, tls, request, alert) => {
    const report = await pinned(tls, request);
    expect(report).toMatchObject({
      outcome: 'fail',
      exitCode: EXIT.fail,
      error: { code: 'tls-alert-rejected', alert },
    });
    expect(report.error?.message).toMatch(alert === 70 ? /protocol_version/ : /handshake_failure/);
  });

  it('a suite that our library does not have is inconclusive, and nothing is sent', () =>
    withServer(startServer(), async (server) => {
      const report = await probe(server.port, { pins: resolvePins({ cipher: 'TLS_RSA_WITH_RC4_128_SHA' }) });
      expect(report).toMatchObject({
        outcome: 'inconclusive',
        exitCode: EXIT.inconclusive,
        error: { code: 'library-cannot-offer' },
      });
      expect(report.connections).toBe(0);
      expect(server.connections).toBe(0);
    }));

  it('a server that chose something else fails, however that came about', async () => {
    // No honest library lets this through, so the negotiated facts are judged against pins that were not offered.
    const report = await probeServer(startServer(), { pins: resolvePins({ versions: ['TLSv1.3'] }) });
    const judge = (request: PinRequest, alpn: readonly string[] = []): string[] =>
      judgeTls({
        source: 'server',
        opensslAsked: true,
        publicAnchor: false,
        ocsp: null,
        target: { host: 'x', port: 25, mode: 'starttls', literal: 0 },
        smtp: noSmtpFacts(),
        smtpReport: report.smtp,
        tls: report.tls,
        handshakeCompleted: true,
        chainUnread: false,
        certificateSent: true,
        chain: report.chain,
        verify: report.verify,
        asked: {
          pins: resolvePins(request),
          alpn,
          certificatePins: [],
          expiresWithinMs: null,
          judgeChain: true,
          nameUnknown: false,
          now: Date.now(),
        },
      }).map(({ id, severity }) => `${severity} ${id}`);
    expect(judge({})).toEqual([]);
    const wrong: PinRequest[] = [
      { versions: ['TLSv1.2'] },
      { maxTls: '1.2' },
      { cipher: 'TLS_AES_128_CCM_SHA256' },
      { groups: 'P-521' },
      { sigalgs: 'ed25519' },
    ];
    for (const request of wrong) expect(judge(request)).toEqual(['error pin-not-honoured']);
    expect(judge({}, ['smtp'])).toEqual(['error alpn-not-negotiated']);
  });
});

describe('TLS below 1.2', () => {
  const old: TLSSocketOptions = {
    ...certificate('good-rsa'),
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1',
    ciphers: 'DEFAULT:@SECLEVEL=0',
  };

  it('fails when it was not asked for', async () => {
    const report = await probeServer(tlsServer(old));
    expect(finding(report, 'protocol-deprecated').severity).toBe('error');
    expect(report).toMatchObject({ outcome: 'fail', tls: { protocol: 'TLSv1' }, verify: { code: 0 } });
  });

  it('passes with a word when it was', async () => {
    const report = await probeServer(tlsServer(old), { pins: resolvePins({ versions: ['TLSv1'] }) });
    expect(finding(report, 'protocol-deprecated').severity).toBe('info');
    expect(report.outcome).toBe('pass');
  });
});

describe('the verdict', () => {
  it.each([
    ['good-rsa', 0, null],
    ['good-ecdsa', 0, null],
    ['expired-leaf', 10, 'certificate-expired'],
    ['not-yet-valid', 9, 'certificate-not-yet-valid'],
    ['wrong-name', 62, 'hostname-mismatch'],
    ['self-signed-leaf', 18, 'chain-untrusted'],
    ['incomplete', 20, 'chain-untrusted'],
    ['untrusted-root-sent', 19, 'chain-untrusted'],
    ['rsa-1024-leaf', 66, 'weak-key'],
    ['sha1-leaf', 68, 'weak-digest'],
    ['client-auth-only-leaf', 26, 'purpose-unsuitable'],
    ['pathlen-exceeded', 25, 'pathlen-exceeded'],
    ['intermediate-not-ca', 79, 'issuer-not-a-ca'],
    ['no-cert-sign-intermediate', 79, 'issuer-not-a-ca'],
    ['bad-signature-leaf', 7, 'signature-invalid'],
    ['critical-unknown-extension-leaf', 34, 'critical-extension-unknown'],
    ['name-constraints-violated', 47, 'name-constraints-violated'],
    ['partial-wildcard', 62, 'hostname-mismatch'],
    ['cn-only', 62, 'hostname-mismatch'],
  ])('on %s is %d in TLS 1.2 and 1.3', async (id, code, rule) => {
    await withServer(chainServer(id), async (server) => {
      for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
        const report = await probe(server.port, { pins: resolvePins({ versions: [version] }) });
        expect(report.error).toBeNull();
        expect(report.verify?.code).toBe(code);
        expect(report.outcome).toBe(code === 0 ? 'pass' : 'fail');
        if (rule === null) expect(report.findings).toEqual([]);
        else expect(finding(report, rule).severity).toBe('error');
        // Both judges spoke, whatever they said.
        expect(report.verify?.judges.openssl).not.toBeNull();
      }
    });
  });

  it('is that of the stricter judge where both agree, with the same number', async () => {
    for (const [id, code] of [
      ['expired-leaf', 10],
      ['self-signed-leaf', 18],
      ['good-ecdsa', 0],
    ] as const) {
      const report = await probeServer(chainServer(id));
      expect(report.verify?.judges).toEqual({ openssl: code, own: code });
      expect(findingIds(report)).not.toContain('judges-disagree');
    }
  });

  it('is not moved by the clock of the caller to what OpenSSL refuses today', async () => {
    const then = Date.parse(new X509Certificate(certificate('expired-leaf').cert).validTo) - DAY_MS;
    const report = await probeServer(chainServer('expired-leaf'), { now: then });
    expect(report.outcome).toBe('fail');
  });

  it('is not judged with --no-verify, and still told', async () => {
    const report = await probeServer(chainServer('expired-leaf'), { judgeChain: false });
    expect(report).toMatchObject({ outcome: 'pass', verify: { code: 10 } });
    expect(finding(report, 'verification-not-judged')).toMatchObject({ severity: 'info' });
    expect(finding(report, 'verification-not-judged').message).toContain('certificate-expired');
  });

  it('lets everything but the chain fail with --no-verify', async () => {
    const report = await probeServer(startServer({ readyText: '220 go\r\n250 injected\r\n' }), {
      judgeChain: false,
    });
    expect(report.outcome).toBe('fail');
  });

  it.each([
    [0, 22],
    [2, 22],
    [3, 0],
    [undefined, 0],
  ])('with --depth %s on three intermediates is %d', async (depth, code) => {
    const report = await probeServer(chainServer('good-deep'), depth === undefined ? {} : { depth });
    expect(report.verify?.code).toBe(code);
    expect(report.outcome).toBe(code === 0 ? 'pass' : 'fail');
    if (code !== 0) expect(findingIds(report)).toContain('chain-too-long');
  });

  it('passes a leaf straight below the root with --depth 0', async () => {
    expect((await probeServer(chainServer('good-direct'), { depth: 0 })).outcome).toBe('pass');
  });

  it('depends on --auth-level', async () => {
    const of = async (authLevel: number): Promise<Report> =>
      probeServer(chainServer('rsa-1024-leaf'), { authLevel });
    expect((await of(0)).outcome).toBe('pass');
    expect((await of(1)).verify?.code).toBe(0);
    expect((await of(2)).verify).toMatchObject({ code: 66, authLevel: 2 });
  });

  it('fails without the right root, and names the store', async () => {
    const report = await probeServer(startServer(), { trust: labTrust('lab-root-rsa') });
    expect(report).toMatchObject({ outcome: 'fail', verify: { code: 20 } });
    expect(report.verify?.stores.join()).toContain('lab-root-rsa');
  });
});

describe('anonymous suites', () => {
  const anonymous: TLSSocketOptions = {
    cert: undefined,
    key: undefined,
    maxVersion: 'TLSv1.2',
    ciphers: 'ADH-AES128-SHA256:AECDH-AES128-SHA:@SECLEVEL=0',
    dhparam: 'auto',
  };

  it.each(['ADH-AES128-SHA256', 'AECDH-AES128-SHA'])(
    '%s has no certificate, and so fails',
    async (cipher) => {
      const report = await probeServer(tlsServer(anonymous), {
        pins: resolvePins({ cipher, versions: ['TLSv1.2'] }),
      });
      expect(report.error).toBeNull();
      expect(report.tls?.cipher.name).toBe(cipher);
      expect(report).toMatchObject({ outcome: 'fail', exitCode: EXIT.fail, verify: null });
      expect(finding(report, 'no-certificate')).toMatchObject({ severity: 'error', evidence: cipher });
    },
  );

  it('do not match a certificate pin', async () => {
    const report = await probeServer(tlsServer(anonymous), {
      pins: resolvePins({ cipher: 'ADH-AES128-SHA256' }),
      certificatePins: [parseCertificatePin(`sha256:${'0'.repeat(64)}`)],
      judgeChain: false,
    });
    expect(report.outcome).toBe('fail');
    expect(findingIds(report)).toContain('certificate-pin-mismatch');
  });

  it('are not offered unless pinned', async () => {
    const report = await probeServer(tlsServer(anonymous));
    expect(report).toMatchObject({ outcome: 'fail', error: { code: 'tls-alert-rejected' } });
  });
});

describe('client certificates', () => {
  const client = {
    cert: readFixture('client', 'client.pem'),
    key: readFixture('client', 'client.enc.key.pem'),
    passphrase: readFixture('client', 'client.passphrase').trim(),
  };
  const ca = [readFixture('roots', 'lab-root-ec.pem'), readFixture('client', 'client.pem')];
  const asking = (version: 'TLSv1.2' | 'TLSv1.3', rejectUnauthorized: boolean): TLSSocketOptions => ({
    requestCert: true,
    rejectUnauthorized,
    ca,
    minVersion: version,
    maxVersion: version,
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('that are required and not given fail in %s', async (version) => {
    const report = await probeServer(tlsServer(asking(version, true)));
    expect(report.outcome).not.toBe('pass');
    expect(report).toMatchObject({
      outcome: 'fail',
      exitCode: EXIT.fail,
      tls: { protocol: version, clientCertificateRequested: true },
      error: { code: 'client-certificate-required', hint: 'give one with --cert and --key' },
    });
    // In TLS 1.3 the refusal comes when our side of the handshake is over.
    expect(report.error?.phase).toBe(version === 'TLSv1.3' ? 'ehlo-after-tls' : 'handshake');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('that are required and given pass in %s', async (version) => {
    const report = await probeServer(tlsServer(asking(version, true)), { client });
    expect(report.error).toBeNull();
    expect(report).toMatchObject({ outcome: 'pass', tls: { clientCertificateRequested: true } });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'that are only asked for are no trouble in %s',
    async (version) => {
      const report = await probeServer(tlsServer(asking(version, false)));
      expect(report).toMatchObject({ outcome: 'pass', tls: { clientCertificateRequested: true } });
    },
  );

  it('are asked for by no everyday server', async () => {
    expect((await probeServer(startServer())).tls?.clientCertificateRequested).toBe(false);
  });

  it.each([
    ['without its passphrase', { cert: client.cert, key: client.key }, /--passphrase-file/],
    ['with a wrong one', { ...client, passphrase: 'wrong' }, /passphrase is wrong/],
    [
      'with the key of another',
      { cert: client.cert, key: certificate('good-larger-curves').key },
      /belong together/,
    ],
    ['that are no PEM', { cert: 'x', key: 'y' }, /belong together/],
  ])('%s are a usage error, and nothing is sent', (_, wrong, hint) =>
    withServer(startServer(), async (server) => {
      const report = await probe(server.port, { client: wrong });
      expect(report).toMatchObject({ exitCode: EXIT.usage, error: { code: 'usage' }, connections: 0 });
      expect(report.error?.hint).toMatch(hint);
      expect(server.connections).toBe(0);
    }),
  );
});

describe('ALPN', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)('that is taken is reported in %s', async (version) => {
    const report = await probeServer(tlsServer({ ALPNProtocols: ['smtp'] }), {
      alpn: ['lmtp', 'smtp'],
      pins: resolvePins({ versions: [version] }),
    });
    expect(report).toMatchObject({ outcome: 'pass', tls: { alpn: 'smtp' } });
  });

  it('that is passed over fails', async () => {
    const report = await probeServer(startServer(), { alpn: ['smtp'] });
    expect(report).toMatchObject({ outcome: 'fail', tls: { alpn: null } });
    expect(finding(report, 'alpn-not-negotiated').severity).toBe('error');
  });

  it('that is refused fails, with the alert', async () => {
    const report = await probeServer(tlsServer({ ALPNProtocols: ['lmtp'] }), { alpn: ['smtp'] });
    expect(report).toMatchObject({ outcome: 'fail', error: { code: 'tls-alert-rejected', alert: 120 } });
  });

  it('is not offered unless asked for', async () => {
    const report = await probeServer(tlsServer({ ALPNProtocols: ['smtp'] }));
    expect(report).toMatchObject({ outcome: 'pass', tls: { alpn: null } });
  });
});

describe('certificate pins', () => {
  const leaf = new X509Certificate(certificate('good-ecdsa').cert);
  const sha256 = `sha256:${leaf.fingerprint256}`;
  const spki = `spki-sha256:${createHash('sha256')
    .update(leaf.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')}`;
  const other = `sha256:${'0'.repeat(64)}`;
  const pinned = (...pins: readonly string[]): Promise<Report> =>
    probeServer(startServer(), { certificatePins: pins.map(parseCertificatePin) });

  it.each([[[sha256]], [[spki]], [[other, sha256]], [[spki, other]]])('pass with %j', async (pins) => {
    const report = await pinned(...pins);
    expect(report.outcome).toBe('pass');
    expect(report.chain?.sent[0]).toMatchObject({
      sha256: sha256.slice(7).replaceAll(':', '').toLowerCase(),
      spkiSha256: spki.slice(12),
    });
  });

  it.each([
    ['another certificate', other],
    ['another key', `spki-sha256:${Buffer.alloc(32).toString('base64')}`],
    // A pin is the leaf's: that of its issuer is no match.
    [
      'the intermediate',
      `sha256:${new X509Certificate(certificate('good-ecdsa').cert.split(/(?<=-----END CERTIFICATE-----\n)/)[1] ?? '').fingerprint256}`,
    ],
  ])('fail with %s', async (_, pin) => {
    const report = await pinned(pin);
    expect(report.outcome).toBe('fail');
    expect(finding(report, 'certificate-pin-mismatch').severity).toBe('error');
    expect(report.verify?.code).toBe(0);
  });
});

describe('expiry', () => {
  const leafEnd = Date.parse(new X509Certificate(certificate('good-ecdsa').cert).validTo);
  const left = leafEnd - Date.now();

  it('within the time asked for fails, and names the certificate', async () => {
    const report = await probeServer(startServer(), { expiresWithinMs: left + DAY_MS });
    expect(report.outcome).toBe('fail');
    expect(finding(report, 'certificate-expiring')).toMatchObject({ severity: 'error' });
    expect(finding(report, 'certificate-expiring').message).toContain('depth 0');
  });

  it('beyond it passes', async () => {
    const report = await probeServer(startServer(), { expiresWithinMs: 21 * DAY_MS });
    expect(report.outcome).toBe('pass');
    expect(report.findings).toEqual([]);
  });

  // --no-verify left the verdict unjudged, and with it a certificate that had expired long ago passed.
  it('that has come fails with --no-verify where a time was asked for', async () => {
    const expired = (options: ProbeTestOptions): Promise<Report> =>
      probeServer(chainServer('expired-leaf'), { judgeChain: false, ...options });
    expect((await expired({})).outcome).toBe('pass');
    const report = await expired({ expiresWithinMs: DAY_MS });
    expect(report.outcome).toBe('fail');
    expect(finding(report, 'certificate-expiring')).toMatchObject({ severity: 'error' });
  });

  it('that has come is the verdict of the chain and no second finding', async () => {
    const report = await probeServer(chainServer('expired-leaf'), { expiresWithinMs: DAY_MS });
    expect(findingIds(report)).toEqual(['certificate-expired']);
  });
});

describe('names', () => {
  /** As a user who gives an address and no name. */
  const byAddress = (id: string, options: ProbeTestOptions = {}): Promise<Report> =>
    withServer(chainServer(id), async (server) => {
      const report = await probeTls(
        { host: '127.0.0.1', port: server.port, mode: 'starttls', literal: 4 },
        { trust: labTrust(), timeoutMs: 5000, ...options },
      );
      assertValidReport(JSON.parse(JSON.stringify(report)));
      return report;
    });

  it('an address without a name to check passes with a warning that names one', async () => {
    const report = await byAddress('name-second-in-san');
    expect(report).toMatchObject({
      outcome: 'pass',
      target: { servername: null },
      verify: { code: 0, hostname: { name: '127.0.0.1', result: 'not-checked', matched: null } },
    });
    expect(finding(report, 'hostname-not-checked')).toMatchObject({ severity: 'warning' });
    expect(finding(report, 'hostname-not-checked').fix).toContain('--servername other.smtpcheck.test');
  });

  it('the same fails with --fail-on warning', async () => {
    expect((await byAddress('name-second-in-san', { failOn: 'warning' })).outcome).toBe('fail');
  });

  it('the chain is verified all the same', async () => {
    expect(await byAddress('expired-leaf')).toMatchObject({ outcome: 'fail', verify: { code: 10 } });
  });

  it('an address that the certificate carries is matched, and nothing is left to warn of', async () => {
    const report = await byAddress('good-ecdsa');
    expect(report).toMatchObject({
      outcome: 'pass',
      findings: [],
      target: { servername: null },
      verify: { hostname: { name: '127.0.0.1', result: 'match', matched: '127.0.0.1' } },
    });
  });

  it('an address to verify that the certificate carries matches', async () => {
    const san = new X509Certificate(certificate('ip-san-match').cert).subjectAltName ?? '';
    const address = /IP Address:([0-9.]+)/.exec(san)?.[1] ?? '';
    const report = await byAddress('ip-san-match', { verifyHostname: address });
    expect(report.verify?.hostname).toMatchObject({ name: address, result: 'match' });
    expect(report.outcome).toBe('pass');
  });

  it('an address to verify that it does not carry fails', async () => {
    const report = await byAddress('name-second-in-san', { verifyHostname: '127.0.0.1' });
    expect(report).toMatchObject({ outcome: 'fail', verify: { code: 64, hostname: { result: 'mismatch' } } });
    expect(findingIds(report)).toContain('ip-address-mismatch');
  });

  it('SNI is sent as told, and --verify-hostname goes before it', async () => {
    const names: (string | null | undefined)[] = [];
    const tls: TLSSocketOptions = {
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    };
    const report = await probeServer(tlsServer(tls), {
      servername: 'other.smtpcheck.test',
      verifyHostname: 'mail.smtpcheck.test',
    });
    expect(names).toEqual(['other.smtpcheck.test']);
    expect(report).toMatchObject({
      outcome: 'pass',
      target: { servername: 'other.smtpcheck.test' },
      verify: { hostname: { name: 'mail.smtpcheck.test', result: 'match' } },
    });
  });

  it('no SNI is sent with --no-sni, and the name that is asked for is checked', async () => {
    const names: string[] = [];
    const tls: TLSSocketOptions = {
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    };
    const report = await probeServer(tlsServer(tls), {
      servername: null,
      verifyHostname: 'elsewhere.smtpcheck.test',
    });
    expect(names).toEqual([]);
    expect(report).toMatchObject({ outcome: 'fail', target: { servername: null }, verify: { code: 62 } });
  });
});

describe('the chain as sent', () => {
  it.each([
    ['misordered', 'chain-misordered', 'warning'],
    ['surplus-unrelated', 'chain-surplus', 'info'],
    ['duplicate-sent', 'chain-surplus', 'info'],
  ])('%s verifies, with %s', async (id, rule, severity) => {
    const report = await probeServer(chainServer(id));
    expect(report).toMatchObject({ outcome: 'pass', verify: { code: 0 } });
    expect(finding(report, rule).severity).toBe(severity);
  });

  it('is in the report in order, and the path with its anchor', async () => {
    const report = await probeServer(chainServer('misordered'));
    const sent = certificate('misordered')
      .cert.split(/(?<=-----END CERTIFICATE-----\n)/)
      .filter((pem) => pem.trim() !== '')
      .map((pem) => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase());
    expect(report.chain?.sent.map((cert) => cert.sha256)).toEqual(sent);
    expect(report.chain?.path.at(-1)?.subject).toContain('Root');
    expect(report.chain?.path).toHaveLength(4);
  });
});

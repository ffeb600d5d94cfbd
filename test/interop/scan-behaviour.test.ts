import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ScanReport, ScanTrait } from '../../src/core/scan-report.js';
import { probeScan } from '../../src/scan/scan.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import { labTrust, readFixture, withServer } from '../support/probe.js';
import { parseSClient, sClient, type SClientReport } from './support/openssl.js';
import { startPostfix, type PostfixInstance } from './support/postfix.js';
import { requirePeer, requireTool } from './support/require.js';
import { modernNode, startGnutlsServer, startNodeServer, startOpensslServer } from './support/tls-servers.js';

/*
 * What a server does with extensions, odd hellos, renegotiation and sessions, beside what `openssl s_client` says of the same server:
 * it is asked one thing at a time, and in its own words.
 */

const BEHAVIOUR = ['extensions', 'sessions', 'renegotiation', 'tolerance'] as const;

async function scan(port: number, only: readonly string[] = BEHAVIOUR): Promise<ScanReport> {
  const report = await probeScan(
    { host: '127.0.0.1', port, mode: 'starttls', literal: 4 },
    { trust: labTrust(), servername: LAB_HOSTNAME, ehloName: 'client.example', only, maxWaitMs: 0 },
  );
  if (report.scan === undefined) throw new Error(`there was no scan: ${report.error?.message ?? ''}`);
  return report.scan;
}

const traitsOf = (report: ScanReport): ScanTrait[] => BEHAVIOUR.flatMap((key) => report[key] ?? []);

const answersOf = (report: ScanReport): Record<string, string> =>
  Object.fromEntries(traitsOf(report).map(({ id, answer }) => [id, answer]));

const evidence = (report: ScanReport, id: string): string =>
  traitsOf(report).find((trait) => trait.id === id)?.evidence ?? '';

const yesNo = (value: boolean | undefined): string =>
  value === undefined ? 'nothing' : value ? 'yes' : 'no';

const OLD = ['-no_tls1_3', '-cipher', 'DEFAULT:@SECLEVEL=0'];

/** What s_client says, before it is told to leave. */
async function words(
  port: number,
  smtp: boolean,
  ...args: string[]
): Promise<SClientReport & { said: string }> {
  const starttls = smtp ? ['-starttls', 'smtp'] : [];
  const out = await sClient(['-connect', `127.0.0.1:${port}`, ...starttls, ...args]);
  return { ...parseSClient(out), said: `${out.stdout}${out.stderr}` };
}

/** `Reused` in the place of `New`, when the session of another connection is offered. */
async function reuses(port: number, smtp: boolean, ...args: string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-session-'));
  try {
    const file = join(folder, 'session.pem');
    const save = ['-connect', `127.0.0.1:${port}`, ...args, '-sess_out', file];
    // In TLS 1.3 tickets come after the handshake: it stays until the server has said goodbye.
    if (smtp)
      await sClient([...save, '-starttls', 'smtp', '-quiet'], { input: 'EHLO client.example\r\nQUIT\r\n' });
    else await sClient(save);
    return yesNo(/^Reused, /m.test((await words(port, smtp, ...args, '-sess_in', file)).said));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const EVERYTHING_TOLERATED = {
  'version-tolerance': 'yes',
  'grease-tolerance': 'yes',
  'large-hello-tolerance': 'yes',
  'split-records-tolerance': 'yes',
  'split-segments-tolerance': 'yes',
  'hello-of-256-to-511-tolerance': 'yes',
};

describe.skipIf(!requireTool('postfix'))("Postfix's behaviour", () => {
  let folder = '';
  let postfix: PostfixInstance;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'smtpcheck-scan-'));
    const chainFiles = ['good-rsa', 'good-ecdsa'].map((id) => {
      const file = join(folder, `${id}.pem`);
      writeFileSync(file, readFixture('chains', `${id}.key.pem`) + readFixture('chains', `${id}.pem`), {
        mode: 0o600,
      });
      return file;
    });
    postfix = await startPostfix({
      chainFiles,
      // It is tlsmgr's, which all services share.
      main: { smtpd_tls_session_cache_database: 'btree:$data_directory/smtpd_scache' },
      services: {
        noTicket: { tls_ssl_options: 'NO_TICKET' },
        // SSL_OP_ALLOW_CLIENT_RENEGOTIATION, which has no name in Postfix.
        renegotiating: { tls_ssl_options: '0x100' },
        onlyTls13: { smtpd_tls_protocols: '>=TLSv1.3', smtpd_tls_ask_ccert: 'yes' },
        onlyTls12: { smtpd_tls_protocols: '>=TLSv1.2, <=TLSv1.2' },
      },
    });
  });

  afterAll(async () => {
    await postfix.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const port = (name: string): number => postfix.servicePorts[name] ?? 0;

  it('is known from fourteen connections beyond those for suites, and is what s_client says', async () => {
    const report = await scan(postfix.port);
    const suites = await scan(postfix.port, ['protocols']);
    expect(report.connections.made - suites.connections.made).toBeLessThanOrEqual(14);
    expect(report.unknown).toEqual([]);
    const old = await words(postfix.port, true, ...OLD);
    expect(answersOf(report)).toEqual({
      'extended-master-secret': yesNo(old.extendedMasterSecret),
      'encrypt-then-mac': 'yes',
      'secure-renegotiation': yesNo(old.secureRenegotiation),
      'session-ticket': 'yes',
      heartbeat: 'no',
      compression: yesNo(old.compression !== 'NONE'),
      'ocsp-staple': yesNo((await words(postfix.port, true, '-status')).ocspStapled),
      'client-certificate-requested': 'no',
      alpn: yesNo((await words(postfix.port, true, '-alpn', 'smtp')).alpn !== undefined),
      'alpn-strict': yesNo(!(await words(postfix.port, true, '-alpn', 'http/1.1')).established),
      'record-size-limit': 'yes',
      'resumption-session-id': await reuses(postfix.port, true, ...OLD, '-no_ticket'),
      'resumption-ticket': await reuses(postfix.port, true, ...OLD),
      'resumption-psk': await reuses(postfix.port, true, '-tls1_3'),
      'early-data': 'no',
      'ticket-lifetime-within-a-week': 'yes',
      'client-renegotiation': 'no',
      'insecure-renegotiation': 'no',
      ...EVERYTHING_TOLERATED,
      'higher-version-tolerance': 'yes',
      'fallback-scsv': 'yes',
    });
    expect(report.connections.quit).toBe(6);
  }, 60_000);

  it('without tickets', async () => {
    const report = await scan(port('noTicket'), ['sessions', 'extensions']);
    expect(answersOf(report)).toMatchObject({
      'session-ticket': 'no',
      'resumption-session-id': await reuses(port('noTicket'), true, ...OLD),
      'resumption-ticket': 'no',
      'resumption-psk': await reuses(port('noTicket'), true, '-tls1_3'),
    });
    expect(answersOf(report)['resumption-session-id']).toBe('yes');
  }, 60_000);

  it('that lets clients renegotiate', async () => {
    const report = await scan(port('renegotiating'), ['renegotiation']);
    expect(answersOf(report)).toEqual({
      'client-renegotiation': 'yes',
      'client-renegotiation-limited': 'no',
      'insecure-renegotiation': 'no',
    });
    expect(evidence(report, 'client-renegotiation')).toBe('11 in one session, none refused');
    // The server was not left behind: it has heard QUIT, and saw no connection lost in that session.
    expect(report.connections.quit).toBe(2);
  }, 60_000);

  it('with TLS 1.3 alone', async () => {
    const report = await scan(port('onlyTls13'));
    expect(report.unknown).toEqual([]);
    expect(answersOf(report)).toEqual({
      heartbeat: 'no',
      compression: 'no',
      'ocsp-staple': 'no',
      'client-certificate-requested': 'yes',
      alpn: 'no',
      'alpn-strict': 'no',
      'record-size-limit': 'yes',
      'resumption-psk': 'yes',
      'early-data': 'no',
      'ticket-lifetime-within-a-week': 'yes',
      'client-renegotiation': 'no',
      'insecure-renegotiation': 'no',
      ...EVERYTHING_TOLERATED,
    });
  }, 60_000);

  it('with TLS 1.2 alone negotiates down from what it does not know', async () => {
    const report = await scan(port('onlyTls12'), ['tolerance']);
    expect(answersOf(report)).toEqual({ ...EVERYTHING_TOLERATED, 'higher-version-tolerance': 'yes' });
    expect(evidence(report, 'version-tolerance')).toMatch(/^TLSv1\.2 was picked/);
  }, 60_000);
});

describe.skipIf(!requireTool('openssl'))("the behaviour of OpenSSL's server", () => {
  it('without tickets, that lets clients renegotiate', async () => {
    const args = ['-no_ticket', '-client_renegotiation', '-cipher', 'ALL:@SECLEVEL=0'];
    await withServer(startOpensslServer(args), async ({ port, tlsPort }) => {
      const report = await scan(port);
      expect(report.unknown).toEqual([]);
      const old = await words(tlsPort, false, ...OLD);
      expect(answersOf(report)).toMatchObject({
        'extended-master-secret': yesNo(old.extendedMasterSecret),
        'secure-renegotiation': yesNo(old.secureRenegotiation),
        'session-ticket': 'no',
        compression: 'no',
        'resumption-session-id': await reuses(tlsPort, false, ...OLD),
        'resumption-ticket': 'no',
        'client-renegotiation': 'yes',
        'client-renegotiation-limited': 'no',
        ...EVERYTHING_TOLERATED,
      });
      expect(answersOf(report)['resumption-session-id']).toBe('yes');
    });
  }, 60_000);

  it('with early data, ALPN and a request for a certificate', async () => {
    const early = ['-early_data', '-max_early_data', '4096', '-alpn', 'smtp,h2', '-verify', '1'];
    const args = [...early, '-cipher', 'ALL:@SECLEVEL=0'];
    await withServer(startOpensslServer(args), async ({ port, tlsPort }) => {
      const report = await scan(port);
      expect(report.unknown).toEqual([]);
      const current = await words(tlsPort, false, '-alpn', 'smtp');
      const foreign = await words(tlsPort, false, '-alpn', 'http/1.1');
      expect(foreign.said).toContain('alert no application protocol');
      expect(answersOf(report)).toMatchObject({
        alpn: yesNo(current.alpn === 'smtp'),
        'alpn-strict': yesNo(!foreign.established),
        'client-certificate-requested': yesNo(current.said.includes('Requested Signature Algorithms')),
        'early-data': 'yes',
        'resumption-ticket': 'yes',
        'resumption-psk': 'yes',
        ...EVERYTHING_TOLERATED,
      });
      expect(evidence(report, 'early-data')).toBe('max_early_data_size 4096 in NewSessionTicket');
    });
  }, 60_000);

  it('that gives nothing to resume, with TLS 1.2 alone and no encrypt-then-MAC', async () => {
    const args = ['-tls1_2', '-no_ticket', '-no_cache', '-no_etm', '-no_renegotiation'];
    await withServer(startOpensslServer(args), async ({ port, tlsPort }) => {
      const report = await scan(port);
      expect(report.unknown).toEqual([]);
      expect(answersOf(report)).toMatchObject({
        'encrypt-then-mac': 'no',
        'resumption-session-id': await reuses(tlsPort, false),
        'resumption-ticket': 'no',
        'client-renegotiation': 'no',
        'early-data': 'no',
        ...EVERYTHING_TOLERATED,
      });
    });
  }, 60_000);

  it('with TLS 1.3 alone and no tickets', async () => {
    await withServer(startOpensslServer(['-tls1_3', '-num_tickets', '0']), async ({ port }) => {
      const report = await scan(port);
      expect(report.unknown).toEqual([]);
      expect(answersOf(report)).toMatchObject({ 'resumption-psk': 'no', 'early-data': 'no' });
      expect(evidence(report, 'resumption-psk')).toBe('the server gave no session that could be resumed');
    });
  }, 60_000);
});

describe.skipIf(!requireTool('openssl'))('a staple', () => {
  it('is seen in every flight that has a certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-staple-'));
    const file = join(folder, 'staple.der');
    // OCSPResponse with the status tryLater (RFC 6960 section 4.2.1).
    writeFileSync(file, Buffer.from('30030a0103', 'hex'));
    try {
      await withServer(startOpensslServer(['-status_file', file]), async ({ port, tlsPort }) => {
        const report = await scan(port, ['extensions']);
        const { ocspStapled } = await words(tlsPort, false, '-status');
        expect(ocspStapled).toBe(true);
        expect(answersOf(report)['ocsp-staple']).toBe('yes');
        const [, having, all] =
          /^an OCSP response in (\d+) of (\d+) flights/.exec(evidence(report, 'ocsp-staple')) ?? [];
        expect(having).toBe(all);
        expect(Number(all)).toBeGreaterThan(10);
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 60_000);
});

describe.skipIf(!requireTool('gnutls-serv'))("the behaviour of GnuTLS' server", () => {
  it('with heartbeat and weak suites', async () => {
    const args = ['--heartbeat', '--priority', 'NORMAL:+VERS-TLS1.0:+VERS-TLS1.1:+ARCFOUR-128:+3DES-CBC'];
    await withServer(startGnutlsServer(args), async ({ port, tlsPort }) => {
      const report = await scan(port, ['extensions', 'tolerance']);
      const old = await words(tlsPort, false, ...OLD);
      expect(answersOf(report)).toEqual({
        'extended-master-secret': yesNo(old.extendedMasterSecret),
        'encrypt-then-mac': 'yes',
        'secure-renegotiation': yesNo(old.secureRenegotiation),
        'session-ticket': 'yes',
        heartbeat: 'yes',
        compression: yesNo(old.compression !== 'NONE'),
        'ocsp-staple': 'no',
        'client-certificate-requested': yesNo(
          old.said.includes('Acceptable client certificate CA names') ||
            old.said.includes('Client Certificate Types'),
        ),
        alpn: 'no',
        'alpn-strict': 'no',
        'record-size-limit': 'yes',
        ...EVERYTHING_TOLERATED,
        'higher-version-tolerance': 'yes',
        'fallback-scsv': 'yes',
      });
      expect(evidence(report, 'record-size-limit')).toBe('record_size_limit');
    });
  }, 60_000);

  it('without what it has learnt in the last ten years', async () => {
    const priority = 'NORMAL:%NO_SESSION_HASH:%NO_ETM:-VERS-TLS1.3';
    await withServer(startGnutlsServer(['--noticket', '--priority', priority]), async ({ port, tlsPort }) => {
      const report = await scan(port, ['extensions']);
      const old = await words(tlsPort, false, ...OLD);
      expect(old.extendedMasterSecret).toBe(false);
      expect(answersOf(report)).toMatchObject({
        'extended-master-secret': 'no',
        'encrypt-then-mac': 'no',
        'session-ticket': 'no',
      });
    });
  }, 60_000);
});

const NODE = modernNode();
const noNode = NODE === null ? 'none there: MODERN_NODE=$(scripts/modern-node.sh)' : undefined;

describe.skipIf(!requirePeer('a Node.js with ML-KEM', noNode))(
  'the behaviour of a server with ML-KEM',
  () => {
    it('takes the share of the large hello: its key is a valid one', async () => {
      await withServer(startNodeServer(NODE ?? ''), async ({ port }) => {
        const report = await scan(port);
        expect(report.unknown).toEqual([]);
        expect(answersOf(report)).toMatchObject({ ...EVERYTHING_TOLERATED, 'resumption-psk': 'yes' });
        expect(evidence(report, 'large-hello-tolerance')).toMatch(
          /^ServerHello with X25519MLKEM768 to a hello with 1\d{3} octets/,
        );
      });
    }, 60_000);
  },
);

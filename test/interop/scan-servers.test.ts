import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import type { ScanReport } from '../../src/core/scan-report.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import type { ScanOptions } from '../../src/scan/options.js';
import { probeScan } from '../../src/scan/scan.js';
import { labTrust } from '../support/probe.js';
import { requireMailServers, startExim, startOpensmtpd } from './support/mail-servers.js';
import { parseSClient, sClient } from './support/openssl.js';
import { nmap, sslscan } from './support/peers.js';
import { requireTool } from './support/require.js';
import { startSelfserv } from './support/selfserv.js';

/*
 * Other servers than Postfix and other libraries than its OpenSSL, each beside what sslscan, nmap and s_client find on the same one.
 */

const ready = [
  requireMailServers(),
  requireTool('sslscan'),
  requireTool('nmap'),
  requireTool('openssl'),
].every(Boolean);
const TIMEOUT = 60_000;

const running: { stop(): Promise<void> }[] = [];
afterAll(() => Promise.all(running.map((server) => server.stop())));

async function kept<T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  running.push(server);
  return server;
}

async function scan(
  port: number,
  options: Partial<ScanOptions> = {},
): Promise<Report & { scan: ScanReport }> {
  const report = await probeScan(
    { host: '127.0.0.1', port, mode: 'starttls', literal: 4 },
    {
      trust: labTrust(),
      servername: LAB_HOSTNAME,
      ehloName: 'client.example',
      only: ['protocols'],
      ...options,
    },
  );
  if (report.scan === undefined) throw new Error(`there was no scan: ${report.error?.message ?? ''}`);
  return { ...report, scan: report.scan };
}

const pairsOf = ({ protocols = [] }: ScanReport, key: 'name' | 'iana'): string[] =>
  protocols.flatMap(({ name, suites }) => suites.map((suite) => `${name} ${suite[key] ?? ''}`)).sort();

const answersOf = ({ protocols = [] }: ScanReport): Record<string, string> =>
  Object.fromEntries(protocols.map(({ name, answer }) => [name, answer]));

describe.skipIf(!ready)('Exim with GnuTLS', () => {
  it(
    'is found to have what sslscan and nmap find',
    async () => {
      // It lets a connection that ended in the handshake linger for half a second, and counts it: for the peers, no limit.
      const { port } = await kept(startExim(['smtp_accept_max = 0']));
      const report = await scan(port);
      expect(pairsOf(report.scan, 'name')).toEqual([...sslscan(port).pairs].sort());
      expect(pairsOf(report.scan, 'iana')).toEqual([...nmap(port).pairs].sort());
      expect(pairsOf(report.scan, 'iana').length).toBeGreaterThan(30);
      expect(report.outcome).toBe('pass');
    },
    TIMEOUT,
  );

  it(
    'is waited for when all its connections are taken, and found to have the same',
    async () => {
      const { port } = await kept(startExim(['smtp_accept_max = 10']));
      const report = await scan(port);
      expect(report.scan.connections.throttled).toBeGreaterThan(0);
      expect(report.scan.unknown).toEqual([]);
      expect(pairsOf(report.scan, 'iana').length).toBeGreaterThan(30);
    },
    TIMEOUT,
  );

  // It answers in the clear, with 421, and closes. Nothing but its having done so twice makes that a no.
  it(
    'does not renegotiate',
    async () => {
      const { port } = await kept(startExim(['smtp_accept_max = 0']));
      const { scan: found } = await scan(port, { only: ['renegotiation'] });
      const trait = found.renegotiation?.find(({ id }) => id === 'client-renegotiation');
      expect(trait?.answer).toBe('no');
      expect(trait?.evidence).toContain('fell out of TLS');
      const said = await sClient(
        ['-connect', `127.0.0.1:${port}`, '-starttls', 'smtp', '-no_tls1_3', '-servername', LAB_HOSTNAME],
        { input: 'R\n' },
      );
      expect(`${said.stdout}${said.stderr}`).toMatch(
        /RENEGOTIATING[\s\S]*(?:wrong version number|unexpected)/,
      );
    },
    TIMEOUT,
  );
});

describe.skipIf(!ready)('OpenSMTPD with OpenSSL 3.5', () => {
  it(
    'is found to have what sslscan finds, and what it picks and then fails at',
    async () => {
      const { port } = await kept(startOpensmtpd());
      const report = await scan(port);
      const found = pairsOf(report.scan, 'name');
      const peer = [...sslscan(port).pairs].sort();
      expect(peer.length).toBeGreaterThan(10);
      expect(found).toEqual(expect.arrayContaining(peer));
      // Its keys are in another process, and what decrypts with them there is broken: sslscan, which counts finished handshakes, has
      // none of RSA's key exchange. They are offered and picked all the same: a ServerHello is a yes.
      const more = found.filter((pair) => !peer.includes(pair));
      expect(more.length).toBeGreaterThan(5);
      for (const pair of more) expect(pair).not.toMatch(/DHE/);
      const [example = ''] = more;
      const [, suite = ''] = example.split(' ');
      const args = ['-connect', `127.0.0.1:${port}`, '-starttls', 'smtp', '-tls1_2', '-cipher', suite];
      const out = await sClient(args);
      expect(parseSClient(out).cipher).toBe(suite);
      expect(out.stderr).toContain('alert decrypt error');
      expect(report.outcome).toBe('pass');
    },
    TIMEOUT,
  );
});

/** RSA, DHE and ECDHE with NULL, RC4, DES, 3DES, SEED, Camellia and AES. */
const WEAK = [
  ...['0001', '0002', '0004', '0005', '0009', '000A', '0015', '0016', '002F', '0033', '0035', '0039'],
  ...['0041', '0084', '0096', '009E', 'C010', 'C011', 'C012', 'C013', 'C014', 'C02F'],
];

describe.skipIf(!ready)('NSS with SSL 3.0 and weak suites', () => {
  // sslscan has no SSL 3.0 of its own, and its other questions make selfserv hang.
  it(
    'is found to have what nmap finds',
    async () => {
      const { port, tlsPort } = await kept(startSelfserv('ssl3:tls1.2', WEAK));
      const { scan: found, findings } = await scan(port, {
        only: ['protocols', 'attacks'],
        skip: ['renegotiation'],
        connectionMs: 2_000,
      });
      expect(answersOf(found)).toEqual({
        SSLv2: 'rejected',
        SSLv3: 'accepted',
        TLSv1: 'accepted',
        'TLSv1.1': 'accepted',
        'TLSv1.2': 'accepted',
        'TLSv1.3': 'rejected',
      });
      expect(pairsOf(found, 'iana')).toEqual([...nmap(tlsPort, 'implicit').pairs].sort());
      expect(pairsOf(found, 'iana').length).toBe(15 + 20 + 20 + 22);
      expect(findings.map(({ id }) => id)).toEqual(
        expect.arrayContaining([
          'ssl-3-accepted',
          'null-suites-accepted',
          'rc4-suites-accepted',
          'des-suites-accepted',
        ]),
      );
    },
    TIMEOUT,
  );
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { parseReport, parseReports } from '../support/schema.js';
import { runCli } from '../support/run-cli.js';
import { sClient } from './support/openssl.js';
import { startPostfix, type PostfixInstance } from './support/postfix.js';
import { requireTool } from './support/require.js';
import { chainFile } from './support/chain-file.js';

/*
 * A gate has to be right about three kinds of server: one that follows the policy, one that does not, and one of which nobody
 * can know. Other scanners give the third an A.
 */

const ready = requireTool('postfix');

const GOOD: Readonly<Record<string, string>> = {
  smtpd_tls_protocols: '>=TLSv1.2',
  tls_medium_cipherlist: 'ECDHE+AESGCM:ECDHE+CHACHA20',
  smtpd_tls_exclude_ciphers: 'aNULL',
  tls_eecdh_auto_curves: 'X25519 prime256v1 secp384r1',
  tls_ssl_options: 'NO_RENEGOTIATION',
};

const limited = (connections: number): Readonly<Record<string, string>> => ({
  smtpd_client_connection_rate_limit: String(connections),
  smtpd_client_event_limit_exceptions: '',
  anvil_rate_time_unit: '60s',
});

let folder = '';
const running: PostfixInstance[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-gate-'));
});

afterAll(async () => {
  await Promise.all(running.map((postfix) => postfix.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function postfix(main: Readonly<Record<string, string>>): Promise<PostfixInstance> {
  const instance = await startPostfix({ chainFiles: [chainFile(folder, 'good-rsa')], main });
  running.push(instance);
  return instance;
}

async function gate(port: number, profile: string, ...more: string[]): Promise<Report> {
  const file = join(folder, `${String(port)}-${profile}.yaml`);
  writeFileSync(
    file,
    `version: 1
profile: ${profile}
defaults: { ca-path: ${join(FIXTURES_DIR, 'ca-dir')}, servername: mail.smtpcheck.test, max-wait: 0s }
targets:
  - host: 127.0.0.1:${String(port)}
`,
  );
  const { stdout, stderr, code } = await runCli(['gate', file, '--json', ...more], { hangMs: 60_000 });
  if (stdout === '') throw new Error(stderr);
  const report = parseReport(stdout);
  expect(code).toBe(report.exitCode);
  return report;
}

const failing = ({ policy }: Report): string[] =>
  (policy?.rules ?? []).filter(({ result }) => result === 'fail').map(({ id }) => id);

const connects = (instance: PostfixInstance): number =>
  instance
    .log()
    .split('\n')
    .filter((line) => /smtpd\[\d+\]: connect from \S*\[127\.0\.0\.1\]/.test(line)).length;

describe.skipIf(!ready)('a gate', () => {
  it('passes a server that follows its profile, under a limit of 30 connections a minute', async () => {
    const good = await postfix({ ...GOOD, ...limited(30) });
    const report = await gate(good.port, 'intermediate');
    expect(failing(report)).toEqual([]);
    expect(report).toMatchObject({ outcome: 'pass', exitCode: 0, error: null });
    expect(report.policy?.rules.filter(({ result }) => result === 'inconclusive')).toEqual([]);
    expect(report.connections).toBeLessThanOrEqual(18);
    expect(report.policy?.budget.connections).toBe(report.connections);
    // Postfix logs through another process, a little late.
    await expect.poll(() => connects(good)).toBe(report.connections);
  });

  it('fails one with Debian’s settings, and names what the server does', async () => {
    const old = await postfix({});
    const report = await gate(old.port, 'intermediate');
    expect(report.exitCode).toBe(1);
    expect(failing(report)).toEqual(
      expect.arrayContaining([
        'tls-1-0-accepted',
        'tls-1-1-accepted',
        'suite-not-allowed',
        'group-not-allowed',
      ]),
    );
    const items = report.policy?.rules.find(({ id }) => id === 'suite-not-allowed')?.items ?? [];
    expect(items).toContain('AES128-SHA (TLSv1.2)');
    // On port 25 the same server only warns of its versions: who is refused comes back without TLS.
    const asMx = await gate(old.port, 'mx');
    expect(asMx.exitCode).toBe(0);
    expect(asMx.findings.map(({ id, severity }) => `${severity} ${id}`)).toContain(
      'warning tls-1-0-accepted',
    );
  });

  it('says of one that puts it off that nobody knows, and never passes it', async () => {
    const throttled = await postfix({ ...GOOD, ...limited(6) });
    const report = await gate(throttled.port, 'intermediate');
    expect(failing(report)).toEqual([]);
    expect(report).toMatchObject({ outcome: 'inconclusive', exitCode: 4 });
    expect((await gate(throttled.port, 'intermediate', '--inconclusive', 'fail')).exitCode).toBe(1);
  });
});

/** Chains of certs-fixtures, good ones and ones of every kind of fault. */
const CHAINS = [
  'good-rsa',
  'good-ecdsa',
  'good-deep',
  'wildcard-san',
  'expired-leaf',
  'expired-intermediate',
  'not-yet-valid',
  'wrong-name',
  'partial-wildcard',
  'incomplete',
  'untrusted-root-sent',
  'self-signed-leaf',
  'bad-signature-leaf',
  'bad-signature-intermediate',
  'intermediate-not-ca',
  'pathlen-exceeded',
  'name-constraints-violated',
  'client-auth-only-leaf',
  'critical-unknown-extension-leaf',
  'md5-leaf',
  'rsa-1024-leaf',
] as const;

/** The promise: no pass where OpenSSL's own client, told to verify, says no. */
describe.skipIf(!ready || !requireTool('openssl'))('a gate of servers with all kinds of chains', () => {
  it('passes none that openssl s_client -verify_return_error refuses, and passes the good ones', async () => {
    const services = Object.fromEntries(
      CHAINS.map((id) => [id, { smtpd_tls_chain_files: chainFile(folder, id) }]),
    );
    const instance = await startPostfix({
      chainFiles: [chainFile(folder, 'good-rsa')],
      main: GOOD,
      services,
    });
    running.push(instance);
    const file = join(folder, 'chains.yaml');
    const ports = CHAINS.map((id) => instance.servicePorts[id] ?? 0);
    writeFileSync(
      file,
      `version: 1
profile: mx
defaults: { ca-path: ${join(FIXTURES_DIR, 'ca-dir')}, servername: mail.smtpcheck.test }
targets:
${ports.map((port) => `  - host: 127.0.0.1:${String(port)}`).join('\n')}
`,
    );
    const { stdout } = await runCli(['gate', file, '--json'], { hangMs: 100_000 });
    const reports = parseReports(stdout);
    const passed = CHAINS.filter((_, i) => reports[i]?.exitCode === 0);
    const verified: string[] = [];
    for (const [i, id] of CHAINS.entries()) {
      const { exitCode } = await sClient([
        ...[
          '-connect',
          `127.0.0.1:${String(ports[i])}`,
          '-starttls',
          'smtp',
          '-servername',
          'mail.smtpcheck.test',
        ],
        ...['-verify_hostname', 'mail.smtpcheck.test', '-verify_return_error', '-auth_level', '2'],
        ...['-CApath', join(FIXTURES_DIR, 'ca-dir')],
      ]);
      if (exitCode === 0) verified.push(id);
    }
    expect(passed.filter((id) => !verified.includes(id))).toEqual([]);
    expect(passed).toEqual(['good-rsa', 'good-ecdsa', 'good-deep', 'wildcard-san']);
  }, 120_000);
});

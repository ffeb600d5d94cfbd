import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { runCli } from '../support/run-cli.js';
import { chainFile } from './support/chain-file.js';
import { nmap, sslscan } from './support/peers.js';
import { startPostfix, type PostfixInstance, type PostfixOptions } from './support/postfix.js';
import { requireTool } from './support/require.js';

/*
 * The field's worst bug: under a rate limit a scanner takes "not now" for "no", and reports an A for an F. What is found here
 * is compared with sslscan and nmap on the same server when nothing limits them, and with itself when something does.
 */

const NAME = 'mail.smtpcheck.test';
const CA_DIR = join(FIXTURES_DIR, 'ca-dir');
const ready = [requireTool('postfix'), requireTool('sslscan'), requireTool('nmap')].every(Boolean);

let folder = '';
const running: PostfixInstance[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'smtpcheck-scan-'));
});

afterAll(async () => {
  await Promise.all(running.map((postfix) => postfix.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function postfix(options: PostfixOptions = {}, chains = ['good-rsa']): Promise<PostfixInstance> {
  const instance = await startPostfix({ chainFiles: chains.map((id) => chainFile(folder, id)), ...options });
  running.push(instance);
  return instance;
}

/** anvil counts loopback as well, and by five seconds in the place of a minute. */
const THROTTLED: Readonly<Record<string, string>> = {
  smtpd_client_connection_rate_limit: '30',
  smtpd_client_event_limit_exceptions: '',
  anvil_rate_time_unit: '5s',
};

async function scan(
  port: number,
  ...more: string[]
): Promise<{ readonly report: Report; readonly code: number | null; readonly stderr: string }> {
  const args = ['scan', `127.0.0.1:${port}`, '--servername', NAME, '--ca-path', CA_DIR, '--json', ...more];
  const { stdout, stderr, code } = await runCli(args, { hangMs: 120_000 });
  return { report: JSON.parse(stdout) as Report, code, stderr };
}

const pairsOf = ({ scan: found }: Report, key: 'name' | 'iana'): Set<string> =>
  new Set(
    (found?.protocols ?? []).flatMap(({ name, suites }) =>
      suites.map((suite) => `${name} ${suite[key] ?? ''}`),
    ),
  );

/** As its log has them, without those of who waited for it to be ready. The log is written by a process of its own, and a little later. */
const connects = (instance: PostfixInstance): number =>
  instance
    .log()
    .split('\n')
    .filter((line) => /smtpd\[\d+\]: connect from \S*\[127\.0\.0\.1\]/.test(line)).length;

describe.skipIf(!ready)('scan of a Postfix with Debian’s settings', () => {
  it('finds every protocol and suite that sslscan and nmap find, and none that they do not', async () => {
    const server = await postfix();
    const { report, code } = await scan(server.port, '--only', 'protocols');
    await expect.poll(() => connects(server)).toBe(report.scan?.connections.made);
    const made = connects(server);
    const peer = sslscan(server.port);
    const other = nmap(server.port);
    expect(peer.pairs.size).toBe(91);
    expect([...pairsOf(report, 'name')].sort()).toEqual([...peer.pairs].sort());
    expect([...pairsOf(report, 'iana')].sort()).toEqual([...other.pairs].sort());
    expect(made).toBeLessThanOrEqual(110);
    expect(code).toBe(0);
  }, 60_000);

  it('does the same with an RSA and an ECDSA certificate', async () => {
    const server = await postfix({}, ['good-rsa', 'good-ecdsa']);
    const { report } = await scan(server.port, '--only', 'protocols');
    expect([...pairsOf(report, 'name')].sort()).toEqual([...sslscan(server.port).pairs].sort());
    expect(pairsOf(report, 'name').size).toBeGreaterThan(100);
  }, 60_000);

  it.each([
    ['no', 'client'],
    ['yes', 'server'],
  ])(
    'says whose order decides: tls_preempt_cipherlist = %s',
    async (preempt, order) => {
      const server = await postfix({ main: { tls_preempt_cipherlist: preempt } });
      const { report } = await scan(server.port, '--only', 'protocols');
      const old = report.scan?.protocols?.filter(({ name }) => name === 'TLSv1' || name === 'TLSv1.2');
      expect(old?.map((protocol) => protocol.order)).toEqual([order, order]);
    },
    60_000,
  );
});

describe.skipIf(!ready)('scan under a limit of 30 connections', () => {
  it('waits, and finds all of it', async () => {
    const server = await postfix({ main: THROTTLED });
    const { report, code } = await scan(server.port, '--only', 'protocols');
    expect(pairsOf(report, 'name').size).toBe(91);
    expect(report.scan?.unknown).toEqual([]);
    expect(report.scan?.connections.throttled).toBeGreaterThan(0);
    expect(code).toBe(0);
  }, 120_000);

  it('that it may not wait for, knows what it does not know', async () => {
    const server = await postfix({ main: THROTTLED });
    const { report, code } = await scan(server.port, '--only', 'protocols', '--max-wait', '0');
    expect(code).toBe(4);
    expect(report.outcome).toBe('inconclusive');
    expect(report.error?.code).toBe('scan-incomplete');
    expect(report.error?.hint).toContain('--max-wait');
    const protocols = report.scan?.protocols ?? [];
    // Not one "no": nothing had the time to be refused by an alert after the limit was met.
    expect(protocols.filter(({ unknown }) => unknown !== null).length).toBeGreaterThan(2);
    expect(
      protocols.filter(({ answer, evidence }) => answer === 'rejected' && !/alert/.test(evidence)),
    ).toEqual([]);
    expect(report.scan?.connections.stoppedBy?.code).toBe('greeting-rejected');
  }, 60_000);
});

describe.skipIf(!ready)('scan of a server behind postscreen', () => {
  it('never speaks before it was greeted', async () => {
    const server = await postfix({ postscreen: { greetWaitSeconds: 2 } });
    const { report, code } = await scan(server.port, '--only', 'protocols', '--concurrency', '16');
    expect(pairsOf(report, 'name').size).toBe(91);
    expect(code).toBe(0);
    expect(
      server
        .log()
        .split('\n')
        .filter((line) => line.includes('PREGREET')),
    ).toEqual([]);
    expect(server.log()).toMatch(/postscreen\[\d+\]: PASS/);
  }, 180_000);
});

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { certificate, FIXTURES_DIR } from '../servers/fixtures.js';
import { withPool, type Pool } from '../servers/pool.js';
import { runCli, type CliResult } from '../support/run-cli.js';
import { assertValidReport } from '../support/schema.js';

const LOOKUP = fileURLToPath(new URL('../support/pool-lookup.cjs', import.meta.url));
const NAME = 'mail.smtpcheck.test';
const CA = ['--ca-path', join(FIXTURES_DIR, 'ca-dir')];

/** Runs `scan` for a name that has the addresses of the pool. */
const scanPool = (pool: Pool, ...args: string[]): Promise<CliResult> =>
  withPool(pool, (port) =>
    runCli(['scan', `${NAME}:${port}`, ...CA, ...args], {
      env: { NODE_OPTIONS: `--require ${LOOKUP}`, POOL: `${NAME}=${Object.keys(pool).join(',')}` },
    }),
  );

const ONLY_SMTP = ['--all-addresses', '--only', 'smtp'];

describe('scan --all-addresses', () => {
  it('has a line of JSON for each, and in each what they do not have in common', async () => {
    const pool: Pool = {
      '127.0.0.1': {},
      '::1': { tls: certificate('good-rsa') },
      '127.0.0.2': { keywords: ['PIPELINING'] },
    };
    const { stdout, code, stderr } = await scanPool(pool, ...ONLY_SMTP, '--json');
    const reports = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Report);
    for (const report of reports) assertValidReport(report);
    expect(reports.map(({ target }) => target?.address)).toEqual(Object.keys(pool));
    expect(reports.map(({ exitCode }) => exitCode)).toEqual([0, 0, 1]);
    for (const { findings } of reports) {
      const drift = findings.filter(({ id }) => id === 'addresses-differ').map(({ message }) => message);
      expect(drift).toEqual(
        expect.arrayContaining([
          `the addresses of ${NAME} differ in whether they offer STARTTLS`,
          `the addresses of ${NAME} differ in the certificates that they show`,
        ]),
      );
    }
    expect([code, stderr]).toEqual([1, '']);
  });

  it('says in words which address has what', async () => {
    const pool: Pool = { '127.0.0.1': {}, '::1': { tls: certificate('good-rsa') } };
    const { stdout, code } = await scanPool(pool, ...ONLY_SMTP);
    expect(stdout.match(/^ +connected: .*$/gm)).toEqual([
      expect.stringContaining('127.0.0.1 (IPv4)'),
      expect.stringContaining('::1 (IPv6)'),
    ]);
    expect(stdout).toMatch(/warning addresses-differ: the addresses of mail\.smtpcheck\.test differ in the/);
    expect(code).toBe(0);
    expect((await scanPool(pool, ...ONLY_SMTP, '--fail-on', 'warning')).code).toBe(1);
  });

  it('finds nothing where all are alike, and scans one address without it', async () => {
    const pool: Pool = { '127.0.0.1': {}, '::1': {} };
    const alike = await scanPool(pool, ...ONLY_SMTP);
    expect(alike.stdout).not.toContain('addresses-differ');
    const one = await scanPool(pool, '--only', 'smtp', '--json');
    expect(one.stdout.trim().split('\n')).toHaveLength(1);
    expect([alike.code, one.code]).toEqual([0, 0]);
  });
});

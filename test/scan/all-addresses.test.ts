import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { LAB_HOSTNAME } from '../../src/lab/types.js';
import type { LookupAll } from '../../src/net/resolve.js';
import { probeAllAddresses, type AllAddressesOptions } from '../../src/scan/all-addresses.js';
import { certificate } from '../servers/fixtures.js';
import { withPool, type Pool } from '../servers/pool.js';
import { labTrust } from '../support/probe.js';
import { assertValidReport } from '../support/schema.js';

/* Whoever tests one address of a pool knows nothing of the others: senders take whichever comes first. */

const lookupOf =
  (...addresses: readonly string[]): LookupAll =>
  (_host, _family, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

async function scanPool(
  pool: Pool,
  options: Partial<AllAddressesOptions> = {},
  addresses = Object.keys(pool),
): Promise<Report[]> {
  return withPool(pool, async (port) => {
    const reports = await probeAllAddresses(
      { host: LAB_HOSTNAME, port, mode: 'starttls', literal: 0 },
      {
        trust: labTrust(),
        ehloName: 'client.example',
        maxWaitMs: 0,
        timeoutMs: 20_000,
        only: ['smtp'],
        lookup: lookupOf(...addresses),
        ...options,
      },
    );
    for (const report of reports) assertValidReport(JSON.parse(JSON.stringify(report)));
    return reports;
  });
}

const drift = (report: Report | undefined): string[] =>
  (report?.findings ?? [])
    .filter(({ id }) => id === 'addresses-differ')
    .map(({ message, evidence }) => `${message}: ${evidence ?? ''}`);

const A = '127.0.0.1';
const B = '127.0.0.2';
const V6 = '::1';

describe('every address of a name', () => {
  it('has a report of its own, in the order of the resolver, each once', async () => {
    const begun: string[] = [];
    const reports = await scanPool(
      { [A]: {}, [B]: {}, [V6]: {} },
      { onAddress: (address, i, n) => begun.push(`${i + 1}/${n} ${address}`) },
      [V6, A, B, A],
    );
    expect(reports.map(({ target }) => [target?.address, target?.family, target?.host])).toEqual([
      [V6, 6, LAB_HOSTNAME],
      [A, 4, LAB_HOSTNAME],
      [B, 4, LAB_HOSTNAME],
    ]);
    expect(begun).toEqual([`1/3 ${V6}`, `2/3 ${A}`, `3/3 ${B}`]);
    for (const report of reports) {
      expect([report.exitCode, drift(report)]).toEqual([0, []]);
      expect(report.target?.servername).toBe(LAB_HOSTNAME);
      expect(report.connections).toBe(2);
    }
  });

  it('with STARTTLS missing on one: the others are told as well', async () => {
    const reports = await scanPool({ [A]: {}, [B]: { keywords: ['PIPELINING', '8BITMIME'] } });
    expect(reports.map(({ exitCode }) => exitCode)).toEqual([0, 1]);
    for (const report of reports)
      expect(drift(report)).toContain(
        `the addresses of ${LAB_HOSTNAME} differ in whether they offer STARTTLS: STARTTLS: offered at ${A}, not-offered at ${B}`,
      );
  });

  it('with another certificate on one', async () => {
    const [report] = await scanPool({ [A]: {}, [B]: { tls: certificate('good-rsa') } });
    expect(drift(report)).toHaveLength(1);
    expect(drift(report)[0]).toMatch(
      /differ in the certificates that they show: .*127\.0\.0\.1.*127\.0\.0\.2/,
    );
  });

  it('with an expired certificate on one', async () => {
    const reports = await scanPool({ [A]: {}, [B]: { tls: certificate('expired-leaf') } });
    expect(reports.map(({ exitCode }) => exitCode)).toEqual([0, 1]);
    expect(drift(reports[0]).join()).toContain(`0 X509_V_OK at ${A}, 10 X509_V_ERR_CERT_HAS_EXPIRED at ${B}`);
  });

  it('with other keywords on one', async () => {
    const [report] = await scanPool({
      [A]: { keywordsAfterTls: ['SIZE 1000', 'PIPELINING'] },
      [B]: { keywordsAfterTls: ['PIPELINING', 'SIZE 2000', 'DSN'] },
    });
    expect(drift(report)).toEqual([
      `the addresses of ${LAB_HOSTNAME} differ in what EHLO offers: EHLO inside TLS SIZE: 1000 at ${A}, 2000 at ${B}; EHLO inside TLS DSN: missing at ${A}, offered at ${B}`,
    ]);
  });

  it('with other versions and suites on one', async () => {
    const reports = await scanPool(
      {
        [A]: { tls: { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } },
        [B]: { tls: { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384' } },
      },
      { only: ['protocols'] },
    );
    const found = drift(reports[1]).join('\n');
    expect(found).toContain(`TLSv1.3: rejected at ${A}, accepted at ${B}`);
    expect(found).toContain(`TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384: no at ${A}, yes at ${B}`);
    expect(found).not.toContain('TLS_AES_128_GCM_SHA256');
  });

  it('with a dead one: it has its report, and is not compared', async () => {
    const reports = await scanPool({ [A]: {} }, {}, [A, B]);
    expect(reports.map(({ exitCode, error }) => [exitCode, error?.code])).toEqual([
      [0, undefined],
      [3, 'connection-refused'],
    ]);
    expect(drift(reports[0])).toEqual([]);
  });

  it('where what is not known of one is no difference', async () => {
    const reports = await scanPool({
      [A]: { replies: { MAIL: '250 Ok\r\n' } },
      [B]: { replies: { MAIL: '451 later\r\n' } },
    });
    expect(reports.map(({ exitCode }) => exitCode)).toEqual([0, 4]);
    expect(drift(reports[0])).toEqual([]);
  });

  it('fails on a difference with --fail-on warning', async () => {
    const reports = await scanPool({ [A]: {}, [B]: { keywordsAfterTls: ['DSN'] } }, { failOn: 'warning' });
    expect(reports.map(({ exitCode, outcome }) => [exitCode, outcome])).toEqual([
      [1, 'fail'],
      [1, 'fail'],
    ]);
  });

  it('keeps its limits for itself', async () => {
    const reports = await scanPool({ [A]: {}, [B]: {} }, { maxConnections: 2 });
    expect(reports.map(({ exitCode, connections }) => [exitCode, connections])).toEqual([
      [0, 2],
      [0, 2],
    ]);
  });

  it('is named when it was not begun any more', async () => {
    const stop = new AbortController();
    const reports = await scanPool(
      { [A]: {}, [B]: {} },
      { signal: stop.signal, onAddress: (address) => address === B && stop.abort('SIGINT') },
    );
    expect(reports.map(({ exitCode, connections }) => [exitCode, connections])).toEqual([
      [0, 2],
      [130, 0],
    ]);
  });
});

describe('a name without addresses', () => {
  const failing =
    (code: string): LookupAll =>
    (_host, _family, done) =>
      done(Object.assign(new Error(code), { code }), []);

  it.each([
    ['ENOTFOUND', 3, 'dns-not-found'],
    ['EAI_AGAIN', 4, 'dns-timeout'],
  ])('%s is one report', async (code, exitCode, error) => {
    const reports = await scanPool({ [A]: {} }, { lookup: failing(code) });
    expect(reports).toHaveLength(1);
    expect(reports[0]).toMatchObject({ exitCode, error: { code: error }, connections: 0, command: 'scan' });
  });

  it('is scanned at the address that was given', async () => {
    const reports = await scanPool({ [A]: {} }, { address: A, lookup: failing('ENOTFOUND') });
    expect(reports.map(({ target }) => target?.address)).toEqual([A]);
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CERT_OPTIONS } from '../../src/cli/options/cert.js';
import type { Report } from '../../src/core/report.js';
import { fixture } from '../support/probe.js';
import { runCli, runMain, type CliResult } from '../support/run-cli.js';
import { inter, interCrl, leaf, root, rootCrl } from '../x509/support/crl-pki.js';
import { crlPem } from '../x509/support/crl-writer.js';
import { parseReport, parseReports } from '../support/schema.js';

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-cert-'));
afterAll(() => rmSync(dir, { recursive: true }));

const TRUST = ['--ca-path', fixture('ca-dir')];
const HOST = ['--host', 'mail.smtpcheck.test'];
const chain = (id: string): string => fixture('chains', `${id}.pem`);
const key = (id: string): string => fixture('chains', `${id}.key.pem`);

function cert(id: string, ...options: readonly string[]): Promise<CliResult> {
  return runMain(['cert', chain(id), ...TRUST, ...options]);
}

async function report(id: string, ...options: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await cert(id, ...options, '--json');
  expect(stderr).toBe('');
  return parseReport(stdout);
}

const findings = ({ findings: all }: Report): string[] => all.map(({ id, severity }) => `${severity} ${id}`);

function file(name: string, content: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

describe('smtpcheck cert on a good chain', () => {
  it('passes, the verdict first, with nothing on stderr', async () => {
    const { stdout, stderr, code } = await runCli(['cert', chain('good-deep'), ...TRUST, ...HOST]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^PASS {2}\S+good-deep\.pem {2}chain trusted, name matches\n/);
  });

  it('has both judges’ words, a file in the place of a target, and no connection', async () => {
    const all = await report('good-deep', ...HOST, '--key', key('good-deep'));
    expect(all).toMatchObject({
      command: 'cert',
      outcome: 'pass',
      exitCode: 0,
      target: null,
      connections: 0,
      smtp: null,
      tls: null,
      file: { path: chain('good-deep'), format: 'pem', certificates: 4, at: null, key: 'match' },
      verify: { code: 0, judges: { openssl: 0, own: 0 }, hostname: { result: 'match' } },
      findings: [],
    });
    expect(all.chain?.path).toHaveLength(5);
  });

  it('warns where no name was given, and fails on that when warnings fail', async () => {
    expect(findings(await report('good-deep'))).toEqual(['warning hostname-not-checked']);
    expect((await cert('good-deep', '--fail-on', 'warning')).code).toBe(1);
    expect((await cert('good-deep', ...HOST, '--fail-on', 'warning')).code).toBe(0);
  });

  it('takes several files, one report each, and the worst exit code', async () => {
    const args = ['cert', chain('good-deep'), chain('expired-leaf'), chain('good-rsa'), ...TRUST, '--json'];
    const { stdout, code } = await runMain(args);
    expect(code).toBe(1);
    expect(parseReports(stdout).map(({ outcome }) => outcome)).toEqual(['pass', 'fail', 'pass']);
  });

  it('reads standard input', async () => {
    const { stdout, code } = await runCli(['cert', '-', ...TRUST, ...HOST, '--json'], {
      input: readFileSync(chain('good-deep'), 'utf8'),
    });
    expect(code).toBe(0);
    expect(parseReport(stdout).file?.path).toBe('-');
  });
});

describe('smtpcheck cert on what does not hold', () => {
  it.each<readonly [string, readonly string[], number, readonly string[]]>([
    ['expired-leaf', HOST, 10, ['error certificate-expired']],
    ['wrong-name', HOST, 62, ['error hostname-mismatch']],
    ['self-signed-leaf', HOST, 18, ['error chain-untrusted']],
    ['rsa-1024-leaf', HOST, 66, ['error weak-key']],
    ['good-deep', [...HOST, '--depth', '1'], 22, ['error chain-too-long', 'error chain-untrusted']],
    ['good-deep', ['--host', 'other.test'], 62, ['error hostname-mismatch']],
    ['good-deep', ['--host', '192.0.2.1'], 64, ['error ip-address-mismatch']],
    ['good-deep', [...HOST, '--host', 'other.test'], 62, ['error hostname-mismatch']],
  ])('%s %j: %s', async (id, options, code, expected) => {
    const all = await report(id, ...options);
    expect(all).toMatchObject({ outcome: 'fail', exitCode: 1, verify: { code } });
    expect(findings(all).filter((one) => one.startsWith('error'))).toEqual(expected);
  });

  it('names everything that is wrong at once, each at its depth', async () => {
    const all = await report('expired-leaf', '--host', 'other.test', '--key', key('good-rsa'));
    expect(findings(all)).toEqual([
      'error key-mismatch',
      'error hostname-mismatch',
      'error certificate-expired',
    ]);
  });

  it('shows every name that was asked for', async () => {
    const all = await report('good-deep', ...HOST, '--host', 'other.test', '--host', '127.0.0.1');
    expect(all.verify?.hostnames?.map(({ name, result }) => [name, result])).toEqual([
      ['mail.smtpcheck.test', 'match'],
      ['other.test', 'mismatch'],
      ['127.0.0.1', 'match'],
    ]);
    expect(all.verify?.hostname.name).toBe('other.test');
  });

  it('a certificate that cannot be read fails, wherever it stands in the file', async () => {
    const broken = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
    const good = readFileSync(chain('good-deep'), 'utf8');
    for (const [name, text] of [
      ['first', broken + good],
      ['last', good + broken],
    ] as const) {
      const { stdout, code } = await runMain(['cert', file(name, text), ...TRUST, ...HOST, '--json']);
      expect(code).toBe(1);
      expect(findings(parseReport(stdout))).toContain('error certificate-unreadable');
    }
  });

  it('the chain upside down is no pass, though it begins with a CA that is trusted', async () => {
    const blocks =
      readFileSync(chain('good-rsa'), 'utf8').match(/-----BEGIN[^]*?END CERTIFICATE-----\n/g) ?? [];
    const path = file('reversed', [...blocks].reverse().join(''));
    const { stdout, code } = await runMain(['cert', path, ...TRUST, '--json']);
    expect(code).toBe(1);
    expect(findings(parseReport(stdout))).toContain('error leaf-is-ca');
  });
});

describe('smtpcheck cert, what is asked of it', () => {
  it('--at judges as of another day, in both directions', async () => {
    const then = await report('expired-leaf', ...HOST, '--at', '2020-06-01');
    expect(then).toMatchObject({
      outcome: 'pass',
      file: { at: '2020-06-01T00:00:00.000Z' },
      // OpenSSL was asked about today, and both judges agree on that.
      verify: { code: 0, judges: { openssl: 10, own: 10 } },
    });
    const later = await report('good-deep', ...HOST, '--at', '2199-01-01T12:00:00+02:00');
    expect(later).toMatchObject({ outcome: 'fail', verify: { code: 10, judges: { openssl: 0, own: 0 } } });
  });

  it('--purpose any leaves the purpose aside', async () => {
    expect(await report('client-auth-only-leaf', ...HOST)).toMatchObject({
      exitCode: 1,
      verify: { code: 26 },
    });
    expect(await report('client-auth-only-leaf', ...HOST, '--purpose', 'any')).toMatchObject({ exitCode: 0 });
  });

  it('--partial-chain ends at any certificate that is trusted', async () => {
    const path = chain('good-deep');
    const [, middle = ''] = readFileSync(path, 'utf8').match(/-----BEGIN[^]*?END CERTIFICATE-----\n/g) ?? [];
    const anchor = ['--ca-file', file('middle.pem', middle)];
    const without = await runMain(['cert', path, ...anchor, ...HOST, '--json']);
    const partial = await runMain(['cert', path, ...anchor, ...HOST, '--partial-chain', '--json']);
    expect([without.code, partial.code]).toEqual([1, 0]);
    expect(parseReport(partial.stdout).verify?.judges).toEqual({ openssl: 0, own: 0 });
  });

  it('--untrusted takes the place of what is missing, and that is told', async () => {
    const [leaf = '', ...rest] =
      readFileSync(chain('good-rsa'), 'utf8').match(/-----BEGIN[^]*?END CERTIFICATE-----\n/g) ?? [];
    const path = file('leaf-only.pem', leaf);
    const alone = await runMain(['cert', path, ...TRUST, ...HOST, '--json']);
    const helped = await runMain([
      ...['cert', path, ...TRUST, ...HOST, '--json'],
      ...['--untrusted', file('rest.pem', rest.join(''))],
    ]);
    expect([alone.code, helped.code]).toEqual([1, 0]);
    expect(findings(parseReport(helped.stdout))).toContain('warning chain-incomplete');
  });

  it('--expires-within, --pin and --quiet mean what they mean in tls', async () => {
    const all = await report('good-deep', ...HOST, '--expires-within', '36000d');
    expect(findings(all)).toContain('error certificate-expiring');
    expect(findings(await report('good-deep', ...HOST, '--pin', `sha256:${'0'.repeat(64)}`))).toEqual([
      'error certificate-pin-mismatch',
    ]);
    expect(await cert('expired-leaf', ...HOST, '-q')).toMatchObject({ stdout: '', stderr: '', code: 1 });
  });

  it('finds the key in the chain file itself, and says when it is another’s', async () => {
    const own = file(
      'own.pem',
      readFileSync(key('good-rsa'), 'utf8') + readFileSync(chain('good-rsa'), 'utf8'),
    );
    const other = file(
      'other.pem',
      readFileSync(key('good-deep'), 'utf8') + readFileSync(chain('good-rsa'), 'utf8'),
    );
    expect((await runMain(['cert', own, ...TRUST, ...HOST])).code).toBe(0);
    const { stdout, code } = await runMain(['cert', other, ...TRUST, ...HOST, '--json']);
    expect(code).toBe(1);
    expect(findings(parseReport(stdout))).toEqual(['error key-mismatch']);
  });
});

describe('smtpcheck cert with TLSA records', () => {
  const records = async (id: string): Promise<readonly string[]> =>
    (await report(id, ...HOST, '--show-tlsa')).tlsaRecords ?? [];
  /** No CA is named: the records decide alone. */
  const judge = async (id: string, ...options: readonly string[]): Promise<Report> =>
    parseReport((await runMain(['cert', chain(id), ...options, '--json'])).stdout);

  it('--show-tlsa prints what to publish, 3 1 1 first, as zone lines where the name is known', async () => {
    const all = await records('good-rsa');
    expect(all.map((record) => record.slice(0, 5))).toEqual(['3 1 1', '3 0 1', '2 0 1', '2 1 1']);
    const { stdout } = await runMain(['cert', chain('good-rsa'), ...TRUST, ...HOST, '--show-tlsa']);
    expect(stdout).toContain('would match: _25._tcp.mail.smtpcheck.test. IN TLSA 3 1 1');
  });

  it('a record of the key is enough for a certificate that no CA vouches for', async () => {
    const [record = ''] = await records('self-signed-leaf');
    expect(await judge('self-signed-leaf')).toMatchObject({ exitCode: 1, verify: { code: 18 } });
    const all = await judge('self-signed-leaf', '--tlsa', record);
    expect(all).toMatchObject({
      exitCode: 0,
      tlsa: { result: 'match', authenticated: { record, depth: 0 } },
    });
    expect(findings(all)).toEqual(['info verification-not-judged', 'info tlsa-matched']);
  });

  it('is not enough where CAs are named as well', async () => {
    const [record = ''] = await records('self-signed-leaf');
    const both = await judge('self-signed-leaf', ...TRUST, ...HOST, '--tlsa', record);
    expect(both).toMatchObject({ exitCode: 1, verify: { code: 18 }, tlsa: { result: 'match' } });
  });

  it('the record of the certificate before fails, and what to publish first is told', async () => {
    const [old = '', , , other = ''] = await records('good-rsa');
    const [fresh = ''] = await records('good-deep');
    const all = await judge('good-deep', ...TRUST, ...HOST, '--tlsa', old);
    expect(all).toMatchObject({ exitCode: 1, verify: { code: 0 }, tlsa: { result: 'mismatch' } });
    expect(all.findings).toMatchObject([{ id: 'tlsa-mismatch', severity: 'error' }]);
    expect(all.findings[0]?.evidence).toContain(fresh);
    // Both are published, as a roll-over has it.
    const rolling = await judge('good-deep', ...TRUST, ...HOST, '--tlsa', old, '--tlsa', fresh);
    expect(rolling).toMatchObject({ exitCode: 0, tlsa: { result: 'match' } });
    expect(await judge('good-deep', ...TRUST, ...HOST, '--tlsa', other)).toMatchObject({ exitCode: 1 });
  });

  it('a record of an issuer needs the dates, the name and the signatures to hold', async () => {
    const issuer = (await records('expired-leaf')).find((record) => record.startsWith('2 1 1')) ?? '';
    const leaf = (await records('expired-leaf'))[0] ?? '';
    expect(await judge('expired-leaf', ...HOST, '--tlsa', issuer)).toMatchObject({
      exitCode: 1,
      tlsa: { result: 'invalid', errors: [{ code: 10, depth: 0 }] },
    });
    expect(await judge('expired-leaf', ...HOST, '--tlsa', leaf)).toMatchObject({ exitCode: 0 });
  });

  it('records that no sender can use leave the verdict to the CAs, with a warning', async () => {
    const unusable = `1 1 1 ${'ab'.repeat(32)}`;
    const all = await report('good-deep', ...HOST, '--tlsa', unusable);
    expect(all).toMatchObject({ exitCode: 0, tlsa: { result: 'unusable' } });
    expect(findings(all)).toEqual(['warning tlsa-unusable']);
    expect(await judge('self-signed-leaf', '--tlsa', unusable)).toMatchObject({ exitCode: 1 });
  });

  it.each([
    ['3 1 1 abc', /hex/i],
    ['3 1 1 abcd', /32/],
    ['nonsense', /TLSA/],
    ['', /needs a value/],
  ])('%j is a usage error', async (record, words) => {
    const { stderr, code } = await runMain(['cert', chain('good-deep'), '--tlsa', record]);
    expect(code).toBe(2);
    expect(stderr).toMatch(words);
  });
});

describe('smtpcheck cert with revocation lists', () => {
  const anchor = ['--ca-file', file('crl-root.pem', root.pem), '--host', 'mail.smtpcheck.test'];
  const path = file('crl-chain.pem', leaf.pem + inter.pem);
  const serial = Uint8Array.from(Buffer.from(leaf.cert.serial, 'hex'));
  const clean = file('clean.crl', crlPem([interCrl()]));
  const revoking = file('revoking.crl', crlPem([interCrl({ entries: [{ serial }] })]));
  const both = ['--crl-file', clean, '--crl-file', file('root.crl', rootCrl())];
  const judge = async (...options: readonly string[]): Promise<Report> =>
    parseReport((await runMain(['cert', path, ...anchor, ...options, '--json'])).stdout);

  it.each<readonly [string, readonly string[], number, string | null]>([
    ['none, nothing looked up', [], 0, null],
    ['the leaf not in its list', ['--crl-file', clean], 0, null],
    ['the leaf revoked', ['--crl-file', revoking], 23, 'certificate-revoked'],
    ['a list of another CA only', ['--crl-file', file('root.crl', rootCrl())], 3, 'crl-missing'],
    ['a list for each', [...both, '--crl-check', 'all'], 0, null],
  ])('%s', async (_what, options, code, id) => {
    const all = await judge(...options);
    expect(all).toMatchObject({
      exitCode: code === 0 ? 0 : 1,
      verify: { code, judges: { openssl: 0, own: 0 } },
    });
    const errors = findings(all).filter((one) => one.startsWith('error'));
    expect(errors).toEqual(id === null ? [] : [`error ${id}`]);
  });

  it('names the file that is no list', async () => {
    const { stderr, code } = await runMain(['cert', path, ...anchor, '--crl-file', path]);
    expect(code).toBe(2);
    expect(stderr).toContain('crl-chain.pem');
  });
});

describe('smtpcheck cert, asked wrongly', () => {
  it.each<readonly [readonly string[], RegExp]>([
    [[], /no file was given/],
    [['/nonexistent/chain.pem'], /no such file/],
    [[dir], /directory/],
    [[chain('good-deep'), '--at', '2027-02-30'], /--at takes a date/],
    [[chain('good-deep'), '--at', 'tomorrow'], /--at takes a date/],
    [[chain('good-deep'), '--purpose', 'client'], /purpose/],
    [[chain('good-deep'), '--crl-check', 'all'], /--crl-check needs --crl-file/],
    [[chain('good-deep'), '--key', chain('good-deep')], /is a certificate/],
    [[chain('good-deep'), chain('good-rsa'), '--key', key('good-rsa')], /--key goes with one file/],
    [['-', '--key', '-'], /only one file/],
    [['-', chain('good-deep'), '--key="x"'], /cannot be told/],
    [[chain('good-deep'), '--ca-file', '/nonexistent'], /cannot read the CA file/],
    [[chain('good-deep'), '--untrusted', key('good-deep')], /holds no certificate/],
    [[chain('good-deep'), '--servername', 'x'], /unknown argument/i],
    [[key('good-deep')], /holds no certificate/],
  ])('%j is a usage error with a hint or a reason', async (args, words) => {
    const { stdout, stderr, code } = await runMain(['cert', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^smtpcheck: error: /);
  });

  it('is told as one object with --json', async () => {
    const { stdout, code } = await runMain(['cert', '/nonexistent/chain.pem', '--json']);
    expect(code).toBe(2);
    expect(parseReport(stdout)).toMatchObject({
      command: 'cert',
      outcome: 'error',
      exitCode: 2,
      error: { code: 'file-unreadable' },
    });
  });

  it('--help lists every option', async () => {
    const { stdout, code } = await runCli(['cert', '--help']);
    expect(code).toBe(0);
    for (const name of Object.keys(CERT_OPTIONS)) expect(stdout).toContain(`--${name}`);
    expect(stdout).toContain('smtpcheck cert fullchain.pem');
  });
});

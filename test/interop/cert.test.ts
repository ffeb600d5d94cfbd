import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/core/report.js';
import { runMain } from '../support/run-cli.js';
import { parseReport } from '../support/schema.js';
import { requireTool } from './support/require.js';

/*
 * `smtpcheck cert` on files as openssl makes them: PEM, DER, PKCS#12 in every protection that people meet, keys of each kind;
 * and its exit code beside that of `openssl verify` on the same chain.
 */

const HOST = 'mail.example.org';
const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-cert-files-'));
const at = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A root, an intermediate and leaves of the three kinds of key. */
function makeChain(): void {
  const request = (name: string, kind: readonly string[], subject: string): void =>
    openssl(
      'req',
      '-new',
      '-nodes',
      ...kind,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.csr`,
      '-subj',
      subject,
    );
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  const ca = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n';
  writeFileSync(at('ca.ext'), ca);
  writeFileSync(
    at('leaf.ext'),
    `basicConstraints=critical,CA:FALSE\nextendedKeyUsage=serverAuth\nsubjectAltName=DNS:${HOST}\n`,
  );
  const sign = (name: string, issuer: string | null, ext: string, days = '365'): void =>
    openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-out', `${name}.pem`, '-days', days, '-extfile', ext],
      ...(issuer === null
        ? ['-signkey', `${name}.key`]
        : ['-CA', `${issuer}.pem`, '-CAkey', `${issuer}.key`, '-CAcreateserial']),
    );
  request('root', ec, '/CN=Root');
  sign('root', null, 'ca.ext');
  request('middle', ec, '/CN=Middle');
  sign('middle', 'root', 'ca.ext');
  for (const [name, kind] of [
    ['ec', ec],
    ['rsa', ['-newkey', 'rsa:2048']],
    ['ed', ['-newkey', 'ed25519']],
  ] as const) {
    request(name, kind, `/CN=${HOST}`);
    sign(name, 'middle', 'leaf.ext');
    const chain = readFileSync(at(`${name}.pem`), 'utf8') + readFileSync(at('middle.pem'), 'utf8');
    writeFileSync(at(`${name}-chain.pem`), chain);
  }
}

const CERT = ['--ca-file', at('root.pem'), '--host', HOST];

async function judge(file: string, ...options: readonly string[]): Promise<Report> {
  const { stdout, stderr } = await runMain(['cert', at(file), ...CERT, ...options, '--json']);
  expect(stderr).toBe('');
  return parseReport(stdout);
}

describe.skipIf(!requireTool('openssl'))('files that openssl made', () => {
  beforeAll(makeChain);

  it.each(['ec', 'rsa', 'ed'])('PEM and DER with a key, %s', async (name) => {
    expect(await judge(`${name}-chain.pem`, '--key', at(`${name}.key`))).toMatchObject({
      outcome: 'pass',
      file: { format: 'pem', certificates: 2, key: 'match' },
      verify: { code: 0, judges: { openssl: 0, own: 0 } },
    });
    openssl('x509', '-in', `${name}.pem`, '-outform', 'DER', '-out', `${name}.der`);
    openssl('pkey', '-in', `${name}.key`, '-outform', 'DER', '-out', `${name}.key.der`);
    const der = await judge(`${name}.der`, '--untrusted', at('middle.pem'), '--key', at(`${name}.key.der`));
    expect(der).toMatchObject({ exitCode: 0, file: { format: 'der', certificates: 1, key: 'match' } });
  });

  it.each<readonly [string, readonly string[], string]>([
    ['as OpenSSL 3 makes it', [], 'secret'],
    ['with 3DES, as it was long made', ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES'], 'secret'],
    [
      'with AES-128 and SHA-1',
      ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha1'],
      'secret',
    ],
    ['with certificates in the clear', ['-certpbe', 'NONE'], 'secret'],
    ['with an empty passphrase', [], ''],
    ['with a passphrase beyond ASCII', [], 'pässwörd €'],
  ])('PKCS#12 %s', async (_what, how, passphrase) => {
    for (const name of ['ec', 'rsa', 'ed']) {
      const parts = ['-inkey', `${name}.key`, '-in', `${name}.pem`, '-certfile', 'middle.pem'];
      openssl('pkcs12', '-export', ...parts, '-out', 'chain.p12', '-passout', `pass:${passphrase}`, ...how);
      writeFileSync(at('pass'), `${passphrase}\n`);
      const report = await judge('chain.p12', '--passphrase-file', at('pass'));
      expect(report).toMatchObject({
        outcome: 'pass',
        file: { format: 'pkcs12', certificates: 2, key: 'match' },
        verify: { code: 0 },
      });
    }
  });

  it('PKCS#12 without its passphrase, or with another, says so and nothing of the passphrase', async () => {
    openssl(
      'pkcs12',
      '-export',
      '-inkey',
      'ec.key',
      '-in',
      'ec.pem',
      '-out',
      'locked.p12',
      '-passout',
      'pass:geheim',
    );
    writeFileSync(at('wrong'), 'not-this-one');
    const without = await runMain(['cert', at('locked.p12'), ...CERT]);
    const wrong = await runMain(['cert', at('locked.p12'), ...CERT, '--passphrase-file', at('wrong')]);
    expect([without.code, wrong.code]).toEqual([2, 2]);
    expect(without.stderr).toMatch(/needs a passphrase[^]*--passphrase-file/);
    expect(wrong.stderr).toMatch(/passphrase is wrong/);
    expect(wrong.stderr + wrong.stdout).not.toMatch(/not-this-one|geheim/);
  });

  it('PKCS#12 that OpenSSL 3 no longer reads, or without a key, is refused with the way out', async () => {
    const parts = ['-inkey', 'rsa.key', '-in', 'rsa.pem', '-passout', 'pass:x'];
    openssl('pkcs12', '-export', '-legacy', ...parts, '-out', 'legacy.p12');
    openssl('pkcs12', '-export', '-nokeys', '-in', 'rsa.pem', '-passout', 'pass:x', '-out', 'keyless.p12');
    writeFileSync(at('x'), 'x');
    const legacy = await runMain(['cert', at('legacy.p12'), ...CERT, '--passphrase-file', at('x')]);
    const keyless = await runMain(['cert', at('keyless.p12'), ...CERT, '--passphrase-file', at('x')]);
    expect([legacy.code, keyless.code]).toEqual([2, 2]);
    expect(legacy.stderr).toMatch(/openssl pkcs12 -legacy/);
    expect(keyless.stderr).toMatch(/private key/);
  });

  it('an encrypted key opens with its passphrase, and another key is found out', async () => {
    openssl('pkey', '-in', 'ec.key', '-aes256', '-passout', 'pass:geheim', '-out', 'locked.key');
    writeFileSync(at('pass'), 'geheim\n');
    const opened = await judge('ec-chain.pem', '--key', at('locked.key'), '--passphrase-file', at('pass'));
    expect(opened.file?.key).toBe('match');
    expect(await judge('ec-chain.pem', '--key', at('rsa.key'))).toMatchObject({
      exitCode: 1,
      file: { key: 'mismatch' },
    });
  });

  it.each<readonly [string, readonly string[], readonly string[]]>([
    ['as it is', [], []],
    ['for another name', ['-verify_hostname', 'other.example.org'], ['--host', 'other.example.org']],
    ['in ten years', ['-attime', '2108000000'], ['--at', '2036-10-19T23:33:20Z']],
    ['before it began', ['-attime', '1577836800'], ['--at', '2020-01-01']],
    ['at depth 0', ['-verify_depth', '0'], ['--depth', '0']],
    ['at level 4', ['-auth_level', '4'], ['--auth-level', '4']],
    ['to the letter', ['-x509_strict'], ['--x509-strict']],
  ])('ends as openssl verify does, %s', async (_what, theirs, ours) => {
    for (const name of ['ec', 'rsa', 'ed']) {
      const { status } = spawnSync(
        'openssl',
        [
          'verify',
          '-purpose',
          'sslserver',
          '-CAfile',
          'root.pem',
          '-untrusted',
          'middle.pem',
          ...theirs,
          `${name}.pem`,
        ],
        { cwd: folder },
      );
      const { code } = await runMain(['cert', at(`${name}-chain.pem`), ...CERT.slice(0, 2), ...ours]);
      expect(code === 0, name).toBe(status === 0);
    }
  });
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import forge from 'node-forge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCase, readPem } from '../x509/verify/fixtures.js';

/*
 * What a PKCS#12 file holds is what a server sends, whatever certificates Node.js was started with. In a process of its own,
 * for Node reads these settings when it starts.
 */

const { chain, key, trust } = findCase('good-rsa');
const PASSPHRASE = 'geheim';
const CERTIFICATES = readPem(chain).match(/-----BEGIN[^]*?END CERTIFICATE-----/g) ?? [];
const [LEAF = '', INTERMEDIATE = ''] = CERTIFICATES;
const ROOT = trust.map(readPem).join('');
const [UNRELATED = ''] =
  readPem('ca-dir-plain/lab-root-sha1.pem').match(/-----BEGIN[^]*?END CERTIFICATE-----/) ?? [];

const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-p12-roots-'));
const at = (name: string): string => join(folder, name);
const SCRIPT = `
import { readFileSync } from 'node:fs';
import { readPkcs12 } from ${JSON.stringify(at('pkcs12.mjs'))};
const ders = await readPkcs12(readFileSync(process.argv[2]), ${JSON.stringify(PASSPHRASE)});
console.log(ders.map((der) => Buffer.from(der).toString('hex')).join('\\n'));
`;

beforeAll(() => {
  const source = join(import.meta.dirname, '../../src/net/pkcs12.ts');
  buildSync({
    entryPoints: [source],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: at('pkcs12.mjs'),
  });
  writeFileSync(at('read.mjs'), SCRIPT);
  writeFileSync(at('known.pem'), `${INTERMEDIATE}\n${ROOT}`);
});
afterAll(() => rmSync(folder, { recursive: true }));

function readIn(env: Readonly<Record<string, string>>, pems: readonly string[]): string[] {
  const certificates = pems.map((pem) => forge.pki.certificateFromPem(pem));
  const asn1 = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(readPem(key)),
    certificates,
    PASSPHRASE,
    {
      algorithm: 'aes256',
    },
  );
  writeFileSync(at('chain.p12'), forge.asn1.toDer(asn1).getBytes(), 'latin1');
  const output = execFileSync(process.execPath, [at('read.mjs'), at('chain.p12')], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    encoding: 'utf8',
  });
  return output.trim().split('\n');
}

const derOf = (pem: string): string =>
  Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64').toString('hex');

describe.each<readonly [string, Readonly<Record<string, string>>]>([
  ['of NODE_EXTRA_CA_CERTS', { NODE_EXTRA_CA_CERTS: at('known.pem') }],
  ['of OpenSSL', { NODE_OPTIONS: '--use-openssl-ca', SSL_CERT_FILE: at('known.pem') }],
  ...(process.allowedNodeEnvironmentFlags.has('--use-system-ca')
    ? [['of the system', { NODE_OPTIONS: '--use-system-ca', SSL_CERT_FILE: at('known.pem') }] as const]
    : []),
])('with the CAs %s', (_whose, env) => {
  // OpenSSL completed the chain of a server that has a leaf alone out of the CAs that the process trusts: `cert` passed a file
  // with which every client that lacks the intermediate fails.
  it('a file with the leaf alone gives the leaf alone', () => {
    expect(readIn(env, [LEAF])).toEqual([derOf(LEAF)]);
  });

  // What else is in the file is sent, in the order of the file, whether it belongs there or not.
  it.each([
    ['the chain', [LEAF, INTERMEDIATE]],
    ['a stranger before the intermediate', [LEAF, UNRELATED, INTERMEDIATE]],
    ['a stranger behind it', [LEAF, INTERMEDIATE, UNRELATED]],
    ['a stranger instead of it', [LEAF, UNRELATED]],
  ])('a file with %s gives exactly that', (_what, pems) => {
    expect(readIn(env, pems)).toEqual(pems.map(derOf));
  });
});

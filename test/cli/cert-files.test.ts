import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixture } from '../support/probe.js';
import { runMain, type CliResult } from '../support/run-cli.js';
import { parseReport } from '../support/schema.js';
import { inter, interCrl, leaf, root } from '../x509/support/crl-pki.js';
import { crlPem } from '../x509/support/crl-writer.js';
import { pem } from '../x509/support/der-writer.js';

/** Files that no server can start with. All of them passed once, because more was read into them than is there. */

const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-files-'));
afterAll(() => rmSync(dir, { recursive: true }));

const CHAIN = readFileSync(fixture('chains', 'good-rsa.pem'), 'latin1');
const KEY = readFileSync(fixture('chains', 'good-rsa.key.pem'), 'latin1');
const END = '-----END CERTIFICATE-----\n';
const LEAF = CHAIN.slice(0, CHAIN.indexOf(END) + END.length);
const INTERMEDIATE = CHAIN.slice(LEAF.length);

function file(name: string, content: string | Uint8Array): string {
  const path = join(dir, name);
  writeFileSync(path, content);
  return path;
}

const judge = (path: string, ...options: readonly string[]): Promise<CliResult> =>
  runMain(['cert', path, '--host', 'mail.smtpcheck.test', '--ca-path', fixture('ca-dir'), ...options]);

async function findings(path: string, ...options: readonly string[]): Promise<readonly string[]> {
  const { stdout, code } = await judge(path, ...options, '--json');
  const report = parseReport(stdout);
  return [`exit ${code}`, ...report.findings.map(({ id, severity }) => `${severity} ${id}`)];
}

describe('a chain that OpenSSL does not load is no pass', () => {
  it.each<readonly [string, string]>([
    ['leaf and intermediate joined by cat without a newline', LEAF.trimEnd() + INTERMEDIATE],
    ['a copy that was cut off', CHAIN + INTERMEDIATE.slice(0, 300)],
    ['something that is not base64', CHAIN.replace('\nMII', '\n!!MII')],
    ['a key cut off in front of it', KEY.slice(0, 300) + CHAIN],
  ])('%s', async (_what, text) => {
    expect(() => createSecureContext({ cert: text })).toThrow();
    expect(await findings(file('broken.pem', text))).toEqual(
      expect.arrayContaining(['exit 1', 'error certificate-unreadable']),
    );
  });

  it('a TRUSTED CERTIFICATE behind the leaf, which a server leaves out', async () => {
    const text = LEAF + INTERMEDIATE.replaceAll('CERTIFICATE-----', 'TRUSTED CERTIFICATE-----');
    expect(text).toContain('BEGIN TRUSTED CERTIFICATE');
    expect(await findings(file('trusted.pem', text))).toContain('error certificate-unreadable');
  });

  it('several keys with their chains, of which the first alone was judged', async () => {
    const { code, stderr } = await judge(file('two.pem', KEY + CHAIN + KEY + CHAIN));
    expect(code).toBe(2);
    expect(stderr).toMatch(/2 private keys, so several chains[^]*a file of their own/);
  });
});

describe('a private key in the file that cannot be opened', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const encrypted = privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim' })
    .toString();
  const passphrase = file('passphrase', 'falsch');

  it('is a warning without its passphrase, and says how to have it looked at', async () => {
    const path = file('encrypted.pem', encrypted + CHAIN);
    expect(await findings(path)).toEqual(['exit 0', 'warning key-encrypted']);
    expect((await judge(path)).stdout).toMatch(/fix: name the file of its passphrase with --passphrase-file/);
  });

  it('is an error when it is broken, or the passphrase is another’s', async () => {
    expect(await findings(file('broken.pem', KEY.replace(/\n.*\n/, '\n') + CHAIN))).toEqual([
      'exit 1',
      'error key-unreadable',
    ]);
    const path = file('encrypted.pem', encrypted + CHAIN);
    expect(await findings(path, '--passphrase-file', passphrase)).toEqual(['exit 1', 'error key-unreadable']);
  });
});

/** A count of 2^31-1 in an encrypted key kept OpenSSL busy for hours, and no signal could end it. */
describe('a key that would take for ever to open', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const secret = file('costly-passphrase', 'geheim');
  const der = privateKey.export({
    type: 'pkcs8',
    format: 'der',
    cipher: 'aes-256-cbc',
    passphrase: 'geheim',
  });
  const at = der.indexOf(Buffer.from([0x02, 0x02, 0x08, 0x00]));
  // The count of 2048 becomes one of 31 bits: two octets more, in each length around it.
  const costly = Buffer.concat([
    der.subarray(0, at),
    Buffer.from([0x02, 0x04, 0x7f, 0xff, 0xff, 0xff]),
    der.subarray(at + 4),
  ]);
  for (let i = 0, size = 0; i < at; i++) {
    if (costly[i] !== 0x30) continue;
    const long = costly[i + 1] === 0x81;
    size = costly[i + (long ? 2 : 1)] ?? 0;
    const end = i + (long ? 3 : 2) + size;
    if (end > at && end <= der.length) costly[i + (long ? 2 : 1)] = size + 2;
  }
  const key = pem(costly, 'ENCRYPTED PRIVATE KEY');

  it('is refused for --key, here and as a client’s', async () => {
    const path = file('costly.key', key);
    const options = ['--key', path, '--passphrase-file', secret];
    const named = await judge(fixture('chains', 'good-rsa.pem'), ...options);
    expect(named.code).toBe(2);
    expect(named.stderr).toMatch(/2147483647 rounds/);
    const client = await runMain([
      'tls',
      '127.0.0.1:1',
      '--cert',
      fixture('chains', 'good-rsa.pem'),
      ...options,
    ]);
    expect(client.stdout + client.stderr).toMatch(/2147483647 rounds/);
  });

  it('is an error in the file', async () => {
    const path = file('costly.pem', key + CHAIN);
    expect(await findings(path, '--passphrase-file', secret)).toEqual(['exit 1', 'error key-unreadable']);
  });
});

describe('files that options name', () => {
  it('a CA file joined without a newline is refused, as openssl -CAfile refuses it', async () => {
    const { code, stderr } = await judge(
      fixture('chains', 'good-rsa.pem'),
      '--ca-file',
      file('ca.pem', LEAF.trimEnd() + INTERMEDIATE),
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot read the CA file .*line 1[^]*hint: .*newline/);
  });

  it('a revocation list behind another that was cut off is not passed over: it may be the one that revokes', async () => {
    const good = crlPem([interCrl()]);
    const path = file('lists.crl', good + good.slice(0, 200));
    const { code, stderr } = await runMain([
      'cert',
      file('leaf.pem', leaf.pem + inter.pem),
      '--ca-file',
      file('root.pem', root.pem),
      '--crl-file',
      path,
    ]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/lists\.crl.* has no END line/);
  });

  it('a certificate in --untrusted that cannot be read is told, not left out with all behind it', async () => {
    const leafOnly = file('leaf.pem', LEAF);
    const broken = file('untrusted.pem', pem(Buffer.of(0x30, 0)) + INTERMEDIATE);
    const { code, stderr } = await judge(leafOnly, '--untrusted', broken);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--untrusted cannot be read: .*untrusted\.pem: OpenSSL cannot load it/);
  });

  /** OpenSSL was shown the whole of --untrusted, and our own path ended behind 32 of them: the chain "failed". */
  it('takes the one intermediate that is needed out of hundreds', async () => {
    const others = readFileSync(fixture('chains', 'good-deep.pem'), 'latin1');
    const many = Array.from({ length: 50 }, (_, i) => ['--untrusted', file(`many-${i}.pem`, others)]).flat();
    const path = file('leaf.pem', LEAF);
    expect(await findings(path, ...many, '--untrusted', file('inter.pem', INTERMEDIATE))).toEqual([
      'exit 0',
      'warning chain-incomplete',
    ]);
  });

  it.each(['the file', '--crl-file', '--untrusted', '--passphrase-file', '--key'])(
    '%s may be endless',
    async (option) => {
      const path = fixture('chains', 'good-rsa.pem');
      const { code, stderr } =
        option === 'the file' ? await judge('/dev/zero') : await judge(path, option, '/dev/zero');
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: `smtpcheck: error: ${option} cannot be read: /dev/zero: it is larger than 64 MiB\n`,
      });
    },
  );
});

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { parseCertificate } from '../../src/x509/certificate.js';
import { toCertificateReport } from '../../src/x509/certificate-report.js';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { verifyChain } from '../../src/x509/verify.js';
import { seeded } from '../support/seeded.js';
import { der, oid, pem, ascii, type ExtensionSpec } from '../x509/support/der-writer.js';
import { mutate } from '../x509/support/mutate.js';
import { memoryStore } from '../x509/verify/fixtures.js';
import { ca, ecKey, issue, keyUsage, notCa, san, subjectKeyId, type Issued } from '../x509/verify/issue.js';
import { requireTool } from './support/require.js';

/*
 * Certificates with one or two things changed and signed again, so that nothing but their content is wrong. Whatever it is,
 * reading them throws our own error or nothing, and none is accepted that openssl verify refuses.
 */

const HOST = 'mail.example.org';
const LEAVES = 4000;
const INTERMEDIATES = 600;
const BATCH = 200;
const SEED = 20_261_124;
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-mutation-'));
afterAll(() => rmSync(folder, { recursive: true }));

const serverAuth: ExtensionSpec = ['2.5.29.37', false, der(0x30, oid('1.3.6.1.5.5.7.3.1'))];
const permitted: ExtensionSpec = [
  '2.5.29.30',
  true,
  der(0x30, der(0xa0, der(0x30, der(0x82, ascii('example.org'))))),
];
const keys = { root: ecKey(), middle: ecKey(), leaf: ecKey() };
const authority = (key: typeof keys.root): ExtensionSpec => {
  const [, , identifier] = subjectKeyId(key);
  return ['2.5.29.35', false, der(0x30, der(0x80, Uint8Array.from(identifier).subarray(2)))];
};
const root = issue({
  subject: 'Root',
  key: keys.root,
  extensions: [ca(), keyUsage(0x06), subjectKeyId(keys.root)],
});
const middle = issue({
  subject: 'Middle',
  issuer: 'Root',
  key: keys.middle,
  signer: keys.root,
  extensions: [ca(0), keyUsage(0x06), subjectKeyId(keys.middle), authority(keys.root), permitted, serverAuth],
});
const leaf = issue({
  subject: HOST,
  issuer: 'Middle',
  key: keys.leaf,
  signer: keys.middle,
  extensions: [notCa, keyUsage(0x80), serverAuth, san(HOST), authority(keys.middle), subjectKeyId(keys.leaf)],
});

const trust = memoryStore([root.cert]);

/** Reads and judges a chain; false where it is refused or cannot be read. Anything but our own error fails the test. */
function weAccept(ders: readonly Uint8Array[]): boolean {
  let chain: Certificate[];
  try {
    chain = ders.map(parseCertificate);
  } catch (error) {
    if (error instanceof SmtpcheckError && error.code === 'certificate-malformed') return false;
    throw error;
  }
  for (const cert of chain) toCertificateReport(cert, Date.now(), { pem: false });
  const { errors } = verifyChain({
    chain,
    trust,
    now: Date.now(),
    authLevel: 2,
    hostname: HOST,
    hostnameRules: 'openssl',
  });
  return errors.length === 0;
}

/** Which of the files openssl verify calls OK. */
async function opensslAccepts(files: readonly string[], untrusted: string): Promise<Set<string>> {
  const args = ['verify', '-CAfile', join(folder, 'root.pem'), '-untrusted', untrusted];
  const asked = ['-purpose', 'sslserver', '-auth_level', '2', '-verify_hostname', HOST];
  // It ends with 2 when it refuses any of them.
  const { stdout } = await run('openssl', [...args, ...asked, ...files]).catch(
    (error: unknown) => error as { readonly stdout: string },
  );
  return new Set([...stdout.matchAll(/^(.*): OK$/gm)].map(([, file = '']) => file));
}

function write(name: string, bytes: Uint8Array): string {
  const file = join(folder, name);
  writeFileSync(file, pem(bytes));
  return file;
}

/** How many both accept and both refuse, and the files of which only one judge accepts. */
interface Tally {
  both: number;
  neither: number;
  readonly onlyOurs: string[];
  readonly onlyTheirs: string[];
}

function count(tally: Tally, file: string, ours: boolean, theirs: boolean): void {
  if (ours && theirs) tally.both += 1;
  else if (!ours && !theirs) tally.neither += 1;
  else (ours ? tally.onlyOurs : tally.onlyTheirs).push(file);
}

function mutants(base: Issued, signer: typeof keys.root, number: number, seed: number): Uint8Array[] {
  const random = seeded(seed);
  return Array.from({ length: number }, () => mutate(base.cert.der, signer.privateKey, random));
}

const summary = ({ both, neither, onlyOurs, onlyTheirs }: Tally): string =>
  `${both} accepted by both, ${neither} by neither, ${onlyTheirs.length} by openssl alone, ${onlyOurs.length} by us alone`;

describe.skipIf(!requireTool('openssl'))('mutated certificates', () => {
  write('root.pem', root.cert.der);
  const middleFile = write('middle.pem', middle.cert.der);

  it('begin with a chain that both accept', async () => {
    const file = write('leaf.pem', leaf.cert.der);
    expect(weAccept([leaf.cert.der, middle.cert.der])).toBe(true);
    expect(await opensslAccepts([file], middleFile)).toEqual(new Set([file]));
  });

  it('as leaves: none is accepted that openssl verify refuses', { timeout: 120_000 }, async () => {
    const tally: Tally = { both: 0, neither: 0, onlyOurs: [], onlyTheirs: [] };
    const all = mutants(leaf, keys.middle, LEAVES, SEED).map((bytes, i) => ({
      bytes,
      file: write(`leaf-${i}.pem`, bytes),
    }));
    for (let at = 0; at < all.length; at += BATCH) {
      const batch = all.slice(at, at + BATCH);
      const theirs = await opensslAccepts(
        batch.map(({ file }) => file),
        middleFile,
      );
      for (const { bytes, file } of batch) {
        count(tally, file, weAccept([bytes, middle.cert.der]), theirs.has(file));
      }
    }
    console.log(`${LEAVES} mutated leaves: ${summary(tally)}`);
    expect(tally.onlyOurs).toEqual([]);
    expect(tally.both).toBeGreaterThan(LEAVES / 20);
    expect(tally.onlyTheirs.length).toBeLessThan(LEAVES / 100);
  });

  it('as intermediates: none is accepted that openssl verify refuses', { timeout: 120_000 }, async () => {
    const tally: Tally = { both: 0, neither: 0, onlyOurs: [], onlyTheirs: [] };
    const leafFile = write('leaf.pem', leaf.cert.der);
    const all = mutants(middle, keys.root, INTERMEDIATES, SEED + 1);
    for (let at = 0; at < all.length; at += 2) {
      await Promise.all(
        all.slice(at, at + 2).map(async (bytes, i) => {
          const file = write(`middle-${at + i}.pem`, bytes);
          const theirs = (await opensslAccepts([leafFile], file)).size > 0;
          count(tally, file, weAccept([leaf.cert.der, bytes]), theirs);
        }),
      );
    }
    console.log(`${INTERMEDIATES} mutated intermediates: ${summary(tally)}`);
    expect(tally.onlyOurs).toEqual([]);
    expect(tally.both).toBeGreaterThan(INTERMEDIATES / 20);
    expect(tally.onlyTheirs.length).toBeLessThan(INTERMEDIATES / 100);
  });
});

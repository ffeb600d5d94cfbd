import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCertificate } from '../../src/x509/certificate.js';
import type { VerifyResult } from '../../src/x509/verify-types.js';
import { lastCode, verifyChain } from '../../src/x509/verify.js';
import { seeded } from '../support/seeded.js';
import { altNames, dns, nameConstraints } from '../x509/support/constraint-writer.js';
import { makeConstrainedChains, type ConstrainedChains } from '../x509/verify/constrained.js';
import { CONSTRAINT_FORMS } from '../x509/verify/constraint-forms.js';
import { codes, memoryStore } from '../x509/verify/fixtures.js';
import { ca, ecKey, issue, keyUsage, notCa, type Issued } from '../x509/verify/issue.js';
import { parseSClient, sClient } from './support/openssl.js';
import { requireTool } from './support/require.js';

/*
 * Name constraints (RFC 5280 section 4.2.1.10) against openssl: every leaf of many random chains by `openssl verify`, which ends
 * at the first error, and a part of them by `openssl s_client`, whose callback goes on and so tells the whole list.
 */

const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-constraints-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rootFile = (id: string): string => join(folder, `${id}-root.pem`);

const SETS = 110;
const LEAVES = 14;
/** Leaves of each set that s_client is asked about. */
const ASKED_IN_FULL = 3;

function verifyOurs({ root, cas }: ConstrainedChains, leaf: Issued): VerifyResult {
  return verifyChain({
    chain: [leaf.cert, ...cas.map(({ cert }) => cert)],
    trust: memoryStore([root.cert]),
    now: Date.now(),
    authLevel: 1,
  });
}

const show = (list: readonly (readonly [number, number])[]): string =>
  list.length === 0 ? 'ok' : list.map(([code, depth]) => `${code}@${depth}`).join(' ');

/** `openssl verify` says nothing of an internal error: for us that is code 1 at the leaf, in want of another. */
const UNSAID = '1@0';

/** What `openssl verify` says of each leaf: its errors as far as it goes. Harmless ones such as 40 do not end it. */
function verifyTheirs({ id, root, cas, leaves }: ConstrainedChains): string[] {
  const home = join(folder, id);
  mkdirSync(home);
  const file = (name: string, pem: string): string => {
    writeFileSync(join(home, name), pem);
    return join(home, name);
  };
  writeFileSync(rootFile(id), root.pem);
  const untrusted = file('cas.pem', cas.map(({ pem }) => pem).join(''));
  const files = leaves.map(({ pem }, i) => file(`${i}.pem`, pem));
  const options = [
    '-purpose',
    'sslserver',
    '-auth_level',
    '1',
    '-CAfile',
    rootFile(id),
    '-untrusted',
    untrusted,
  ];
  const { stdout, stderr } = spawnSync('openssl', ['verify', ...options, ...files], { encoding: 'latin1' });
  const refused = new Map<string, string>();
  let errors: (readonly [number, number])[] = [];
  for (const line of stderr.split('\n')) {
    const [, code, depth] = /^error (\d+) at (\d+) depth lookup/.exec(line) ?? [];
    if (code !== undefined) errors.push([Number(code), Number(depth)]);
    const [, name] = /^error (.*): verification failed$/.exec(line) ?? [];
    if (name === undefined) continue;
    refused.set(name, errors.length === 0 ? UNSAID : show(errors));
    errors = [];
  }
  return files.map((name) => refused.get(name) ?? (stdout.includes(`${name}: OK\n`) ? 'ok' : 'unanswered'));
}

/** All errors by s_client, and the code that the session ends on. */
async function askInFull({ id, cas }: ConstrainedChains, leaf: Issued): Promise<string> {
  const cert = [leaf, ...cas].map(({ pem }) => pem).join('');
  const server = createServer({ cert, key: leaf.keyPem }, (socket) => {
    socket.on('error', () => undefined).end();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const trust = ['-no-CApath', '-no-CAstore', '-CAfile', rootFile(id)];
  const options = ['-noservername', '-verify', '200', '-auth_level', '1', ...trust];
  const report = parseSClient(await sClient(['-connect', `127.0.0.1:${port}`, ...options]));
  server.close();
  const all = show(report.verifyErrors.map(({ num, depth }) => [num, depth]));
  const last = report.verifyCode ?? 'unknown';
  return `${all === 'ok' && last === 1 ? UNSAID : all} last ${last}`;
}

const random = seeded(20_261_125);

describe.skipIf(!requireTool('openssl'))('name constraints and openssl', () => {
  const sets = Array.from({ length: SETS }, (_, i) => makeConstrainedChains(random, `set-${i}`, LEAVES));

  it('begin with the same errors, whatever the names and the constraints', { timeout: 60_000 }, () => {
    const seen = new Map<string, number>();
    const differing = sets.flatMap((set) => {
      const theirs = verifyTheirs(set);
      return set.leaves.flatMap((leaf, i) => {
        const said = theirs[i] ?? '';
        const ours = show(codes(verifyOurs(set, leaf)));
        seen.set(said, (seen.get(said) ?? 0) + 1);
        const same = said === 'ok' ? ours === 'ok' : `${ours} `.startsWith(`${said} `);
        return same ? [] : [`${set.id}, leaf ${i}: openssl ${said}, ours ${ours}`];
      });
    });
    expect(differing).toEqual([]);
    // Every verdict that there is has been met with, often enough to mean something.
    for (const verdict of ['ok', '47@0', '48@0', '49@0', '51@0', '53@0', '1@0', '47@1', '48@1', '49@1']) {
      expect(seen.get(verdict) ?? 0, verdict).toBeGreaterThan(4);
    }
  });

  it('give the same errors to the last', { timeout: 60_000 }, async () => {
    for (const { id, root } of sets) writeFileSync(rootFile(id), root.pem);
    const jobs = sets.flatMap((set) => {
      const byErrors = set.leaves
        .map((leaf) => ({ set, leaf, result: verifyOurs(set, leaf) }))
        .sort((a, b) => b.result.errors.length - a.result.errors.length);
      return byErrors.slice(0, ASKED_IN_FULL);
    });
    const differing: string[] = [];
    const queue = [...jobs];
    const worker = async (): Promise<void> => {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        const ours = `${show(codes(job.result))} last ${lastCode(job.result)}`;
        const theirs = await askInFull(job.set, job.leaf);
        if (theirs !== ours) differing.push(`${job.set.id}: openssl ${theirs}, ours ${ours}`);
      }
    };
    await Promise.all([worker(), worker(), worker()]);
    expect(differing).toEqual([]);
    expect(jobs.filter(({ result }) => result.errors.length > 1).length).toBeGreaterThan(50);
  });

  it(
    'that are malformed leave the certificate without an issuer, in the same forms',
    { timeout: 60_000 },
    () => {
      const [rootKey, caKey, leafKey] = [ecKey(), ecKey(), ecKey()];
      const root = issue({ subject: 'root', key: rootKey, extensions: [ca(), keyUsage(0x06)] });
      const differing = CONSTRAINT_FORMS.flatMap(({ why, value, read }, i) => {
        const below = { issuer: 'root', signer: rootKey };
        const middle = issue({
          ...below,
          subject: 'ca',
          key: caKey,
          extensions: [ca(), keyUsage(0x06), nameConstraints(value)],
        });
        const extensions = [notCa, altNames(dns('mail.example.test'))];
        const leaf = issue({ subject: 'leaf', issuer: 'ca', key: leafKey, signer: caKey, extensions });
        const chains = { id: `form-${i}`, root, cas: [middle], leaves: [leaf] };
        const [theirs = ''] = verifyTheirs(chains);
        const ours = show(codes(verifyOurs(chains, leaf)));
        const wasRead = theirs !== '20@0';
        const same = theirs === 'ok' ? ours === 'ok' : `${ours} `.startsWith(`${theirs} `);
        expect(parseCertificate(middle.cert.der).malformedExtension, why).toBe(!read);
        return same && wasRead === read ? [] : [`${why}: openssl ${theirs}, ours ${ours}`];
      });
      expect(differing).toEqual([]);
    },
  );
});

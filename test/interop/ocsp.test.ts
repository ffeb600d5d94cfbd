import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Deadline } from '../../src/net/deadline.js';
import { createProbeContext } from '../../src/net/secure-context.js';
import { shakeHands } from '../../src/net/tls-session.js';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { verifyOcsp } from '../../src/x509/ocsp.js';
import { memoryStore } from '../x509/verify/fixtures.js';
import {
  ca,
  ecKey,
  issue,
  keyUsage,
  notCa,
  rsaKey,
  san,
  type Issued,
  type IssueSpec,
} from '../x509/verify/issue.js';
import { der, oid, type ExtensionSpec } from '../x509/support/der-writer.js';
import {
  filesIn,
  indexOf,
  inParallel,
  openssl,
  staplingServer,
  verdictOf,
  type Made,
  type Verdict,
} from './support/openssl-ocsp.js';
import { requireTool } from './support/require.js';

const HOST = 'mail.smtpcheck.test';
const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-ocsp-'));
afterAll(() => rmSync(folder, { recursive: true }));
const files = filesIn(folder);

const caKey = ecKey();
const signing: ExtensionSpec = ['2.5.29.37', false, der(0x30, oid('1.3.6.1.5.5.7.3.9'))];
const ROOT = issue({ subject: 'Interop CA', key: caKey, extensions: [ca(), keyUsage(0x06)] });
const below = (subject: string, changes: Partial<IssueSpec> = {}): Issued =>
  issue({
    subject,
    issuer: 'Interop CA',
    key: ecKey(),
    signer: caKey,
    extensions: [notCa, san(HOST)],
    ...changes,
  });
const responder = (changes: Partial<IssueSpec> = {}): Issued =>
  below('Interop responder', { extensions: [notCa, signing], ...changes });

const [good, held, compromised, unlisted] = [
  below('good'),
  below('held'),
  below('compromised'),
  below('unlisted'),
];
const LEAVES = { good, held, compromised, unlisted };
const elsewhere = issue({ subject: 'Interop CA', key: ecKey(), extensions: [ca(), keyUsage(0x06)] });
const expired = der(0x17, Buffer.from('200201000000Z'));

/** How each response is made: for which leaf, by whom, with which options of openssl ocsp. */
const RECIPES: readonly (readonly [string, keyof typeof LEAVES, Issued, readonly string[]])[] = [
  ['by the CA', 'good', ROOT, ['-resp_no_certs']],
  ['by the CA, revoked', 'compromised', ROOT, ['-resp_no_certs']],
  ['by the CA, on hold', 'held', ROOT, ['-resp_no_certs']],
  ['by the CA, unknown', 'unlisted', ROOT, ['-resp_no_certs']],
  ['by a responder', 'good', responder(), []],
  ['by a responder, named by its key', 'good', responder(), ['-resp_key_id']],
  ['by a responder, revoked', 'compromised', responder(), ['-resp_key_id']],
  ['by an RSA responder', 'good', responder({ key: rsaKey(2048) }), ['-rmd', 'sha384']],
  [
    'by an RSA responder, RSASSA-PSS',
    'good',
    responder({ key: rsaKey(2048) }),
    ['-rsigopt', 'rsa_padding_mode:pss'],
  ],
  ['by a responder, SHA-1', 'good', responder(), ['-rmd', 'sha1']],
  ['by the CA, its certificate beside it', 'good', ROOT, []],
  ['by a responder that is not in it', 'good', responder(), ['-resp_no_certs']],
  ['by a responder without the purpose', 'good', below('Interop responder'), []],
  ['by a responder that has expired', 'good', responder({ notAfter: expired }), []],
  ["by another CA's responder", 'good', responder({ signer: ecKey() }), []],
  ['by another CA of that name', 'good', elsewhere, []],
];

let made: Made[] = [];

async function make(
  recipe: (typeof RECIPES)[number],
  index: number,
  hash: string,
  times: string[],
): Promise<Made> {
  const [what, leaf, signer, options] = recipe;
  const stem = `${index}${hash}${times.length}`;
  const out = join(folder, `${stem}.der`);
  const said = await openssl([
    ...['ocsp', '-index', join(folder, 'index.txt'), '-CA', join(folder, 'ca.pem'), '-noverify', '-no_nonce'],
    ...['-rsigner', files.put(`${stem}.pem`, signer.pem), '-rkey', files.put(`${stem}.key`, signer.keyPem)],
    ...['-issuer', join(folder, 'ca.pem'), hash, '-cert', join(folder, `${LEAVES[leaf].cert.serial}.pem`)],
    ...['-respout', out, ...times, ...options],
  ]);
  const name = `${what} (${hash}, ${times.length === 0 ? 'no nextUpdate' : 'nextUpdate'})`;
  try {
    return { name, hash, leaf: LEAVES[leaf], response: readFileSync(out) };
  } catch (cause) {
    throw new Error(`${name}: ${said}`, { cause });
  }
}

let asked = 0;

async function askOpenssl({ cert }: Issued, response: Uint8Array, hash = '-sha1'): Promise<Verdict> {
  asked += 1;
  const said = await openssl([
    ...['ocsp', '-respin', files.put(`in-${asked}.der`, response), '-no_nonce'],
    ...['-issuer', join(folder, 'ca.pem'), hash, '-cert', join(folder, `${cert.serial}.pem`)],
    ...['-CAfile', join(folder, 'ca.pem'), '-no-CApath', '-no-CAstore'],
  ]);
  return verdictOf(said);
}

const ours = (leaf: Certificate, response: Uint8Array): ReturnType<typeof verifyOcsp> =>
  // openssl ocsp does not go by a level.
  verifyOcsp({ response, leaf, issuer: ROOT.cert, now: Date.now(), authLevel: 0, sent: [leaf] });

describe.skipIf(!requireTool('openssl'))('responses of openssl ocsp', () => {
  beforeAll(async () => {
    files.put('ca.pem', ROOT.pem);
    for (const { cert, pem } of Object.values(LEAVES)) files.put(`${cert.serial}.pem`, pem);
    files.put(
      'index.txt',
      indexOf([
        { cert: good, state: 'V' },
        { cert: held, state: 'R 260101000000Z,certificateHold' },
        { cert: compromised, state: 'R 260102030405Z,keyCompromise' },
      ]),
    );
    const plain = await inParallel(RECIPES, (recipe) =>
      make(recipe, RECIPES.indexOf(recipe), '-sha1', ['-ndays', '1']),
    );
    const others = await inParallel(['-sha256', '-sha384', '-sha512'], (hash) =>
      make(['by the CA', 'good', ROOT, []], 0, hash, []),
    );
    made = [...plain, ...others];
  });

  it('get the same verdict', async () => {
    const pairs = await inParallel(made, async ({ name, hash, leaf, response }) => {
      const report = ours(leaf.cert, response);
      return {
        name,
        reason: report.reason,
        openssl: await askOpenssl(leaf, response, hash),
        ours: report.result,
      };
    });
    for (const pair of pairs) expect(pair.ours, JSON.stringify(pair)).toBe(pair.openssl);
    const count = (verdict: Verdict): number => pairs.filter((pair) => pair.ours === verdict).length;
    expect([count('good'), count('revoked'), count('unknown'), count('invalid')]).toEqual([10, 3, 1, 5]);
  });

  it('are about the certificate that they name', async () => {
    for (const { leaf, response } of made.slice(0, 5)) {
      const other = leaf === good ? held : good;
      expect([await askOpenssl(other, response), ours(other.cert, response).result]).toEqual([
        'invalid',
        'invalid',
      ]);
    }
  });

  it('say when and why a certificate was revoked', () => {
    const [, revoked, hold] = made.map(({ leaf, response }) => ours(leaf.cert, response));
    expect(revoked).toMatchObject({
      revokedAt: '2026-01-02T03:04:05.000Z',
      revocationReason: 'keyCompromise',
    });
    expect(hold).toMatchObject({
      revokedAt: '2026-01-01T00:00:00.000Z',
      revocationReason: 'certificateHold',
    });
  });

  it('that were tampered with are refused wherever openssl refuses them', async () => {
    const changes = made.slice(0, 8).flatMap(({ name, leaf, response }) =>
      Array.from({ length: 40 }, (_, i) => {
        const at = Math.floor(((i + 0.5) * response.length) / 40);
        const changed = Buffer.from(response);
        changed[at] = (changed[at] ?? 0) ^ (1 << (i % 8));
        return { what: `${name}, octet ${at}`, leaf, changed };
      }),
    );
    const pairs = await inParallel(changes, async ({ what, leaf, changed }) => {
      const report = ours(leaf.cert, changed);
      return { what, reason: report.reason, openssl: await askOpenssl(leaf, changed), ours: report.result };
    });
    const laxer = pairs.filter((pair) => pair.ours !== 'invalid' && pair.ours !== pair.openssl);
    const stricter = pairs.filter((pair) => pair.ours === 'invalid' && pair.openssl !== 'invalid');
    expect(laxer).toEqual([]);
    expect(stricter.length).toBeLessThan(5);
  });
});

describe.skipIf(!requireTool('openssl'))('a staple of openssl s_server', () => {
  it.each(['-tls1_2', '-tls1_3'])('arrives as it was, and is verified (%s)', async (version) => {
    const response = made[4]?.response ?? new Uint8Array();
    const { child, port } = await staplingServer(
      {
        cert: join(folder, `${good.cert.serial}.pem`),
        key: files.put('good.key', good.keyPem),
        staple: files.put(`staple${version}.der`, response),
      },
      version,
    );
    const socket = connect(port, '127.0.0.1');
    try {
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
      const pins = { versionPinned: false };
      const { facts, stream } = await shakeHands(
        socket,
        {
          servername: HOST,
          pins,
          alpn: [],
          trust: memoryStore([ROOT.cert]),
          context: await createProbeContext(pins, undefined),
          clientCertificate: false,
        },
        new Deadline(10_000),
      );
      stream?.destroy();
      expect(Buffer.from(facts.flight.ocspStaple ?? []).equals(response)).toBe(true);
      const [leaf = good.cert] = facts.chain;
      expect(ours(leaf, facts.flight.ocspStaple ?? new Uint8Array()).result).toBe('good');
    } finally {
      socket.destroy();
      child.kill();
    }
  });
});

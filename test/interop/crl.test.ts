import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { afterAll, describe, expect, it } from 'vitest';
import { parseCrl } from '../../src/x509/crl.js';
import type { RevocationInput } from '../../src/x509/crl-types.js';
import type { VerifyResult } from '../../src/x509/verify-types.js';
import { verifyChain } from '../../src/x509/verify.js';
import { makeCrlCases, UNREADABLE } from '../x509/support/crl-cases.js';
import { HOST, inter, leaf, root, type CrlCase } from '../x509/support/crl-pki.js';
import { crlPem } from '../x509/support/crl-writer.js';
import { memoryStore } from '../x509/verify/fixtures.js';
import { AUTHORITIES, LIST_NAMES, makeAuthority } from './support/crl-authority.js';
import { openssl } from './support/openssl-ocsp.js';
import { parseSClient, sClient } from './support/openssl.js';
import { requireTool } from './support/require.js';

const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-crl-'));
afterAll(() => rmSync(folder, { recursive: true }));

const SCOPES = ['leaf', 'all'] as const;
type Scope = RevocationInput['scope'];
const OPTIONS = { leaf: ['-crl_check'], all: ['-crl_check', '-crl_check_all'] } as const;

const show = ({ errors }: Pick<VerifyResult, 'errors'>): string =>
  errors.map(({ code, depth }) => `${code}@${depth}`).join(' ');

let files = 0;
function write(content: string): string {
  const path = join(folder, `${++files}.pem`);
  writeFileSync(path, content);
  return path;
}

type Question = Pick<CrlCase, 'chain' | 'trust' | 'partialChain' | 'crls'>;

function ours(
  { chain, trust, partialChain = false, crls }: Question,
  scope: Scope,
  hostname?: string,
): string {
  return show(
    verifyChain({
      chain: chain.map(({ cert }) => cert),
      trust: memoryStore(trust.map(({ cert }) => cert)),
      now: Date.now(),
      authLevel: 1,
      partialChain,
      ...(hostname === undefined ? { purpose: 'any' } : { hostname }),
      revocation: { crls: crls.map(parseCrl), scope },
    }),
  );
}

/** `openssl verify` goes on after few errors, and so knows of the first ones alone; it takes the lists as they are given. */
async function verify({ chain, trust, partialChain, crls }: Question, scope: Scope): Promise<string> {
  const [first, ...others] = chain.map(({ pem: text }) => text);
  const said = await openssl([
    ...['verify', '-no-CApath', '-no-CAstore', ...OPTIONS[scope], '-auth_level', '1'],
    ...(partialChain ? ['-partial_chain'] : []),
    ...(trust.length === 0
      ? ['-no-CAfile']
      : ['-CAfile', write(trust.map(({ pem: text }) => text).join(''))]),
    ...(others.length === 0 ? [] : ['-untrusted', write(others.join(''))]),
    ...(crls.length === 0 ? [] : ['-CRLfile', write(crlPem(crls))]),
    write(first ?? ''),
  ]);
  return firstErrors(said);
}

/** What `openssl verify` printed. */
function firstErrors(said: string): string {
  const found = [...said.matchAll(/^error (\d+) at (\d+) depth lookup/gm)];
  if (found.length === 0 && !said.includes(': OK')) throw new Error(said);
  return found.map(([, code, depth]) => `${code}@${depth}`).join(' ');
}

/** `openssl s_client` goes on after every error; it looks for lists in its store, by the name of their issuer. */
async function connect(one: CrlCase, scope: Scope): Promise<string> {
  const options = { cert: one.chain.map(({ pem: text }) => text).join(''), key: one.chain[0]?.keyPem ?? '' };
  const server = createServer(options, (socket) => {
    socket.on('error', () => undefined).end();
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const store = one.trust.map(({ pem: text }) => text).join('') + crlPem(one.crls);
  const report = parseSClient(
    await sClient([
      ...['-connect', `127.0.0.1:${(server.address() as AddressInfo).port}`, '-servername', HOST],
      ...['-verify', '200', '-auth_level', '1', '-verify_hostname', HOST, ...OPTIONS[scope]],
      ...(one.partialChain ? ['-partial_chain'] : []),
      ...['-no-CApath', '-no-CAstore', '-CAfile', write(store)],
    ]),
  );
  server.close();
  if (report.chain.length !== one.chain.length) throw new Error(`${one.id}: the chain did not arrive`);
  return report.verifyErrors.map(({ num, depth }) => `${num}@${depth}`).join(' ');
}

/** What the two say of each case and scope, where it is not the same. */
async function differences(
  cases: readonly CrlCase[],
  compare: (one: CrlCase, scope: Scope) => Promise<readonly [theirs: string, ours: string]>,
): Promise<string[]> {
  const queue = cases.flatMap((one) => SCOPES.map((scope) => [one, scope] as const));
  const different: string[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [theirs, own] = await compare(...next);
      if (theirs !== own) different.push(`${next[0].id}, ${next[1]}: openssl ${theirs}, ours ${own}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  return different;
}

/** As much of our list as openssl could have come to know of. */
function upTo(theirs: string, all: string): string {
  const length = theirs === '' ? Infinity : theirs.split(' ').length;
  return all.split(' ').slice(0, length).join(' ');
}

describe.skipIf(!requireTool('openssl'))('revocation lists, to us and to openssl', () => {
  const cases = makeCrlCases();

  it('give s_client the same errors in the same order', { timeout: 90_000 }, async () => {
    const different = await differences(cases, async (one, scope) => [
      await connect(one, scope),
      ours(one, scope, HOST),
    ]);
    expect(different).toEqual([]);
  });

  it('give verify the same first errors', { timeout: 60_000 }, async () => {
    const different = await differences(cases, async (one, scope) => {
      const theirs = await verify(one, scope);
      return [theirs, upTo(theirs, ours(one, scope))];
    });
    expect(different).toEqual([]);
  });

  it.each(UNREADABLE)('pass openssl with a malformed %s, and not us', async (_, crl) => {
    const question = { chain: [leaf, inter], trust: [root], crls: [crl] };
    expect(await verify(question, 'leaf')).toMatch(/^(44@0)?$/);
    expect(ours(question, 'leaf')).toBe('3@0');
  });
});

describe.skipIf(!requireTool('openssl'))('lists that openssl ca has made', () => {
  const named = AUTHORITIES.map(([name], index) => [name, index] as const);

  it.each(named)('with %s', { timeout: 30_000 }, async (_, index) => {
    const authority = await makeAuthority(folder, index);
    for (const name of LIST_NAMES) {
      const result = verifyChain({
        chain: [authority.leaf],
        trust: memoryStore([authority.certificate]),
        now: Date.now(),
        authLevel: 0,
        purpose: 'any',
        revocation: { crls: authority.list(name), scope: 'leaf' },
      });
      expect(show(result)).toBe(firstErrors(await authority.verify(name)));
      expect(show(result)).toBe(name === 'revoked' || name === 'held' ? '23@0' : '');
    }
    const [held] = authority.list('held').map((crl) => crl.revoked(authority.leaf.serial));
    expect(held).toMatchObject({ reason: 6, date: Date.UTC(2026, 0, 1) });
  });
});

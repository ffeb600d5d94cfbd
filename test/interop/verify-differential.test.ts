import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type TlsOptions } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { verifyCode } from '../../src/x509/verify-codes.js';
import { lastCode, verifyChain } from '../../src/x509/verify.js';
import { makeExoticCases, HOST, type ExoticCase } from '../x509/verify/exotic.js';
import {
  CASES,
  codes,
  hostOf,
  inputOf,
  memoryStore,
  readPem,
  type FixtureCase,
} from '../x509/verify/fixtures.js';
import type { VerifyInput, VerifyResult } from '../../src/x509/verify-types.js';
import { parseSClient, sClient } from './support/openssl.js';
import { requireTool } from './support/require.js';

/** One chain on a server, and the questions put to both judges about it. */
interface Job {
  readonly id: string;
  readonly server: TlsOptions;
  readonly groups?: string;
  readonly anchors: string;
  readonly questions: readonly VerifyInput[];
}

/** What a judge says: every error with its depth, and the code that the session ends on. */
interface Answer {
  readonly question: string;
  readonly all: readonly (readonly [number, number])[];
  readonly last: number | undefined;
}

const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-verify-'));
afterAll(() => rmSync(folder, { recursive: true }));

const DEPTHS = [undefined, 0, 1, 2] as const;
const withDepth = (input: VerifyInput, depth: number | undefined): VerifyInput =>
  depth === undefined ? input : { ...input, depth };

function fixtureJob(one: FixtureCase, anchors: string, questions: readonly VerifyInput[]): Job {
  const { maxVersion, groups } = one.tls ?? {};
  const server: TlsOptions = {
    cert: readPem(one.chain),
    key: readPem(one.key),
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(groups === undefined ? {} : { ecdhCurve: groups }),
  };
  return { id: one.id, server, anchors, questions, ...(groups === undefined ? {} : { groups }) };
}

function exoticJob({ id, chain, trust, levels = [0, 2] }: ExoticCase): Job {
  const base = {
    chain: chain.map(({ cert }) => cert),
    trust: memoryStore(trust.map(({ cert }) => cert)),
    now: Date.now(),
    hostname: HOST,
    hostnameRules: 'openssl',
  } as const;
  return {
    id,
    server: { cert: chain.map(({ pem }) => pem).join(''), key: chain[0]?.keyPem ?? '' },
    anchors: trust.map(({ pem }) => pem).join(''),
    questions: levels.map((authLevel) => ({ ...base, authLevel })),
  };
}

function sClientArguments(port: number, job: Job, caFile: string, input: VerifyInput): string[] {
  return [
    ...['-connect', `127.0.0.1:${port}`, '-servername', HOST, '-cipher', 'ALL:@SECLEVEL=0'],
    // The callback of -verify N would end the handshake at an error deeper than N: this is no limit, -verify_depth is.
    ...['-verify', '200', '-auth_level', String(input.authLevel)],
    ...(input.depth === undefined ? [] : ['-verify_depth', String(input.depth)]),
    ...(input.hostname === undefined ? [] : ['-verify_hostname', input.hostname]),
    ...(input.ip === undefined ? [] : ['-verify_ip', input.ip]),
    ...['-attime', String(Math.floor(input.now / 1000))],
    ...(job.groups === undefined ? [] : ['-groups', job.groups]),
    ...['-no-CApath', '-no-CAstore', ...(job.anchors === '' ? ['-no-CAfile'] : ['-CAfile', caFile])],
  ];
}

async function askOpenssl(port: number, job: Job, input: VerifyInput, question: string): Promise<Answer> {
  const caFile = join(folder, `${job.id}.pem`);
  writeFileSync(caFile, job.anchors);
  const report = parseSClient(await sClient(sClientArguments(port, job, caFile, input)));
  if (report.chain.length !== input.chain.length) throw new Error(`${question}: the chain did not arrive`);
  for (const { num, reason } of report.verifyErrors) expect(verifyCode(num).reason).toBe(reason);
  const all = report.verifyErrors.map(({ num, depth }) => [num, depth] as const);
  return { question, all, last: report.verifyCode };
}

function ourAnswer(result: VerifyResult, question: string): Answer {
  return { question, all: codes(result), last: lastCode(result) };
}

/** Pairs of answers, openssl's and ours. */
async function compare(job: Job): Promise<(readonly [Answer, Answer])[]> {
  const server = createServer(
    { ...job.server, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' },
    (socket) => {
      socket.on('error', () => undefined).end();
    },
  );
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const pairs: (readonly [Answer, Answer])[] = [];
  for (const input of job.questions) {
    const question = `${job.id}, level ${input.authLevel}, depth ${input.depth ?? 'default'}`;
    const theirs = await askOpenssl(port, job, input, question);
    pairs.push([theirs, ourAnswer(verifyChain(input), question)]);
  }
  server.close();
  return pairs;
}

/** Runs the jobs, a few at a time, and returns every pair of answers. */
async function compareAll(jobs: readonly Job[]): Promise<(readonly [Answer, Answer])[]> {
  const queue = [...jobs];
  const pairs: (readonly [Answer, Answer])[] = [];
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) pairs.push(...(await compare(job)));
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, worker));
  return pairs;
}

const show = ({ all, last }: Answer): string =>
  `${all.map(([code, depth]) => `${code}@${depth}`).join(' ')} last ${last ?? 'unknown'}`;

function expectSame(pairs: readonly (readonly [Answer, Answer])[]): void {
  const different = pairs.filter(([theirs, ours]) => show(theirs) !== show(ours));
  expect(
    different.map(([theirs, ours]) => `${ours.question}: openssl ${show(theirs)}, ours ${show(ours)}`),
  ).toEqual([]);
}

/** Every recorded verdict is compared without openssl; here a part is asked again, with depth limits that matter. */
const sampled = CASES.filter((one, i) => i % 4 === 0 || inputOf(one, 0).chain.length > 2);

describe.skipIf(!requireTool('openssl'))('verifyChain and openssl s_client, live', () => {
  it('agree on fixture chains at each depth limit and level', { timeout: 90_000 }, async () => {
    const jobs = sampled.map((one) => {
      const questions = [0, 2].flatMap((level) =>
        DEPTHS.map((depth) => withDepth(inputOf(one, level), depth)),
      );
      return fixtureJob(one, one.trust.map(readPem).join(''), questions);
    });
    const pairs = await compareAll(jobs);
    expect(sampled.length).toBeGreaterThan(30);
    expect(pairs.length).toBe(sampled.length * 8);
    expectSame(pairs);
  });

  it('agree on every fixture chain when nothing is trusted', { timeout: 60_000 }, async () => {
    const jobs = CASES.map((one) =>
      fixtureJob(one, '', [{ ...inputOf(one, 2), trust: memoryStore([]), hostname: hostOf(one) ?? HOST }]),
    );
    expectSame(await compareAll(jobs));
  });

  it('agree on chains that no CA would issue', { timeout: 90_000 }, async () => {
    expectSame(await compareAll(makeExoticCases().map(exoticJob)));
  });
});

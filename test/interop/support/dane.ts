import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { expect } from 'vitest';
import type { TlsaRecord } from '../../../src/core/tlsa-record.js';
import { formatTlsa } from '../../../src/dns/tlsa.js';
import type { Certificate } from '../../../src/x509/certificate-types.js';
import type { RevocationInput } from '../../../src/x509/crl-types.js';
import { parseCrl } from '../../../src/x509/crl.js';
import { verifyDane, type DaneInput, type DaneResult } from '../../../src/x509/verify-dane.js';
import { crlPem } from '../../x509/support/crl-writer.js';
import { inParallel } from './openssl-ocsp.js';
import { parseSClient, sClient } from './openssl.js';

/** One chain on a server, and the sets of records to judge it by. */
export interface Job {
  readonly id: string;
  readonly pem: string;
  readonly keyPem: string;
  readonly chain: readonly Certificate[];
  readonly hostname: string;
  readonly now: number;
  readonly tls?: { readonly maxVersion?: 'TLSv1.2'; readonly groups?: string };
  readonly questions: readonly Question[];
}

export interface Question {
  readonly what: string;
  readonly records: readonly TlsaRecord[];
  readonly authLevel?: number;
  readonly depth?: number;
  readonly x509Strict?: boolean;
  readonly purpose?: 'any';
  /** DER; each is looked up in as `scope` says. */
  readonly crls?: readonly Uint8Array[];
  readonly scope?: RevocationInput['scope'];
}

const inputOf = ({ chain, hostname, now }: Job, question: Question): DaneInput => {
  const { records, authLevel = 0, depth, x509Strict = false, purpose, crls, scope = 'leaf' } = question;
  return {
    ...{ chain, hostname, now, records, authLevel, x509Strict, hostnameRules: 'openssl' },
    ...(depth === undefined ? {} : { depth }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(crls === undefined ? {} : { revocation: { crls: crls.map(parseCrl), scope } }),
  };
};

/** s_client's -CRL takes one list; a file of CAs may hold many, and no CA. */
function crlArguments({ crls, scope = 'leaf' }: Question, dir: string): string[] {
  if (crls === undefined) return ['-no-CAfile'];
  const file = join(dir, 'lists.pem');
  writeFileSync(file, crlPem(crls));
  return ['-CAfile', file, scope === 'all' ? '-crl_check_all' : '-crl_check'];
}

function sClientArguments(port: number, job: Job, question: Question, dir: string): string[] {
  const { records, authLevel = 0, depth, x509Strict = false, purpose } = question;
  return [
    ...['-connect', `127.0.0.1:${port}`, '-cipher', 'ALL:@SECLEVEL=0', '-verify', '200'],
    ...['-auth_level', String(authLevel), '-attime', String(Math.floor(job.now / 1000))],
    ...(depth === undefined ? [] : ['-verify_depth', String(depth)]),
    ...['-dane_tlsa_domain', job.hostname, '-dane_ee_no_namechecks', '-no-CApath', '-no-CAstore'],
    ...crlArguments(question, dir),
    ...(x509Strict ? ['-x509_strict'] : []),
    ...(purpose === undefined ? [] : ['-purpose', purpose]),
    ...records.flatMap((record) => ['-dane_tlsa_rrdata', formatTlsa(record)]),
    ...(job.tls?.groups === undefined ? [] : ['-groups', job.tls.groups]),
  ];
}

export const UNUSABLE = 'unusable';

async function askOpenssl(port: number, job: Job, question: Question): Promise<string> {
  const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-dane-'));
  const out = await sClient(sClientArguments(port, job, question, dir)).finally(() => {
    rmSync(dir, { recursive: true });
  });
  if (out.stderr.includes('Failed to import any TLSA records')) return UNUSABLE;
  const report = parseSClient(out);
  expect(report.chain.length).toBe(job.chain.length);
  const all = report.verifyErrors.map(({ num, depth }) => `${num}@${depth}`);
  return [...all, `last ${report.verifyCode ?? 'unknown'}`].join(' ');
}

function ourAnswer(result: DaneResult): string {
  if (result.result === 'unusable') return UNUSABLE;
  const all = result.errors.map(({ code, depth }) => `${code}@${depth}`);
  return [...all, `last ${result.errors.at(-1)?.code ?? 0}`].join(' ');
}

/** Where the two differ, in words; and how often they were asked. */
export async function compare(
  jobs: readonly Job[],
): Promise<{ asked: number; different: string[]; answers: Set<string> }> {
  const different: string[] = [];
  const answers = new Set<string>();
  let asked = 0;
  await inParallel(jobs, async (job) => {
    const { maxVersion, groups } = job.tls ?? {};
    const server = createServer(
      {
        ...{ cert: job.pem, key: job.keyPem, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' },
        ...(maxVersion === undefined ? {} : { maxVersion }),
        ...(groups === undefined ? {} : { ecdhCurve: groups }),
      },
      (socket) => void socket.on('error', () => undefined).end(),
    );
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    for (const question of job.questions) {
      const theirs = await askOpenssl(port, job, question);
      const ours = ourAnswer(verifyDane(inputOf(job, question)));
      asked += 1;
      answers.add(theirs);
      if (theirs !== ours) different.push(`${job.id}, ${question.what}: openssl ${theirs}, ours ${ours}`);
    }
    server.close();
  });
  return { asked, different, answers };
}

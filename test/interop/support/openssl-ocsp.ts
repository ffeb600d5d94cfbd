import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { OcspReport } from '../../../src/core/ocsp-report.js';
import type { Issued } from '../../x509/verify/issue.js';

/** What openssl thinks of a response, in the words of an OcspReport. */
export type Verdict = OcspReport['result'];

/** A response that openssl made. */
export interface Made {
  readonly name: string;
  /** Of its CertID, as an option: openssl looks for no other. */
  readonly hash: string;
  readonly leaf: Issued;
  readonly response: Uint8Array;
}

/** Runs openssl; what it says on both channels, whatever its exit status. */
export function openssl(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      'openssl',
      args,
      { timeout: 15_000, env: { ...process.env, LC_ALL: 'C' } },
      (error, stdout, stderr) => {
        if (error !== null && typeof error.code !== 'number') reject(new Error('openssl', { cause: error }));
        else resolve(`${stdout}${stderr}`);
      },
    );
  });
}

export interface Entry {
  readonly cert: Issued;
  /** V, or R with the time and the reason as they stand in an index, such as `R 260101000000Z,keyCompromise`. */
  readonly state: string;
}

/** A CA's index.txt, as `openssl ca` keeps it. */
export function indexOf(entries: readonly Entry[]): string {
  return entries
    .map(({ cert, state }, i) => {
      const [letter = '', revocation = ''] = state.split(' ');
      return `${[letter, '490101000000Z', revocation, cert.cert.serial, 'unknown', `/CN=${i}`].join('\t')}\n`;
    })
    .join('');
}

/** A folder of files, written as they are needed. */
export function filesIn(folder: string) {
  return {
    put(name: string, content: string | Uint8Array): string {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
  };
}

/** Reads what `openssl ocsp -respin … -cert …` said. */
export function verdictOf(said: string): Verdict {
  if (!/^Response verify OK$/m.test(said)) return 'invalid';
  const status = /: (good|revoked|unknown)$/m.exec(said)?.[1];
  if (status === undefined) return 'invalid';
  if (!said.includes('WARNING: Status times invalid.')) return status as Verdict;
  return said.includes('status expired') ? 'stale' : 'invalid';
}

/** Runs the jobs, a few at a time. */
export async function inParallel<T, R>(items: readonly T[], job: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      results[next[0]] = await job(next[1]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}

/** `openssl s_server` that staples a file, on a port of its own choice. */
export function staplingServer(
  files: { readonly cert: string; readonly key: string; readonly staple: string },
  version: string,
): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(
    'openssl',
    [
      ...['s_server', '-accept', '127.0.0.1:0', version, '-naccept', '1'],
      ...['-cert', files.cert, '-key', files.key, '-status_file', files.staple],
    ],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  );
  return new Promise((resolve, reject) => {
    let said = '';
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`openssl s_server ended: ${said}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const port = /^ACCEPT .*:(\d+)$/m.exec(said)?.[1];
      if (port !== undefined) resolve({ child, port: Number(port) });
    });
  });
}

import { spawnSync } from 'node:child_process';
import { findTool } from './require.js';

/** `TLSv1.2 0xc02f`, or `TLSv1.2 NAME` of whatever naming: one pair of protocol and suite. */
export type Pair = string;

export interface PeerScan {
  readonly pairs: ReadonlySet<Pair>;
  readonly exitCode: number | null;
  readonly text: string;
}

/** sslscan's protocol/suite pairs, by OpenSSL's names. */
export function sslscan(port: number): PeerScan {
  const { stdout, status } = run('sslscan', ['--starttls-smtp', '--no-colour', `127.0.0.1:${port}`]);
  const pairs = new Set<Pair>();
  for (const [, version = '', name = ''] of stdout.matchAll(
    /^(?:Preferred|Accepted)\s+(\S+)\s+\d+ bits\s+(\S+)/gm,
  ))
    pairs.add(`${version.replace(/^TLSv1\.0$/, 'TLSv1')} ${name}`);
  return { pairs, exitCode: status, text: stdout };
}

/**
 * nmap's protocol/suite pairs, by IANA's names; it writes TLS 1.3's with AKE, which IANA does not. It has to find out that a port
 * speaks SMTP, but not that it speaks TLS from the first octet.
 */
export function nmap(port: number, mode: 'starttls' | 'implicit' = 'starttls'): PeerScan {
  const { stdout, status } = run('nmap', [
    '-Pn',
    ...(mode === 'starttls' ? ['-sV'] : []),
    '-p',
    String(port),
    '--script',
    'ssl-enum-ciphers',
    '127.0.0.1',
  ]);
  const pairs = new Set<Pair>();
  let version = '';
  for (const line of stdout.split('\n')) {
    version = /^\|\s+(TLSv1\.\d|SSLv3):/.exec(line)?.[1] ?? version;
    const name = /^\|\s+(TLS_\S+)/.exec(line)?.[1];
    if (name !== undefined)
      pairs.add(`${version.replace(/^TLSv1\.0$/, 'TLSv1')} ${name.replace('_AKE_WITH', '')}`);
  }
  return { pairs, exitCode: status, text: stdout };
}

function run(tool: 'sslscan' | 'nmap', args: readonly string[]): { stdout: string; status: number | null } {
  const { stdout, status } = spawnSync(findTool(tool) ?? tool, args, { encoding: 'utf8', timeout: 120_000 });
  return { stdout, status };
}

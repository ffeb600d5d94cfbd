import { execFile } from 'node:child_process';
import { allGroups, allSchemes } from '../../../src/wire/names.js';
import { inParallel } from './openssl-ocsp.js';
import { parseSClient, sClient, type SClientReport } from './openssl.js';
import { findTool } from './require.js';

/*
 * The long way round: what other clients can be made to agree on with a server, one connection for each thing. Slow, and
 * nothing of it is ours.
 */

export type Version = 'TLSv1.2' | 'TLSv1.3';
const OPTION = { 'TLSv1.2': '-tls1_2', 'TLSv1.3': '-tls1_3' } as const;

async function handshake(port: number, args: readonly string[]): Promise<SClientReport> {
  return parseSClient(
    await sClient([
      '-starttls',
      'smtp',
      '-connect',
      `127.0.0.1:${port}`,
      '-servername',
      'mail.smtpcheck.test',
      ...args,
    ]),
  );
}

/** IANA names of the groups that `openssl s_client` gets when it offers nothing else, with suites that have no ECDSA. */
export async function groupsOfSClient(port: number, version: Version): Promise<string[]> {
  const candidates = allGroups().filter(({ openssl }) => openssl.length > 0);
  const found = await inParallel(candidates, async ({ iana, openssl: [name = ''] }) => {
    const suites = version === 'TLSv1.2' ? ['-cipher', 'kEECDH:!aECDSA:@SECLEVEL=0'] : [];
    const { established } = await handshake(port, [OPTION[version], '-groups', name, ...suites]);
    return established ? [iana] : [];
  });
  return found.flat().sort();
}

/** IANA names of the schemes that `openssl s_client` gets when it offers nothing else, each with the suites that it goes with. */
export async function schemesOfSClient(port: number, version: Version): Promise<string[]> {
  const candidates = allSchemes().filter(({ openssl }) => openssl.length > 0);
  const found = await inParallel(candidates, async ({ iana, openssl: [name = ''] }) => {
    const kind = /^(?:ecdsa|ed)/.test(iana) ? 'aECDSA' : iana.startsWith('dsa') ? 'aDSS' : 'aRSA';
    // Without a signature there would be nothing to see.
    const suites = version === 'TLSv1.2' ? `kEECDH+${kind}:kEDH+${kind}:@SECLEVEL=0` : 'DEFAULT:@SECLEVEL=0';
    const args = [OPTION[version], '-sigalgs', name, '-cipher', suites];
    return (await handshake(port, args)).established ? [iana] : [];
  });
  return found.flat().sort();
}

export interface SslscanLists {
  readonly groups: Readonly<Record<Version, readonly string[]>>;
  readonly schemes: Readonly<Record<Version, readonly string[]>>;
}

/** What `sslscan --show-sigs` finds. */
export async function sslscan(port: number): Promise<SslscanLists> {
  const args = ['--show-sigs', '--no-colour', '--starttls-smtp', '--no-ciphersuites', '--no-heartbleed'];
  const said = await new Promise<string>((resolve, reject) => {
    execFile(
      findTool('sslscan') ?? 'sslscan',
      [...args, '--sni-name=mail.smtpcheck.test', `127.0.0.1:${port}`],
      (error, out) => {
        if (error === null) resolve(out);
        else reject(new Error('sslscan', { cause: error }));
      },
    );
  });
  const section = (title: string): string => said.split(title)[1]?.split('\n\n')[0] ?? '';
  const read = (text: string, pattern: RegExp) =>
    Object.fromEntries(
      (['TLSv1.2', 'TLSv1.3'] as const).map((version) => [
        version,
        [...text.matchAll(pattern)]
          .filter(([, name]) => name === version)
          .map(([, , what = '']) => what)
          .sort(),
      ]),
    ) as Record<Version, string[]>;
  return {
    groups: read(section('Server Key Exchange Group(s):'), /^(TLSv1\.[23]) +\d+ bits +(\w+)/gm),
    schemes: read(section('Server Signature Algorithm(s):'), /^(TLSv1\.[23]) +(\w+)$/gm),
  };
}

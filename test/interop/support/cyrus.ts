import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { SaslUser } from './dovecot-auth.js';
import { findTool } from './require.js';

/** What Debian's libsasl2-modules has and passwords are enough for, without DIGEST-MD5, which is history (RFC 6331). */
export const CYRUS_MECHANISMS = [
  'PLAIN',
  'LOGIN',
  'CRAM-MD5',
  'SCRAM-SHA-1',
  'SCRAM-SHA-224',
  'SCRAM-SHA-256',
  'SCRAM-SHA-384',
  'SCRAM-SHA-512',
] as const;

export interface CyrusOptions {
  readonly users: readonly SaslUser[];
  /** Default CYRUS_MECHANISMS. */
  readonly mechanisms?: readonly string[];
  /** The database cannot be read by smtpd, which answers every AUTH with 454 then. */
  readonly locked?: boolean;
}

/** Makes a sasldb of these users in the folder of a Postfix instance; returns the lines of main.cf that use it. */
export async function cyrusSasl(
  dir: string,
  realm: string,
  { users, mechanisms = CYRUS_MECHANISMS, locked = false }: CyrusOptions,
): Promise<Record<string, string>> {
  // Debian's smtpd looks nowhere else than beside main.cf, whatever cyrus_sasl_config_path says.
  const folder = join(dir, 'etc', 'sasl');
  const database = join(folder, 'sasldb2');
  await mkdir(folder, { mode: 0o755 });
  for (const user of users) await addUser(database, realm, user);
  // smtpd reads it as Postfix's user.
  await chmod(database, locked ? 0o600 : 0o644);
  const lines = [
    'pwcheck_method: auxprop',
    'auxprop_plugin: sasldb',
    `sasldb_path: ${database}`,
    `mech_list: ${mechanisms.join(' ')}`,
  ];
  await writeFile(join(folder, 'smtpd.conf'), lines.map((line) => `${line}\n`).join(''));
  return {
    smtpd_sasl_type: 'cyrus',
    smtpd_sasl_path: 'smtpd',
    cyrus_sasl_config_path: folder,
    smtpd_sasl_local_domain: realm,
  };
}

/** By saslpasswd2, which takes the password from stdin as it is. */
function addUser(database: string, realm: string, { user, password }: SaslUser): Promise<void> {
  const command = findTool('saslpasswd2') ?? 'saslpasswd2';
  return new Promise((resolve, reject) => {
    const child = spawn(command, ['-p', '-c', '-u', realm, '-f', database, '--', user], {
      stdio: ['pipe', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(password);
    child.once('error', reject).once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`saslpasswd2 ended with ${code ?? 'a signal'} for ${user}\n${said}`));
    });
  });
}

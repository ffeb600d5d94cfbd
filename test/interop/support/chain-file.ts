import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chainFiles } from './tls-servers.js';

/** Key and chain of a fixture in one file of a folder, as Postfix's smtpd_tls_chain_files wants them. */
export function chainFile(folder: string, id: string): string {
  const { cert, key } = chainFiles(id);
  const file = join(folder, `${id}.chain.pem`);
  writeFileSync(file, readFileSync(key, 'utf8') + readFileSync(cert, 'utf8'), { mode: 0o600 });
  return file;
}

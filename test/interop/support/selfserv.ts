import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './loopback.js';
import { mailServersFolder } from './mail-servers.js';
import { chainFiles, withFront, type SmtpTlsServer } from './tls-servers.js';

/**
 * NSS's `selfserv` with SMTP in front of it and the chain of `good-rsa`: it still has SSL 3.0, and suites that no OpenSSL of a
 * distribution has any more. `suites` are numbers in hexadecimal. What is said inside TLS it never answers.
 */
export async function startSelfserv(versions: string, suites: readonly string[]): Promise<SmtpTlsServer> {
  const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-selfserv-'));
  const store = join(folder, 'rsa.p12');
  const { cert, key } = chainFiles('good-rsa');
  const [tlsPort = 0] = await freePorts(1);
  try {
    execFileSync('openssl', [
      ...['pkcs12', '-export', '-in', cert, '-inkey', key],
      ...['-name', 'rsa', '-passout', 'pass:rsa', '-out', store],
    ]);
    for (const words of [
      ['certutil', '-N', '-d', folder, '--empty-password'],
      ['pk12util', '-i', store, '-d', folder, '-W', 'rsa'],
    ]) {
      const [loader = '', ...args] = command(words);
      execFileSync(loader, args, { stdio: 'pipe' });
    }
    const [loader = '', ...args] = command([
      ...['selfserv', '-d', folder, '-n', 'rsa', '-p', String(tlsPort)],
      ...['-V', versions, '-H', '1', '-c', suites.map((suite) => `:${suite}`).join('')],
    ]);
    const child = spawn(loader, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdout.resume();
    const server = await withFront(child, tlsPort);
    return {
      ...server,
      stop: async () => {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** With the libraries that came with it; not in the place of the system's root: it wants a source of randomness in /dev. */
function command([name = '', ...args]: readonly string[]): string[] {
  const folder = mailServersFolder();
  const only = (where: string, pattern: RegExp): string => {
    const found = readdirSync(join(folder, where)).find((entry) => pattern.test(entry));
    if (found === undefined) throw new Error(`${folder}/${where} has no ${pattern.source}`);
    return join(folder, where, found);
  };
  const loader = only('usr/lib64', /^ld-linux/);
  const libraries = only('usr/lib', /-linux-gnu/);
  return [loader, '--library-path', libraries, join(folder, 'usr/bin', name), ...args];
}

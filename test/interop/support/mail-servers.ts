import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EximLines } from './exim-lines.js';
import { freePorts, readGreeting } from './loopback.js';
import { groupEnds, signalGroup } from './process-group.js';
import { requirePeer } from './require.js';
import { chainFiles } from './tls-servers.js';
import { watchOver } from './watchdog.js';

/*
 * Mail servers other than Postfix, each in a copy of the folder that scripts/mail-servers.sh makes. They have their users, spools and
 * sockets at places that were fixed when they were built, which is why they are started with chroot(1), as root.
 */

/** A mail server of one's own, on 127.0.0.1. */
export interface MailServer {
  readonly port: number;
  /** What it has written so far; still there after `stop`. */
  log(): string;
  /** Ends its processes and removes its folder. */
  stop(): Promise<void>;
}

const START_MS = 15_000;

/** Says whether they can be started here: without, a failure with `CI=true`. */
export function requireMailServers(): boolean {
  return requirePeer('Exim, OpenSMTPD, selfserv', whyNot());
}

function whyNot(): string | undefined {
  if (madeFolder() === null) return 'set MAIL_SERVERS=$(scripts/mail-servers.sh)';
  return process.getuid?.() === 0 ? undefined : 'they are there but must be started as root';
}

/** What the script has made, and nothing else: it is going to be copied whole. */
function madeFolder(): string | null {
  const folder = process.env['MAIL_SERVERS'] ?? '';
  return folder !== '' && existsSync(join(folder, MADE)) ? folder : null;
}

const MADE = 'made-by-mail-servers.sh';

/** @throws Error when there is none. */
export function mailServersFolder(): string {
  const made = madeFolder();
  if (made === null) throw new Error(whyNot());
  return made;
}

const FOR_EXIM = 61_001;

/** Debian's Exim, with GnuTLS; `settings` are lines of its main configuration, `sections` those behind their `begin`. */
export function startExim(
  settings: readonly string[] = [],
  sections: Partial<EximLines> = {},
): Promise<MailServer> {
  return startSmtp((port, folder) => {
    const { acl = [], authenticators = [] } = sections;
    const main = [...EXIM, `daemon_smtp_ports = ${port}`, ...settings];
    const configuration = eximConfiguration({ main, acl: ['nobody:', '  deny', ...acl], authenticators });
    writeFileSync(join(folder, 'etc/exim.conf'), configuration);
    const spool = join(folder, 'var/spool/exim');
    mkdirSync(spool);
    for (const file of [spool, join(folder, 'etc/key.pem')]) chownSync(file, FOR_EXIM, FOR_EXIM);
    return ['/usr/sbin/exim4', '-bdf', '-C', '/etc/exim.conf'];
  });
}

const eximConfiguration = ({ main, acl, authenticators }: EximLines): string =>
  [...main, 'begin acl', ...acl, 'begin authenticators', ...authenticators, ''].join('\n');

/** An Exim that reads configurations, and is not started. */
export interface EximReader {
  /** What it says of these lines (`-bV`). */
  read(lines: EximLines): { readonly code: number | null; readonly said: string };
  remove(): void;
}

export function eximReader(): EximReader {
  const folder = copyOfFolder();
  return {
    read(lines) {
      const main = ['primary_hostname = mail.smtpcheck.test', 'keep_environment =', ...lines.main];
      writeFileSync(join(folder, 'etc/exim.conf'), eximConfiguration({ ...lines, main }));
      const command = ['/usr/sbin/exim4', '-bV', '-C', '/etc/exim.conf'];
      const { status, stdout, stderr } = spawnSync('chroot', [folder, ...command], { encoding: 'utf8' });
      return { code: status, said: stdout + stderr };
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const EXIM: readonly string[] = [
  'primary_hostname = mail.smtpcheck.test',
  'spool_directory = /var/spool/exim',
  'log_file_path = /var/spool/exim/%slog',
  'pid_file_path = /var/spool/exim/pid',
  'local_interfaces = 127.0.0.1',
  'keep_environment =',
  'host_lookup =',
  'rfc1413_hosts =',
  'acl_smtp_rcpt = nobody',
  'tls_advertise_hosts = *',
  'tls_certificate = /etc/chain.pem',
  'tls_privatekey = /etc/key.pem',
];

/** Debian's OpenSMTPD, with OpenSSL; `listen` is added to its `listen` directive. */
export function startOpensmtpd(listen = 'tls'): Promise<MailServer> {
  return startSmtp((port, folder) => {
    const configuration = [
      'pki mail cert "/etc/chain.pem"',
      'pki mail key "/etc/key.pem"',
      `listen on 127.0.0.1 port ${port} hostname mail.smtpcheck.test pki mail ${listen}`,
      'match from any for any reject',
    ];
    writeFileSync(join(folder, 'etc/smtpd.conf'), `${configuration.join('\n')}\n`);
    // As a client it would need CAs, and without any it does not start.
    mkdirSync(join(folder, 'etc/ssl/certs'), { recursive: true });
    copyFileSync(chainFiles('good-rsa').cert, join(folder, 'etc/ssl/certs/ca-certificates.crt'));
    return ['/usr/sbin/smtpd', '-d', '-f', '/etc/smtpd.conf'];
  });
}

async function startSmtp(prepare: (port: number, folder: string) => readonly string[]): Promise<MailServer> {
  const [port = 0] = await freePorts(1);
  const server = startInCopy((folder) => prepare(port, folder));
  const deadline = AbortSignal.timeout(START_MS);
  while (!/^220 /.test((await readGreeting(port, deadline)) ?? '')) {
    if (deadline.aborted || server.child.exitCode !== null) {
      await server.stop();
      throw new Error(`it did not greet\n${server.log()}`);
    }
    await sleep(50);
  }
  return { port, log: server.log, stop: server.stop };
}

function copyOfFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'smtpcheck-mail-server-'));
  const from = `${mailServersFolder()}/.`;
  const copied = spawnSync('cp', ['-a', '--one-file-system', from, folder], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(copied.stderr);
  return folder;
}

/** A process in a copy of the folder, with the chain and the key of `good-rsa` in its /etc. */
function startInCopy(
  prepare: (folder: string) => readonly string[],
): { readonly child: ChildProcess } & Omit<MailServer, 'port'> {
  const folder = copyOfFolder();
  const { cert, key } = chainFiles('good-rsa');
  copyFileSync(cert, join(folder, 'etc/chain.pem'));
  writeFileSync(join(folder, 'etc/key.pem'), readFileSync(key), { mode: 0o600 });
  const command = prepare(folder);
  // A process group of its own, with all that it starts.
  const child = spawn('chroot', [folder, ...command], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const { pid } = child;
  if (pid === undefined) throw new Error('chroot could not be started');
  const unwatch = watchOver(pid, folder);
  const stop = async (): Promise<void> => {
    signalGroup(pid, 'SIGTERM');
    if (!(await groupEnds(pid, 3_000))) signalGroup(pid, 'SIGKILL');
    unwatch();
    await rm(folder, { recursive: true, force: true });
  };
  return { child, log: () => said, stop };
}

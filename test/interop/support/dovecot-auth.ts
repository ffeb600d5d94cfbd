import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { groupEnds, signalGroup } from './process-group.js';
import { findTool } from './require.js';
import { watchOver } from './watchdog.js';

/** Somebody who may log in. The name must not have a colon, a line end or a NUL; the password may be anything but empty. */
export interface SaslUser {
  readonly user: string;
  readonly password: string;
}

export interface DovecotAuthOptions {
  readonly users: readonly SaslUser[];
  /** Default DOVECOT_MECHANISMS. */
  readonly mechanisms?: readonly string[];
  /** Default 10 s. */
  readonly startTimeoutMs?: number;
}

/** A running Dovecot that does nothing but authenticate. */
export interface DovecotAuth {
  /** For `smtpd_sasl_path`, with `smtpd_sasl_type = dovecot`. */
  readonly socket: string;
  /** As its auth protocol announces them. */
  readonly mechanisms: readonly string[];
  /** All that was logged so far; still there after `stop`. */
  log(): string;
  /** Ends its processes, waits until they are gone, and removes its folder. May be called again. */
  stop(): Promise<void>;
}

/** What Debian 12's Dovecot has and passwords are enough for. */
export const DOVECOT_MECHANISMS = ['PLAIN', 'LOGIN', 'CRAM-MD5', 'SCRAM-SHA-1', 'SCRAM-SHA-256'] as const;

/** Starts Debian's Dovecot as a private authentication service, and resolves once it has named its mechanisms. Needs root. */
export async function startDovecotAuth(options: DovecotAuthOptions): Promise<DovecotAuth> {
  const deadline = Date.now() + (options.startTimeoutMs ?? 10_000);
  const dir = await mkdtemp(join(tmpdir(), 'smtpcheck-dovecot-'));
  try {
    // Postfix's user has to get at the socket.
    chmodSync(dir, 0o755);
    writeFileSync(join(dir, 'users'), options.users.map(passwdLine).join(''), { mode: 0o600 });
    writeFileSync(join(dir, 'dovecot.conf'), config(dir, options.mechanisms ?? DOVECOT_MECHANISMS));
    const child = await launch(dir);
    const unwatch = watchOver(child.pid ?? 0, dir);
    const end = async (): Promise<void> => {
      await endGroup(child);
      unwatch();
    };
    try {
      const socket = join(dir, 'run', 'auth-client');
      return instance(dir, socket, await announced(dir, socket, child, deadline), end);
    } catch (error) {
      await end();
      throw error;
    }
  } catch (error) {
    await rm(dir, { recursive: true, force: true });
    throw error;
  }
}

function instance(
  dir: string,
  socket: string,
  mechanisms: readonly string[],
  end: () => Promise<void>,
): DovecotAuth {
  let lastLog: string | undefined;
  let stopping: Promise<void> | undefined;
  const log = (): string => lastLog ?? readLog(dir);
  const stop = async (): Promise<void> => {
    await end();
    lastLog = log();
    await rm(dir, { recursive: true, force: true });
  };
  return { socket, mechanisms, log, stop: () => (stopping ??= stop()) };
}

/**
 * One line of a passwd-file. Base64, because fields end at colons, lines at line ends; and stored so that it can be
 * read back, because each mechanism derives something else from the password.
 */
function passwdLine({ user, password }: SaslUser): string {
  if (user === '' || /[:\r\n\0]/.test(user))
    throw new Error(`a passwd-file cannot have the user ${JSON.stringify(user)}`);
  if (password === '') throw new Error('Dovecot lets nobody in with an empty password');
  return `${user}:{PLAIN.b64}${Buffer.from(password).toString('base64')}::::::\n`;
}

const config = (dir: string, mechanisms: readonly string[]): string => `
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
auth_verbose = yes
protocols =
ssl = no
listen = 127.0.0.1
auth_mechanisms = ${mechanisms.join(' ').toLowerCase()}
disable_plaintext_auth = no
# Names are taken as they come: not in lower case, and with whatever characters.
auth_username_format =
auth_username_chars =
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = username_format=%u ${dir}/users
}
userdb {
  driver = static
  args = uid=65534 gid=65534 home=/nonexistent
}
service auth {
  user = root
  unix_listener auth-client {
    mode = 0666
  }
}
# Without it, failures from one address are answered later and later.
service anvil {
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
`;

/** In the foreground of a process group of its own, which all that it starts belongs to. */
async function launch(dir: string): Promise<ChildProcess> {
  // A file, not a pipe: what is wrong with a configuration is told on stderr.
  const output = openSync(join(dir, 'dovecot.out'), 'w');
  try {
    const child = spawn(findTool('dovecot') ?? 'dovecot', ['-F', '-c', join(dir, 'dovecot.conf')], {
      stdio: ['ignore', output, output],
      detached: true,
      cwd: dir,
    });
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

/** The mechanisms that the service announces to a client, as soon as it does. */
async function announced(
  dir: string,
  socket: string,
  child: ChildProcess,
  deadline: number,
): Promise<string[]> {
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    const said = await readHandshake(socket, deadline - Date.now());
    if (said !== undefined) return [...said.matchAll(/^MECH\t([^\t\n]+)/gm)].map(([, name = '']) => name);
    // It would go on trying, with longer and longer pauses.
    if (/: Fatal: /.test(readLog(dir))) break;
    await sleep(20);
  }
  throw new Error(`dovecot did not start\n${readLog(dir)}`);
}

/** What comes up to DONE, or undefined when nobody listens yet. */
function readHandshake(path: string, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    let said = '';
    socket.setEncoding('utf8').setTimeout(Math.max(1, timeoutMs), () => socket.destroy());
    socket.on('error', () => undefined);
    socket.on('data', (text: string) => {
      said += text;
      if (/^DONE$/m.test(said)) socket.end();
    });
    socket.on('close', () => resolve(/^DONE$/m.test(said) ? said : undefined));
  });
}

async function endGroup(master: ChildProcess): Promise<void> {
  const group = master.pid ?? 0;
  // 0 and 1 would turn a signal to the group into one to ourselves, or to everything.
  if (group < 2) throw new Error('dovecot started but has no pid');
  // The master alone: with everybody told at once, it waits in vain for children that it did not end.
  master.kill('SIGTERM');
  if (await groupEnds(group, 5_000)) return;
  signalGroup(group, 'SIGKILL');
  if (!(await groupEnds(group, 5_000))) throw new Error(`dovecot (process group ${group}) cannot be ended`);
}

/** What it logged; or said before there was a log. */
function readLog(dir: string): string {
  return ['dovecot.out', 'dovecot.log']
    .map((name) => {
      try {
        return readFileSync(join(dir, name), 'utf8');
      } catch {
        return '';
      }
    })
    .join('');
}

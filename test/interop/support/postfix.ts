import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, open, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { freePorts, readGreeting } from './loopback.js';
import {
  mainCf,
  masterCf,
  postfixFolders,
  type PostfixFolders,
  type PostfixOptions,
  type PostfixPorts,
} from './postfix-config.js';
import { groupEnds, signalGroup } from './process-group.js';
import { findTool } from './require.js';
import { watchOver } from './watchdog.js';

export type { PostfixOptions } from './postfix-config.js';

/** A running Postfix of one's own. */
export interface PostfixInstance extends PostfixPorts {
  /** The instance's folder; its configuration, for `postconf -c`, is in `etc` below it. */
  readonly dir: string;
  /** All that was logged so far; still there after `stop`. */
  log(): string;
  /** Ends this instance's processes, waits until they are gone, and removes its folder. May be called again. */
  stop(): Promise<void>;
}

interface Running {
  readonly folders: PostfixFolders;
  /** The master's pid, which is also the process group of everything it started. */
  readonly master: number;
  /** Tells the watchdog that there is nothing left to end. */
  readonly unwatch: () => void;
}

const PORT_ATTEMPTS = 4;

/**
 * Starts Debian's Postfix as a private instance on free ports of 127.0.0.1, and resolves once it has greeted a client
 * with 220. Needs root, as Postfix does. Instances share nothing, so that several can run at once.
 */
export async function startPostfix(options: PostfixOptions = {}): Promise<PostfixInstance> {
  const deadline = Date.now() + (options.startTimeoutMs ?? 20_000);
  const folders = postfixFolders(await mkdtemp(join(tmpdir(), 'smtpcheck-postfix-')));
  try {
    // mkdtemp's 0700 would lock out the postfix user. `postfix start` makes all that is below queue, and data.
    await chmod(folders.dir, 0o755);
    for (const folder of [folders.config, folders.queue]) await mkdir(folder, { mode: 0o755 });
    const main = { ...(await options.prepare?.(folders.dir)), ...options.main };
    await writeConfig(join(folders.config, 'main.cf'), mainCf(folders, { ...options, main }));
    const ports = await startMaster(folders, options);
    const master = await masterPid(folders);
    const running = { folders, master, unwatch: watchOver(master, folders.dir) };
    try {
      await waitForGreeting(running, ports.port, options.readyGreeting ?? /^220 /, deadline);
    } catch (error) {
      await stopPostfix(running);
      throw error;
    }
    return instance(running, ports);
  } catch (error) {
    await rm(folders.dir, { recursive: true, force: true });
    throw error;
  }
}

function instance(running: Running, ports: PostfixPorts): PostfixInstance {
  let lastLog: string | undefined;
  let stopping: Promise<void> | undefined;
  const log = (): string => lastLog ?? readLog(running.folders);
  const stop = async (): Promise<void> => {
    await stopPostfix(running);
    lastLog = log();
    await rm(running.folders.dir, { recursive: true, force: true });
  };
  return { ...ports, dir: running.folders.dir, log, stop: () => (stopping ??= stop()) };
}

/** Tries other ports when somebody else took one between the choice and Postfix's bind. */
async function startMaster(folders: PostfixFolders, options: PostfixOptions): Promise<PostfixPorts> {
  let said = '';
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
    const ports = await choosePorts(options);
    await writeConfig(join(folders.config, 'master.cf'), masterCf(ports, options));
    const { exitCode, output } = await run(folders, 'postfix', ['start']);
    if (exitCode === 0) return ports;
    said = `${output}${readLog(folders)}`;
    if (!said.includes('Address already in use')) break;
    await rm(folders.log, { force: true });
  }
  // Without syslog and terminal, Postfix has nowhere to tell of a value that it cannot read; postconf does tell.
  said ||= (await run(folders, 'postconf', ['-n'])).output;
  throw new Error(`postfix did not start\n${said}`);
}

async function choosePorts(options: PostfixOptions): Promise<PostfixPorts> {
  const names = Object.keys(options.services ?? {});
  const [port = 0, smtpsPort = 0, ...rest] = await freePorts(2 + names.length);
  return {
    port,
    smtpsPort: options.smtps ? smtpsPort : undefined,
    servicePorts: Object.fromEntries(names.map((name, i) => [name, rest[i] ?? 0])),
  };
}

async function waitForGreeting(
  running: Running,
  port: number,
  ready: RegExp,
  deadline: number,
): Promise<void> {
  const broken = new AbortController();
  const late = AbortSignal.timeout(Math.max(0, deadline - Date.now()));
  const signal = AbortSignal.any([broken.signal, late]);
  // With a wrong setting smtpd dies, and the client hangs until master tries the same again a minute later.
  const watch = setInterval(() => {
    if (/: (?:fatal|panic): /.test(readLog(running.folders))) broken.abort();
  }, 100);
  let greeting: string | undefined;
  try {
    while (!signal.aborted) {
      greeting = await readGreeting(port, signal);
      if (greeting !== undefined && ready.test(greeting)) return;
      await sleep(50);
    }
  } finally {
    clearInterval(watch);
  }
  const seen = greeting === undefined ? 'it did not greet' : `it greeted with ${JSON.stringify(greeting)}`;
  throw new Error(`postfix started but ${seen}\n${readLog(running.folders)}`);
}

async function stopPostfix(running: Running): Promise<void> {
  const { folders, master } = running;
  await run(folders, 'postfix', ['stop']);
  if (!(await groupEnds(master, 5_000))) {
    signalGroup(master, 'SIGKILL');
    if (!(await groupEnds(master, 5_000)))
      throw new Error(`postfix (process group ${master}) cannot be ended`);
  }
  running.unwatch();
}

/** Runs one of Postfix's administration commands on this instance alone. */
async function run(
  folders: PostfixFolders,
  command: 'postfix' | 'postconf',
  args: readonly string[],
): Promise<{ exitCode: number; output: string }> {
  const path = join(dirname(findTool('postfix') ?? ''), command);
  const outputFile = join(folders.dir, 'command.out');
  // A file, not a pipe: a daemon that inherits a pipe would keep it open, and its end would never be seen.
  const output = await open(outputFile, 'w');
  try {
    const exitCode = await new Promise<number>((resolve, reject) => {
      const child = spawn(path, ['-c', folders.config, ...args], {
        stdio: ['ignore', output.fd, output.fd],
        cwd: folders.dir,
      });
      child.once('error', reject).once('exit', (code) => resolve(code ?? 1));
    });
    return { exitCode, output: await readFile(outputFile, 'utf8') };
  } finally {
    await output.close();
  }
}

async function masterPid(folders: PostfixFolders): Promise<number> {
  const pid = Number((await readFile(folders.pidFile, 'utf8')).trim());
  // 0 and 1 would turn a signal to the group into one to ourselves, or to everything.
  if (!Number.isSafeInteger(pid) || pid < 2) throw new Error('postfix started but left no pid');
  return pid;
}

/** Dated back, because Postfix waits up to two seconds for a file that has just changed to settle. */
async function writeConfig(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  const past = Date.now() / 1000 - 60;
  await utimes(path, past, past);
}

function readLog(folders: PostfixFolders): string {
  try {
    return readFileSync(folders.log, 'utf8');
  } catch {
    return '';
  }
}

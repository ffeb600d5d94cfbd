import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './loopback.js';
import { findTool } from './require.js';

/** A real proxy on loopback. */
export interface RealProxy {
  readonly port: number;
  readonly stop: () => Promise<void>;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

/** SOCKS 5 by microsocks; where it is given a login, nobody gets through without it. */
export async function startMicrosocks(login?: Login): Promise<RealProxy> {
  const [port = 0] = await freePorts(1);
  const args = ['-i', '127.0.0.1', '-p', String(port)];
  if (login !== undefined) args.push('-u', login.user, '-P', login.password);
  return started(spawn(findTool('microsocks') ?? '', args, { stdio: 'ignore' }), port);
}

/** HTTP by tinyproxy, which lets CONNECT through to these ports alone. */
export async function startTinyproxy(ports: readonly number[], login?: Login): Promise<RealProxy> {
  const [port = 0] = await freePorts(1);
  const dir = mkdtempSync(join(tmpdir(), 'smtpcheck-tinyproxy-'));
  const file = join(dir, 'tinyproxy.conf');
  const lines = [
    `Port ${port}`,
    'Listen 127.0.0.1',
    'Timeout 30',
    'MaxClients 20',
    `LogFile "${join(dir, 'log')}"`,
    ...ports.map((allowed) => `ConnectPort ${allowed}`),
    ...(login === undefined ? [] : [`BasicAuth ${login.user} ${login.password}`]),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const proxy = await started(
    spawn(findTool('tinyproxy') ?? '', ['-d', '-c', file], { stdio: 'ignore' }),
    port,
  );
  return {
    port,
    stop: async () => {
      await proxy.stop();
      rmSync(dir, { recursive: true });
    },
  };
}

async function started(child: ChildProcess, port: number): Promise<RealProxy> {
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    const late = sleep(3000).then(() => {
      child.kill('SIGKILL');
    });
    await Promise.race([gone, late]);
  };
  const deadline = Date.now() + 10_000;
  while (Date.now() < deadline && child.exitCode === null) {
    if (await listens(port)) return { port, stop };
    await sleep(50);
  }
  await stop();
  throw new Error(`no proxy on port ${port}: ${child.spawnfile}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

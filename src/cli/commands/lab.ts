import { EXIT } from '../../core/outcome.js';
import { usageError } from '../../core/errors.js';
import { LAB_HOSTNAME, LAB_SERVERS, LAB_USER, startLab, type Lab, type LabListing } from '../../lab/index.js';
import { findFixtures } from '../fixtures.js';
import type { Io } from '../io.js';
import type { CliOption } from '../options/option.js';

const LAB = 'Lab:';

export const LAB_OPTIONS: Readonly<Record<string, CliOption>> = {
  list: {
    type: 'boolean',
    group: LAB,
    describe: 'list the servers and what each must produce, and start none',
  },
  only: {
    type: 'string',
    repeatable: true,
    placeholder: 'NAME',
    group: LAB,
    describe: 'start only this server; repeatable',
  },
  port: {
    type: 'string',
    placeholder: 'N',
    group: LAB,
    describe: 'port of the first server (default: free ones)',
  },
};

/** `smtpcheck lab`: runs until it is interrupted. */
export async function runLab(
  args: Readonly<Record<string, unknown>>,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  if (args['list'] === true) {
    io.stdout(listing());
    return EXIT.pass;
  }
  const only = args['only'] === undefined ? undefined : [args['only']].flat().map(String);
  const lab = await startLab({
    fixturesDir: findFixtures(__filename),
    ...(only === undefined ? {} : { names: only }),
    ...basePort(args['port']),
  });
  io.stdout(
    `${lab.servers.map((server) => commandFor(server, lab)).join('\n\n')}\n\n${lab.servers.length} ${lab.servers.length === 1 ? 'server' : 'servers'} on ${lab.host}; Ctrl-C stops them\n`,
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve());
  });
  await lab.stop();
  return signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
}

function basePort(value: unknown): { basePort?: number } {
  if (value === undefined) return {};
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port <= 65_000) return { basePort: port };
  throw usageError(`--port takes a number from 1 to 65000, not ${JSON.stringify(value)}`);
}

function listing(): string {
  const width = Math.max(...LAB_SERVERS.map((server) => server.name.length));
  return LAB_SERVERS.map(({ name, expect, summary }) => {
    const what = expect.finding ?? expect.errorCode ?? 'no finding';
    return `${name.padEnd(width)}  ${expect.outcome.padEnd(12)}  ${what.padEnd(28)}  ${summary}\n`;
  }).join('');
}

/** The arguments that check a lab server: what its command is to be called with. */
export function labArguments({ definition, port }: LabListing, lab: Lab): string[] {
  const scheme = { starttls: 'smtp', implicit: 'smtps', lmtp: 'lmtp' }[definition.mode];
  return [
    `${scheme}://${lab.host}:${port}`,
    '--servername',
    LAB_HOSTNAME,
    ...lab.caFiles.flatMap((file) => ['--ca-file', file]),
    ...(definition.command === 'auth' ? ['--user', LAB_USER.user] : []),
    ...(definition.args ?? []),
  ];
}

function commandFor(server: LabListing, lab: Lab): string {
  const { name, expect, summary, command = 'tls' } = server.definition;
  // A password is no argument; this one is no secret.
  const secret = command === 'auth' ? `SMTPCHECK_PASSWORD=${LAB_USER.password} ` : '';
  return `${name}: ${summary}\n  must give: ${expect.outcome}, exit ${expect.exitCode}${expect.finding === null ? '' : `, ${expect.finding}`}\n  ${secret}smtpcheck ${command} ${labArguments(server, lab).join(' ')}`;
}

import { SmtpcheckError, usageError } from '../core/errors.js';
import { certificateReader, labRoots } from './certificates.js';
import { AFTER_TLS_SERVERS } from './servers/after-tls.js';
import { AUTH_SERVERS } from './servers/auth.js';
import { CERTIFICATE_SERVERS } from './servers/certificate.js';
import { GOOD_SERVERS } from './servers/good.js';
import { GREETING_SERVERS } from './servers/greeting.js';
import { HANDSHAKE_SERVERS } from './servers/handshake.js';
import { STARTTLS_SERVERS } from './servers/starttls.js';
import { LAB_HOSTNAME, type Lab, type LabContext, type LabServer, type RunningServer } from './types.js';

export { LAB_HOSTNAME, LAB_USER } from './types.js';
export type * from './types.js';

/** Every lab server. Add one to its family's file, or a family here. */
export const LAB_SERVERS: readonly LabServer[] = [
  ...GOOD_SERVERS,
  ...CERTIFICATE_SERVERS,
  ...STARTTLS_SERVERS,
  ...GREETING_SERVERS,
  ...HANDSHAKE_SERVERS,
  ...AFTER_TLS_SERVERS,
  ...AUTH_SERVERS,
];

export interface LabOptions {
  /** The `out` folder of certs-fixtures. */
  readonly fixturesDir: string;
  /** Only these servers, in the registry's order; all by default. */
  readonly names?: readonly string[];
  readonly host?: '127.0.0.1';
  /** The first server's port; the others follow by their place in the registry. By default the system chooses. */
  readonly basePort?: number;
}

/** Starts the farm, all of it or none: what was started is stopped again when a server cannot be. */
export async function startLab(options: LabOptions): Promise<Lab> {
  const host = options.host ?? '127.0.0.1';
  const chosen = chooseServers(options.names);
  const caFiles = labRoots(options.fixturesDir);
  const certificate = certificateReader(options.fixturesDir);
  const started = await Promise.allSettled(
    chosen.map(async (definition) => {
      const port = options.basePort === undefined ? 0 : options.basePort + LAB_SERVERS.indexOf(definition);
      const running = await startOne(definition, { host, port, hostname: LAB_HOSTNAME, certificate });
      return { definition, running };
    }),
  );
  const servers = started.filter((result) => result.status === 'fulfilled').map((result) => result.value);
  const stop = async (): Promise<void> => {
    await Promise.all(servers.map(({ running }) => running.stop()));
  };
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    await stop();
    throw failed.reason;
  }
  return {
    servers: servers.map(({ definition, running }) => ({ definition, port: running.port })),
    caFiles,
    host,
    hostname: LAB_HOSTNAME,
    stop,
  };
}

function chooseServers(names: readonly string[] | undefined): readonly LabServer[] {
  if (names === undefined) return LAB_SERVERS;
  const unknown = names.find((name) => !LAB_SERVERS.some((server) => server.name === name));
  if (unknown !== undefined) {
    throw usageError(
      `there is no lab server ${JSON.stringify(unknown)}`,
      `the lab has ${LAB_SERVERS.map((server) => server.name).join(', ')}`,
    );
  }
  return LAB_SERVERS.filter((server) => names.includes(server.name));
}

async function startOne(definition: LabServer, context: LabContext): Promise<RunningServer> {
  try {
    return await definition.start(context);
  } catch (error) {
    if (error instanceof SmtpcheckError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'ERR_SOCKET_BAD_PORT') throw error;
    throw new SmtpcheckError(
      'usage',
      'arguments',
      `lab server ${definition.name} cannot have port ${context.port}`,
      {
        hint: 'choose another base port, or none and let the system choose',
        cause: error,
      },
    );
  }
}

import type { HelloResult } from '../../src/checks/scan/context.js';
import { offerOf, TLS12, TLS13 } from '../../src/checks/scan/offer.js';
import type { Target } from '../../src/core/target.js';
import { Governor, type GovernorOptions } from '../../src/scan/governor.js';
import { Prober } from '../../src/scan/prober.js';
import type { ClientHello } from '../../src/wire/hello/client-hello.js';
import { startRawTls, type RawScript, type RawServer, type RawServerOptions } from '../servers/raw-tls.js';
import { labTrust } from '../support/probe.js';

export const GCM = 0xc02f;
export const CBC = 0xc013;

/** A hello of TLS 1.2 with a few suites, such as the checks make. */
export const hello12 = (suites: readonly number[] = [GCM, CBC]): ClientHello =>
  offerOf({ version: TLS12, suites, servername: 'mail.smtpcheck.test' });
export const hello13 = (): ClientHello =>
  offerOf({ version: TLS13, suites: [0x1301, 0x1302], servername: 'mail.smtpcheck.test' });

export interface Asked {
  readonly server: RawServer;
  readonly prober: Prober;
  readonly governor: Governor;
  /** Another prober of the same kind, for a server on another port. */
  readonly proberFor: (port: number) => Prober;
  /** Asks, and holds that the answer came in time. */
  readonly ask: (hello: ClientHello) => Promise<HelloResult>;
}

/** What one connection may take here. The engine's own limits are longer; nothing may take longer than what it is given. */
export const LIMIT_MS = 700;
/** And of that the answer to a hello. */
const HELLO_MS = 300;

/** A prober before a server that answers by hand; the server is stopped whatever happens. */
export async function withRawTls<T>(
  script: RawScript,
  use: (asked: Asked) => Promise<T>,
  options: RawServerOptions & {
    readonly governor?: Partial<GovernorOptions>;
    readonly likely?: ClientHello | null;
    readonly limitMs?: number;
  } = {},
): Promise<T> {
  const server = await startRawTls(script, options);
  try {
    return await use(proberOf(server, options));
  } finally {
    await server.stop();
  }
}

function proberOf(
  server: RawServer,
  {
    starttls = false,
    governor: changes = {},
    likely = null,
    limitMs = LIMIT_MS,
  }: Parameters<typeof withRawTls>[2] & object,
): Asked {
  const target: Target = {
    host: '127.0.0.1',
    port: server.port,
    mode: starttls ? 'starttls' : 'implicit',
    literal: 4,
  };
  const governor = new Governor({
    concurrency: 4,
    maxConnections: 100,
    spacingMs: 0,
    maxWaitMs: 0,
    endMs: performance.now() + 20_000,
    ...changes,
  });
  const proberFor = (port: number): Prober =>
    new Prober(
      { ...target, port },
      { trust: labTrust(), ehloName: 'client.example' },
      governor,
      () => limitMs,
      likely,
      HELLO_MS,
    );
  const prober = proberFor(server.port);
  const ask = async (hello: ClientHello): Promise<HelloResult> => {
    const before = governor.made;
    const from = performance.now();
    const result = await prober.ask(hello);
    const most = (governor.made - before + 1) * (LIMIT_MS + 500);
    if (performance.now() - from > most) throw new Error(`it took more than ${most} ms`);
    return result;
  };
  return { server, prober, governor, proberFor, ask };
}

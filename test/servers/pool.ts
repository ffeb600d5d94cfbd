import { serve } from '../../src/lab/listener.js';
import { play } from '../../src/lab/script.js';
import { toScript, type ServerSpec } from './scripted.js';

/** Servers by the address that each is on. */
export type Pool = Readonly<Record<string, ServerSpec>>;

/** Servers of one port, each on an address of its own; an address without a server is dead. */
export async function withPool<T>(pool: Pool, use: (port: number) => Promise<T>): Promise<T> {
  const stops: (() => Promise<void>)[] = [];
  let port = 0;
  try {
    for (const [host, spec] of Object.entries(pool)) {
      const script = toScript(spec);
      const running = await serve({ host, port }, (peer) => play(peer, script));
      port = running.port;
      stops.push(running.stop);
    }
    return await use(port);
  } finally {
    for (const stop of stops) await stop();
  }
}

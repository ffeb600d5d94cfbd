import { connect, type Socket } from 'node:net';
import { serveTcp, type TcpServer } from './tcp-server.js';

/** Passes bytes on, and keeps them: what was on the wire, seen by somebody else than the two who talked. */
export interface RecordingRelay extends TcpServer {
  /** Of each connection, in order. */
  readonly connections: readonly Recording[];
}

export interface Recording {
  readonly fromClient: Buffer[];
  readonly fromServer: Buffer[];
}

/** Where a connection goes: a port of 127.0.0.1, or words that are said before it is closed. */
export type Route = number | string;

/** `route` is asked for each connection, by its index. */
export async function startRelay(route: (connection: number) => Route): Promise<RecordingRelay> {
  const connections: Recording[] = [];
  const server = await serveTcp(
    (client, keep) => {
      const recording: Recording = { fromClient: [], fromServer: [] };
      const to = route(connections.length);
      connections.push(recording);
      if (typeof to === 'string') {
        client.end(to);
        return;
      }
      const upstream = keep(connect({ port: to, host: '127.0.0.1', allowHalfOpen: true }));
      pass(client, upstream, recording.fromClient);
      pass(upstream, client, recording.fromServer);
    },
    { allowHalfOpen: true },
  );
  return { ...server, connections };
}

function pass(from: Socket, to: Socket, record: Buffer[]): void {
  from.on('data', (chunk: Buffer) => {
    record.push(chunk);
    to.write(chunk);
  });
  from.on('end', () => to.end());
  // Each side may have something to say when the other has ended; after an error neither has.
  from.on('close', (failed) => failed && to.resetAndDestroy());
}

/** `>>> sent 18 bytes`, and `write to 0x… [0x…] (23 bytes => 23 (0x17))`. */
const HEADING =
  /^(?:(?:>>>|<<<) (sent|received) (\d+) bytes|(write to|read from) .* \(\d+ bytes => (\d+) .*)$/;

/** What `--debug` of smtpcheck, or `-debug` of `openssl s_client`, shows: the octets of each direction, and `>` or `<` for each chunk. */
export function readDump(text: string): {
  readonly sent: Buffer;
  readonly received: Buffer;
  readonly order: string;
} {
  const found = { sent: [] as Buffer[], received: [] as Buffer[] };
  let order = '';
  let current: 'sent' | 'received' | null = null;
  let due = 0;
  for (const line of text.split('\n')) {
    const head = HEADING.exec(line);
    if (head !== null) {
      if (due !== 0) throw new Error(`${due} octets are missing before ${line}`);
      current = (head[1] ?? head[3]) === 'sent' || head[3] === 'write to' ? 'sent' : 'received';
      due = Number(head[2] ?? head[4]);
      order += current === 'sent' ? '>' : '<';
      continue;
    }
    // As far as the columns of the hexadecimal digits reach: what is printable of them follows.
    const row = /^[0-9a-f]{4,} - (.{47})/.exec(line)?.[1];
    if (row === undefined || current === null || due === 0) continue;
    const octets = Buffer.from(row.replaceAll(/[ -]/g, ''), 'hex');
    due -= octets.length;
    found[current].push(octets);
  }
  if (due !== 0) throw new Error(`${due} octets are missing at the end`);
  return { sent: Buffer.concat(found.sent), received: Buffer.concat(found.received), order };
}

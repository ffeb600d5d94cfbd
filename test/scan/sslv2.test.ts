import { describe, expect, it } from 'vitest';
import { message, octets, record, serverHello } from '../wire/support/build.js';
import { askSslv2 } from '../../src/scan/ports.js';
import type { RawScript } from '../servers/raw-tls.js';
import { GCM, hello12, withRawTls } from './support.js';

/* What an answer to the hello of SSLv2 comes to: servers that know nothing of it answer in many ways. */

const accepts = (peer: Parameters<RawScript>[0]): Promise<void> =>
  peer.send(record(22, octets(message(2, serverHello({ suite: GCM })), message(14, Buffer.alloc(0)))));
const isSslv2 = (hello: Buffer): boolean => (hello[0] ?? 0) >= 0x80;

/** Takes TLS, and answers SSLv2 as told. */
const asked = (answer: RawScript, likely = true): Promise<{ answer: string; connections: number }> =>
  withRawTls(
    (peer, hello, index) => (isSslv2(hello) ? answer(peer, hello, index) : accepts(peer)),
    async ({ prober, server }) => {
      const { answer: value } = await askSslv2({ prober });
      return { answer: value, connections: server.connections };
    },
    { likely: likely ? hello12([GCM]) : null },
  );

describe('SSLv2', () => {
  it.each<[string, RawScript, string, number]>([
    ['protocol_version', (peer) => peer.send(record(21, octets(2, 70))), 'rejected', 1],
    ['internal_error', (peer) => peer.send(record(21, octets(2, 80))), 'inconclusive', 1],
    ['a close, as Schannel has it', (peer) => peer.close(), 'rejected', 5],
    ['a reset', (peer) => peer.reset(), 'rejected', 5],
    ['silence', () => undefined, 'inconclusive', 1],
    ['a ServerHello of TLS', accepts, 'rejected', 1],
  ])('%s', async (_, script, answer, connections) => {
    expect(await asked(script)).toEqual({ answer, connections });
  });

  it('a close proves nothing without a control', async () => {
    expect(await asked((peer) => peer.close(), false)).toEqual({ answer: 'inconclusive', connections: 1 });
  });
});

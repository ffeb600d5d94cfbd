import { describe, expect, it } from 'vitest';
import { startRawTls } from '../servers/raw-tls.js';
import { probe, withServer } from '../support/probe.js';
import { message, octets, record, serverHello } from '../wire/support/build.js';

/*
 * A ServerHello that OpenSSL will not have, with octets behind it that are no TLS: two errors of one moment, and the second one had
 * nobody who listened to it, so that the whole process ended with it.
 */

const RUBBISH = Buffer.alloc(300, 0xfd);
const hello = (version: number, suite: number): Buffer =>
  record(22, message(2, serverHello({ version, suite })));

describe('rubbish behind a ServerHello', () => {
  it.each([
    ['of a version that is none', hello(0x0305, 0xc02f)],
    ['of SSLv3', hello(0x0300, 0xc02f)],
    ['with a suite that was not offered', hello(0x0303, 0xfafe)],
    ['that is in order', hello(0x0303, 0xc02f)],
    ['and an alert', octets(hello(0x0303, 0xc02f), record(21, octets(2, 40)))],
  ])('%s is an inconclusive handshake', async (_, answer) => {
    await withServer(
      startRawTls((peer) => peer.send(octets(answer, RUBBISH))),
      async (server) => {
        const report = await probe(server.port, { mode: 'implicit' });
        expect([1, 3, 4]).toContain(report.exitCode);
        expect(report.error?.phase).toBe('handshake');
      },
    );
    await withServer(
      startRawTls((peer) => peer.send(answer, RUBBISH)),
      async (server) => {
        expect([1, 3, 4]).toContain((await probe(server.port, { mode: 'implicit' })).exitCode);
      },
    );
  });
});

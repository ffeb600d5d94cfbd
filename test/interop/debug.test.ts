import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startLab, type Lab } from '../../src/lab/index.js';
import { FIXTURES_DIR } from '../servers/fixtures.js';
import { readDump, startRelay, type Recording } from '../support/recording-relay.js';
import { smtpcheck } from './support/smtpcheck.js';
import { sClient } from './support/openssl.js';
import { requireTool } from './support/require.js';

/** `--debug` beside `openssl s_client -debug`: each shows what a relay between them and the server saw, no more and no less. */

describe.skipIf(!requireTool('openssl'))('the dump of smtpcheck and that of s_client', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startLab({ fixturesDir: FIXTURES_DIR, names: ['good'] });
  });
  afterAll(() => lab.stop());

  /** What a tool dumped, and what was on the wire. */
  async function dumped(
    run: (port: number) => Promise<string>,
  ): Promise<{ dump: ReturnType<typeof readDump>; wire: Recording }> {
    const relay = await startRelay(() => lab.servers[0]?.port ?? 0);
    const dump = readDump(await run(relay.port));
    const [wire = { fromClient: [], fromServer: [] }] = relay.connections;
    await expect.poll(() => Buffer.concat(wire.fromClient).length).toBe(dump.sent.length);
    await relay.stop();
    return { dump, wire };
  }

  /** Content types of TLS records; the handshake and what is around it, not who sends how much in one of them. */
  function shape(stream: Buffer): { smtp: string; records: number[] } {
    const start = stream.indexOf(Buffer.of(0x16, 3));
    const records: number[] = [];
    for (let at = start; at < stream.length; at += 5 + stream.readUInt16BE(at + 3))
      records.push(stream[at] ?? 0);
    return { smtp: stream.subarray(0, start).toString('latin1'), records };
  }

  it.each([
    ['TLS 1.2', '--tls1.2', '-tls1_2'],
    ['TLS 1.3', '--tls1.3', '-tls1_3'],
  ])('%s', async (_what, ours, theirs) => {
    const mine = await dumped(async (port) => {
      const args = ['tls', `127.0.0.1:${port}`, ours, '--ehlo', 'client.example', '--debug'];
      return (await smtpcheck(args)).stderr;
    });
    const other = await dumped(async (port) => {
      const args = ['-starttls', 'smtp', '-name', 'client.example', '-connect', `127.0.0.1:${port}`, theirs];
      const { stdout } = await sClient([...args, '-debug', '-ign_eof'], { input: 'QUIT\r\n' });
      // What the server says is printed past the buffer that the dump waits in, and lands in the middle of a line of it.
      return stdout.replaceAll('221 2.0.0 Bye\r\n', '');
    });
    for (const { dump, wire } of [mine, other]) {
      const [sent, received] = [Buffer.concat(wire.fromClient), Buffer.concat(wire.fromServer)];
      expect(dump.sent.equals(sent)).toBe(true);
      // Who has said goodbye need not wait for the server's close_notify.
      expect(received.subarray(0, dump.received.length).equals(dump.received)).toBe(true);
      expect(received.length - dump.received.length).toBeLessThanOrEqual(31);
    }
    expect(shape(mine.dump.sent).smtp).toBe('EHLO client.example\r\nSTARTTLS\r\n');
    expect(shape(other.dump.sent).smtp).toBe(shape(mine.dump.sent).smtp);
    expect(shape(other.dump.received).smtp).toBe(shape(mine.dump.received).smtp);
    // The same TLS records, but for the EHLO inside TLS, which s_client leaves to its user.
    const records = shape(other.dump.sent).records;
    const quit = records.lastIndexOf(0x17, ours === '--tls1.3' ? -2 : undefined);
    expect(shape(mine.dump.sent).records).toEqual([...records.slice(0, quit), 0x17, ...records.slice(quit)]);
  });
});

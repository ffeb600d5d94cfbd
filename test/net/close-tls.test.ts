import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { connect, TLSSocket } from 'node:tls';
import { expect, it } from 'vitest';
import { closeTls } from '../../src/net/close-tls.js';
import { CONTENT_TYPE, RecordReader } from '../../src/wire/record.js';
import { certificate } from '../servers/fixtures.js';

/** One end of a pipe, on which a write takes its time to be over, as on a socket. */
class SlowEnd extends Duplex {
  readonly written: Buffer[] = [];
  other: SlowEnd | null = null;

  override _read(): void {
    // Data is pushed by the other end.
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.written.push(Buffer.from(chunk));
    this.other?.push(chunk);
    setTimeout(done, 20);
  }

  override _final(done: () => void): void {
    this.other?.push(null);
    done();
  }
}

/** Types of the records that were sent. */
const sent = (end: SlowEnd): number[] =>
  new RecordReader().push(Buffer.concat(end.written)).map(({ type }) => type);

/**
 * A server that answers QUIT before the write of it is over made us shut the socket before our close_notify was written, though it
 * is owed (RFC 5246 section 7.2.1): TLS waits for the one before it writes the other.
 */
it('waits for the close_notify to leave', async () => {
  const [ours, theirs] = [new SlowEnd(), new SlowEnd()];
  ours.other = theirs;
  theirs.other = ours;
  const server = new TLSSocket(theirs, { isServer: true, ...certificate('good-rsa'), maxVersion: 'TLSv1.2' });
  server.on('error', () => undefined).resume();
  const client = connect({ socket: ours, rejectUnauthorized: false });
  await once(client, 'secureConnect');
  const { alert, applicationData } = CONTENT_TYPE;
  client.write('QUIT\r\n');
  const closing = closeTls(client);
  expect(sent(ours)).not.toContain(alert);
  await closing;
  expect(sent(ours).slice(-2)).toEqual([applicationData, alert]);
  for (const stream of [client, server]) stream.destroy();
});

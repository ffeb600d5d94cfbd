import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Deadline } from '../../src/net/deadline.js';
import { SmtpSession } from '../../src/net/smtp-session.js';

/**
 * SCRAM computes for seconds. Who pressed Ctrl-C meanwhile, or whose time was up, was told so only after the proof of the password
 * had gone out.
 */
describe('a line that holds secrets is not sent', () => {
  const LINE = { text: 'c2VjcmV0\r\n', shown: '<response hidden>' };

  async function send(
    deadline: Deadline,
    heard = '',
  ): Promise<{ code: unknown; sent: string; shown: string[] }> {
    let sent = '';
    const shown: string[] = [];
    const stream: Duplex = new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        sent += chunk.toString('latin1');
        stream.push('235 ok\r\n');
        done();
      },
    });
    const session = new SmtpSession(stream, deadline, (side, line) => shown.push(`${side}: ${line}`));
    if (heard !== '') stream.push(heard);
    const code = await session
      .exchange(LINE, 'auth', ({ code: number }) => [`${number}`])
      .then(({ code: number }) => number)
      .catch((error: unknown) => (error as { code: unknown }).code);
    return { code, sent, shown };
  }

  it.each<readonly [string, () => Deadline, string, string]>([
    ['after Ctrl-C', () => new Deadline(5000, AbortSignal.abort()), '', 'interrupted'],
    ['after SIGTERM', () => new Deadline(5000, AbortSignal.abort('SIGTERM')), '', 'terminated'],
    ['when the time is up', () => new Deadline(0), '', 'deadline-exceeded'],
    ['when the server has spoken already', () => new Deadline(5000), '235 ok\r\n', 'reply-out-of-turn'],
  ])('%s', async (_when, deadline, heard, code) => {
    expect(await send(deadline(), heard)).toEqual({ code, sent: '', shown: [] });
  });

  it('but is otherwise, and shown as it may be', async () => {
    expect(await send(new Deadline(5000))).toEqual({
      code: 235,
      sent: LINE.text,
      shown: ['C: <response hidden>', 'S: 235'],
    });
  });
});

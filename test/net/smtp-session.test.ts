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

describe('a session that people sit in', () => {
  /** A stream whose other end takes `takes` writes and then no more. */
  function open(takes = Infinity): {
    stream: Duplex;
    session: SmtpSession;
    deadline: Deadline;
    sent: () => string;
  } {
    let sent = '';
    let taken = 0;
    const stream: Duplex = new Duplex({
      read: () => undefined,
      writableHighWaterMark: 8,
      write(chunk: Buffer, _encoding, done) {
        sent += chunk.toString('latin1');
        taken += 1;
        if (taken <= takes) setImmediate(done);
      },
    });
    const deadline = new Deadline(200);
    return {
      stream,
      deadline,
      session: new SmtpSession(stream, deadline, () => undefined),
      sent: () => sent,
    };
  }

  const line = Buffer.from('a line of mail\r\n');
  const tick = (ms = 5): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  it('has time for each reply, and not for all together', async () => {
    const { stream, session, deadline } = open();
    deadline.giveEachWait(150);
    for (let i = 0; i < 3; i += 1) {
      setTimeout(() => stream.push('250 ok\r\n'), 100);
      expect((await session.readReply('session')).code).toBe(250);
    }
    await expect(session.readReply('session')).rejects.toMatchObject({ code: 'silent', phase: 'session' });
  });

  it('waits while the server takes no more, but not for ever', async () => {
    const good = open();
    for (let i = 0; i < 5; i += 1) await good.session.send(line, 'session');
    await tick();
    expect(good.sent()).toBe(line.toString().repeat(5));
    const stuck = open(2);
    stuck.deadline.giveEachWait(100);
    await stuck.session.send(line, 'session');
    await stuck.session.send(line, 'session');
    await expect(stuck.session.send(line, 'session')).rejects.toMatchObject({
      code: 'silent',
      phase: 'session',
    });
  });

  it('is not waited for when the server goes', async () => {
    const { stream, session } = open(0);
    setTimeout(() => stream.push(null), 20);
    await expect(session.send(line, 'session')).rejects.toMatchObject({ code: 'connection-closed' });
    await expect(session.send(line, 'session')).rejects.toMatchObject({ code: 'connection-closed' });
  });

  it('hears what nobody asked for, once, and what was asked for never that way', async () => {
    const { stream, session } = open();
    let news = 0;
    session.watch(() => (news += 1));
    const reply = session.readReply('session');
    stream.push('250 ok\r\n');
    await reply;
    await tick();
    expect(news).toBe(0);
    stream.push('421 bye\r\n');
    stream.push('421 bye\r\n');
    await tick();
    expect({ news, known: session.news }).toEqual({ news: 1, known: true });
    expect((await session.readReply('session')).code).toBe(421);
  });

  it('hears what came behind the reply in the same segment, and that the server is gone', async () => {
    const { stream, session } = open();
    let news = 0;
    session.watch(() => (news += 1));
    stream.push('250 ok\r\n250 more\r\n');
    await tick();
    expect(news).toBe(1);
    const gone = open();
    gone.session.watch(() => (news += 1));
    gone.stream.push(null);
    await tick();
    expect(news).toBeGreaterThan(1);
    expect(gone.session.news).toBe(true);
  });
});

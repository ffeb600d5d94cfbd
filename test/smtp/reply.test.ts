import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { LIMITS } from '../../src/core/limits.js';
import { decodeText, ReplyReader, replyText, type Reply } from '../../src/smtp/reply.js';

function bytes(text: string): Uint8Array {
  return Buffer.from(text, 'latin1');
}

/** Every whole reply in the chunks, asked for after each of them as the session does. */
function readAll(...chunks: readonly (string | Uint8Array)[]): Reply[] {
  const reader = new ReplyReader();
  const replies: Reply[] = [];
  for (const chunk of chunks) {
    reader.push(typeof chunk === 'string' ? bytes(chunk) : chunk);
    for (let reply = reader.next(); reply !== null; reply = reader.next()) replies.push(reply);
  }
  return replies;
}

function errorOf(run: () => unknown): SmtpcheckError {
  try {
    run();
  } catch (error) {
    if (error instanceof SmtpcheckError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const REPLIES = [
  '220 mail.example.org ESMTP\r\n',
  '220\r\n',
  '220 \r\n',
  '220-wait\r\n220-for\r\n220 it\r\n',
  '250-mail.example.org\r\n250-SIZE 1\r\n250-STARTTLS\r\n250 8BITMIME\r\n',
  '554 5.7.1 no\r\n',
  '220 bare\n',
  '250-mixed\n250 ends\r\n',
  '220 gr\xfc\xdf\r\n',
  '220 \x1b[2J\r\n',
];

describe('ReplyReader', () => {
  it.each(REPLIES)('%j is the same reply however it is split', (text) => {
    const whole = readAll(text);
    expect(whole).toHaveLength(1);
    expect(readAll(...Array.from(text))).toEqual(whole);
    for (let at = 1; at < text.length; at += 1)
      expect(readAll(text.slice(0, at), text.slice(at))).toEqual(whole);
  });

  it('keeps every line of a reply, and the code once', () => {
    expect(readAll('250-one\r\n250-\r\n250 three\r\n')).toEqual([
      { code: 250, lines: ['one', '', 'three'], enhanced: null, bareLf: false },
    ]);
  });

  it('reads replies that come together one after the other', () => {
    expect(readAll('250 a\r\n250-b\r\n250 c\r\n221 d\r\n').map(({ lines }) => lines)).toEqual([
      ['a'],
      ['b', 'c'],
      ['d'],
    ]);
  });

  it.each([
    ['554 5.7.1 no\r\n', '5.7.1'],
    ['250-2.0.0 x\r\n250 2.1.5 y\r\n', '2.1.5'],
    ['250 2.1.5\r\n', '2.1.5'],
    ['250 3.1.5 x\r\n', null],
    ['250 2.1.5x\r\n', null],
    ['250 2.1234.5 x\r\n', null],
  ])('finds the enhanced code of %j: %s', (text, enhanced) => {
    expect(readAll(text)[0]?.enhanced).toBe(enhanced);
  });

  it.each([
    ['220 a\r\n', false],
    ['220 a\n', true],
    ['220-a\n220 b\r\n', true],
    ['220-a\r\n220 b\n', true],
  ])('%j ends a line in a bare LF: %s', (text, bareLf) => {
    expect(readAll(text)[0]?.bareLf).toBe(bareLf);
  });

  it('does not carry a bare LF over to the next reply', () => {
    expect(readAll('220 a\n250 b\r\n').map(({ bareLf }) => bareLf)).toEqual([true, false]);
  });

  it.each([
    '221',
    '22',
    '2200 a',
    '220a',
    'hello',
    '',
    ' 220 a',
    '120 a',
    '620 a',
    '2x0 a',
    '220+a',
    '٢٢٠ a',
    '*',
  ])('refuses the line %j', (line) => {
    const text = Buffer.from(`250-first\r\n${line}\r\n`, 'utf8');
    expect(errorOf(() => readAll(text))).toMatchObject({ code: 'reply-malformed', serverSaid: line });
  });

  it('refuses a reply whose lines have different codes, and says which', () => {
    const error = errorOf(() => readAll('250-a\r\n251 b\r\n'));
    expect(error.code).toBe('reply-malformed');
    expect(error.message).toContain('250');
    expect(error.message).toContain('251');
  });

  it('takes a CR in the middle of a line for text', () => {
    expect(readAll('220 a\rb\r\n')[0]?.lines).toEqual(['a\rb']);
  });

  it('leaves what lies behind the reply in rest, and drain takes it out', () => {
    const reader = new ReplyReader();
    reader.push(bytes('220 ready\r\n250 injected\r\n\x16\x03'));
    expect(reader.next()?.lines).toEqual(['ready']);
    expect(Buffer.from(reader.rest()).toString('latin1')).toBe('250 injected\r\n\x16\x03');
    expect(Buffer.from(reader.drain()).toString('latin1')).toBe('250 injected\r\n\x16\x03');
    expect(reader.rest()).toHaveLength(0);
    expect(reader.next()).toBeNull();
    reader.push(bytes('250 asked for\r\n'));
    expect(reader.next()?.lines).toEqual(['asked for']);
  });

  it('says whether it is in the middle of a reply', () => {
    const reader = new ReplyReader();
    expect(reader.midReply).toBe(false);
    reader.push(bytes('2'));
    expect(reader.midReply).toBe(true);
    reader.push(bytes('20-a\r\n'));
    expect(reader.next()).toBeNull();
    expect(reader.midReply).toBe(true);
    reader.push(bytes('220 b\r\n'));
    expect(reader.next()).not.toBeNull();
    expect(reader.midReply).toBe(false);
  });
});

describe('limits', () => {
  const line = (octets: number): string => `220 ${'x'.repeat(octets - 6)}\r\n`;

  it('takes a line of exactly the limit and refuses one octet more, with or without its end', () => {
    expect(readAll(line(LIMITS.replyLine))[0]?.lines[0]).toHaveLength(LIMITS.replyLine - 6);
    expect(errorOf(() => readAll(line(LIMITS.replyLine + 1))).code).toBe('reply-too-large');
    expect(errorOf(() => readAll('x'.repeat(LIMITS.replyLine + 1))).code).toBe('reply-too-large');
    expect(readAll('x'.repeat(LIMITS.replyLine))).toEqual([]);
  });

  it('takes a reply of exactly the limit and refuses one octet more', () => {
    const lines = `250-${'x'.repeat(1018)}\r\n`.repeat(63);
    expect(readAll(`${lines}250 ${'x'.repeat(LIMITS.reply - lines.length - 6)}\r\n`)).toHaveLength(1);
    expect(
      errorOf(() => readAll(`${lines}250 ${'x'.repeat(LIMITS.reply - lines.length - 5)}\r\n`)).code,
    ).toBe('reply-too-large');
  });

  it('counts each reply by itself', () => {
    expect(readAll(...Array.from({ length: 200 }, () => line(1024)))).toHaveLength(200);
  });

  it('refuses a line of 10 MB before it is read, and keeps little of it', () => {
    const reader = new ReplyReader();
    const chunk = Buffer.alloc(64 * 1024, 'x');
    reader.push(chunk);
    const error = errorOf(() => reader.next());
    expect(error.code).toBe('reply-too-large');
    expect(error.serverSaid?.length).toBeLessThanOrEqual(LIMITS.serverText + 1);
    expect(reader.rest().length).toBeLessThanOrEqual(chunk.length);
  });

  it('refuses a line of 10 MB that comes in one chunk', () => {
    const error = errorOf(() =>
      readAll(Buffer.concat([bytes('220 '), Buffer.alloc(10_000_000, 'x'), bytes('\r\n')])),
    );
    expect(error.code).toBe('reply-too-large');
    expect(error.serverSaid?.length).toBeLessThanOrEqual(LIMITS.serverText + 1);
  });

  it('refuses a reply that never ends', () => {
    const reader = new ReplyReader();
    let fed = 0;
    const error = errorOf(() => {
      for (;;) {
        reader.push(bytes('250-SIZE 1\r\n'));
        fed += 12;
        if (reader.next() !== null) throw new Error('a reply came out');
      }
    });
    expect(error.code).toBe('reply-too-large');
    expect(fed).toBeLessThanOrEqual(LIMITS.reply + 12);
  });

  it('cuts the text of a malformed line', () => {
    const error = errorOf(() => readAll(`${'y'.repeat(8000)}\r\n`));
    expect(error.code).toBe('reply-malformed');
    expect(error.serverSaid?.length).toBeLessThanOrEqual(LIMITS.serverText + 1);
  });

  /** Milliseconds to read replies of one long line each, fed octet by octet. */
  function cost(replies: number): number {
    const reader = new ReplyReader();
    const octets = Array.from(line(LIMITS.replyLine), (char) => bytes(char));
    const from = performance.now();
    let read = 0;
    for (let i = 0; i < replies; i += 1) {
      for (const octet of octets) {
        reader.push(octet);
        if (reader.next() !== null) read += 1;
      }
    }
    expect(read).toBe(replies);
    return performance.now() - from;
  }

  it('reads 1 MB octet by octet in linear time', () => {
    cost(4);
    // 128 lines of 8 KiB. Were each octet to look at what came before it, this would move 4 GB.
    expect(cost(128)).toBeLessThan(2000);
  });

  it('reads thousands of short lines of one chunk in linear time', () => {
    const before = performance.now();
    const reader = new ReplyReader();
    reader.push(bytes('250-a\r\n'.repeat(Math.floor(LIMITS.reply / 7))));
    expect(reader.next()).toBeNull();
    expect(performance.now() - before).toBeLessThan(500);
  });
});

describe('whatever the bytes', () => {
  // Octets that are likely to get somewhere, mixed with any at all.
  const octet = fc.oneof(
    fc.constantFrom(...Array.from('2450 -\r\n.', (char) => char.charCodeAt(0))),
    fc.integer({ min: 0, max: 255 }),
  );
  const chunks = fc.array(
    fc.array(octet, { maxLength: 40 }).map((list) => Uint8Array.from(list)),
    { maxLength: 20 },
  );

  it('gives replies or SmtpcheckError, and nothing else', () => {
    fc.assert(
      fc.property(chunks, (parts) => {
        try {
          for (const reply of readAll(...parts)) {
            expect(reply.code).toBeGreaterThanOrEqual(200);
            expect(reply.code).toBeLessThan(600);
            expect(reply.lines.length).toBeGreaterThan(0);
          }
        } catch (error) {
          if (!(error instanceof SmtpcheckError)) throw error;
          expect(['reply-malformed', 'reply-too-large']).toContain(error.code);
        }
      }),
      { numRuns: 2000 },
    );
  });

  const text = fc.string({ unit: fc.constantFrom(...Array.from('abcXYZ 019.-=<>')), maxLength: 30 });
  const wellFormed = fc
    .record({
      code: fc.integer({ min: 200, max: 599 }),
      lines: fc.array(text, { minLength: 1, maxLength: 6 }),
    })
    .map(({ code, lines }) => ({
      code,
      lines,
      wire: lines.map((line, i) => `${code}${i < lines.length - 1 ? '-' : ' '}${line}\r\n`).join(''),
    }));

  it('gives back every well-formed reply, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(wellFormed, { maxLength: 4 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (replies, cuts) => {
          const wire = replies.map((reply) => reply.wire).join('');
          const at = [0, ...cuts.map((cut) => cut % (wire.length + 1)), wire.length].sort((a, b) => a - b);
          const parts = at.slice(1).map((end, i) => wire.slice(at[i], end));
          expect(readAll(...parts).map(({ code, lines }) => ({ code, lines }))).toEqual(
            replies.map(({ code, lines }) => ({ code, lines })),
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('text', () => {
  it('is UTF-8 where it is valid and Latin-1 otherwise, with no octet lost', () => {
    expect(decodeText(Buffer.from('grüß ✉', 'utf8'))).toBe('grüß ✉');
    expect(decodeText(Buffer.from('gr\xfc\xdf', 'latin1'))).toBe('grüß');
    expect(decodeText(Buffer.from('\ufeffx', 'utf8'))).toBe('\ufeffx');
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(Buffer.from(decodeText(all), 'latin1')).toEqual(Buffer.from(all));
  });

  it('of a reply is one line, cut to a bound', () => {
    expect(replyText({ code: 250, lines: ['a', 'b'], enhanced: null, bareLf: false })).toBe('250 a / b');
    expect(replyText({ code: 250, lines: [''], enhanced: null, bareLf: false })).toBe('250');
    const long = replyText({ code: 250, lines: ['x'.repeat(60_000)], enhanced: null, bareLf: false });
    expect(long.length).toBe(LIMITS.serverText + 1);
  });
});

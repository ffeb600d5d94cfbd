import { describe, expect, it } from 'vitest';
import type { HelloResult } from '../../src/checks/scan/context.js';
import { encodeSslv2Hello } from '../../src/wire/hello/sslv2.js';
import { reply } from '../servers/scripted.js';
import type { RawPeer, RawScript } from '../servers/raw-tls.js';
import {
  extension,
  helloRetryRequest,
  message,
  octets,
  record,
  serverHello,
  u16,
  u24,
  v24,
} from '../wire/support/build.js';
import { helloOfRecords } from '../wire/support/client-hello.js';
import { CBC, GCM, hello12, hello13, withRawTls } from './support.js';

/*
 * Tools of the field take a close, a timeout or rubbish for a no, and so report servers better than they are. Here every style of
 * answer that a server can have to a ClientHello is played, over implicit TLS and over STARTTLS: only bytes that speak about the
 * offer are a no, and nothing hangs or crashes (design section 2.1).
 */

const ALERT_40 = record(21, octets(2, 40));
const HELLO = message(2, serverHello({ suite: GCM }));
const SERVER_HELLO = record(22, HELLO);
const DONE = message(14, Buffer.alloc(0));
const CERTIFICATE = message(11, v24(v24(Buffer.from('no DER'))));

const send =
  (...segments: readonly Uint8Array[]): RawScript =>
  (peer) =>
    peer.send(...segments);
const close = (peer: RawPeer): void => peer.close();
const reset = (peer: RawPeer): void => peer.reset();
const silence = (): void => undefined;
const each = (data: Uint8Array, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(data.length / size) }, (_, i) =>
    Buffer.from(data.subarray(i * size, (i + 1) * size)),
  );
const forEver =
  (octetsOfOne: Uint8Array): RawScript =>
  async ({ socket }) => {
    while (socket.writable) {
      await new Promise<void>((resolve) => socket.write(octetsOfOne, () => resolve()));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

/** What came of it, in a few words. */
function words(result: HelloResult): string {
  if (result.answer === 'accepted') {
    const { version, suite, cut } = result.pick;
    return `accepted 0x${version.toString(16)} 0x${suite.toString(16)}${cut === null ? '' : ` (${cut})`}`;
  }
  return result.answer === 'rejected'
    ? `rejected: ${result.evidence}`
    : `inconclusive, ${result.kind}: ${result.reason}`;
}

const TLS12_CASES: readonly (readonly [name: string, script: RawScript, expected: RegExp])[] = [
  ['an alert about the offer', send(ALERT_40), /^rejected: alert 40 \(handshake_failure\)$/],
  ['an alert about the version', send(record(21, octets(2, 70))), /^rejected: alert 70/],
  [
    'an alert about itself',
    send(record(21, octets(2, 80))),
    /^inconclusive, alert: alert 80 \(internal_error\)$/,
  ],
  [
    'an alert and a close',
    async (peer) => {
      await peer.send(ALERT_40);
      peer.close();
    },
    /^rejected: alert 40/,
  ],
  [
    'an alert and a reset a moment later',
    async (peer) => {
      await peer.send(ALERT_40);
      setTimeout(() => peer.reset(), 20);
    },
    /^rejected: alert 40/,
  ],
  ['a close', close, /^inconclusive, closed: the server closed the connection$/],
  ['a reset', reset, /^inconclusive, closed: the server reset the connection$/],
  [
    'close_notify',
    async (peer) => {
      await peer.send(record(21, octets(1, 0)));
      peer.close();
    },
    /^inconclusive, closed: alert 0 \(close_notify\)$/,
  ],
  ['silence', silence, /^inconclusive, silent: no answer to the ClientHello/],
  [
    'text',
    send(Buffer.from(reply(454, 'TLS not available'))),
    /^inconclusive, garbled: the server sent text/,
  ],
  [
    'text, and TLS behind it',
    send(octets(Buffer.from(reply(250, 'Ok')), SERVER_HELLO)),
    /^inconclusive, garbled: the server sent text/,
  ],
  [
    'HTTP',
    send(Buffer.from('HTTP/1.0 400 Bad Request\r\n\r\n')),
    /^inconclusive, garbled: the server sent text/,
  ],
  ['64 KiB of rubbish', send(Buffer.alloc(64 * 1024, 0xa5)), /^inconclusive, garbled:/],
  ['64 KiB of zeros', send(Buffer.alloc(64 * 1024)), /^inconclusive, garbled:/],
  [
    'endless rubbish within records',
    forEver(record(24, Buffer.alloc(16_000))),
    /^inconclusive, garbled: .*more than 524288 octets/,
  ],
  ['warnings for ever', forEver(record(21, octets(1, 112))), /^inconclusive, (?:silent|garbled)/],
  ['empty records for ever', forEver(record(21, Buffer.alloc(0))), /^inconclusive, (?:silent|garbled)/],
  [
    'a warning and an answer',
    send(record(21, octets(1, 112)), SERVER_HELLO, record(22, DONE)),
    /^accepted 0x303 0xc02f$/,
  ],
  ['a warning and a no', send(record(21, octets(1, 112)), ALERT_40), /^rejected: alert 40/],
  [
    'a warning and a close',
    async (peer) => {
      await peer.send(record(21, octets(1, 112)));
      peer.close();
    },
    /^inconclusive, garbled: .* in the midst of its answer$/,
  ],
  [
    'an alert over two records',
    send(octets(record(21, octets(2)), record(21, octets(40)))),
    /^rejected: alert 40/,
  ],
  ['an alert over two segments', send(ALERT_40.subarray(0, 6), ALERT_40.subarray(6)), /^rejected: alert 40/],
  ['an alert an octet at a time', (peer) => peer.dribble(ALERT_40), /^rejected: alert 40/],
  ['two alerts in one record', send(record(21, octets(1, 112, 2, 40))), /^rejected: alert 40/],
  [
    'half an alert',
    async (peer) => {
      await peer.send(ALERT_40.subarray(0, 6));
      peer.close();
    },
    /^inconclusive, garbled: .* in the midst of its answer$/,
  ],
  [
    'an alert of a level that there is not',
    send(record(21, octets(3, 40))),
    /^inconclusive, garbled: an alert has the level 3$/,
  ],
  ['messages in one record', send(record(22, octets(HELLO, CERTIFICATE, DONE))), /^accepted 0x303 0xc02f$/],
  [
    'a message over many records',
    send(octets(...each(octets(HELLO, DONE), 1).map((part) => record(22, part)))),
    /^accepted 0x303 0xc02f$/,
  ],
  [
    'a message over many segments',
    send(...each(octets(SERVER_HELLO, record(22, DONE)), 7)),
    /^accepted 0x303 0xc02f$/,
  ],
  [
    'an answer an octet at a time',
    (peer) => peer.dribble(octets(SERVER_HELLO, record(22, DONE))),
    /^accepted 0x303 0xc02f$/,
  ],
  [
    'ServerHello and then nothing',
    send(SERVER_HELLO),
    /^accepted 0x303 0xc02f \(the rest of its flight did not come\)$/,
  ],
  [
    'ServerHello and a close',
    async (peer) => {
      await peer.send(SERVER_HELLO);
      peer.close();
    },
    /^accepted 0x303 0xc02f \(the server closed the connection\)$/,
  ],
  [
    'ServerHello and an alert',
    send(SERVER_HELLO, ALERT_40),
    /^accepted 0x303 0xc02f \(alert 40 \(handshake_failure\)\)$/,
  ],
  ['ServerHello and rubbish', send(SERVER_HELLO, Buffer.alloc(2000, 0xa5)), /^accepted 0x303 0xc02f \(.+\)$/],
  [
    'ServerHello twice',
    send(record(22, octets(HELLO, HELLO))),
    /^accepted 0x303 0xc02f \(the server sent ServerHello twice\)$/,
  ],
  [
    'half a ServerHello and a close',
    async (peer) => {
      await peer.send(SERVER_HELLO.subarray(0, 30));
      peer.close();
    },
    /^inconclusive, garbled: .* in the midst of its answer$/,
  ],
  [
    'half a ServerHello and a reset',
    async (peer) => {
      await peer.send(SERVER_HELLO.subarray(0, 30));
      setTimeout(() => peer.reset(), 20);
    },
    /^inconclusive, garbled: .* in the midst of its answer$/,
  ],
  [
    'half a ServerHello and then nothing',
    send(SERVER_HELLO.subarray(0, 30)),
    /^inconclusive, silent: no whole answer/,
  ],
  [
    'a Certificate in the place of ServerHello',
    send(record(22, CERTIFICATE)),
    /^inconclusive, garbled: .*not ServerHello$/,
  ],
  [
    'a ServerHello of 16 MiB',
    send(record(22, octets(2, u24(0xffffff)))),
    /^inconclusive, garbled: a handshake message says/,
  ],
  ['a record of 64 KiB', send(octets(22, 3, 3, u16(0xffff))), /^inconclusive, garbled: a TLS record says/],
  ['a record of SSLv2', send(octets(0x80, 3, 0, 0, 1)), /^inconclusive, garbled:/],
  ['encrypted data', send(record(23, Buffer.alloc(40))), /^inconclusive, garbled: encrypted data came/],
  [
    'a lower version',
    send(record(22, octets(message(2, serverHello({ suite: CBC, version: 0x0301 })), DONE))),
    /^accepted 0x301 0xc013$/,
  ],
  [
    'a version that is none',
    send(record(22, message(2, serverHello({ suite: GCM, version: 0x0305 })))),
    /^inconclusive, garbled: .*0x0305/,
  ],
  [
    'a version before all',
    send(record(22, message(2, serverHello({ suite: GCM, version: 0x0200 })))),
    /^inconclusive, garbled: .*0x0200, which was not offered$/,
  ],
  [
    'TLS 1.3, which was not offered',
    send(record(22, message(2, serverHello({ suite: GCM, extensions: [extension(43, u16(0x0304))] })))),
    /^inconclusive, garbled: .*0x0304, which was not offered$/,
  ],
  [
    'a suite that was not offered',
    send(record(22, message(2, serverHello({ suite: 0x0005 })))),
    /^inconclusive, garbled: .*0x0005, which was not offered$/,
  ],
  [
    'a suite that nobody knows',
    send(record(22, message(2, serverHello({ suite: 0xfafe })))),
    /^inconclusive, garbled: .*0xfafe, which was not offered$/,
  ],
  [
    'HelloRetryRequest to a hello of TLS 1.2',
    send(record(22, message(2, helloRetryRequest()))),
    /^inconclusive, garbled: .*0x1301, which was not offered$/,
  ],
];

describe.each([
  ['at once', {}],
  ['after STARTTLS', { starttls: true }],
])('to a hello of TLS 1.2, %s', (_, options) => {
  it.each(TLS12_CASES)('%s', (_name, script, expected) =>
    withRawTls(
      script,
      async ({ server, ask }) => {
        expect(words(await ask(hello12()))).toMatch(expected);
        expect(server.connections).toBe(1);
      },
      options,
    ),
  );
});

const RETRY = message(2, helloRetryRequest());

describe('to a hello of TLS 1.3', () => {
  it.each<[string, RawScript, RegExp]>([
    ['HelloRetryRequest', send(record(22, RETRY)), /^accepted 0x304 0x1301$/],
    [
      'HelloRetryRequest an octet at a time',
      (peer) => peer.dribble(record(22, RETRY)),
      /^accepted 0x304 0x1301$/,
    ],
    ['HelloRetryRequest twice', send(record(22, RETRY), record(22, RETRY)), /^accepted 0x304 0x1301$/],
    [
      'HelloRetryRequest twice in one record',
      send(record(22, octets(RETRY, RETRY))),
      /^accepted 0x304 0x1301$/,
    ],
    ['half a HelloRetryRequest', send(record(22, RETRY).subarray(0, 40)), /^inconclusive, silent/],
    [
      'TLS 1.2 with a suite of TLS 1.3',
      send(record(22, message(2, serverHello({ suite: 0x1301 })))),
      /^inconclusive, garbled: the server picked 0x1301 with the version 0x0303$/,
    ],
    [
      'a suite of TLS 1.2',
      send(record(22, message(2, serverHello({ suite: GCM, extensions: [extension(43, u16(0x0304))] })))),
      /^inconclusive, garbled: .*0xc02f, which was not offered$/,
    ],
    ['an alert', send(record(21, octets(2, 70))), /^rejected: alert 70/],
  ])('%s', (_name, script, expected) =>
    withRawTls(script, async ({ ask }) => {
      expect(words(await ask(hello13()))).toMatch(expected);
    }),
  );
});

/** Accepts the one suite and treats every other hello as told. */
const only =
  (suite: number, other: RawScript): RawScript =>
  (peer, hello, index) =>
    helloOfRecords(hello).suites.includes(suite)
      ? peer.send(record(22, octets(message(2, serverHello({ suite })), DONE)))
      : other(peer, hello, index);

describe('a server that refuses by closing', () => {
  it.each([
    ['a close', close],
    ['a reset', reset],
    ['close_notify', send(record(21, octets(1, 0)))],
  ])('%s is a no after control, probe, control, probe', (_, refuse) =>
    withRawTls(only(GCM, refuse), async ({ server, ask }) => {
      expect((await ask(hello12([GCM]))).answer).toBe('accepted');
      expect(words(await ask(hello12([CBC])))).toMatch(/^rejected: by close: twice/);
      const offered = server.hellos.map((hello) => helloOfRecords(hello).suites.includes(GCM));
      expect(offered).toEqual([true, false, true, false, true, false]);
    }),
  );

  it('is not known to refuse where no hello is known to be accepted', () =>
    withRawTls(close, async ({ server, ask }) => {
      expect(words(await ask(hello12([CBC])))).toMatch(/^inconclusive, closed/);
      expect(server.connections).toBe(1);
    }));

  it('is known to refuse where the first session has shown what it accepts', () =>
    withRawTls(
      only(GCM, close),
      async ({ server, ask }) => {
        expect(words(await ask(hello12([CBC])))).toMatch(/^rejected: by close: twice/);
        expect(server.connections).toBe(5);
      },
      { likely: hello12([GCM]) },
    ));

  it.each<[string, RawScript]>([
    ['silence is never a no', silence],
    ['rubbish is never a no', send(Buffer.alloc(2000, 0xa5))],
    [
      'half an answer and a close is no refusal',
      async (peer) => {
        await peer.send(SERVER_HELLO.subarray(0, 20));
        peer.close();
      },
    ],
  ])('%s', (_, refuse) =>
    withRawTls(only(GCM, refuse), async ({ server, ask }) => {
      await ask(hello12([GCM]));
      expect((await ask(hello12([CBC]))).answer).toBe('inconclusive');
      expect(server.connections).toBe(2);
    }),
  );

  it('that closes once and answers then does not refuse', () => {
    let closed = 0;
    return withRawTls(
      only(GCM, (peer) =>
        closed++ === 0
          ? peer.close()
          : peer.send(record(22, octets(message(2, serverHello({ suite: CBC })), DONE))),
      ),
      async ({ ask }) => {
        await ask(hello12([GCM]));
        expect(words(await ask(hello12([CBC])))).toMatch(/^inconclusive, closed/);
      },
    );
  });

  it('that has stopped to accept anything does not refuse', () => {
    let answered = 0;
    return withRawTls(
      (peer) => (answered++ === 0 ? peer.send(record(22, octets(HELLO, DONE))) : peer.close()),
      async ({ server, ask }) => {
        await ask(hello12([GCM]));
        expect(words(await ask(hello12([CBC])))).toMatch(/^inconclusive, closed/);
        // The control failed: no more is asked.
        expect(server.connections).toBe(3);
      },
    );
  });

  it('that puts the control off does not refuse', () =>
    withRawTls(
      only(GCM, close),
      async ({ ask, governor }) => {
        await ask(hello12([GCM]));
        expect(words(await ask(hello12([CBC])))).toMatch(/^inconclusive, closed/);
        expect(governor.throttled).toBe(1);
      },
      { starttls: true, starttlsReplies: [reply(220, 'go'), reply(220, 'go'), reply(454, '4.7.0 later')] },
    ));
});

describe('a server that puts off', () => {
  it.each([
    [reply(454, '4.7.0 TLS not available'), 'put off with 454'],
    [reply(421, '4.7.0 too many'), 'closes the session'],
  ])('is not known to refuse: %j', (said, reason) =>
    withRawTls(
      silence,
      async ({ ask, governor }) => {
        expect(words(await ask(hello12()))).toContain(`inconclusive, unreached: `);
        expect(governor.stoppedBy?.message).toContain(reason);
        expect(governor).toMatchObject({ throttled: 1, leftUndone: 1 });
        // And nothing more is asked of it.
        expect(words(await ask(hello12()))).toContain('inconclusive, unreached: ');
        expect(governor.made).toBe(1);
      },
      { starttls: true, starttlsReplies: [said] },
    ),
  );

  it('for a while is asked again', () =>
    withRawTls(
      send(ALERT_40),
      async ({ server, prober, governor }) => {
        expect(words(await prober.ask(hello12()))).toMatch(/^rejected: alert 40/);
        expect([server.connections, governor.throttled]).toEqual([2, 1]);
      },
      {
        starttls: true,
        starttlsReplies: [reply(454, 'later'), reply(220, 'go')],
        governor: { maxWaitMs: 5000, sleep: () => Promise.resolve(), now: steps() },
      },
    ));

  it('with 5yz to STARTTLS has not spoken about the hello', () =>
    withRawTls(
      silence,
      async ({ ask }) => {
        expect(words(await ask(hello12()))).toMatch(
          /^inconclusive, unreached: STARTTLS was offered and then refused/,
        );
      },
      { starttls: true, starttlsReplies: [reply(502, 'no')] },
    ));
});

/** A clock on which half a second passes between any two looks. */
function steps(): () => number {
  let now = 0;
  return () => (now += 500);
}

describe('the hello of SSLv2', () => {
  const hello = { segments: [encodeSslv2Hello(Buffer.alloc(16))], recordVersion: 0x0300, sslv2: true };
  const body = (certificate: Uint8Array, suites: Uint8Array): Buffer =>
    octets(4, 0, 1, u16(2), u16(certificate.length), u16(suites.length), u16(2), certificate, suites, 7, 7);
  const framed = (data: Uint8Array): Buffer => octets(u16(0x8000 | data.length), data);
  const SUITES = octets(1, 0, 0x80, 7, 0, 0xc0);

  it.each<[string, RawScript, object]>([
    [
      'SERVER-HELLO',
      send(framed(body(Buffer.from('x'), SUITES))),
      { kind: 'sslv2', answer: { kind: 'hello', suites: [0x010080, 0x0700c0] } },
    ],
    ['an octet at a time', (peer) => peer.dribble(framed(body(Buffer.from('x'), SUITES))), { kind: 'sslv2' }],
    [
      'no suites at all',
      send(framed(body(Buffer.alloc(0), Buffer.alloc(0)))),
      { answer: { kind: 'hello', suites: [], certificate: null } },
    ],
    ['an error', send(framed(octets(0, 0, 1))), { kind: 'sslv2', answer: { kind: 'error', code: 1 } }],
    ['an alert of TLS', send(record(21, octets(2, 70))), { kind: 'alert', description: 70 }],
    ['suites cut short', send(framed(body(Buffer.alloc(0), octets(1, 0)))), { kind: 'garbled' }],
    [
      'lengths that do not fit',
      send(framed(octets(4, 0, 1, u16(2), u16(0x7000), u16(3), u16(0)))),
      { kind: 'garbled' },
    ],
    ['another version', send(framed(octets(4, 0, 1, u16(3), u16(0), u16(0), u16(0)))), { kind: 'garbled' }],
    ['rubbish', send(Buffer.alloc(64 * 1024, 0xa5)), { kind: 'garbled' }],
    ['text', send(Buffer.from(reply(500, 'what'))), { kind: 'garbled' }],
    [
      'half an answer and a close',
      async (peer) => {
        await peer.send(framed(body(Buffer.from('x'), SUITES)).subarray(0, 9));
        peer.close();
      },
      { kind: 'garbled' },
    ],
    ['a close', close, { kind: 'none', error: { code: 'connection-closed' } }],
    ['silence', silence, { kind: 'none', error: { code: 'silent' } }],
  ])('%s', (_, script, expected) =>
    withRawTls(script, async ({ prober }) => {
      expect(await prober.askRaw(hello)).toMatchObject(expected);
    }),
  );
});

describe('the goodbye', () => {
  it('is user_canceled and close_notify, so that the server need not guess', () =>
    withRawTls(send(record(22, octets(HELLO, DONE))), async ({ server, ask, prober }) => {
      await ask(hello12());
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(Buffer.concat(server.behind)).toEqual(octets(21, 3, 1, u16(2), 1, 90, 21, 3, 1, u16(2), 1, 0));
      expect(prober.halfOpen).toBe(1);
    }));

  it('is not said to who has refused', () =>
    withRawTls(send(ALERT_40), async ({ server, ask }) => {
      await ask(hello12());
      await new Promise((resolve) => setTimeout(resolve, 30));
      expect(server.behind).toEqual([]);
    }));
});

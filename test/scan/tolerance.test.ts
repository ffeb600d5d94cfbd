import { createServer, type AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { AskOptions, HelloResult } from '../../src/checks/scan/context.js';
import { tolerance } from '../../src/checks/scan/tolerance.js';
import type { ClientHello } from '../../src/wire/hello/client-hello.js';
import { answers, base, contextWith, evidenceOf, only } from '../checks/scan/behaviour-support.js';
import { reply } from '../servers/scripted.js';
import type { RawPeer, RawScript } from '../servers/raw-tls.js';
import { message, octets, record, serverHello } from '../wire/support/build.js';
import { helloOfRecords } from '../wire/support/client-hello.js';
import { CBC, GCM, hello12, withRawTls, type Asked } from './support.js';

/*
 * What a server does not take it may refuse in any way, a silence included: then one cannot tell it from a server that was slow, or a
 * line that was down, but by asking again for what it is known to take.
 */

const SERVER_HELLO = record(
  22,
  octets(message(2, serverHello({ suite: GCM })), message(14, Buffer.alloc(0))),
);
const ALERT = record(21, octets(2, 80));

const CONTROL = hello12([GCM]);
/** The same, and a suite that the servers here choke on. */
const PROBE = hello12([CBC, GCM]);

const isProbe = (hello: Buffer): boolean => helloOfRecords(hello).suites.includes(CBC);
const answer = (peer: RawPeer): Promise<void> => peer.send(SERVER_HELLO);

/** A good server, but for what it does instead when a hello is such. */
const instead =
  (
    when: (hello: Buffer, index: number) => boolean,
    how: (peer: RawPeer) => unknown = () => undefined,
  ): RawScript =>
  async (peer, hello, index) => {
    if (when(hello, index)) await how(peer);
    else await answer(peer);
  };

const STYLES: readonly (readonly [string, (peer: RawPeer) => unknown, RegExp])[] = [
  ['silence', () => undefined, /^no answer to the ClientHello for 300ms: twice/],
  ['a close', (peer) => peer.close(), /^the server closed the connection/],
  ['a reset', (peer) => peer.reset(), /^the server reset the connection/],
  ['an alert about itself', (peer) => peer.send(ALERT), /^alert 80 \(internal_error\)/],
  ['an alert about the offer', (peer) => peer.send(record(21, octets(2, 40))), /^alert 40/],
  ['rubbish', (peer) => peer.send(Buffer.alloc(64, 0xa5)), /./],
];

const compare = ({ prober }: Asked, options: AskOptions = {}): Promise<HelloResult> =>
  prober.ask(PROBE, { ...options, control: CONTROL });

describe('a hello that is compared with a control', () => {
  it.each(STYLES)('and answered with %s is refused, when the control is not', async (_, style, evidence) => {
    const script = instead(isProbe, style);
    await withRawTls(script, async (asked) => {
      const result = await compare(asked);
      expect(result.answer).toBe('rejected');
      const said = result.answer === 'rejected' ? result.evidence : '';
      expect(said).toMatch(evidence);
      expect(said).toMatch(/: twice, while the same without it was accepted before each$/);
      // The first, and control, probe, control, probe.
      expect(asked.server.hellos.map(isProbe)).toEqual([true, false, true, false, true]);
    });
  });

  it.each(STYLES)(
    'and answered with %s is not known to be refused, when the control is too',
    async (_, style) => {
      await withRawTls(
        instead(() => true, style),
        async (asked) => {
          const result = await compare(asked);
          expect(result).toMatchObject({ answer: 'inconclusive' });
          expect(asked.server.hellos.map(isProbe)).toEqual([true, false]);
        },
      );
    },
  );

  it('is accepted when it is accepted at last: it was the line', async () => {
    const script = instead(
      (_, index) => index === 0,
      (peer) => peer.reset(),
    );
    await withRawTls(script, async (asked) => {
      expect((await compare(asked)).answer).toBe('accepted');
      expect(asked.server.connections).toBe(3);
    });
  });

  it('and given less than its time has not been refused', async () => {
    const script = instead(isProbe);
    await withRawTls(
      script,
      async (asked) => {
        expect(await compare(asked)).toMatchObject({ answer: 'inconclusive', kind: 'unreached' });
        expect(asked.server.connections).toBe(1);
      },
      { limitMs: 150 },
    );
  });

  it('and accepted needs no control', async () => {
    await withRawTls(
      instead(() => false),
      async (asked) => {
        expect((await compare(asked)).answer).toBe('accepted');
        expect(asked.server.connections).toBe(1);
      },
    );
  });

  it.each(['421 4.7.0 too many', '454 4.7.0 not now'])(
    'is not known to be refused when %s comes between',
    async (said) => {
      const script = instead(isProbe, (peer) => peer.close());
      const go = reply(220, 'go');
      const options = { starttls: true, starttlsReplies: [go, go, go, `${said}\r\n`] };
      await withRawTls(
        script,
        async (asked) => {
          expect(await compare(asked)).toMatchObject({ answer: 'inconclusive' });
        },
        options,
      );
    },
  );
});

describe('421 in the place of TLS', () => {
  it('is no answer to a hello, but the wish to be left alone: Exim says so on a port with implicit TLS', async () => {
    const busy = Buffer.from(reply(421, 'Too many concurrent SMTP connections'));
    await withRawTls(
      instead(
        () => true,
        (peer) => peer.send(busy),
      ),
      async ({ prober, governor }) => {
        expect(await prober.ask(PROBE)).toMatchObject({ answer: 'inconclusive', kind: 'unreached' });
        expect(governor.throttled).toBe(1);
      },
    );
  });
});

describe('a hello in pieces', () => {
  /** The octets of each read of a server, which answers when it has all. */
  async function readsOf(options: AskOptions): Promise<{ reads: Buffer[]; result: HelloResult }> {
    const reads: Buffer[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (chunk: Buffer) => {
        reads.push(chunk);
        const whole = Buffer.concat(reads);
        try {
          helloOfRecords(whole);
        } catch {
          return;
        }
        socket.write(SERVER_HELLO);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      return await withRawTls(
        () => undefined,
        async ({ proberFor }) => ({ result: await proberFor(port).ask(PROBE, options), reads }),
      );
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }

  it('comes in segments, one after the other', async () => {
    const { reads, result } = await readsOf({ framing: { segment: 128 } });
    expect(result.answer).toBe('accepted');
    expect(reads[0]).toHaveLength(128);
    expect(reads.length).toBeGreaterThan(2);
    // One record all the same.
    expect(Buffer.concat(reads).readUInt16BE(3) + 5).toBeGreaterThan(256);
  });

  it('comes in records, all at once', async () => {
    const { reads, result } = await readsOf({ framing: { fragment: 128 } });
    expect(result.answer).toBe('accepted');
    const [first = Buffer.alloc(0)] = reads;
    expect(first.readUInt16BE(3)).toBe(128);
    expect(first.readUInt16BE(5 + 128 + 3)).toBe(128);
  });

  it('is no control for a server that refuses by closing: others are asked whole', async () => {
    let cut = 0;
    const script = instead(
      (hello) => {
        if (hello.readUInt16BE(3) === 100) cut += 1;
        return isProbe(hello);
      },
      (peer) => peer.close(),
    );
    await withRawTls(script, async ({ prober }) => {
      await prober.ask(CONTROL, { framing: { fragment: 100 } });
      expect(await prober.ask(PROBE)).toMatchObject({ answer: 'inconclusive' });
      await prober.ask(CONTROL);
      expect(await prober.ask(PROBE)).toMatchObject({ answer: 'rejected' });
      expect(cut).toBe(1);
    });
  });
});

describe('the tolerance of a server', () => {
  const run = (script: RawScript): Promise<Awaited<ReturnType<typeof tolerance.run>>> =>
    withRawTls(
      script,
      async ({ prober }) => {
        const hello = hello12([GCM, CBC]);
        const known = await prober.ask(hello);
        if (known.answer !== 'accepted') throw new Error('the server takes nothing');
        const ctx = contextWith(() => known, {
          facts: { protocols: only('TLSv1.2', GCM, CBC) },
          base: base({}, { protocol: 'TLSv1.2' }),
          servername: 'mail.smtpcheck.test',
          hellos: [{ hello, pick: known.pick }],
          ask: (asked: ClientHello, options) => prober.ask(asked, options),
        });
        return tolerance.run(ctx);
      },
      { governor: { endMs: performance.now() + 60_000 } },
    );

  it('that drops what does not fit into one packet', async () => {
    const traits = await run(instead((hello) => hello.length > 1400));
    expect(answers(traits)).toMatchObject({
      'grease-tolerance': 'yes',
      'large-hello-tolerance': 'no',
      'split-records-tolerance': 'yes',
      'split-segments-tolerance': 'yes',
    });
    expect(evidenceOf(traits, 'large-hello-tolerance')).toMatch(
      /^a hello with \d+ octets, with a key share of X25519MLKEM768: no answer .*: twice, while the same without it/,
    );
  }, 60_000);

  it('that closes on values of GREASE in the list of groups', async () => {
    const groupsOf = (hello: Buffer): Buffer =>
      Buffer.from(helloOfRecords(hello).extensions.find(({ type }) => type === 10)?.data ?? []);
    const traits = await run(
      instead(
        (hello) => groupsOf(hello).includes(Buffer.of(0x1a, 0x1a)),
        (peer) => peer.close(),
      ),
    );
    expect(answers(traits)).toMatchObject({ 'grease-tolerance': 'no', 'large-hello-tolerance': 'yes' });
    expect(evidenceOf(traits, 'grease-tolerance')).toMatch(
      /^a hello with GREASE in groups: the server closed/,
    );
  });

  it('that resets what comes in more than one record', async () => {
    const inOne = (hello: Buffer): boolean => hello.readUInt16BE(3) + 5 === hello.length;
    const traits = await run(
      instead(
        (hello) => !inOne(hello),
        (peer) => peer.reset(),
      ),
    );
    expect(answers(traits)).toMatchObject({
      'large-hello-tolerance': 'yes',
      'split-records-tolerance': 'no',
      'split-segments-tolerance': 'yes',
    });
  });

  it('that hangs on a version that it does not know', async () => {
    const traits = await run(instead((hello) => helloOfRecords(hello).legacyVersion > 0x0303));
    expect(answers(traits)).toMatchObject({ 'version-tolerance': 'yes', 'higher-version-tolerance': 'no' });
  }, 60_000);

  it('that answers nothing any more is not known', async () => {
    let heard = 0;
    const traits = await run(instead(() => ++heard > 1));
    expect(new Set(Object.values(answers(traits)))).toEqual(new Set(['yes', 'unknown']));
    // From the first session and the hellos for suites.
    expect(traits.filter((trait) => trait.answer === 'yes').map(({ id }) => id)).toEqual([
      'version-tolerance',
      'hello-of-256-to-511-tolerance',
    ]);
  }, 60_000);
});

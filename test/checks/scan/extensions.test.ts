import { describe, expect, it } from 'vitest';
import type { HelloResult } from '../../../src/checks/scan/context.js';
import { extensions } from '../../../src/checks/scan/extensions.js';
import { no, yes } from '../../../src/checks/scan/trait.js';
import {
  answered,
  answers,
  base,
  CBC,
  contextWith,
  evidenceOf,
  GCM,
  OF_13,
  ofHello,
  onBoard,
  only,
  protocol,
  RENEGOTIATION_INFO,
} from './behaviour-support.js';
import { NOTHING_ASKED, REJECTED, unknown, type FakeServer } from './support.js';

/*
 * A scanner that asks for each property by itself makes a connection for each; one that takes what the hellos for suites have shown
 * makes none. But a ServerHello that does not have an extension says no only to a hello that offered it.
 */

const [EMS, ETM, TICKET, HEARTBEAT] = [23, 22, 35, 15];
const ALL = [EMS, ETM, TICKET, RENEGOTIATION_INFO];

/** Answers hellos with ALPN as a server does that does not know it. */
const plainServer: FakeServer = (hello) => answered(ofHello(hello));
const ALERT_120: HelloResult = {
  answer: 'rejected',
  evidence: 'alert 120 (no_application_protocol)',
  alert: 120,
};

const alpnOf = (hello: Parameters<FakeServer>[0]): string | undefined =>
  hello.extensions.find(({ type }) => type === 16)?.data.toString();

describe('extensions', () => {
  it('are known from the hellos that asked for suites, and cost two of their own', async () => {
    const hellos = [
      onBoard({ cipherSuite: GCM, extensions: [EMS, TICKET, RENEGOTIATION_INFO] }),
      onBoard({ cipherSuite: CBC, extensions: ALL }),
      onBoard({ version: 0x0301, cipherSuite: CBC, extensions: ALL }),
    ];
    const ctx = contextWith(plainServer, { hellos });
    const traits = await extensions.run(ctx);
    expect(answers(traits)).toEqual({
      'extended-master-secret': 'yes',
      'encrypt-then-mac': 'yes',
      'secure-renegotiation': 'yes',
      'session-ticket': 'yes',
      heartbeat: 'no',
      compression: 'no',
      'ocsp-staple': 'no',
      'client-certificate-requested': 'no',
      alpn: 'no',
      'alpn-strict': 'no',
      'record-size-limit': 'no',
    });
    expect(evidenceOf(traits, 'extended-master-secret')).toBe(
      'extended_master_secret in 3 ServerHellos of TLSv1.2, TLSv1',
    );
    // With GCM encrypt_then_mac means nothing.
    expect(evidenceOf(traits, 'encrypt-then-mac')).toContain('in 2 ServerHellos');
    expect(ctx.asked).toHaveLength(2);
    expect(extensions.unknown(traits)).toEqual([]);
  });

  it('that a server has with one version alone: a merit must always be there, a danger never', async () => {
    const hellos = [
      onBoard({ extensions: [EMS, HEARTBEAT], compression: 1 }),
      onBoard({ version: 0x0301, cipherSuite: CBC, extensions: [] }),
    ];
    const traits = await extensions.run(contextWith(plainServer, { hellos }));
    expect(answers(traits)).toMatchObject({
      'extended-master-secret': 'no',
      'secure-renegotiation': 'no',
      heartbeat: 'yes',
      compression: 'yes',
    });
    expect(evidenceOf(traits, 'extended-master-secret')).toBe(
      'extended_master_secret in 1 ServerHello of TLSv1.2, but not in 1 ServerHello of TLSv1',
    );
  });

  it('are no no where they were not offered: a hello of their own asks', async () => {
    // The server chokes on more than it needs, so that all hellos for suites were plain.
    const hellos = [onBoard({ extensions: [RENEGOTIATION_INFO] }, { plain: true })];
    const ctx = contextWith(
      (hello) => {
        const types = hello.extensions.map(({ type }) => type);
        if (types.includes(HEARTBEAT)) return unknown('closed');
        return answered({
          ...ofHello(hello),
          extensions: types.filter((type) => [EMS, TICKET, RENEGOTIATION_INFO].includes(type)),
          compression: hello.compression?.includes(1) === true ? 1 : 0,
        });
      },
      { hellos, facts: { protocols: only('TLSv1.2', GCM) } },
    );
    const traits = await extensions.run(ctx);
    expect(answers(traits)).toMatchObject({
      'extended-master-secret': 'yes',
      'session-ticket': 'yes',
      heartbeat: 'unknown',
      compression: 'yes',
    });
    // There is no suite with CBC, so encrypt-then-MAC would be no merit.
    expect(answers(traits)).not.toHaveProperty('encrypt-then-mac');
    expect(extensions.unknown(traits)).toEqual([
      'heartbeat (to a hello that offers heartbeat: it was closed)',
    ]);
  });

  it('that nothing speaks of are unknown while it is not known what suites there are', async () => {
    const some = protocol('TLSv1.2', 'accepted', [GCM], { unknown: { count: 5, reason: 'put off' } });
    const protocols = only('TLSv1.2', GCM).map((one) => (one.name === 'TLSv1.2' ? some : one));
    const traits = await extensions.run(
      contextWith(plainServer, { hellos: [onBoard({})], facts: { protocols } }),
    );
    expect(answers(traits)['encrypt-then-mac']).toBe('unknown');
  });

  it('of a server with TLS 1.3 alone: no merit to be had, no danger to be feared', async () => {
    const inTls13: FakeServer = (hello) =>
      answered(
        { version: 0x0304, cipherSuite: OF_13 },
        { encryptedExtensions: [28], alpn: alpnOf(hello) === undefined ? null : 'smtp' },
      );
    const ctx = contextWith(inTls13, { facts: { protocols: only('TLSv1.3', OF_13) } });
    expect(answers(await extensions.run(ctx))).toEqual({
      heartbeat: 'no',
      compression: 'no',
      'ocsp-staple': 'no',
      'client-certificate-requested': 'no',
      alpn: 'yes',
      'alpn-strict': 'no',
      'record-size-limit': 'yes',
    });
    expect(ctx.asked.every(({ extensions: sent }) => sent.some(({ type }) => type === 51))).toBe(true);
  });

  it('are unknown where it is not known whether there is a version below TLS 1.3', async () => {
    const protocols = [protocol('TLSv1.2', 'inconclusive'), protocol('TLSv1.3', 'rejected')];
    const ctx = contextWith(plainServer, { facts: { protocols }, base: base({}, null) });
    const traits = await extensions.run(ctx);
    expect(new Set(Object.values(answers(traits)))).toEqual(new Set(['unknown']));
    expect(evidenceOf(traits, 'compression')).toBe('whether it has TLSv1.2 is not known: no answer');
    expect(ctx.asked).toEqual([]);
  });

  it('a flight that was cut short says nothing of what may have come behind', async () => {
    const whole = onBoard({}, { certificateRequest: true, ocspStaple: Uint8Array.of(1) });
    const cut = onBoard({}, { cut: 'the connection broke' });
    const traits = await extensions.run(
      contextWith(plainServer, { hellos: [whole, cut], base: base({ handshakeCompleted: false }) }),
    );
    expect(evidenceOf(traits, 'ocsp-staple')).toBe('an OCSP response in 1 of 1 flights with a certificate');
    const nothing = await extensions.run(
      contextWith(plainServer, { hellos: [cut], base: base({ handshakeCompleted: false }) }),
    );
    expect(answers(nothing)).toMatchObject({
      'ocsp-staple': 'unknown',
      'client-certificate-requested': 'unknown',
    });
  });

  it('the first session counts as a flight', async () => {
    const first = base({}, { ocspStapled: true, clientCertificateRequested: true });
    const traits = await extensions.run(contextWith(plainServer, { base: first }));
    expect(answers(traits)).toMatchObject({ 'ocsp-staple': 'yes', 'client-certificate-requested': 'yes' });
  });
});

describe('ALPN', () => {
  const run = async (server: FakeServer): Promise<Record<string, string>> =>
    answers(await extensions.run(contextWith(server, { hellos: [onBoard({ extensions: ALL })] })));

  it('is picked, and a protocol of another kind turned away', async () => {
    const server: FakeServer = (hello) => {
      const names = alpnOf(hello);
      if (names?.includes('http') === true) return ALERT_120;
      return answered({ ...ofHello(hello), extensions: [1] }, { alpn: names === undefined ? null : 'smtp' });
    };
    expect(await run(server)).toMatchObject({
      alpn: 'yes',
      'alpn-strict': 'yes',
      'record-size-limit': 'yes',
    });
  });

  it('is refused altogether, and the rest is asked again without it', async () => {
    const server: FakeServer = (hello) =>
      alpnOf(hello) === undefined ? answered({ ...ofHello(hello), extensions: [28] }) : ALERT_120;
    expect(await run(server)).toMatchObject({ alpn: 'no', 'alpn-strict': 'yes', 'record-size-limit': 'yes' });
  });

  it.each<[string, HelloResult]>([
    ['an alert about something else', REJECTED],
    ['a close', unknown('closed')],
    ['silence', unknown('silent')],
    ['no connection', unknown('unreached')],
  ])('is unknown after %s', async (_, result) => {
    expect(await run(() => result)).toMatchObject({
      alpn: 'unknown',
      'alpn-strict': 'unknown',
      'record-size-limit': 'unknown',
    });
  });

  it('is unknown in TLS 1.3 where the server wants another key share', async () => {
    const retry: HelloResult = {
      answer: 'accepted',
      pick: { version: 0x0304, suite: OF_13, group: 0x19, flight: null, cut: null },
    };
    const ctx = contextWith(() => retry, { facts: { protocols: only('TLSv1.3', OF_13) } });
    expect(answers(await extensions.run(ctx))).toMatchObject({ alpn: 'unknown', 'alpn-strict': 'unknown' });
  });
});

describe('what is wrong with extensions', () => {
  it('is said of what is missing and of what should be', () => {
    const traits = [no('extended-master-secret', 'a'), no('encrypt-then-mac', 'b'), yes('heartbeat', 'c')];
    const found = extensions.judge(traits, { target: {} as never, scan: {}, asked: NOTHING_ASKED });
    expect(found.map(({ id, severity, evidence }) => [id, severity, evidence])).toEqual([
      ['extended-master-secret-missing', 'warning', 'a'],
      ['encrypt-then-mac-missing', 'info', 'b'],
      ['heartbeat-offered', 'info', 'c'],
    ]);
    expect(extensions.ids).toEqual(found.map(({ id }) => id));
  });

  it('is nothing where all is well, or unknown', () => {
    const traits = [yes('extended-master-secret', ''), no('heartbeat', '')];
    expect(extensions.judge(traits, { target: {} as never, scan: {}, asked: NOTHING_ASKED })).toEqual([]);
  });
});

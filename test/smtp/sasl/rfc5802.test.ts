import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createMechanism,
  type ChannelBinding,
  type MechanismName,
  type SaslMechanism,
} from '../../../src/smtp/sasl/index.js';
import { escapeSaslName } from '../../../src/smtp/sasl/scram-messages.js';
import { bytes, password, refusal, ScramServer, step, text } from './support.js';

/** A name, with whether its hash is the one that `hash` says. */
const HASHES = [
  ['SCRAM-SHA-1', 'sha1'],
  ['SCRAM-SHA-256', 'sha256'],
  ['SCRAM-SHA-512', 'sha512'],
] as const;

const EXPORTER: ChannelBinding = { type: 'tls-exporter', data: Uint8Array.from({ length: 32 }, (_, i) => i) };
const UNIQUE: ChannelBinding = { type: 'tls-unique', data: Uint8Array.from({ length: 12 }, (_, i) => i) };

const RFC7677_NONCE = 'rOprNGfwEbeRWgbNEkqO';
const RFC7677_FIRST = `r=${RFC7677_NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`;
const RFC7677_R = `r=${RFC7677_NONCE}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0`;

async function pencil(
  name: MechanismName,
  channelBinding: ChannelBinding,
  nonce: string,
  authzid?: string,
): Promise<SaslMechanism> {
  return createMechanism(name, password('user', 'pencil', authzid), { channelBinding, nonce });
}

describe('the vectors', () => {
  it('of RFC 5802 section 5, SCRAM-SHA-1', async () => {
    const mechanism = await pencil('SCRAM-SHA-1', 'not-supported', 'fyko+d2lbbFgONRv9qkxdawL');
    expect(text(mechanism.initial)).toBe('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL');
    const nonce = 'fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j';
    expect(await step(mechanism, `r=${nonce},s=QSXCR+Q6sek8bf92,i=4096`)).toBe(
      `c=biws,r=${nonce},p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=`,
    );
    expect(await step(mechanism, 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=')).toBe('');
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
    expect(mechanism.facts()).toEqual({ channelBinding: 'n', iterations: 4096, fewIterations: false });
  });

  it.each([
    // RFC 7677 section 3.
    [
      'SCRAM-SHA-256',
      'not-supported',
      undefined,
      'n,,',
      'biws',
      'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
      '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=',
    ],
    // The others with the same nonce, salt and password by Python's hashlib.pbkdf2_hmac and hmac.
    [
      'SCRAM-SHA-256',
      'supported-but-not-offered',
      undefined,
      'y,,',
      'eSws',
      'FoqiHTtQEDE8lz1CdaEe3tK4mS+iMDTl77SPyDS53DY=',
      'dI4KpiQJwBr1+V+K6U1dA6l6I4I9DUNXWND4pcpRU3U=',
    ],
    [
      'SCRAM-SHA-512',
      'not-supported',
      undefined,
      'n,,',
      'biws',
      'gMGXRcevScNtxZ6/8lQYpGtnsNAc3mGcmNomv+xnoOMw+3R2xNJdMNnzMlTN8PPC6wdp6dybEmDYXYTxwnYPJQ==',
      'ZQnYEgWQMFmmsM8aQMF0nDDCy/AgCzkwk8CmMZYcMg0vSVlKDanekLtifDSeVGT4+5ZxXnJq199RVG2rR7N7Zw==',
    ],
    [
      'SCRAM-SHA-512-PLUS',
      EXPORTER,
      'o,ther',
      'p=tls-exporter,a=o=2Cther,',
      'cD10bHMtZXhwb3J0ZXIsYT1vPTJDdGhlciwAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHw==',
      'gVuyEUIB6MISbf/BViADm9MhV91c7fIfZXSn1XUINU5VxaLkc1uOB6+Wi2bFFFL3nR+P3iYoVkFyuJPIhZWYjw==',
      'uMGiTMXZntRWrSIfnVd8nElNChk6FUeUtryJM5RIvVr64uLX4p0LQxMZYD3gcgYesmdkHxJZV+QaSNQgVgULIg==',
    ],
    [
      'SCRAM-SHA-1-PLUS',
      UNIQUE,
      undefined,
      'p=tls-unique,,',
      'cD10bHMtdW5pcXVlLCwAAQIDBAUGBwgJCgs=',
      'QFkg+ulaqERFv4niHp/atSnglKc=',
      '+OU00NmE2EJp2C6JjMHszib3gCQ=',
    ],
  ] as const)('of %s with the channel binding %j', async (name, binding, authzid, header, c, proof, v) => {
    const mechanism = await pencil(name, binding, RFC7677_NONCE, authzid);
    expect(text(mechanism.initial)).toBe(`${header}n=user,r=${RFC7677_NONCE}`);
    expect(await step(mechanism, RFC7677_FIRST)).toBe(`c=${c},${RFC7677_R},p=${proof}`);
    expect(await step(mechanism, `v=${v}`)).toBe('');
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
  });
});

describe.each(HASHES)('%s', (name, hash) => {
  it.each([
    ['alice', 'a password'],
    ['a,=b', ',=,='],
    ['ü', 'pässwörd'],
  ])('logs %j in on a server that keeps no password', async (user, secret) => {
    const server = new ScramServer(hash, secret, 3);
    const mechanism = await createMechanism(name, password(user, secret));
    const first = text(mechanism.initial);
    const serverFirst = server.first(first);
    const response = await mechanism.step(bytes(serverFirst));
    expect([mechanism.initial?.secret, response.secret, mechanism.secretChallenges]).toEqual([
      false,
      true,
      true,
    ]);
    await mechanism.step(bytes(`${server.final(first, serverFirst, text(response))},x=extension`));
    expect(mechanism.finish(null)).toEqual({ result: 'accepted' });
    expect(mechanism.facts()).toEqual({ channelBinding: 'n', iterations: 3, fewIterations: true });
  });

  it('with a wrong password lets the server say so', async () => {
    const server = new ScramServer(hash, 'right');
    const mechanism = await createMechanism(name, password('u', 'wrong'));
    const first = text(mechanism.initial);
    const serverFirst = server.first(first);
    const final = server.final(first, serverFirst, await step(mechanism, serverFirst));
    expect(final).toBe('e=invalid-proof');
    expect(await step(mechanism, final)).toBe('');
    expect(mechanism.facts().serverError).toBe('invalid-proof');
    expect(mechanism.finish(null).result).toBe('server-not-authenticated');
  });

  it('binds to the TLS session in its -PLUS form, and to no other', async () => {
    const server = new ScramServer(hash, 'x');
    const run = async (data: string): Promise<string> => {
      const channelBinding = { type: 'tls-server-end-point', data: bytes('ours') } as const;
      const mechanism = await createMechanism(`${name}-PLUS`, password('u', 'x'), { channelBinding });
      const first = text(mechanism.initial);
      const serverFirst = server.first(first);
      return server.final(first, serverFirst, await step(mechanism, serverFirst), Buffer.from(data));
    };
    expect(await run('ours')).toMatch(/^v=/);
    expect(await run("the middle's")).toBe('e=channel-bindings-dont-match');
  });

  it('believes a signature that comes with the success', async () => {
    const server = new ScramServer(hash, 'x');
    const mechanism = await createMechanism(name, password('u', 'x'));
    const first = text(mechanism.initial);
    const serverFirst = server.first(first);
    const final = server.final(first, serverFirst, await step(mechanism, serverFirst));
    for (const wrong of ['v=AAAA', 'v=', 'nonsense', 'm=1']) {
      expect(mechanism.finish(bytes(wrong)).result).toBe('server-not-authenticated');
    }
    expect(mechanism.finish(bytes(final))).toEqual({ result: 'accepted' });
  });
});

describe('the start', () => {
  it('has a nonce of its own every time', async () => {
    const starts = await Promise.all(
      Array.from({ length: 20 }, () => createMechanism('SCRAM-SHA-256', password('u', 'x'))),
    );
    const nonces = starts.map((mechanism) => /r=([^,]+)$/.exec(text(mechanism.initial))?.[1]);
    expect(new Set(nonces).size).toBe(20);
    for (const nonce of nonces) expect(nonce).toMatch(/^[\x21-\x2b\x2d-\x7e]{32}$/);
  });

  it('needs a channel binding for -PLUS, and none otherwise', async () => {
    const make = (name: MechanismName, channelBinding?: ChannelBinding): Promise<SaslMechanism> =>
      createMechanism(name, password('u', 'x'), channelBinding === undefined ? {} : { channelBinding });
    await refusal(make('SCRAM-SHA-256-PLUS'), 'credentials-unusable');
    await refusal(make('SCRAM-SHA-256-PLUS', 'not-supported'), 'credentials-unusable');
    await refusal(make('SCRAM-SHA-256-PLUS', 'supported-but-not-offered'), 'credentials-unusable');
    await refusal(
      make('SCRAM-SHA-256-PLUS', { type: 'tls-exporter', data: bytes('') }),
      'credentials-unusable',
    );
    await refusal(make('SCRAM-SHA-256', EXPORTER), 'credentials-unusable');
  });

  it('escapes names in a way that can be undone, and leaves nothing that separates', () => {
    const unescape = (name: string): string => name.replaceAll('=2C', ',').replaceAll('=3D', '=');
    const unit = fc.oneof(
      fc.constantFrom(',', '=', '2', 'C', '3', 'D'),
      fc.string({ minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.string({ unit }), (name) => {
        const escaped = escapeSaslName(name);
        expect(escaped).not.toContain(',');
        expect(escaped).toMatch(/^(?:[^=]|=2C|=3D)*$/s);
        expect(unescape(escaped)).toBe(name);
      }),
      { numRuns: 1000 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import type { AskOptions, HelloResult, ScanContext } from '../../../src/checks/scan/context.js';
import { tolerance } from '../../../src/checks/scan/tolerance.js';
import { octetsOf } from '../../../src/checks/scan/tolerance-probes.js';
import { no } from '../../../src/checks/scan/trait.js';
import type { ClientHello } from '../../../src/wire/hello/client-hello.js';
import { mlKemKey } from '../../../src/wire/hello/ml-kem.js';
import {
  answers,
  base,
  CBC,
  contextWith,
  CURRENT,
  evidenceOf,
  GCM,
  OF_13,
  onBoard,
  only,
  protocol,
  willing,
} from './behaviour-support.js';
import { NOTHING_ASKED, REJECTED, unknown, versionOf } from './support.js';

/*
 * Mail from clients with OpenSSL 3.5 was held up because their hello, with a post-quantum key share, is larger than some servers
 * take (openssl#27557). Nobody had looked.
 */

interface Asked {
  readonly hello: ClientHello;
  readonly options: AskOptions;
}

const REFUSED: HelloResult = { answer: 'rejected', evidence: 'alert 80: twice', alert: null };
const FALLBACK: HelloResult = {
  answer: 'rejected',
  evidence: 'alert 86 (inappropriate_fallback)',
  alert: 86,
};

const types = ({ extensions }: ClientHello): number[] => extensions.map(({ type }) => type);
const dataOf = ({ extensions }: ClientHello, type: number): Buffer =>
  Buffer.from(extensions.find((one) => one.type === type)?.data ?? []);
const isLarge = (hello: ClientHello): boolean => octetsOf(hello) > 1400;
const hasFallback = ({ suites }: ClientHello): boolean => suites.includes(0x5600);
const hasGrease = (hello: ClientHello): boolean => hello.suites.includes(0x0a0a);

/** A good server, but for what `odd` says of a hello. */
async function run(
  odd: (hello: ClientHello, options: AskOptions) => HelloResult | undefined,
  more: Partial<ScanContext> = {},
): Promise<{ traits: Awaited<ReturnType<typeof tolerance.run>>; asked: Asked[] }> {
  const asked: Asked[] = [];
  const ctx = contextWith(() => REJECTED, {
    hellos: [onBoard({ version: 0x0304, cipherSuite: OF_13 }), onBoard({})],
    ask: (hello, options = {}) => {
      asked.push({ hello, options });
      const result = odd(hello, options) ?? (hasFallback(hello) ? FALLBACK : willing(hello, 0));
      return Promise.resolve(result);
    },
    ...more,
  });
  return { traits: await tolerance.run(ctx), asked };
}

const GOOD = {
  'version-tolerance': 'yes',
  'higher-version-tolerance': 'yes',
  'fallback-scsv': 'yes',
  'grease-tolerance': 'yes',
  'large-hello-tolerance': 'yes',
  'split-records-tolerance': 'yes',
  'split-segments-tolerance': 'yes',
  'hello-of-256-to-511-tolerance': 'yes',
};

describe('tolerance', () => {
  it('of a good server takes six connections: the first session and the hellos for suites have shown the rest', async () => {
    const { traits, asked } = await run(() => undefined);
    expect(answers(traits)).toEqual(GOOD);
    expect(asked).toHaveLength(6);
    expect(tolerance.unknown(traits)).toEqual([]);
  });

  it('asks what it says that it asks', async () => {
    const { asked } = await run(() => undefined);
    const find = (test: (one: Asked) => boolean): ClientHello => {
      const found = asked.filter(test);
      expect(found).toHaveLength(1);
      return (found[0] as Asked).hello;
    };
    const higher = find(({ hello }) => hello.legacyVersion === 0x0305);
    expect(types(higher)).not.toContain(43);
    // Below the best version, which is TLS 1.3.
    expect(find(({ hello }) => hasFallback(hello)).legacyVersion).toBe(0x0303);
    const greased = find(({ hello }) => hasGrease(hello));
    expect([
      types(greased)[0],
      dataOf(greased, 10).readUInt16BE(2),
      dataOf(greased, 43).readUInt16BE(1),
    ]).toEqual([0x3a3a, 0x1a1a, 0x2a2a]);
    expect(dataOf(greased, 16).toString('latin1')).toContain('\x6a\x6a');
    const large = find(({ hello, options }) => isLarge(hello) && options.framing === undefined);
    expect(octetsOf(large)).toBeLessThan(1800);
    expect(find(({ options }) => options.framing?.fragment === 512)).toBe(
      find(({ options }) => options.framing?.segment === 512),
    );
  });

  it.each<[string, HelloResult, string]>([
    ['what is refused, confirmed against a control', REFUSED, 'no'],
    ['what could not be confirmed', unknown('silent'), 'unknown'],
    ['what could not be asked', unknown('unreached'), 'unknown'],
  ])('says of %s', async (_, result, answer) => {
    const { traits } = await run((hello) => (isLarge(hello) ? result : undefined));
    expect(answers(traits)).toEqual({ ...GOOD, 'large-hello-tolerance': answer });
  });

  it('cuts an everyday hello where the large one is not taken, so that each answers for itself', async () => {
    const { traits, asked } = await run((hello, { framing }) =>
      isLarge(hello) || framing?.segment !== undefined ? REFUSED : undefined,
    );
    expect(answers(traits)).toMatchObject({
      'large-hello-tolerance': 'no',
      'split-records-tolerance': 'yes',
      'split-segments-tolerance': 'no',
    });
    const cut = asked.filter(({ options }) => options.framing !== undefined);
    expect(cut.map(({ options }) => options.framing)).toEqual([{ fragment: 128 }, { segment: 128 }]);
    // In several pieces, and its control is the same hello in one.
    for (const { hello, options } of cut) {
      expect(octetsOf(hello)).toBeGreaterThan(128);
      expect(options.control).toBe(hello);
    }
  });

  it('has a control for every hello that a no stands on, which differs in that one thing', async () => {
    const { asked } = await run((hello) =>
      isLarge(hello) || hello.legacyVersion > 0x0304 ? REFUSED : undefined,
    );
    const compared = asked.filter(
      ({ hello, options }) => options.control !== undefined && options.control !== hello,
    );
    for (const { hello, options } of compared) {
      const control = options.control as ClientHello;
      expect(control.suites).toEqual(hello.suites);
      expect(types(control)).toEqual(types(hello));
    }
    expect(compared.length).toBeGreaterThan(1);
  });
});

describe('version intolerance', () => {
  const noSession = base({}, null);

  it('is asked where the first session got no ServerHello', async () => {
    const offers13 = (hello: ClientHello): boolean => types(hello).includes(43);
    const { traits, asked } = await run((hello) => (offers13(hello) ? REFUSED : undefined), {
      base: noSession,
      facts: { protocols: only('TLSv1.2', GCM, CBC) },
      hellos: [onBoard({})],
    });
    expect(answers(traits)).toEqual({
      'version-tolerance': 'no',
      'higher-version-tolerance': 'yes',
      // Nothing else carries them.
      'grease-tolerance': 'unknown',
      'large-hello-tolerance': 'unknown',
      'split-records-tolerance': 'yes',
      'split-segments-tolerance': 'yes',
      'hello-of-256-to-511-tolerance': 'yes',
    });
    expect(asked.filter(({ hello }) => offers13(hello))).toHaveLength(1);
    expect(versionOf(asked[0]?.options.control as ClientHello)).toBe(0x0303);
  });

  it('is asked where the first session was pinned', async () => {
    const asked = { ...NOTHING_ASKED, pins: { versionPinned: true, maxVersion: 'TLSv1.2' } } as const;
    const { asked: hellos, traits } = await run(() => undefined, { base: base({ asked }) });
    expect(answers(traits)['version-tolerance']).toBe('yes');
    expect(hellos).toHaveLength(7);
  });

  it('of a version that is yet to come is followed up', async () => {
    const { traits } = await run(({ legacyVersion }) => (legacyVersion > 0x0304 ? REFUSED : undefined));
    expect(answers(traits)['higher-version-tolerance']).toBe('no');
    expect(evidenceOf(traits, 'higher-version-tolerance')).toBe(
      'a hello with the version 0x0305 in its old field: alert 80: twice; ' +
        'ServerHello to a hello with the version 0x0304 in its old field',
    );
  });

  it('is no matter of a server with TLS 1.3 alone, which has nothing to fall back to', async () => {
    const { traits } = await run(() => undefined, { facts: { protocols: only('TLSv1.3', OF_13) } });
    expect(answers(traits)).not.toHaveProperty('higher-version-tolerance');
    expect(answers(traits)).not.toHaveProperty('fallback-scsv');
    expect(Object.values(answers(traits))).not.toContain('unknown');
  });

  it('is unknown, as all else, where no hello is known to be accepted', async () => {
    const protocols = [protocol('TLSv1.2', 'inconclusive'), protocol('TLSv1.3', 'inconclusive')];
    const { traits, asked } = await run(() => undefined, { facts: { protocols } });
    expect(answers(traits)).toEqual(Object.fromEntries(Object.keys(GOOD).map((id) => [id, 'unknown'])));
    expect(asked).toEqual([]);
  });
});

describe('TLS_FALLBACK_SCSV', () => {
  it.each<[string, HelloResult | undefined, string]>([
    ['the alert of RFC 7507', FALLBACK, 'yes'],
    ['another alert about the offer', REJECTED, 'yes'],
    ['a ServerHello', willing({ legacyVersion: 0x0303, suites: [GCM], extensions: [] }, 0), 'no'],
    // "Yes" is the better answer: no silence may stand for it.
    ['silence', unknown('silent'), 'unknown'],
    ['a close', unknown('closed'), 'unknown'],
    ['an alert about itself', unknown('alert'), 'unknown'],
  ])('answered with %s', async (_, result, answer) => {
    const { traits, asked } = await run((hello) => (hasFallback(hello) ? result : undefined));
    expect(answers(traits)['fallback-scsv']).toBe(answer);
    // A control would have taken a silence for an answer.
    expect(asked.find(({ hello }) => hasFallback(hello))?.options.control).toBeUndefined();
  });
});

describe('GREASE', () => {
  const greaseOnly = async (odd: (hello: ClientHello) => HelloResult | undefined) => run(odd);

  it('that is not passed over is looked for in each list', async () => {
    const { traits } = await greaseOnly((hello) => (hello.suites.includes(0x0a0a) ? REFUSED : undefined));
    expect(answers(traits)['grease-tolerance']).toBe('no');
    expect(evidenceOf(traits, 'grease-tolerance')).toBe('a hello with GREASE in suites: alert 80: twice');
  });

  it('in ALPN is left out for a server that wants a protocol of its own there', async () => {
    const strict: HelloResult = { answer: 'rejected', evidence: 'alert 120', alert: 120 };
    const { traits, asked } = await greaseOnly((hello) => (types(hello).includes(16) ? strict : undefined));
    expect(answers(traits)['grease-tolerance']).toBe('yes');
    expect(evidenceOf(traits, 'grease-tolerance')).not.toContain('ALPN');
    expect(asked).toHaveLength(7);
  });

  it('that is refused in all lists together, and in none by itself, shows nothing', async () => {
    const { traits } = await greaseOnly((hello) =>
      hasGrease(hello) && types(hello).includes(0x3a3a) ? REJECTED : undefined,
    );
    expect(answers(traits)['grease-tolerance']).toBe('unknown');
  });

  it('that is picked is not passed over', async () => {
    const picks: HelloResult = {
      answer: 'accepted',
      pick: { version: 0x0304, suite: OF_13, group: 0x1a1a, flight: null, cut: null },
    };
    const { traits } = await greaseOnly((hello) => (hasGrease(hello) ? picks : undefined));
    expect(answers(traits)['grease-tolerance']).toBe('no');
  });
});

describe('a hello of 256 to 511 octets', () => {
  it('is made where none of that length was asked yet, with a control of another length', async () => {
    const long = onBoard({});
    expect(octetsOf(long.hello)).toBeLessThan(512);
    const longer = { ...long, hello: { ...long.hello, suites: Array.from({ length: 300 }, (_, i) => i) } };
    const { traits, asked } = await run(
      (hello, { control }) => (control === longer.hello && octetsOf(hello) < 512 ? REFUSED : undefined),
      { hellos: [longer] },
    );
    expect(answers(traits)['hello-of-256-to-511-tolerance']).toBe('no');
    const probe = asked.find(({ options }) => options.control === longer.hello)?.hello as ClientHello;
    expect(octetsOf(probe)).toBe(400);
  });
});

describe('the ML-KEM key', () => {
  it('is one that passes the modulus check of FIPS 203 section 7.2', () => {
    const key = mlKemKey(768);
    expect(key).toHaveLength(1184);
    const coefficients: number[] = [];
    for (let at = 0; at < 1152; at += 3) {
      const [a = 0, b = 0, c = 0] = key.subarray(at, at + 3);
      coefficients.push(a + 256 * (b % 16), (b >> 4) + 16 * c);
    }
    expect(coefficients).toHaveLength(768);
    expect(Math.max(...coefficients)).toBeLessThan(3329);
    // Random ones: 768 of them come near both ends.
    expect(Math.max(...coefficients)).toBeGreaterThan(3200);
    expect(Math.min(...coefficients)).toBeLessThan(130);
  });
});

describe('what is wrong with tolerance', () => {
  const judge = (ids: readonly string[], protocols = CURRENT): string[] =>
    tolerance
      .judge(
        ids.map((id) => no(id, '')),
        { target: {} as never, scan: { protocols }, asked: NOTHING_ASKED },
      )
      .map(({ id, severity }) => `${severity} ${id}`);

  it('is what current clients stumble over, and less what others might', () => {
    expect(judge(Object.keys(GOOD))).toEqual([
      'error version-intolerant',
      'warning higher-version-intolerant',
      'warning grease-intolerant',
      'error large-hello-intolerant',
      'warning split-records-intolerant',
      'error split-segments-intolerant',
      'error hello-length-intolerant',
      'info fallback-scsv-missing',
    ]);
  });

  it('is no missing SCSV where there is nothing old to be driven down to', () => {
    expect(judge(['fallback-scsv'], only('TLSv1.2', GCM))).toEqual([]);
  });

  it('is all in the list of findings', () => {
    const found = judge(Object.keys(GOOD)).map((line) => line.split(' ')[1]);
    expect(new Set(tolerance.ids)).toEqual(new Set(found));
  });
});

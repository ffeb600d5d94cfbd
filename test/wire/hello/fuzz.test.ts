import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../../src/core/errors.js';
import { HelloReader, type HelloAnswer } from '../../../src/wire/hello/answer.js';
import { AGREEABLE_GROUPS, makeKeyShares } from '../../../src/wire/hello/key-shares.js';
import { looksLikeSslv2, readSslv2Answer } from '../../../src/wire/hello/sslv2.js';
import { capture, fixture } from '../support/capture.js';
import {
  helloRetryRequest,
  message,
  octets,
  record,
  serverHello,
  serverHello13,
  u16,
} from '../support/build.js';

/*
 * Whatever a server sends in answer to a ClientHello gives an answer or none yet: nothing is thrown, and how the octets were cut into
 * segments makes no difference. FUZZ_RUNS=100000 makes the runs longer, FUZZ_SEED other ones.
 */

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1000);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_264);
const KINDS = ['hello', 'retry', 'sslv2', 'alert', 'garbled'];

interface Reading {
  readonly sslv2: boolean;
  readonly secret: Uint8Array | null;
}

function readAll(chunks: Iterable<Uint8Array>, { sslv2, secret }: Reading): HelloAnswer | null {
  const reader = new HelloReader({ sslv2, ...(secret === null ? {} : { secret: () => secret }) });
  for (const chunk of chunks) {
    const answer = reader.push(chunk);
    if (answer !== null) return checked(answer);
  }
  const rest = reader.end('it ended');
  return rest === null ? null : checked(rest);
}

function checked(answer: HelloAnswer): HelloAnswer {
  expect(KINDS).toContain(answer.kind);
  if (answer.kind === 'garbled') {
    expect(answer.error).toBeInstanceOf(SmtpcheckError);
    expect([answer.error.code, answer.error.phase]).toEqual(['tls-garbled', 'handshake']);
  }
  if (answer.kind === 'hello') expect(answer.flight.serverHello).not.toBeNull();
  return answer;
}

function* cut(all: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

/** What must be the same however the octets come; an error's words depend on what came with them. */
function essence(answer: HelloAnswer | null): unknown {
  if (answer?.kind === 'garbled') return answer.kind;
  return answer?.kind === 'hello' ? { ...answer, cut: answer.cut !== null } : answer;
}

function sameInPieces(all: Uint8Array, size: number, reading: Reading): void {
  const whole = essence(readAll([all], reading));
  expect(essence(readAll(cut(all, size), reading))).toEqual(whole);
}

const random = fc.uint8Array({ maxLength: 600 });
const sizes = fc.integer({ min: 1, max: 80 });
const readings = fc.record({
  sslv2: fc.boolean(),
  secret: fc.constantFrom(null, Buffer.alloc(32, 0x5e), Buffer.alloc(0)),
});
const records = fc
  .array(fc.tuple(fc.integer({ min: 19, max: 25 }), random), { maxLength: 6 })
  .map((list) => octets(...list.map(([type, body]) => record(type, body))));
const sslv2 = fc
  .tuple(fc.constantFrom(0, 1, 4, 9), random, fc.integer({ min: -3, max: 3 }))
  .map(([type, body, off]) => octets(u16(0x8000 | Math.max(0, body.length + 1 + off)), type, body));

/** Answers that are right, to be spoilt. */
const RIGHT: Buffer[] = [
  record(21, octets(2, 40)),
  octets(record(21, octets(1, 112)), record(22, message(2, serverHello()))),
  record(22, message(2, serverHello13())),
  record(22, message(2, helloRetryRequest())),
  octets(u16(0x8000 | 19), 4, 0, 1, u16(2), u16(2), u16(6), u16(0), 1, 2, 1, 0, 0x80, 7, 0, 0xc0),
];
let secret: Uint8Array | null = null;
beforeAll(async () => {
  for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
    const one = await capture({
      server: { ...fixture('good-ecdsa'), minVersion: version, maxVersion: version },
    });
    RIGHT.push(one.bytes);
    secret ??= one.secret;
  }
});

const spoilt = fc
  .tuple(
    fc.nat(),
    fc.array(fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) }), { maxLength: 5 }),
    fc.option(fc.nat(), { freq: 3 }),
    random,
  )
  .map(([which, changes, length, behind]) => {
    const right = RIGHT[which % RIGHT.length] ?? Buffer.alloc(0);
    const copy = Uint8Array.from(right);
    for (const { at, to } of changes) copy[at % copy.length] = to;
    return octets(length === null ? copy : copy.subarray(0, length % (copy.length + 1)), behind);
  });

const options = { numRuns: RUNS, seed: SEED };
const TIME_MS = 20_000 + RUNS * 20;

describe('the answer to a ClientHello', () => {
  it('of any octets', () => fc.assert(fc.property(random, sizes, readings, sameInPieces), options), TIME_MS);
  it(
    'of records of any type',
    () => fc.assert(fc.property(records, sizes, readings, sameInPieces), options),
    TIME_MS,
  );
  it(
    'of SSLv2 messages of any content',
    () => fc.assert(fc.property(sslv2, sizes, readings, sameInPieces), options),
    TIME_MS,
  );
  it(
    'that was right, changed and cut',
    () =>
      fc.assert(
        fc.property(spoilt, sizes, fc.boolean(), fc.boolean(), (all, size, v2, open) =>
          sameInPieces(all, size, { sslv2: v2, secret: open ? secret : null }),
        ),
        options,
      ),
    TIME_MS,
  );

  it('is not complete before its last octet', () => {
    const whole = record(22, message(2, helloRetryRequest()));
    for (let length = 0; length < whole.length; length++)
      expect(readAll([whole.subarray(0, length)], { sslv2: false, secret: null })).toBeNull();
    expect(readAll([whole], { sslv2: false, secret: null })).toEqual({
      kind: 'retry',
      suite: 0x1301,
      group: 0x17,
    });
  });

  it('that never ends is given up', () => {
    const reader = new HelloReader();
    let answer: HelloAnswer | null = null;
    let count = 0;
    while (answer === null && count++ < 1000) answer = reader.push(record(24, Buffer.alloc(16_000)));
    expect(answer).toMatchObject({ kind: 'garbled' });
    expect(count).toBeLessThan(50);
  });
});

describe("a server's key share", () => {
  const shares = makeKeyShares(AGREEABLE_GROUPS);
  const group = fc.constantFrom(...AGREEABLE_GROUPS, 0x11ec, 0xffff);
  it(
    'of any octets gives a secret or none',
    () =>
      fc.assert(
        fc.property(group, fc.uint8Array({ maxLength: 300 }), (id, peer) => {
          const secret = shares.agree(id, peer);
          if (secret !== null) expect(secret).toBeInstanceOf(Uint8Array);
        }),
        { ...options, numRuns: Math.ceil(RUNS / 10) },
      ),
    TIME_MS,
  );
});

describe('SERVER-HELLO of SSLv2', () => {
  it(
    'of any octets is a value, not yet one, or our error',
    () =>
      fc.assert(
        fc.property(fc.oneof(random, sslv2), (all) => {
          looksLikeSslv2(all);
          try {
            const answer = readSslv2Answer(all);
            if (answer?.kind === 'hello') expect(answer.suites.every((id) => id <= 0xffffff)).toBe(true);
          } catch (error) {
            if (!(error instanceof SmtpcheckError)) throw error;
            expect(error.code).toBe('tls-garbled');
          }
        }),
        options,
      ),
    TIME_MS,
  );
});

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { eventText } from '../../../src/cli/trace/events.js';
import { allSuites } from '../../../src/wire/names.js';
import { decodeMessage } from '../../../src/wire/trace/messages.js';
import type { TraceEvent } from '../../../src/wire/trace/event.js';
import {
  message,
  octets,
  record,
  Sealer,
  serverHello,
  serverHello13,
  u16,
  v16,
  v8,
} from '../support/build.js';
import { capture, fixture, type Capture, type WireStep } from '../support/capture.js';
import { bytes, keylog, records, trace } from './support.js';

/*
 * Whatever comes, from either side: events, and text of them, and never an exception.
 */

const SEED = 20261125;
const SECRET = Buffer.alloc(32, 0x5e);
const RANDOM = Buffer.alloc(32, 5);
const CLIENT_HELLO = message(1, octets(u16(0x0303), RANDOM, v8(octets()), v16(u16(0x1301)), v8(octets(0))));
const KEYLOG = [
  'CLIENT_RANDOM',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
].map((label) => keylog(`${label} ${RANDOM.toString('hex')} ${SECRET.toString('hex')}`));

const octetArray = fc.uint8Array({ maxLength: 400 });
const direction = fc.constantFrom('sent' as const, 'received' as const);

const UNSAFE = /[\x00-\x09\x0b-\x1f\x7f-\x9f]/;

/** Tells it, writes it, and looks whether a terminal would mind. */
function tell(steps: Iterable<WireStep>): TraceEvent[] {
  const events = trace(steps);
  const text = events.map((event) => eventText(event, { width: 100, hushed: false })).join('');
  expect(text).not.toMatch(UNSAFE);
  return events;
}

const all = <T>(property: fc.IProperty<T>, numRuns: number): void =>
  fc.assert(property, { seed: SEED, numRuns });

describe('any octets', () => {
  it('as a stream', () => {
    const steps = fc.array(fc.tuple(direction, octetArray), { maxLength: 6 });
    all(
      fc.property(steps, (list) => {
        const events = tell(list.map(([way, data]) => bytes(way, data)));
        const sum = list.reduce((total, [, data]) => total + data.length, 0);
        expect(events.length > 0).toBe(sum > 0);
      }),
      500,
    );
  });

  it('as records of any type, with secrets in between', () => {
    const step = fc.oneof(
      fc
        .tuple(direction, fc.integer({ min: 20, max: 24 }), octetArray)
        .map(([way, type, body]) => bytes(way, record(type, body))),
      fc.constantFrom(...KEYLOG),
      fc.string().map(keylog),
    );
    all(
      fc.property(
        fc.array(step, { maxLength: 10 }),
        (steps) => void tell([bytes('sent', record(22, CLIENT_HELLO)), ...steps]),
      ),
      500,
    );
  });

  const type = fc.constantFrom(0, 1, 2, 4, 5, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 24, 25, 67, 99);
  const suite = fc.constantFrom(...allSuites().map(({ id }) => id));

  it('as handshake messages of any suite and version', () => {
    const version = fc.constantFrom(0x0300, 0x0301, 0x0302, 0x0303);
    const list = fc.array(fc.tuple(direction, type, octetArray), { maxLength: 6 });
    all(
      fc.property(suite, version, list, (id, v, each) => {
        const events = tell([
          bytes('sent', record(22, CLIENT_HELLO)),
          bytes('received', record(22, message(2, serverHello({ suite: id, version: v })))),
          ...each.map(([way, t, body]) => bytes(way, record(22, message(t, body)))),
        ]);
        expect(records(events)).toHaveLength(each.length + 2);
      }),
      500,
    );
  });

  it('behind ChangeCipherSpec of any suite', () => {
    const list = fc.array(fc.tuple(direction, fc.integer({ min: 20, max: 24 }), octetArray), {
      maxLength: 6,
    });
    all(
      fc.property(suite, fc.constantFrom(0x0301, 0x0303), fc.boolean(), list, (id, v, etm, each) => {
        const extensions = etm ? [octets(u16(22), u16(0))] : [];
        tell([
          bytes('sent', record(22, CLIENT_HELLO)),
          bytes('received', record(22, message(2, serverHello({ suite: id, version: v, extensions })))),
          ...KEYLOG,
          ...(['sent', 'received'] as const).map((way) => bytes(way, record(20, octets(1)))),
          ...each.map(([way, t, body]) => bytes(way, record(t, body))),
        ]);
      }),
      500,
    );
  });

  it('as encrypted messages of TLS 1.3, from both sides', () => {
    const list = fc.array(fc.tuple(direction, type, octetArray, fc.nat(40)), { maxLength: 6 });
    all(
      fc.property(list, (each) => {
        const sealers = { sent: new Sealer(SECRET), received: new Sealer(SECRET) };
        const events = tell([
          bytes('sent', record(22, CLIENT_HELLO)),
          bytes('received', record(22, message(2, serverHello13()))),
          ...KEYLOG,
          ...each.map(([way, t, body, padding]) =>
            bytes(way, sealers[way].seal(22, message(t, body), padding)),
          ),
        ]);
        expect(records(events)).toHaveLength(each.length + 2);
      }),
      300,
    );
  });

  it('in the decoder of every message', () => {
    const versions = fc.constantFrom(null, 0x0300, 0x0301, 0x0303, 0x0304);
    all(
      fc.property(type, octetArray, versions, fc.option(suite, { nil: null }), (t, body, version, id) => {
        const decoded = decodeMessage(t, body, { version, suite: id });
        expect(decoded).toMatchObject({ kind: 'message', length: body.length, missing: 0 });
      }),
      2000,
    );
  });
});

describe('real connections, changed and cut', () => {
  const captures: Capture[] = [];
  beforeAll(async () => {
    for (const version of ['TLSv1', 'TLSv1.2', 'TLSv1.3'] as const) {
      const options = { minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' };
      captures.push(
        await capture({
          server: { ...fixture('good-ecdsa'), ...options, requestCert: true, rejectUnauthorized: false },
          client: options,
        }),
      );
    }
  });

  const change = fc.record({ step: fc.nat(), at: fc.nat(), to: fc.integer({ min: 0, max: 255 }) });

  it('never throw', () => {
    all(
      fc.property(
        fc.nat(2),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.option(fc.nat(), { nil: null }),
        (which, changes, cut) => {
          const wire = (captures[which]?.wire ?? []).map((step) =>
            step.kind === 'bytes' ? { ...step, chunk: Buffer.from(step.chunk) } : step,
          );
          for (const { step, at, to } of changes) {
            const one = wire[step % wire.length];
            if (one?.kind === 'bytes') one.chunk[at % one.chunk.length] = to;
          }
          tell(cut === null ? wire : wire.slice(0, cut % (wire.length + 1)));
        },
      ),
      500,
    );
  });

  it('cut off anywhere tell what came before as it was', () => {
    for (const { wire } of captures) {
      const whole = records(trace(wire));
      const total = wire.reduce((sum, step) => sum + (step.kind === 'bytes' ? step.chunk.length : 0), 0);
      for (let length = 0; length < total; length += 97) {
        const told = records(tell(upTo(wire, length))).filter(({ missing }) => missing === 0);
        const opened = told.filter(({ contents }) => !contents.some(({ kind }) => kind === 'sealed'));
        expect(whole.slice(0, opened.length)).toEqual(opened);
      }
    }
  });

  function* upTo(wire: readonly WireStep[], length: number): Generator<WireStep> {
    let left = length;
    for (const step of wire) {
      if (step.kind === 'bytes') yield bytes(step.direction, step.chunk.subarray(0, left));
      else if (left > 0) yield step;
      if (step.kind === 'bytes') left = Math.max(0, left - step.chunk.length);
    }
  }
});

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { parseKeylogLine, ServerFlight } from '../../src/wire/flight.js';
import * as handshake from '../../src/wire/handshake.js';
import { keyExchangeOf } from '../../src/wire/key-exchange.js';
import { allSuites } from '../../src/wire/names.js';
import { RecordReader } from '../../src/wire/record.js';
import { capture, fixture, readFlight, type Capture } from './support/capture.js';
import { message, octets, record, Sealer, serverHello, serverHello13 } from './support/build.js';

const SECRET = Buffer.alloc(32, 0x5e);

/** Runs a parser: a value or our own error; anything else fails the property. */
function ours(parse: () => unknown): void {
  try {
    parse();
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    expect([error.code, error.phase]).toEqual(['tls-garbled', 'handshake']);
  }
}

/** The whole way from octets to facts; `accept` itself may not throw at all. */
function readAll(chunks: Iterable<Uint8Array>, secret: Uint8Array | null): void {
  const reader = new RecordReader();
  const flight = new ServerFlight();
  for (const chunk of chunks) {
    let records: ReturnType<RecordReader['push']> = [];
    ours(() => (records = reader.push(chunk)));
    for (const one of records) flight.accept(one);
    if (flight.waitingForSecret && secret !== null) flight.provideServerHandshakeSecret(secret);
  }
  if (flight.failure !== null) expect([flight.failure.code, flight.finished]).toEqual(['tls-garbled', true]);
}

const bytes = fc.uint8Array({ maxLength: 400 });
const chunked = fc.tuple(bytes, fc.integer({ min: 1, max: 50 })).map(([all, size]) => cut(all, size));

function* cut(all: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
}

const mutation = fc.record({
  at: fc.nat(),
  to: fc.integer({ min: 0, max: 255 }),
  cut: fc.option(fc.nat(), { freq: 3 }),
});

function mutate(
  original: Uint8Array,
  changes: readonly { at: number; to: number; cut: number | null }[],
): Uint8Array {
  let result = Uint8Array.from(original);
  for (const change of changes) {
    if (result.length === 0) break;
    result[change.at % result.length] = change.to;
    if (change.cut !== null) result = result.subarray(0, change.cut % (result.length + 1));
  }
  return result;
}

describe('any octets', () => {
  it('as a stream', () => {
    fc.assert(
      fc.property(chunked, (chunks) => readAll(chunks, SECRET)),
      { numRuns: 500 },
    );
  });

  it('as records of any type', () => {
    const records = fc.array(fc.tuple(fc.integer({ min: 20, max: 24 }), bytes), { maxLength: 6 });
    fc.assert(
      fc.property(records, (list) =>
        readAll(
          list.map(([type, body]) => record(type, body)),
          SECRET,
        ),
      ),
      { numRuns: 500 },
    );
  });

  it('as messages after a ServerHello', () => {
    const suite = fc.constantFrom(...allSuites().map((s) => s.id));
    const version = fc.constantFrom(0x0300, 0x0301, 0x0302, 0x0303);
    const type = fc.constantFrom(0, 2, 4, 8, 11, 12, 13, 14, 15, 20, 22, 99);
    const messages = fc.array(fc.tuple(type, bytes), { maxLength: 6 });
    fc.assert(
      fc.property(suite, version, messages, (id, v, list) => {
        const hello = message(2, serverHello({ suite: id, version: v }));
        readAll([record(22, octets(hello, ...list.map(([t, body]) => message(t, body))))], null);
      }),
      { numRuns: 500 },
    );
  });

  it('as encrypted messages of TLS 1.3', () => {
    const type = fc.constantFrom(4, 8, 11, 13, 15, 20, 24, 99);
    const messages = fc.array(fc.tuple(type, bytes, fc.nat(40)), { maxLength: 6 });
    fc.assert(
      fc.property(messages, (list) => {
        const sealer = new Sealer(SECRET);
        const sealed = list.map(([t, body, padding]) => sealer.seal(22, message(t, body), padding));
        readAll([record(22, message(2, serverHello13())), ...sealed], SECRET);
      }),
      { numRuns: 300 },
    );
  });

  it('in every parser', () => {
    const exchanges = fc.constantFrom(...allSuites().map((suite) => keyExchangeOf(suite.id)));
    fc.assert(
      fc.property(
        bytes,
        exchanges,
        fc.constantFrom(0x0300, 0x0301, 0x0303, 0x0304),
        (body, exchange, version) => {
          ours(() => handshake.parseServerHello(body));
          ours(() => handshake.parseCertificate12(body));
          ours(() => handshake.parseCertificate13(body));
          ours(() => handshake.parseCertificateStatus(body));
          ours(() => handshake.parseServerKeyExchange(body, exchange, version));
          ours(() => handshake.parseCertificateRequest(body, version));
          ours(() => handshake.parseEncryptedExtensions(body));
          ours(() => handshake.parseCertificateVerify(body));
          ours(() => handshake.parseAlert(body));
          ours(() => [...new handshake.HandshakeReader().push(body)]);
          parseKeylogLine(body);
          parseKeylogLine(Buffer.from(body).toString('latin1'));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('a real flight, changed and cut', () => {
  const captures: Capture[] = [];
  beforeAll(async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const options = { minVersion: version, maxVersion: version };
      captures.push(
        await capture({
          server: { ...fixture('good-ecdsa'), ...options, requestCert: true, rejectUnauthorized: false },
        }),
      );
    }
  });

  it('never throws and never claims more than one failure', () => {
    fc.assert(
      fc.property(
        fc.nat(1),
        fc.array(mutation, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 2000 }),
        (which, changes, size) => {
          const original = captures[which];
          if (original === undefined) throw new Error('no capture');
          readAll(cut(mutate(original.bytes, changes), size), original.secret);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('cut off anywhere is not finished, or was whole by then', () => {
    for (const original of captures) {
      const whole = readFlight([original.bytes], original.secret);
      for (let length = 0; length < original.bytes.length; length += 7) {
        const flight = readFlight([original.bytes.subarray(0, length)], original.secret);
        expect(flight.failure).toBeNull();
        if (flight.finished) expect(flight.facts).toEqual(whole.facts);
      }
    }
  });

  it('one octet of a TLS 1.3 record changed is noticed', () => {
    const original = captures[1];
    if (original?.secret === undefined) throw new Error('no capture');
    const [hello, ...rest] = new RecordReader().push(original.bytes);
    const first = rest.find((one) => one.type === 23);
    if (hello === undefined || first === undefined) throw new Error('no encrypted record');
    for (let at = 5; at < first.raw.length; at++) {
      const changed = Uint8Array.from(first.raw);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(readFlight([hello.raw, changed], original.secret).failure?.message).toContain('does not open');
    }
  });
});

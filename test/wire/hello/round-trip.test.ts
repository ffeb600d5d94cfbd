import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offerOf, suitesOf, VERSIONS } from '../../../src/checks/scan/offer.js';
import { ByteReader } from '../../../src/wire/bytes.js';
import {
  alertRecord,
  encodeClientHello,
  handshakeRecords,
  type ClientHello,
} from '../../../src/wire/hello/client-hello.js';
import { extension } from '../../../src/wire/hello/extensions.js';
import { encodeSslv2Hello, SSLV2_SUITES } from '../../../src/wire/hello/sslv2.js';
import { RecordReader } from '../../../src/wire/record.js';
import type { Extension } from '../../../src/wire/server-hello.js';
import { decodeClientHello, helloOfRecords } from '../support/client-hello.js';
import { DECODED_TYPES, decodeExtension } from '../support/hello-extensions.js';

/* decode(encode(x)) = x, with a decoder that was written from the RFCs and not from the encoder. */

const SEED = 20_263;
const u16 = fc.integer({ min: 0, max: 0xffff });
const bytes = (minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength });
const ids = fc.array(u16, { minLength: 1, maxLength: 100 });
const host = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,80}$/);
const share = fc.record({ group: u16, key: bytes(1, 1700) });
/** Values of RFC 8701. */
const grease = fc.integer({ min: 0, max: 15 }).map((n) => n * 0x1010 + 0x0a0a);

/** Every extension there is, with what a decoder must find in it. */
const EXTENSIONS: Readonly<Record<keyof typeof extension, fc.Arbitrary<readonly [Extension, unknown]>>> = {
  serverName: host.map((name) => [extension.serverName(name), name]),
  statusRequest: fc.constant([extension.statusRequest(), { type: 1, responders: 0, extensions: 0 }]),
  supportedGroups: ids.map((list) => [extension.supportedGroups(list), list]),
  maxFragmentLength: fc.constant([extension.maxFragmentLength(), 4]),
  recordSizeLimit: fc.constant([extension.recordSizeLimit(), 0x4001]),
  signatureAlgorithmsCert: ids.map((list) => [extension.signatureAlgorithmsCert(list), list]),
  ecPointFormats: fc.constant([extension.ecPointFormats(), [0, 1, 2]]),
  signatureAlgorithms: ids.map((list) => [extension.signatureAlgorithms(list), list]),
  heartbeat: fc.constant([extension.heartbeat(), 1]),
  alpn: fc
    .array(fc.stringMatching(/^[ -~]{1,30}$/), { minLength: 1, maxLength: 10 })
    .map((names) => [extension.alpn(names), names]),
  padding: fc.nat(2000).map((octets) => [extension.padding(octets), octets]),
  encryptThenMac: fc.constant([extension.encryptThenMac(), null]),
  extendedMasterSecret: fc.constant([extension.extendedMasterSecret(), null]),
  sessionTicket: fc.constant([extension.sessionTicket(), null]),
  supportedVersions: fc
    .array(u16, { minLength: 1, maxLength: 127 })
    .map((list) => [extension.supportedVersions(list), list]),
  pskKeyExchangeModes: fc
    .array(fc.nat(255), { minLength: 1, maxLength: 5 })
    .map((modes) => [extension.pskKeyExchangeModes(modes), modes]),
  keyShare: fc.array(share, { maxLength: 5 }).map((shares) => [extension.keyShare(shares), shares]),
  renegotiationInfo: fc.constant([extension.renegotiationInfo(), []]),
  grease: fc.tuple(grease, fc.nat(100)).map(([value, octets]) => [extension.grease(value, octets), octets]),
};

const anyExtensions = fc
  .subarray(Object.values(EXTENSIONS))
  .chain((some) => fc.tuple(...some).map((list) => list));

const hellos: fc.Arbitrary<{ hello: ClientHello; values: unknown[] }> = fc
  .record({
    legacyVersion: u16,
    random: bytes(32, 32),
    sessionId: bytes(0, 32),
    suites: fc.array(u16, { minLength: 1, maxLength: 500 }),
    compression: fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 5 }),
    extensions: anyExtensions,
  })
  .map(({ extensions, ...rest }) => ({
    hello: { ...rest, extensions: extensions.map(([one]) => one) },
    values: extensions.map(([, value]) => value),
  }));

describe('a ClientHello', () => {
  it('is read back as it was written, with every extension', () => {
    fc.assert(
      fc.property(hellos, ({ hello, values }) => {
        const decoded = decodeClientHello(encodeClientHello(hello));
        expect(plain(decoded)).toEqual(plain(hello));
        expect(decoded.extensions.map((one) => plain(decodeExtension(one)))).toEqual(values.map(plain));
      }),
      { numRuns: 500, seed: SEED },
    );
  });

  it('has a decoder for each extension that can be sent', () => {
    const types = Object.values(EXTENSIONS).flatMap((one) => fc.sample(one, 1).map(([{ type }]) => type));
    // All but GREASE.
    expect(new Set(types.filter((type) => DECODED_TYPES.includes(type)))).toEqual(new Set(DECODED_TYPES));
    expect(types).toHaveLength(DECODED_TYPES.length + 1);
  });

  it('is the same however it is cut into records', () => {
    fc.assert(
      fc.property(hellos, fc.integer({ min: 1, max: 2000 }), ({ hello }, fragment) => {
        const message = encodeClientHello(hello);
        const records = handshakeRecords(message, { fragment, recordVersion: 0x0303 });
        expect(records).toHaveLength(Math.ceil(message.length / fragment));
        expect(plain(helloOfRecords(Buffer.concat(records)))).toEqual(plain(hello));
      }),
      { numRuns: 200, seed: SEED },
    );
  });

  it('of SSLv3 has no block of extensions at all', () => {
    const message = encodeClientHello({ legacyVersion: 0x0300, suites: [5], extensions: [] });
    expect(message).toHaveLength(4 + 2 + 32 + 1 + 2 + 2 + 1 + 1);
  });

  it('of every version is one that can be read, and is of that version', () => {
    for (const { id } of VERSIONS) {
      const suites = suitesOf(id);
      for (const plainly of [false, true]) {
        const hello = offerOf({ version: id, suites, servername: 'mail.example.org', plain: plainly });
        const decoded = decodeClientHello(encodeClientHello(hello));
        const versions = decoded.extensions.find(({ type }) => type === 43);
        expect(versions === undefined ? decoded.legacyVersion : decodeExtension(versions)).toEqual(
          id === 0x0304 ? [id] : id,
        );
        expect(suites.every((suite) => decoded.suites.includes(suite))).toBe(true);
        for (const one of decoded.extensions) decodeExtension(one);
      }
    }
  });
});

describe('the hello of SSLv2', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(bytes(16, 32), (challenge) => {
        const octets = encodeSslv2Hello(challenge);
        const reader = new ByteReader(octets, 'CLIENT-HELLO');
        expect(reader.u16()).toBe(0x8000 | (octets.length - 2));
        expect([reader.u8(), reader.u16()]).toEqual([1, 2]);
        const [suites, id, length] = [reader.u16(), reader.u16(), reader.u16()];
        const list = new ByteReader(reader.bytes(suites), 'suites');
        const found: number[] = [];
        while (list.remaining > 0) found.push(list.u8() * 0x10000 + list.u16());
        expect(found).toEqual(SSLV2_SUITES.map(([number]) => number));
        expect([id, plain(reader.bytes(length))]).toEqual([0, plain(challenge)]);
        reader.end();
      }),
      { seed: SEED },
    );
  });
});

describe('an alert', () => {
  it('is a record of two octets', () => {
    fc.assert(
      fc.property(fc.constantFrom(1 as const, 2 as const), fc.nat(255), u16, (level, description, minor) => {
        const version = 0x0300 | (minor & 0xff);
        const [record] = new RecordReader().push(alertRecord(level, description, version));
        expect(record).toMatchObject({ type: 21, legacyVersion: version });
        expect([...(record?.fragment ?? [])]).toEqual([level, description]);
      }),
      { seed: SEED },
    );
  });
});

/** Octets as numbers, whatever kind of array they are in. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

import { describe, expect, it } from 'vitest';
import { parseKeylogLine, ServerFlight } from '../../src/wire/flight.js';
import { RecordReader } from '../../src/wire/record.js';
import { capture, factsOf, fixture, readFlight } from './support/capture.js';
import {
  extension,
  helloRetryRequest,
  message,
  octets,
  record,
  Sealer,
  serverHello,
  serverHello13,
  u16,
  v16,
  v24,
  v8,
} from './support/build.js';

const SECRET = Buffer.alloc(32, 0x5e);
const CERTIFICATE = message(11, v24(v24(Buffer.from('der'))));
const CERTIFICATE13 = message(
  11,
  octets(v8(Buffer.alloc(0)), v24(octets(v24(Buffer.from('der')), v16(Buffer.alloc(0))))),
);
const ENCRYPTED_EXTENSIONS = message(8, v16(Buffer.alloc(0)));
const VERIFY = message(15, octets(u16(0x0804), v16(Buffer.alloc(4))));
const FINISHED = message(20, Buffer.alloc(32));
const DONE = message(14, Buffer.alloc(0));
const CCS = record(20, Buffer.from([1]));
const ALERT = Buffer.from([2, 40]);
const hs = (...messages: Uint8Array[]): Buffer => record(22, octets(...messages));
const HELLO12 = message(2, serverHello({ suite: 0x002f }));
const HELLO13 = message(2, serverHello13());
const RETRY = message(2, helloRetryRequest());

describe('up to TLS 1.2', () => {
  it('ends at ServerHelloDone, and hears alerts until ChangeCipherSpec', () => {
    const flight = readFlight([hs(HELLO12, CERTIFICATE, DONE)], null);
    expect(flight).toMatchObject({ finished: true, failure: null, waitingForSecret: false });
    for (const raw of [record(21, ALERT), CCS, record(21, ALERT)]) flight.accept(oneRecord(raw));
    expect(flight.facts.alerts).toEqual([{ level: 2, description: 40 }]);
    expect(flight.failure).toBeNull();
  });

  it('a resumed session ends at ChangeCipherSpec; what is encrypted is not taken for a message', () => {
    const flight = readFlight(
      [hs(HELLO12), CCS, record(22, Buffer.alloc(40, 0xff)), record(21, Buffer.alloc(32, 1))],
      null,
    );
    expect(flight).toMatchObject({ finished: true, failure: null });
    expect(flight.facts).toMatchObject({ certificates: null, alerts: [] });
  });

  it('keeps no more than 16 alerts', () => {
    const flight = readFlight(
      Array.from({ length: 100 }, () => record(21, Buffer.from([1, 112]))),
      null,
    );
    expect(flight.facts.alerts).toHaveLength(16);
    expect(flight).toMatchObject({ finished: false, failure: null });
  });

  it.each([
    ['a Certificate before ServerHello', [hs(CERTIFICATE)], /type 11, not ServerHello/],
    ['two of ServerHello', [hs(HELLO12, HELLO12)], /ServerHello twice/],
    ['two of Certificate', [hs(HELLO12, CERTIFICATE, CERTIFICATE)], /Certificate twice/],
    ['ChangeCipherSpec before ServerHello', [CCS], /before ServerHello/],
    [
      'ChangeCipherSpec within a message',
      [hs(HELLO12, Buffer.from([11, 0])), CCS],
      /within a handshake message/,
    ],
    ['data before the end of the handshake', [hs(HELLO12), record(23, Buffer.alloc(9))], /encrypted data/],
    ['an alert of one octet', [record(21, Buffer.from([2]))], /cut short/],
    [
      'a version from the future',
      [hs(message(2, serverHello({ version: 0x0305 })))],
      /picks the version 0x305/,
    ],
    ['a message without end', [hs(Buffer.from([11, 0xff, 0xff, 0xff]))], /16777215 octets/],
  ])('gives up on %s', (_what, records, why) => {
    const flight = readFlight(records, null);
    expect(flight.failure).toMatchObject({ code: 'tls-garbled', phase: 'handshake' });
    expect(flight.failure?.message).toMatch(why);
    expect(flight.finished).toBe(true);
    flight.accept(oneRecord(hs(HELLO12)));
    expect(flight.failure?.message).toMatch(why);
  });

  it('what was read before the failure stays, and so do later alerts', () => {
    const flight = readFlight([hs(HELLO12, CERTIFICATE, CERTIFICATE), record(21, ALERT)], null);
    expect(flight.facts.certificates).toHaveLength(1);
    expect(flight.facts.alerts).toHaveLength(1);
  });
});

describe('TLS 1.3', () => {
  const sealed = (...parts: [number | null, Uint8Array, number?][]): Buffer[] => {
    const sealer = new Sealer(SECRET);
    return parts.map(([type, content, padding]) => sealer.seal(type, content, padding));
  };

  it('reads messages over records, with padding, and an alert among them', () => {
    const flightBytes = octets(ENCRYPTED_EXTENSIONS, CERTIFICATE13, VERIFY, FINISHED);
    const records = sealed(
      [22, flightBytes.subarray(0, 9), 100],
      [22, flightBytes.subarray(9, 30)],
      [21, Buffer.from([1, 112])],
      [22, flightBytes.subarray(30)],
    );
    const flight = readFlight([hs(HELLO13), CCS, ...records], SECRET);
    expect(flight).toMatchObject({ finished: true, failure: null });
    expect(flight.facts.alerts).toEqual([{ level: 1, description: 112 }]);
    expect(flight.facts).toMatchObject({ group: 0x1d, signatureScheme: 0x0804 });
    expect(flight.facts.certificates).toHaveLength(1);
    expect(flight.facts).toMatchObject({ encryptedExtensions: [], retrySuite: null });
  });

  it('waits for the secret with the records in hand, and takes a plain alert meanwhile', () => {
    const flight = readFlight([hs(HELLO13), ...sealed([22, FINISHED]), record(21, ALERT)], null);
    expect(flight).toMatchObject({ waitingForSecret: true, finished: false, failure: null });
    expect(flight.facts.alerts).toHaveLength(1);
    flight.provideServerHandshakeSecret(SECRET);
    expect(flight).toMatchObject({ waitingForSecret: false, finished: true, failure: null });
  });

  it('HelloRetryRequest is not the ServerHello, and shows the group it asks for', () => {
    const flight = readFlight([hs(RETRY), CCS], null);
    expect(flight).toMatchObject({ finished: false, waitingForSecret: false, failure: null });
    expect(flight.facts).toMatchObject({
      helloRetryRequest: true,
      retrySuite: 0x1301,
      serverHello: null,
      group: 0x17,
    });
    flight.accept(oneRecord(hs(HELLO13)));
    expect(flight.facts).toMatchObject({ helloRetryRequest: true, group: 0x1d });
    expect(flight.waitingForSecret).toBe(true);
  });

  it.each([
    ['two of HelloRetryRequest', [hs(RETRY), hs(RETRY)], /HelloRetryRequest twice/],
    ['a message in the clear after ServerHello', [hs(HELLO13), hs(CERTIFICATE)], /came in the clear/],
    ['a message in the same record as ServerHello', [hs(HELLO13, CERTIFICATE)], /in the clear follows/],
    ['half a message in the same record', [hs(HELLO13, Buffer.from([11]))], /in the clear follows/],
    ['nothing but padding', [hs(HELLO13), ...sealed([null, Buffer.alloc(0), 5])], /nothing but padding/],
    ['data within the handshake', [hs(HELLO13), ...sealed([23, Buffer.from('x')])], /type 23/],
    ['a record that is shorter than its tag', [hs(HELLO13), record(23, Buffer.alloc(16))], /too short/],
    ['a record that is not authentic', [hs(HELLO13), record(23, Buffer.alloc(40))], /does not open/],
    [
      'more than 2^14 octets in a record',
      [hs(HELLO13), ...sealed([22, Buffer.alloc(2 ** 14 + 1)])],
      /more than 2\^14/,
    ],
    [
      'two of Certificate',
      [hs(HELLO13), ...sealed([22, octets(CERTIFICATE13, CERTIFICATE13)])],
      /Certificate twice/,
    ],
    ['a suite that cannot be opened', [hs(message(2, serverHello13(0x1306)))], /suite 0x1306/],
  ])('gives up on %s', (_what, records, why) => {
    const flight = readFlight(records, SECRET);
    expect(flight.failure?.message).toMatch(why);
    expect(flight).toMatchObject({ finished: true, waitingForSecret: false });
  });

  it('holds no more than the limit back', () => {
    const flight = new ServerFlight();
    flight.accept(oneRecord(hs(HELLO13)));
    const big = oneRecord(record(23, Buffer.alloc(2 ** 14)));
    for (let i = 0; i < 31; i++) flight.accept(big);
    expect(flight.failure).toBeNull();
    flight.accept(big);
    expect(flight.failure?.message).toContain('524288 octets');
    expect(flight.waitingForSecret).toBe(false);
  });
});

describe('however the octets are cut', () => {
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    '%s: the same facts for every two parts and octet by octet',
    async (version) => {
      const staple = Buffer.from('staple');
      const captured = await capture({
        staple,
        server: {
          ...fixture('good-ecdsa'),
          minVersion: version,
          maxVersion: version,
          requestCert: true,
          rejectUnauthorized: false,
        },
        client: { ecdhCurve: 'X25519:P-256' },
      });
      const expected = factsOf(captured);
      for (let at = 1; at < captured.bytes.length; at++) {
        const flight = readFlight(
          [captured.bytes.subarray(0, at), captured.bytes.subarray(at)],
          captured.secret,
        );
        if (flight.failure !== null) throw flight.failure;
        if (at % 16 === 0) expect(flight.facts).toEqual(expected);
        else expect(flight.facts.signatureScheme).toBe(expected.signatureScheme);
      }
      const single = readFlight(
        [...captured.bytes].map((octet) => Buffer.from([octet])),
        captured.secret,
      );
      expect(single.failure).toBeNull();
      expect(single.facts).toEqual(expected);
    },
  );
});

describe('parseKeylogLine', () => {
  const random = 'ab'.repeat(32);

  it('takes strings and buffers, with and without a line end', () => {
    for (const line of [
      `CLIENT_RANDOM ${random} 00ff`,
      Buffer.from(`CLIENT_RANDOM ${random} 00FF\n`),
      `CLIENT_RANDOM ${random} 00ff\r\n`,
    ]) {
      const entry = parseKeylogLine(line);
      expect(entry?.label).toBe('CLIENT_RANDOM');
      expect(Buffer.from(entry?.clientRandom ?? []).toString('hex')).toBe(random);
      expect([...(entry?.secret ?? [])]).toEqual([0, 255]);
    }
  });

  it.each([
    '',
    '# comment',
    `CLIENT_RANDOM ${random}`,
    `CLIENT_RANDOM ${random} 0`,
    `client ${random} 00`,
    `A ${random} 00 00`,
    `A ${random.slice(2)} 00`,
  ])('refuses %j', (line) => expect(parseKeylogLine(line)).toBeNull());
});

describe('extensions that are not known', () => {
  it('do not matter', () => {
    const hello = message(2, serverHello({ extensions: [extension(0x5a5a, Buffer.from('grease'))] }));
    expect(readFlight([hs(hello)], null).facts.serverHello?.extensions).toEqual([0x5a5a]);
  });
});

function oneRecord(raw: Uint8Array) {
  const [first] = new RecordReader().push(raw);
  if (first === undefined) throw new Error('not a whole record');
  return first;
}

import { Duplex } from 'node:stream';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { HelloReader, type HelloAnswer } from '../../src/wire/hello/answer.js';
import { encodeClientHello, handshakeRecords } from '../../src/wire/hello/client-hello.js';
import { extension } from '../../src/wire/hello/extensions.js';
import { serverHandshakeSecret } from '../../src/wire/hello/key-schedule.js';
import { makeKeyShares, type KeyShares } from '../../src/wire/hello/key-shares.js';
import { allSchemes, groupByName } from '../../src/wire/names.js';
import { hex } from './support/build.js';
import { ders, fixture } from './support/capture.js';

// RFC 8448 section 3, "Simple 1-RTT Handshake".
const CLIENT_HELLO = hex(`
  010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7000006130113031302010000910000000b
  0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103010400230000003300260024001d002099
  381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003020304000d0020001e0403050306030203080408
  05080604010501060102010402050206020202002d00020101001c00024001`);
const SERVER_HELLO = hex(`
  020000560303a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e2692800130100002e00330024001d0020c98288
  76112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f002b00020304`);
const SHARED = hex('8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d');
const SECRET = hex('b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38');

describe('serverHandshakeSecret', () => {
  it('is that of RFC 8448 section 3', () => {
    const secret = serverHandshakeSecret(0x1301, SHARED, CLIENT_HELLO, SERVER_HELLO);
    expect(Buffer.from(secret)).toEqual(SECRET);
  });

  it('is another one when one octet of the transcript is', () => {
    const other = Buffer.from(CLIENT_HELLO);
    other[10] = (other[10] ?? 0) ^ 1;
    expect(Buffer.from(serverHandshakeSecret(0x1301, SHARED, other, SERVER_HELLO))).not.toEqual(SECRET);
  });
});

/** Puts octets to a server of node:tls in memory, and gives what it answers to a reader. */
async function answerOf(
  options: tls.TlsOptions,
  message: Buffer,
  reader: HelloReader,
): Promise<HelloAnswer | null> {
  const server = tls.createServer(options);
  server.on('tlsClientError', () => undefined);
  try {
    return await new Promise<HelloAnswer | null>((resolve) => {
      const line = new Duplex({
        read: () => undefined,
        write: (chunk: Buffer, _encoding, done) => {
          const answer = reader.push(chunk);
          if (answer !== null) resolve(answer);
          done();
        },
        final: (done) => {
          resolve(reader.end('closed'));
          done();
        },
      });
      line.on('error', () => undefined);
      server.emit('connection', line);
      for (const record of handshakeRecords(message)) line.push(record);
    });
  } finally {
    server.close();
  }
}

function helloWith(suite: number, group: number, keys: KeyShares): Buffer {
  return encodeClientHello({
    legacyVersion: 0x0303,
    sessionId: Buffer.alloc(32, 1),
    suites: [suite],
    extensions: [
      extension.supportedGroups([group]),
      extension.signatureAlgorithms(allSchemes().map(({ id }) => id)),
      extension.supportedVersions([0x0304]),
      extension.keyShare(keys.shares),
    ],
  });
}

/** A whole first flight, opened with a key share of this group. */
async function openedFlight(suite: number, groupName: string, options: tls.TlsOptions) {
  const group = groupByName(groupName)?.id ?? 0;
  const keys = makeKeyShares([group]);
  const message = helloWith(suite, group, keys);
  const reader = new HelloReader({
    secret: (seen) => {
      const shared = keys.agree(seen.group ?? 0, seen.share ?? new Uint8Array());
      return shared === null ? null : serverHandshakeSecret(seen.suite, shared, message, seen.message);
    },
  });
  return answerOf({ ...fixture('good-rsa'), ecdhCurve: groupName, ...options }, message, reader);
}

/** CertificateVerify stands behind Certificate: who reads it has opened both. */
const OPENED = {
  kind: 'hello',
  cut: null,
  flight: { signatureScheme: 0x0804, encryptedExtensions: [] },
} as const;

describe('the flight of a real server is opened', () => {
  it.each([
    ['TLS_AES_128_GCM_SHA256', 0x1301],
    ['TLS_AES_256_GCM_SHA384', 0x1302],
    ['TLS_CHACHA20_POLY1305_SHA256', 0x1303],
    ['TLS_AES_128_CCM_SHA256', 0x1304],
    ['TLS_AES_128_CCM_8_SHA256', 0x1305],
  ])('with %s', async (name, suite) => {
    const answer = await openedFlight(suite, 'X25519', { ciphers: `${name}:ALL:@SECLEVEL=0` });
    expect(answer).toMatchObject(OPENED);
    if (answer?.kind !== 'hello') throw new Error('no ServerHello');
    expect(answer.flight.certificates?.map((der) => Buffer.from(der))).toEqual(ders('good-rsa'));
  });

  it.each(['X25519', 'P-256', 'P-384', 'P-521', 'X448', 'ffdhe2048', 'ffdhe3072', 'ffdhe8192'])(
    'with a key share of %s',
    async (group) => {
      expect(await openedFlight(0x1301, group, {})).toMatchObject(OPENED);
    },
  );

  it('not with a secret that is not it, which is said', async () => {
    const keys = makeKeyShares([0x1d]);
    const reader = new HelloReader({ secret: () => Buffer.alloc(32) });
    const answer = await answerOf(fixture('good-rsa'), helloWith(0x1301, 0x1d, keys), reader);
    expect(answer).toMatchObject({ kind: 'hello', flight: { signatureScheme: null } });
    expect(answer?.kind === 'hello' ? answer.cut : '').toContain('does not open');
  });
});

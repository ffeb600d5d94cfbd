import { constants } from 'node:crypto';
import type tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { LegacyOpener } from '../../../src/wire/legacy-protection.js';
import { legacyProtection } from '../../../src/wire/legacy-suites.js';
import { allSuites } from '../../../src/wire/names.js';
import type { TraceEvent } from '../../../src/wire/trace/event.js';
import { TlsTracer } from '../../../src/wire/trace/tracer.js';
import { parseCertificate } from '../../../src/x509/certificate.js';
import { capture, ders, dhParameters, fixture, type Capture, type WireStep } from '../support/capture.js';
import { message, octets, record, Sealer, serverHello13, u16, v16, v8 } from '../support/build.js';
import { bytes, find, keylog, messages, outline, plain, records, trace } from './support.js';

/*
 * Handshakes of node:tls with itself, told by the tracer. What OpenSSL says of its own is the oracle: the verify_data of
 * both Finished messages, which lie behind the keys.
 */

const RSA = fixture('good-rsa');
const only = (version: tls.SecureVersion): tls.SecureContextOptions => ({
  minVersion: version,
  maxVersion: version,
});
const at0 = (ciphers: string): tls.SecureContextOptions => ({ ciphers: `${ciphers}:@SECLEVEL=0` });

// Missing in @types/node 20, present in Node.
const ASK_FOR_STAPLE: tls.ConnectionOptions & { requestOCSP: boolean } = { requestOCSP: true };

const RANDOM = Buffer.alloc(32, 5);
const CLIENT_HELLO = message(1, octets(u16(0x0303), RANDOM, v8(octets()), v16(u16(0x1301)), v8(octets(0))));

const subjectHex = (der: Buffer): string => Buffer.from(parseCertificate(der).subject.der).toString('hex');

const shake = (
  version: tls.SecureVersion,
  ciphers: string,
  server: tls.TlsOptions = {},
  client: tls.ConnectionOptions = {},
): Promise<Capture> =>
  capture({
    server: { ...RSA, ...only(version), ...at0(ciphers), dhparam: dhParameters('modp14'), ...server },
    client: { ...only(version), ...at0(ciphers), ...client },
  });

/** Both Finished are what OpenSSL says they are, and no encrypted record but application data stayed closed. */
function expectOpened(
  captured: Capture,
  steps: Iterable<WireStep> = captured.wire,
): ReturnType<typeof trace> {
  expect(captured.error).toBeNull();
  const events = trace(steps);
  for (const direction of ['sent', 'received'] as const) {
    expect(plain(find(events, 'Finished', direction).fields)).toEqual({
      verify_data: captured.finished?.[direction].toString('hex'),
    });
  }
  expect(outline(events).filter((line) => /sealed|unreadable|not-tls|cut/.test(line))).toEqual([]);
  expect(outline(events).at(-1)).toMatch(/alert close_notify$/);
  return events;
}

describe('Finished and what follows it, up to TLS 1.2', () => {
  const NO_ETM = constants.SSL_OP_NO_ENCRYPT_THEN_MAC;
  it.each([
    ['TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256'],
    ['TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384'],
    ['TLSv1.2', 'AES256-GCM-SHA384'],
    ['TLSv1.2', 'DHE-RSA-AES128-CCM'],
    ['TLSv1.2', 'DHE-RSA-AES256-CCM8'],
    ['TLSv1.2', 'ECDHE-RSA-CHACHA20-POLY1305'],
    ['TLSv1.2', 'ECDHE-ARIA256-GCM-SHA384'],
    ['TLSv1.2', 'ECDHE-RSA-AES128-SHA256'],
    ['TLSv1.2', 'ECDHE-RSA-AES256-SHA384'],
    ['TLSv1.2', 'DHE-RSA-AES256-SHA'],
    ['TLSv1.2', 'ECDHE-RSA-CAMELLIA256-SHA384'],
    ['TLSv1.2', 'ECDHE-RSA-NULL-SHA'],
    ['TLSv1.2', 'NULL-SHA256'],
    ['TLSv1.2', 'NULL-MD5'],
    ['TLSv1.1', 'ECDHE-RSA-AES256-SHA'],
    ['TLSv1.1', 'CAMELLIA128-SHA'],
    ['TLSv1', 'ECDHE-RSA-AES128-SHA'],
    ['TLSv1', 'DHE-RSA-AES256-SHA'],
    ['TLSv1', 'AES128-SHA'],
    ['TLSv1', 'NULL-SHA'],
  ] as const)('%s %s', async (version, cipher) => {
    expectOpened(await shake(version, cipher));
    const without = await shake(version, cipher, { secureOptions: NO_ETM });
    const hello = plain(find(expectOpened(without), 'ServerHello').fields);
    expect(hello).not.toMatchObject({ extensions: { encrypt_then_mac: {} } });
  });

  it('encrypt-then-MAC is negotiated where nothing speaks against it', async () => {
    const events = expectOpened(await shake('TLSv1.2', 'ECDHE-RSA-AES128-SHA256'));
    expect(plain(find(events, 'ServerHello').fields)).toMatchObject({ extensions: { encrypt_then_mac: {} } });
  });

  it('a session that is resumed by ticket, where the server finishes first', async () => {
    const server = { ticketKeys: Buffer.alloc(48, 3) };
    const first = await shake('TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256', server);
    const again = await shake('TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256', server, {
      session: first.session ?? Buffer.alloc(0),
    });
    const events = expectOpened(again);
    expect(outline(events).map((line) => line.replace(/ \d+$/, ''))).toEqual([
      '> ClientHello',
      '< ServerHello',
      '< change-cipher-spec',
      '< Finished',
      '> change-cipher-spec',
      '> Finished',
      '< application-data',
      '< alert close_notify',
    ]);
    expect(plain(find(events, 'ClientHello').fields)).toMatchObject({
      extensions: { session_ticket: {} },
    });
  });

  /** A second handshake inside the first one's keys, with hellos and keys of its own; it resumes the session (RFC 5246 section 7.4.1.1). */
  it('a renegotiation', async () => {
    const captured = await capture({
      server: { ...RSA, ...only('TLSv1.2'), ...at0('ECDHE-RSA-AES128-SHA256') },
      client: { ...only('TLSv1.2'), ...at0('ALL') },
      afterwards: (socket) => void socket.renegotiate({}, () => socket.end('x')),
    });
    expect(captured.error).toBeNull();
    const events = trace(captured.wire);
    const told = messages(events).map(({ message: { type } }) => type.name);
    const handshake = told.slice(0, told.indexOf('HelloRequest'));
    expect(handshake.filter((name) => name === 'Finished')).toHaveLength(2);
    expect(told.slice(told.indexOf('HelloRequest') + 1)).toEqual([
      'ClientHello',
      'ServerHello',
      'Finished',
      'Finished',
    ]);
    expect(outline(events).filter((line) => /sealed|unreadable|cut/.test(line))).toEqual([]);
    const again = records(events).filter(({ encrypted, contents }) =>
      contents.some((each) => encrypted && each.kind === 'message' && each.type.name === 'ClientHello'),
    );
    expect(again).toHaveLength(1);
  });

  it('knows the keys of every suite whose cipher Node.js has', () => {
    const session = { version: 0x0303, encryptThenMac: false };
    const randoms = { clientRandom: Buffer.alloc(32), serverRandom: Buffer.alloc(32) };
    for (const { id, iana, tls13 } of allSuites()) {
      const opener = LegacyOpener.create({ ...session, ...randoms, suite: id }, Buffer.alloc(48), 'client');
      expect(opener !== null).toBe(legacyProtection(id) !== null);
      if (iana === null || tls13 || /SCSV|EXPORT|KRB5/.test(iana)) continue;
      const known = /_WITH_(AES|ARIA)_|_CAMELLIA_\d+_CBC|_3DES_|_CHACHA20_|_WITH_NULL_(SHA|MD5)/.test(iana);
      expect([iana, opener !== null]).toEqual([iana, known]);
    }
  });
});

describe('TLS 1.3', () => {
  it.each([
    'AES_128_GCM_SHA256',
    'AES_256_GCM_SHA384',
    'CHACHA20_POLY1305_SHA256',
    'AES_128_CCM_SHA256',
    'AES_128_CCM_8_SHA256',
  ])('TLS_%s', async (suite) => {
    const events = expectOpened(await shake('TLSv1.3', `TLS_${suite}:ALL`));
    expect(plain(find(events, 'ServerHello').fields)).toMatchObject({ cipher_suite: `TLS_${suite}` });
    expect(messages(events).filter(({ message: { type } }) => type.name === 'NewSessionTicket')).toHaveLength(
      2,
    );
  });

  it('HelloRetryRequest, CertificateRequest, ALPN and an empty client certificate', async () => {
    const captured = await capture({
      server: {
        ...RSA,
        ...only('TLSv1.3'),
        ecdhCurve: 'P-384',
        requestCert: true,
        rejectUnauthorized: false,
        ca: fixture('good-ecdsa').cert,
        ALPNProtocols: ['smtp'],
      },
      client: {
        ...only('TLSv1.3'),
        ...ASK_FOR_STAPLE,
        ecdhCurve: 'X25519:P-384',
        ALPNProtocols: ['h2', 'smtp'],
        servername: 'a.example',
      },
    });
    const events = expectOpened(captured);
    expect(
      messages(events).map(({ direction, message: { type } }) => `${direction} ${type.name ?? ''}`),
    ).toEqual([
      'sent ClientHello',
      'received HelloRetryRequest',
      'sent ClientHello',
      'received ServerHello',
      'received EncryptedExtensions',
      'received CertificateRequest',
      'received Certificate',
      'received CertificateVerify',
      'received Finished',
      'sent Certificate',
      'sent Finished',
      'received NewSessionTicket',
      'received NewSessionTicket',
    ]);
    expect(plain(find(events, 'HelloRetryRequest').fields)).toMatchObject({
      extensions: { key_share: { selected_group: 'secp384r1' } },
    });
    expect(plain(find(events, 'ClientHello').fields)).toMatchObject({
      extensions: {
        server_name: { server_name_list: ['a.example'] },
        application_layer_protocol_negotiation: { protocol_name_list: ['h2', 'smtp'] },
        status_request: { status_type: 'ocsp' },
      },
    });
    expect(plain(find(events, 'EncryptedExtensions').fields)).toMatchObject({
      extensions: { application_layer_protocol_negotiation: { protocol_name_list: ['smtp'] } },
    });
    expect(plain(find(events, 'CertificateRequest').fields)).toMatchObject({
      extensions: { certificate_authorities: { authorities: ders('good-ecdsa').map(subjectHex) } },
    });
    expect(plain(find(events, 'Certificate', 'sent').fields)).toMatchObject({ certificate_list: [] });
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: a staple', async (version) => {
    const captured = await capture({
      staple: Buffer.alloc(5),
      server: { ...RSA, ...only(version) },
      client: { ...only(version), ...ASK_FOR_STAPLE },
    });
    const events = expectOpened(captured);
    const staple = { status_type: 'ocsp', response: '5 octets' };
    if (version === 'TLSv1.2') expect(plain(find(events, 'CertificateStatus').fields)).toEqual(staple);
    else {
      expect(plain(find(events, 'Certificate').fields)).toMatchObject({
        certificate_list: [{ extensions: { status_request: staple } }, { extensions: {} }],
      });
    }
  });

  /** After a KeyUpdate the next keys count, for the one side that sent it (RFC 8446 section 7.2). */
  it('KeyUpdate changes the keys of its side', () => {
    const [server, client] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
    const update = (request: number): Buffer => message(24, octets(request));
    const [handshake, application] = [new Sealer(server), new Sealer(client)];
    const line = (label: string, secret: Buffer): WireStep =>
      keylog(`${label} ${RANDOM.toString('hex')} ${secret.toString('hex')}`);
    const events = trace([
      bytes('sent', record(22, CLIENT_HELLO)),
      bytes('received', record(22, message(2, serverHello13()))),
      line('SERVER_HANDSHAKE_TRAFFIC_SECRET', server),
      line('SERVER_TRAFFIC_SECRET_0', client),
      bytes('received', handshake.seal(22, message(20, Buffer.alloc(32)))),
      bytes('received', application.seal(22, update(1))),
      bytes('received', application.next().seal(22, update(0))),
      bytes('received', application.next().next().seal(21, octets(1, 0))),
      bytes('received', application.seal(21, octets(1, 0))),
    ]);
    expect(outline(events)).toEqual([
      '> ClientHello 41',
      '< ServerHello 86',
      '< Finished 32',
      '< KeyUpdate 1',
      '< KeyUpdate 1',
      '< alert close_notify',
      '< sealed',
    ]);
    expect(plain(find(events, 'KeyUpdate').fields)).toEqual({ request_update: 'update_requested' });
  });
});

describe('the order of the wire', () => {
  const late = (steps: readonly WireStep[]): WireStep[] => [
    ...steps.filter(({ kind }) => kind === 'bytes'),
    ...steps.filter(({ kind }) => kind === 'keylog'),
  ];

  it.each(['TLSv1', 'TLSv1.2', 'TLSv1.3'] as const)(
    '%s: is kept however the octets are cut and whenever the secrets come',
    async (version) => {
      const captured = await shake(version, 'ALL');
      const expected = expectOpened(captured);
      expect(trace(late(captured.wire))).toEqual(expected);
      const singly = captured.wire.flatMap((step) =>
        step.kind === 'keylog'
          ? [step]
          : Array.from(step.chunk, (octet) => bytes(step.direction, Buffer.of(octet))),
      );
      expect(trace(singly)).toEqual(expected);
    },
  );

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('%s: is kept where the secrets never come', async (version) => {
    const captured = await shake(version, 'ALL');
    const with_ = records(expectOpened(captured));
    const without = records(trace(captured.wire.filter(({ kind }) => kind === 'bytes')));
    expect(without.map(({ direction, length }) => [direction, length])).toEqual(
      with_.map(({ direction, length }) => [direction, length]),
    );
    const closed = without.filter(
      ({ encrypted, type }) => encrypted && (version === 'TLSv1.3' || type.id !== 23),
    );
    expect(closed.length).toBeGreaterThan(2);
    for (const { contents, inner } of closed) {
      expect([contents, inner]).toEqual([[{ kind: 'sealed', reason: 'its secret did not come' }], null]);
    }
  });

  /** A server could have filled memory with records under a secret that nobody logs. */
  it('a flood is not kept back for a secret for ever', () => {
    const events: TraceEvent[] = [];
    const tracer = new TlsTracer((event) => events.push(event));
    tracer.bytes('sent', record(22, CLIENT_HELLO));
    tracer.bytes('received', record(22, message(2, serverHello13())));
    const large = record(23, Buffer.alloc(16_000));
    for (let octets = 0; octets <= LIMITS.heldTrace; octets += large.length) tracer.bytes('received', large);
    expect(events.length).toBeGreaterThan(30);
    tracer.bytes('received', large);
    expect(outline(events).at(-1)).toBe('< sealed');
    const told = events.length;
    tracer.end();
    expect(events).toHaveLength(told);
  });
});

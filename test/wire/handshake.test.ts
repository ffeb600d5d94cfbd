import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { LIMITS } from '../../src/core/limits.js';
import * as handshake from '../../src/wire/handshake.js';
import { keyExchangeOf } from '../../src/wire/key-exchange.js';
import { suiteByName } from '../../src/wire/names.js';
import {
  extension,
  helloRetryRequest,
  message,
  octets,
  serverHello,
  serverHello13,
  u16,
  u24,
  v16,
  v24,
  v8,
} from './support/build.js';

const NOTHING = Buffer.alloc(0);
const SIGNATURE = v16(Buffer.alloc(8, 5));
const POINT = v8(Buffer.alloc(65, 4));

/** The first words of the error, so that a test also says which rule was broken. */
function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(SmtpcheckError);
    expect(error).toMatchObject({ code: 'tls-garbled', phase: 'handshake' });
    return (error as SmtpcheckError).message;
  }
  throw new Error('nothing was refused');
}

/** Every proper prefix is refused: no length field is taken on trust. */
function expectNoPrefix(
  body: Uint8Array,
  parse: (body: Uint8Array) => unknown,
  but: readonly number[] = [],
): void {
  expect(() => parse(body)).not.toThrow();
  for (let length = 0; length < body.length; length++) {
    if (but.includes(length)) continue;
    refusal(() => parse(body.subarray(0, length)));
  }
  refusal(() => parse(octets(body, 0)));
}

describe('HandshakeReader', () => {
  it('joins messages over fragments and splits them within one', () => {
    const stream = octets(
      message(2, Buffer.from('abc')),
      message(14, NOTHING),
      message(11, Buffer.alloc(300, 1)),
    );
    const whole = [...new handshake.HandshakeReader().push(stream)];
    expect(whole.map(({ type, body }) => [type, body.length])).toEqual([
      [2, 3],
      [14, 0],
      [11, 300],
    ]);
    const reader = new handshake.HandshakeReader();
    expect([...stream].flatMap((octet) => [...reader.push(Buffer.from([octet]))])).toEqual(whole);
    expect(reader.midway).toBe(false);
    expect([...reader.push(Buffer.from([2, 0]))]).toEqual([]);
    expect(reader.midway).toBe(true);
  });

  it('refuses a message longer than the limit before it makes room for it', () => {
    const reader = new handshake.HandshakeReader();
    expect(refusal(() => [...reader.push(octets(11, u24(LIMITS.handshakeMessage + 1)))])).toContain(
      '262145 octets',
    );
  });
});

describe('parseServerHello', () => {
  it('TLS 1.2 without extensions, and with those that are told', () => {
    expect(handshake.parseServerHello(serverHello({ extensions: null })).facts).toMatchObject({
      version: 0x0303,
      extensions: [],
    });
    const extensions = [
      extension(23, NOTHING),
      extension(0xff01, Buffer.from([0])),
      extension(22, NOTHING),
      extension(16, v16(v8(Buffer.from('smtp')))),
    ];
    const hello = handshake.parseServerHello(serverHello({ suite: 0x0035, compression: 1, extensions }));
    expect(hello).toMatchObject({ retry: false, group: null, alpn: 'smtp' });
    expect(hello.facts).toEqual({
      version: 0x0303,
      cipherSuite: 0x35,
      compression: 1,
      extensions: [23, 0xff01, 22, 16],
      extendedMasterSecret: true,
      encryptThenMac: true,
      renegotiationInfo: true,
    });
  });

  it('TLS 1.3 and HelloRetryRequest', () => {
    const hello = handshake.parseServerHello(serverHello13());
    expect(hello).toMatchObject({ retry: false, group: 0x1d, facts: { version: 0x0304 } });
    expect(Buffer.from(hello.share ?? [])).toEqual(Buffer.alloc(32, 9));
    expect(Buffer.from(hello.random)).toEqual(Buffer.alloc(32, 7));
    expect(handshake.parseServerHello(helloRetryRequest(0x11ec))).toMatchObject({
      retry: true,
      group: 0x11ec,
      share: null,
      facts: { version: 0x0304 },
    });
  });

  it('refuses what is short, long, doubled', () => {
    // Without its extensions a ServerHello is whole (RFC 5246 section 7.4.1.3).
    expectNoPrefix(serverHello13(), handshake.parseServerHello, [38]);
    const twice = serverHello({ extensions: [extension(23, NOTHING), extension(23, NOTHING)] });
    expect(refusal(() => handshake.parseServerHello(twice))).toContain('extension 23 twice');
    const longSession = octets(u16(0x0303), Buffer.alloc(32), v8(Buffer.alloc(33)), u16(0x35), 0);
    expect(refusal(() => handshake.parseServerHello(longSession))).toContain('session id');
  });

  it.each([
    ['no name', v16(NOTHING)],
    ['an empty name', v16(v8(NOTHING))],
    ['two names', v16(octets(v8(Buffer.from('a')), v8(Buffer.from('b'))))],
    ['something behind the list', octets(v16(v8(Buffer.from('a'))), 0)],
  ])('refuses ALPN with %s', (_why, data) => {
    refusal(() => handshake.parseServerHello(serverHello({ extensions: [extension(16, data)] })));
  });
});

describe('certificates', () => {
  const der = Buffer.from('a certificate');

  it('up to TLS 1.2', () => {
    const body = v24(octets(v24(der), v24(der)));
    expect(handshake.parseCertificate12(body).map((c) => Buffer.from(c))).toEqual([der, der]);
    expect(handshake.parseCertificate12(v24(NOTHING))).toEqual([]);
    expectNoPrefix(body, handshake.parseCertificate12);
    refusal(() => handshake.parseCertificate12(v24(v24(NOTHING))));
  });

  it('of TLS 1.3, with a staple on the leaf and none on the others', () => {
    const staple = extension(5, octets(1, v24(Buffer.from('ocsp'))));
    const body = octets(v8(NOTHING), v24(octets(v24(der), v16(staple), v24(der), v16(NOTHING))));
    const entries = handshake.parseCertificate13(body);
    expect(entries.map((entry) => entry.extensions.map((e) => e.type))).toEqual([[5], []]);
    expect(Buffer.from(handshake.stapleOf(entries[0]) ?? []).toString()).toBe('ocsp');
    expect(handshake.stapleOf(entries[1])).toBeNull();
    expect(handshake.stapleOf(undefined)).toBeNull();
    expectNoPrefix(body, handshake.parseCertificate13);
  });

  it('refuses a chain that is too long, and takes the longest', () => {
    const chain = (count: number): Buffer => v24(octets(...Array.from({ length: count }, () => v24(der))));
    expect(handshake.parseCertificate12(chain(LIMITS.chainCertificates))).toHaveLength(
      LIMITS.chainCertificates,
    );
    expect(refusal(() => handshake.parseCertificate12(chain(LIMITS.chainCertificates + 1)))).toContain(
      'more than 32',
    );
  });

  it('CertificateStatus', () => {
    expectNoPrefix(octets(1, v24(Buffer.from('ocsp'))), handshake.parseCertificateStatus);
    expect(handshake.parseCertificateStatus(octets(2, v24(NOTHING)))).toBeNull();
    refusal(() => handshake.parseCertificateStatus(octets(1, v24(NOTHING))));
  });
});

describe('parseServerKeyExchange', () => {
  const kx = (name: string) => keyExchangeOf(suiteByName(name)?.id ?? -1);
  const parse = (name: string, version: number) => (body: Uint8Array) =>
    handshake.parseServerKeyExchange(body, kx(name), version);
  const ecdhe = octets(3, u16(0x17), POINT);
  const prime = (bits: number): Buffer =>
    octets(0, 2 ** ((bits - 1) % 8), Buffer.alloc((bits - 1) >> 3, 0xff));
  const dhe = (bits: number): Buffer =>
    octets(v16(prime(bits)), v16(Buffer.from([2])), v16(Buffer.alloc(64, 7)));
  const hint = v16(Buffer.from('hint'));
  /** As an integer has it; DER and some servers put a zero in front of a prime whose first bit is set. */
  const withoutZero = (integer: Buffer): Buffer => integer.subarray(1);
  const nothing = { group: null, dhBits: null, dhPrime: null, signatureScheme: null };

  it.each([
    [
      'ECDHE-RSA-AES128-SHA',
      0x0303,
      octets(ecdhe, u16(0x0401), SIGNATURE),
      { group: 0x17, signatureScheme: 0x0401 },
    ],
    ['ECDHE-ECDSA-AES128-SHA', 0x0301, octets(ecdhe, SIGNATURE), { group: 0x17 }],
    [
      'ECDHE-RSA-CHACHA20-POLY1305-OLD',
      0x0303,
      octets(ecdhe, u16(0x0401), SIGNATURE),
      { group: 0x17, signatureScheme: 0x0401 },
    ],
    ['AECDH-AES128-SHA', 0x0303, ecdhe, { group: 0x17 }],
    ['ECDHE-PSK-AES128-CBC-SHA', 0x0303, octets(hint, ecdhe), { group: 0x17 }],
    [
      'DHE-RSA-AES128-SHA',
      0x0303,
      octets(dhe(1023), u16(0x0201), SIGNATURE),
      { dhBits: 1023, dhPrime: withoutZero(prime(1023)), signatureScheme: 0x0201 },
    ],
    [
      'EXP-DHE-RSA-DES-CBC-SHA',
      0x0300,
      octets(dhe(512), SIGNATURE),
      { dhBits: 512, dhPrime: withoutZero(prime(512)) },
    ],
    ['ADH-RC4-MD5', 0x0301, dhe(768), { dhBits: 768, dhPrime: withoutZero(prime(768)) }],
    [
      'DHE-PSK-AES128-CBC-SHA',
      0x0303,
      octets(hint, dhe(2048)),
      { dhBits: 2048, dhPrime: withoutZero(prime(2048)) },
    ],
    ['PSK-AES128-CBC-SHA', 0x0303, hint, {}],
    ['EXP-RC4-MD5', 0x0301, octets(v16(Buffer.alloc(64, 1)), v16(Buffer.from([3])), SIGNATURE), {}],
    [
      'SRP-RSA-AES-128-CBC-SHA',
      0x0303,
      octets(
        v16(prime(1024)),
        v16(Buffer.from([2])),
        v8(Buffer.from('salt')),
        v16(Buffer.alloc(9)),
        u16(0x0401),
        SIGNATURE,
      ),
      { signatureScheme: 0x0401 },
    ],
  ])('%s', (name, version, body, expected) => {
    expect(parse(name, version)(body)).toEqual({ ...nothing, ...expected });
    expectNoPrefix(body, parse(name, version));
  });

  it('a curve that is written out is told, not read', () => {
    expect(parse('ECDHE-RSA-AES128-SHA', 0x0301)(Buffer.from([1, 9, 9]))).toMatchObject({ group: 0xff01 });
    expect(parse('ECDHE-RSA-AES128-SHA', 0x0301)(Buffer.from([2]))).toMatchObject({ group: 0xff02 });
    refusal(() => parse('ECDHE-RSA-AES128-SHA', 0x0301)(Buffer.from([4])));
  });

  it('is refused for a suite without one, and left alone for a suite that is not known', () => {
    expect(refusal(() => parse('AES128-SHA', 0x0303)(ecdhe))).toContain('has none');
    expect(handshake.parseServerKeyExchange(ecdhe, keyExchangeOf(0xfafa), 0x0303)).toMatchObject({
      group: null,
    });
  });

  it('a prime of nothing but zeros has no bits', () => {
    const body = octets(v16(Buffer.alloc(4)), v16(Buffer.from([2])), v16(Buffer.from([2])));
    expect(parse('ADH-AES128-SHA', 0x0303)(body)).toMatchObject({ dhBits: 0, dhPrime: new Uint8Array() });
  });
});

describe('the other messages', () => {
  const names = v16(v16(Buffer.from('a name')));
  const schemes = v16(octets(u16(0x0403), u16(0x0804)));

  it('CertificateRequest of TLS 1.1, 1.2 and 1.3', () => {
    const types = v8(Buffer.from([1, 64]));
    const parse = (version: number) => (body: Uint8Array) => handshake.parseCertificateRequest(body, version);
    expect(parse(0x0302)(octets(types, names))).toMatchObject({
      certificateTypes: [1, 64],
      signatureSchemes: [],
    });
    expect(parse(0x0303)(octets(types, schemes, names))).toMatchObject({
      signatureSchemes: [0x0403, 0x0804],
    });
    const tls13 = octets(v8(NOTHING), v16(octets(extension(13, schemes), extension(47, names))));
    const request = parse(0x0304)(tls13);
    expect(request.signatureSchemes).toEqual([0x0403, 0x0804]);
    expect(request.authorities.map((name) => Buffer.from(name).toString())).toEqual(['a name']);
    expectNoPrefix(octets(types, names), parse(0x0302));
    expectNoPrefix(octets(types, schemes, names), parse(0x0303));
    expectNoPrefix(tls13, parse(0x0304));
    refusal(() => parse(0x0303)(octets(types, v16(Buffer.from([1, 2, 3])), names)));
  });

  it('EncryptedExtensions and CertificateVerify', () => {
    const body = v16(octets(extension(0, NOTHING), extension(16, v16(v8(Buffer.from('smtp'))))));
    expect(handshake.parseEncryptedExtensions(body)).toEqual({ extensions: [0, 16], alpn: 'smtp' });
    expectNoPrefix(body, handshake.parseEncryptedExtensions);
    expect(handshake.parseCertificateVerify(octets(u16(0x0807), SIGNATURE))).toBe(0x0807);
    expectNoPrefix(octets(u16(0x0807), SIGNATURE), handshake.parseCertificateVerify);
  });

  it('alerts', () => {
    expect(handshake.parseAlert(Buffer.from([2, 40]))).toEqual({ level: 2, description: 40 });
    expectNoPrefix(Buffer.from([1, 0]), handshake.parseAlert);
    expect(refusal(() => handshake.parseAlert(Buffer.from([3, 40])))).toContain('level 3');
  });
});

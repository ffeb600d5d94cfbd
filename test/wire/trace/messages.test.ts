import { describe, expect, it } from 'vitest';
import { LIMITS } from '../../../src/core/limits.js';
import { suiteByName } from '../../../src/wire/names.js';
import { decodeMessage } from '../../../src/wire/trace/messages.js';
import {
  extension,
  helloRetryRequest,
  message,
  octets,
  record,
  serverHello,
  u16,
  u24,
  v16,
  v24,
  v8,
} from '../support/build.js';
import { bytes, find, outline, plain, trace } from './support.js';

const zeros = (length: number): Buffer => Buffer.alloc(length);
const SIGNATURE = octets(u16(0x0804), v16(zeros(64)));
const NAME = Buffer.from('300d310b3009060355040613025553', 'hex'); // C=US

function decode(type: number, body: Uint8Array, suite = '', version = 0x0303): Record<string, unknown> {
  const id = suite === '' ? null : (suiteByName(suite)?.id ?? -1);
  return plain(decodeMessage(type, body, { version, suite: id }).fields);
}

/** As in OpenSSL's ssl/t1_trace.c, and the RFC of each. */
describe('ServerKeyExchange', () => {
  const DH = octets(v16(octets(0x80, zeros(127))), v16(octets(2)), v16(zeros(128)));
  const EC = octets(3, u16(0x1d), v8(zeros(32)));
  const ecdhe = { curve_type: 'named_curve', named_curve: 'x25519', point: '32 octets' };
  const dhe = { dh_p: 1024, dh_g: '1 octets', dh_Ys: '128 octets' };
  const signed = { algorithm: 'rsa_pss_rsae_sha256', signature: '64 octets' };

  it.each([
    ['ECDHE-RSA-AES128-SHA', octets(EC, SIGNATURE), { ...ecdhe, ...signed }],
    ['AECDH-AES128-SHA', EC, ecdhe],
    ['DHE-RSA-AES128-SHA', octets(DH, SIGNATURE), { ...dhe, ...signed }],
    ['ADH-AES128-SHA', DH, dhe],
    ['PSK-AES128-CBC-SHA', v16(octets(1, 2)), { psk_identity_hint: '2 octets' }],
    ['ECDHE-PSK-AES128-CBC-SHA', octets(v16(octets()), EC), { psk_identity_hint: '0 octets', ...ecdhe }],
    [
      'SRP-RSA-AES-128-CBC-SHA',
      octets(v16(octets(1, zeros(127))), v16(octets(2)), v8(zeros(4)), v16(zeros(128)), SIGNATURE),
      { srp_N: 1017, srp_g: '1 octets', srp_s: '4 octets', srp_B: '128 octets', ...signed },
    ],
    ['ECDHE-RSA-AES128-SHA', octets(1, zeros(9)), { curve_type: 'explicit_prime', curve: '9 octets' }],
    [
      'ECDHE-RSA-AES128-SHA',
      octets(9, zeros(9)),
      { curve_type: 9, unreadable: 'ServerKeyExchange has the curve type 9' },
    ],
    ['', zeros(9), { params: '9 octets' }],
  ])('%s', (suite, body, expected) => {
    expect(decode(12, body, suite)).toEqual(expected);
  });

  it('has no algorithm in front of the signature before TLS 1.2', () => {
    expect(decode(12, octets(EC, v16(zeros(64))), 'ECDHE-RSA-AES128-SHA', 0x0302)).toEqual({
      ...ecdhe,
      signature: '64 octets',
    });
    const exportable = octets(v16(octets(0x80, zeros(63))), v16(octets(1, 0, 1)), v16(zeros(64)));
    expect(decode(12, exportable, 'EXP-RC4-MD5', 0x0301)).toEqual({
      rsa_modulus: 512,
      rsa_exponent: '3 octets',
      signature: '64 octets',
    });
  });
});

describe('ClientKeyExchange shows no secret, only how long it is', () => {
  it.each([
    ['ECDHE-RSA-AES128-SHA', v8(zeros(32)), { ecdh_Yc: '32 octets' }],
    ['DHE-RSA-AES128-SHA', v16(zeros(256)), { dh_Yc: '256 octets' }],
    ['AES128-SHA', v16(zeros(256)), { encrypted_pre_master_secret: '256 octets' }],
    ['TLS_ECDH_RSA_WITH_AES_128_CBC_SHA', v8(zeros(65)), { ecdh_Yc: '65 octets' }],
    ['TLS_DH_RSA_WITH_AES_128_CBC_SHA', octets(), {}],
    ['PSK-AES128-CBC-SHA', v16(zeros(2)), { psk_identity: '2 octets' }],
    [
      'RSA-PSK-AES128-CBC-SHA',
      octets(v16(zeros(2)), v16(zeros(256))),
      { psk_identity: '2 octets', encrypted_pre_master_secret: '256 octets' },
    ],
    ['SRP-RSA-AES-128-CBC-SHA', v16(zeros(128)), { srp_A: '128 octets' }],
    ['TLS_KRB5_WITH_DES_CBC_SHA', zeros(7), { exchange_keys: '7 octets' }],
    ['', zeros(7), { exchange_keys: '7 octets' }],
  ])('%s', (suite, body, expected) => {
    expect(decode(16, body, suite)).toEqual(expected);
  });
});

describe('other messages', () => {
  it('CertificateRequest of TLS 1.2, and of TLS 1.0 without schemes', () => {
    const [types, schemes, names] = [v8(octets(1, 64, 99)), v16(u16(0x0804)), v16(v16(NAME))];
    expect(decode(13, octets(types, schemes, names))).toEqual({
      certificate_types: ['rsa_sign', 'ecdsa_sign', 99],
      supported_signature_algorithms: ['rsa_pss_rsae_sha256'],
      certificate_authorities: [NAME.toString('hex')],
    });
    expect(decode(13, octets(types, names), '', 0x0301)).toEqual({
      certificate_types: ['rsa_sign', 'ecdsa_sign', 99],
      certificate_authorities: [NAME.toString('hex')],
    });
  });

  it('NewSessionTicket up to TLS 1.2 tells lifetime and length, not the ticket', () => {
    const body = octets(0, 0, 0x1c, 0x20, v16(zeros(192)));
    expect(decode(4, body)).toEqual({ ticket_lifetime_hint: 7200, ticket: '192 octets' });
  });

  it('CompressedCertificate', () => {
    expect(decode(25, octets(u16(2), u24(3000), v24(zeros(900))), '', 0x0304)).toEqual({
      algorithm: 'brotli',
      uncompressed_length: 3000,
      compressed_certificate_message: '900 octets',
    });
  });

  it('one of an unknown type is told by number and length', () => {
    expect(decodeMessage(99, zeros(5), { version: null, suite: null })).toEqual({
      kind: 'message',
      type: { kind: 'code', id: 99, name: null, radix: 10 },
      length: 5,
      fields: [],
      missing: 0,
    });
  });

  it('a chain of too many certificates is told as far as it is read elsewhere', () => {
    const chain = v24(octets(...Array.from({ length: 40 }, () => v24(octets(0x30, 0)))));
    const { certificate_list: list, unreadable } = decode(11, chain);
    expect(list).toHaveLength(LIMITS.chainCertificates);
    expect(unreadable).toMatch(/more than 32 certificates/);
  });
});

describe('extensions', () => {
  const inServerHello = (...extensions: Buffer[]): Record<string, unknown> =>
    decode(2, serverHello({ extensions }));

  it('that are unknown, or nothing but grease, by number', () => {
    const { extensions } = inServerHello(extension(0x1234, zeros(3)), extension(0x3a3a, zeros(1)));
    expect(extensions).toEqual({ [0x1234]: {}, GREASE: {} });
  });

  it('that stand twice are both shown', () => {
    const events = trace([
      bytes(
        'received',
        record(
          22,
          message(2, serverHello({ extensions: [extension(23, zeros(0)), extension(23, zeros(0))] })),
        ),
      ),
    ]);
    const value = find(events, 'ServerHello').fields.at(-1)?.value;
    expect(value?.kind === 'list' && value.items.length).toBe(2);
  });

  it('one that is wrong inside does not hide those behind it', () => {
    const { extensions, unreadable } = inServerHello(
      extension(43, octets(3)),
      extension(0xff01, octets(0, 7)),
      extension(16, v16(v8(Buffer.from('smtp')))),
    );
    expect(unreadable).toBeUndefined();
    expect(extensions).toEqual({
      supported_versions: { unreadable: 'supported_versions is cut short' },
      renegotiation_info: {
        renegotiated_connection: '0 octets',
        unreadable: 'renegotiation_info has 1 octets too many',
      },
      application_layer_protocol_negotiation: { protocol_name_list: ['smtp'] },
    });
  });

  it('of the same number mean what they mean in their place', () => {
    expect(decode(2, helloRetryRequest())).toMatchObject({
      extensions: { key_share: { selected_group: 'secp256r1' } },
    });
    const share = extension(51, octets(u16(0x17), v16(zeros(65))));
    expect(inServerHello(share)).toMatchObject({
      extensions: { key_share: { group: 'secp256r1', key_exchange: '65 octets' } },
    });
    expect(decode(8, v16(octets(extension(42, zeros(0)), extension(0, zeros(0)))), '', 0x0304)).toEqual({
      extensions: { early_data: {}, server_name: {} },
    });
  });
});

describe('what is cut off or garbled is shown as far as it goes', () => {
  it('a message, at every octet', () => {
    const body = serverHello({
      extensions: [extension(23, zeros(0)), extension(16, v16(v8(Buffer.from('smtp'))))],
    });
    for (let length = 0; length < body.length; length++) {
      const { fields, missing } = decodeMessage(
        2,
        body.subarray(0, length),
        { version: null, suite: null },
        body.length,
      );
      expect(missing).toBe(body.length - length);
      expect(plain(fields)['server_version'] !== undefined).toBe(length >= 2);
      expect(plain(fields)['cipher_suite'] !== undefined).toBe(length >= 37);
      expect(JSON.stringify(plain(fields)).includes('extended_master_secret')).toBe(length >= 44);
      expect(JSON.stringify(plain(fields)).includes('smtp')).toBe(length >= body.length);
    }
  });

  it('the end of the connection within a record, a header and a message', () => {
    const hello = record(22, message(2, serverHello()));
    const whole = trace([bytes('received', hello)]);
    expect(outline(whole)).toEqual(['< ServerHello 40']);
    const inRecord = trace([bytes('received', hello.subarray(0, 30))]);
    expect(outline(inRecord)).toEqual(['< fragment', '< cut-message']);
    expect(inRecord[0]).toMatchObject({ length: 44, missing: 19 });
    expect(inRecord[1]).toMatchObject({ message: { length: 40, missing: 19 } });
    expect(trace([bytes('received', hello.subarray(0, 3))])).toEqual([
      { kind: 'cut-header', direction: 'received', octets: 3 },
    ]);
    const inMessage = trace([bytes('received', record(22, message(2, serverHello()).subarray(0, 2)))]);
    expect(inMessage.at(-1)).toEqual({ kind: 'cut-message', direction: 'received', message: null });
  });

  it('a message over several records, one of them empty', () => {
    const hello = message(2, serverHello());
    const parts = [hello.subarray(0, 3), hello.subarray(3, 9), zeros(0), hello.subarray(9)];
    const events = trace(parts.map((part) => bytes('received', record(22, part))));
    expect(outline(events)).toEqual(['< fragment', '< fragment', '< fragment', '< ServerHello 40']);
    expect(events[1]).toMatchObject({
      contents: [{ kind: 'fragment', type: { name: 'ServerHello' }, length: 40, received: 5 }],
    });
  });

  it('a message that says it is larger than any', () => {
    const events = trace([
      bytes('received', record(22, octets(message(14, zeros(0)), 11, u24(0xffffff)))),
      bytes('received', record(22, zeros(10))),
      bytes('received', record(21, octets(2, 50))),
    ]);
    expect(outline(events)).toEqual([
      '< ServerHelloDone 0',
      '< unreadable',
      '< unreadable',
      '< alert decode_error',
      '< cut-message',
    ]);
  });

  it('alerts', () => {
    const alert = (...body: number[]): string[] =>
      outline(trace([bytes('received', record(21, octets(...body)))]));
    expect(alert(2, 99)).toEqual(['< alert 99']);
    expect(alert(7, 40)).toEqual(['< alert handshake_failure']);
    expect(alert(2)).toEqual(['< unreadable']);
    expect(alert(2, 40, 0)).toEqual(['< unreadable']);
  });

  /** What a server says in plain text may be a secret that it knows from an earlier connection. */
  it('text where TLS should be, of which nothing is told', () => {
    const events = trace([
      bytes('received', record(21, octets(2, 40))),
      bytes('received', Buffer.from('500 pa55word\r\n')),
      bytes('received', Buffer.from('more\r\n')),
    ]);
    expect(outline(events)).toEqual(['< alert handshake_failure', '< not-tls', '< not-tls']);
    expect(events.slice(1)).toMatchObject([{ octets: 14 }, { octets: 6 }]);
    expect(JSON.stringify(events)).not.toMatch(/pa55word/);
  });
});

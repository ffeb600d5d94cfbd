import { describe, expect, it } from 'vitest';
import { hex } from '../support/build.js';
import { FLIGHT, SECRET, SERVER_HELLO } from '../support/rfc8448.js';
import { bytes, find, keylog, outline, plain, records, trace } from './support.js';

/*
 * The examples of RFC 8448, both directions: section 3 whole, with the secrets that it gives; of sections 4 and 5 what is
 * in the clear.
 */

const RANDOM = 'cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7';
const SECRETS = {
  CLIENT_HANDSHAKE_TRAFFIC_SECRET: 'b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21',
  SERVER_HANDSHAKE_TRAFFIC_SECRET: SECRET.toString('hex'),
  CLIENT_TRAFFIC_SECRET_0: '9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5',
  SERVER_TRAFFIC_SECRET_0: 'a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643',
};
const KEYLOG = Object.entries(SECRETS).map(([label, secret]) => keylog(`${label} ${RANDOM} ${secret}`));

// prettier-ignore
const SIMPLE = [
  bytes('sent', hex(`
    16030100c4010000c00303cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece700000613011303
    1302010000910000000b0009000006736572766572ff01000100000a00140012001d00170018001901000101010201030104
    00230000003300260024001d002099381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c002b0003
    020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d00020101001c000240
    01`)),
  bytes('received', SERVER_HELLO),
  bytes('received', FLIGHT),
  bytes('sent', hex(`
    170303003575ec4dc238cce60b298044a71e219c56cc77b0517fe9b93c7a4bfc44d87f38f80338ac98fc46deb384bd1caeac
    ab6867d726c40546`)),
  bytes('received', hex(`
    17030300de3a6b8f90414a97d6959c3487680de5134a2b240e6cffac116e95d41d6af8f6b580dcf3d11d63c758db289a0159
    40252f55713e061dc13e078891a38efbcf5753ad8ef170ad3c7353d16d9da773b9ca7f2b9fa1b6c0d4a3d03f75e09c30ba1e
    62972ac46f75f7b981be63439b2999ce13064615139891d5e4c5b406f16e3fc181a77ca475840025db2f0a77f81b5ab05b94
    c01346755f69232c86519d86cbeeac87aac347d143f9605d64f650db4d023e70e952ca49fe5137121c74bc2697687e248746
    d6df353005f3bce18696129c8153556b3b6c6779b37bf15985684f`)),
  bytes('sent', hex(`
    1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b395bd54a9a20441e2b6297
    4e1f5a6292a2977014bd1e3deae63aeebb21694915e4`)),
  bytes('received', hex(`
    17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6dffc602dcb501a59a8fcc4
    9c4bf2e5f0a21c0047c2abf332540dd032e167c2955d`)),
  bytes('sent', hex(`
    1703030013c9872760655666b74d7ff1153efd6db6d0b0e3`)),
  bytes('received', hex(`
    1703030013b58fd67166ebf599d24720cfbe7efa7a8864a9`)),
];

const OFFER = ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_256_GCM_SHA384'];

describe('RFC 8448 section 3, a simple handshake', () => {
  const events = trace([...SIMPLE.slice(0, 2), ...KEYLOG, ...SIMPLE.slice(2)]);

  it('is told message by message', () => {
    expect(outline(events)).toEqual([
      '> ClientHello 192',
      '< ServerHello 86',
      '< EncryptedExtensions 36',
      '< Certificate 441',
      '< CertificateVerify 132',
      '< Finished 32',
      '> Finished 32',
      '< NewSessionTicket 201',
      '> application-data',
      '< application-data',
      '> alert close_notify',
      '< alert close_notify',
    ]);
    expect(records(events).map(({ length, inner }) => [length, inner?.length])).toEqual([
      [196, undefined],
      [90, undefined],
      [674, 657],
      [53, 36],
      [222, 205],
      [67, 50],
      [67, 50],
      [19, 2],
      [19, 2],
    ]);
  });

  it('field by field', () => {
    expect(plain(find(events, 'ClientHello').fields)).toEqual({
      client_version: 'TLS 1.2',
      random: RANDOM,
      session_id: '0 octets',
      cipher_suites: OFFER,
      compression_methods: ['null'],
      extensions: {
        server_name: { server_name_list: ['server'] },
        renegotiation_info: { renegotiated_connection: '0 octets' },
        supported_groups: {
          named_group_list: [
            ...['x25519', 'secp256r1', 'secp384r1', 'secp521r1'],
            ...['ffdhe2048', 'ffdhe3072', 'ffdhe4096', 'ffdhe6144', 'ffdhe8192'],
          ],
        },
        session_ticket: {},
        key_share: { client_shares: [{ group: 'x25519', key_exchange: '32 octets' }] },
        supported_versions: { versions: ['TLS 1.3'] },
        signature_algorithms: {
          supported_signature_algorithms: [
            ...['ecdsa_secp256r1_sha256', 'ecdsa_secp384r1_sha384', 'ecdsa_secp521r1_sha512', 'ecdsa_sha1'],
            ...['rsa_pss_rsae_sha256', 'rsa_pss_rsae_sha384', 'rsa_pss_rsae_sha512'],
            ...['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512', 'rsa_pkcs1_sha1'],
            ...['dsa_sha256', 'dsa_sha384', 'dsa_sha512', 'dsa_sha1'],
          ],
        },
        psk_key_exchange_modes: { ke_modes: ['psk_dhe_ke'] },
        record_size_limit: { record_size_limit: 16385 },
      },
    });
    expect(plain(find(events, 'ServerHello').fields)).toEqual({
      server_version: 'TLS 1.2',
      random: 'a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e26928',
      session_id: '0 octets',
      cipher_suite: 'TLS_AES_128_GCM_SHA256',
      compression_method: 'null',
      extensions: {
        key_share: { group: 'x25519', key_exchange: '32 octets' },
        supported_versions: { selected_version: 'TLS 1.3' },
      },
    });
    expect(plain(find(events, 'EncryptedExtensions').fields)).toMatchObject({
      extensions: { server_name: {}, record_size_limit: { record_size_limit: 16385 } },
    });
    expect(plain(find(events, 'Certificate').fields)).toEqual({
      certificate_request_context: '0 octets',
      certificate_list: [{ octets: 432, extensions: {} }],
    });
    expect(plain(find(events, 'CertificateVerify').fields)).toEqual({
      algorithm: 'rsa_pss_rsae_sha256',
      signature: '128 octets',
    });
    expect(plain(find(events, 'NewSessionTicket').fields)).toEqual({
      ticket_lifetime: 30,
      ticket_age_add: 0xfad6aac5,
      ticket_nonce: '2 octets',
      ticket: '178 octets',
      extensions: { early_data: { max_early_data_size: 1024 } },
    });
    expect(plain(find(events, 'Finished', 'received').fields)).toEqual({
      verify_data: '9b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718',
    });
    expect(plain(find(events, 'Finished', 'sent').fields)).toEqual({
      verify_data: 'a8ec436d677634ae525ac1fcebe11a039ec17694fac6e98527b642f2edd5ce61',
    });
  });
});

describe('RFC 8448 section 4, the hellos of a resumption', () => {
  const events = trace([
    bytes(
      'sent',
      hex(`
      1603010200010001fc03031bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc419d7876487d95000006130113
      031302010001cd0000000b0009000006736572766572ff01000100000a00140012001d0017001800190100010101020103
      0104003300260024001d0020e4ffb68ac05f8d96c99da26698346c6be16482badddafe051a66b4f18d668f0b002a000000
      2b0003020304000d0020001e040305030603020308040805080604010501060102010402050206020202002d0002010100
      1c000240010015005700000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000029
      00dd00b800b22c035d829359ee5ff7af4ec900000000262a6494dc486d2c8a34cb33fa90bf1b0070ad3c498883c9367c09
      a2be785abc55cd226097a3a982117283f82a03a143efd3ff5dd36d64e861be7fd61d2827db279cce145077d454a3664d4e
      6da4d29ee03725a6a4dafcd0fc67d2aea70529513e3da2677fa5906c5b3f7d8f92f228bda40dda721470f9fbf297b5aea6
      17646fac5c03272e970727c621a79141ef5f7de6505e5bfbc388e93343694093934ae4d357fad6aacb0021203add4fb2d8
      fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d`),
    ),
    bytes(
      'received',
      hex(`
      16030300600200005c03033ccfd2dec890222763472ae8136777c9d7358777bb66e91ea5122495f559ea2d001301000034
      00290002000000330024001d0020121761ee42c333e1b9e77b60dd57c2053cd94512ab47f115e86eff50942cea31002b00
      020304`),
    ),
  ]);

  it('with ticket and binder', () => {
    expect(outline(events)).toEqual(['> ClientHello 508', '< ServerHello 92']);
    expect(plain(find(events, 'ClientHello').fields)).toMatchObject({
      extensions: {
        early_data: {},
        padding: {},
        pre_shared_key: {
          identities: [{ identity: '178 octets', obfuscated_ticket_age: 0xfad6aacb }],
          binders: ['32 octets'],
        },
      },
    });
    expect(plain(find(events, 'ServerHello').fields)).toMatchObject({
      extensions: { pre_shared_key: { selected_identity: 0 } },
    });
  });
});

describe('RFC 8448 section 5, a HelloRetryRequest', () => {
  const events = trace([
    bytes(
      'sent',
      hex(`
      16030100b4010000b00303b0b1c5a5aa37c5919f2ed1d5c6fff7fcb7849716945a2b8cee9258a346677b6f000006130113
      031302010000810000000b0009000006736572766572ff01000100000a00080006001d00170018003300260024001d0020
      e8e8e3f3b93a25ed97a14a7dcacb8a272c6288e585c6484d05262fcad062ad1f002b0003020304000d0020001e04030503
      0603020308040805080604010501060102010402050206020202002d00020101001c00024001`),
    ),
    bytes(
      'received',
      hex(`
      16030300b0020000ac0303cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c001301000084
      003300020017002c0074007271dcd04bb88bc3189119398a00000000eefafc76c146b823b096f8aacad365dd0030953f4e
      df625636e5f21bb2e23fcc654b1b5b40318d10d137abcbb87574e36e8a1f025f7dfa5d6e50781b5eda4aa15b0c8be77825
      7d16aa3030e9e7841dd9e4c0342267e8ca0caf571fb2b7cff0f934b0002b00020304`),
    ),
    bytes(
      'sent',
      hex(`
      1603030200010001fc0303b0b1c5a5aa37c5919f2ed1d5c6fff7fcb7849716945a2b8cee9258a346677b6f000006130113
      031302010001cd0000000b0009000006736572766572ff01000100000a00080006001d0017001800330047004500170041
      04a6da7392ec591e17abfd535964b99894d13befb221b3def2ebe3830eac8f0151812677c4d6d2237e85cf01d6910cfb83
      954e76ba7352830534159897e8065780002b0003020304000d0020001e0403050306030203080408050806040105010601
      02010402050206020202002c0074007271dcd04bb88bc3189119398a00000000eefafc76c146b823b096f8aacad365dd00
      30953f4edf625636e5f21bb2e23fcc654b1b5b40318d10d137abcbb87574e36e8a1f025f7dfa5d6e50781b5eda4aa15b0c
      8be778257d16aa3030e9e7841dd9e4c0342267e8ca0caf571fb2b7cff0f934b0002d00020101001c00024001001500af00
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
      000000000000000000000000000000000000000000000000000000`),
    ),
    bytes(
      'received',
      hex(`
      160303007b020000770303bb341d847fd789c47c387172dc0c9bf147fccacb5043d86ca4c598d3ff571b9800130100004f
      003300450017004104583e054b7a66672ae020ad9d2686fcc85b5ad41a134a0f03ee72b893052bd85b4c8de6776f5b04ac
      07d83540eab3e3d9c547bc6528c4317d294686093a6cad7d002b00020304`),
    ),
  ]);

  it('and the two ClientHellos around it', () => {
    expect(outline(events)).toEqual([
      '> ClientHello 176',
      '< HelloRetryRequest 172',
      '> ClientHello 508',
      '< ServerHello 119',
    ]);
    expect(plain(find(events, 'HelloRetryRequest').fields)).toMatchObject({
      random: 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c',
      extensions: {
        key_share: { selected_group: 'secp256r1' },
        cookie: { cookie: '114 octets' },
        supported_versions: { selected_version: 'TLS 1.3' },
      },
    });
  });
});

import type tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { groupById, groupByName, schemeById, suiteById } from '../../src/wire/names.js';
import {
  capture,
  ders,
  dhParameters,
  factsOf,
  fixture,
  readFlight,
  type Capture,
  type Handshake,
} from './support/capture.js';

const RSA = fixture('good-rsa');
const ECDSA = fixture('good-ecdsa');
const VERSIONS: Readonly<Record<string, number>> = {
  TLSv1: 0x0301,
  'TLSv1.1': 0x0302,
  'TLSv1.2': 0x0303,
  'TLSv1.3': 0x0304,
};

// Missing in @types/node 20, present in Node.
const ASK_FOR_STAPLE: tls.ConnectionOptions & { requestOCSP: boolean } = { requestOCSP: true };

const only = (version: tls.SecureVersion): tls.SecureContextOptions => ({
  minVersion: version,
  maxVersion: version,
});
const at0 = (ciphers: string): tls.SecureContextOptions => ({ ciphers: `${ciphers}:@SECLEVEL=0` });

/** Both ends with the same versions and ciphers. */
function both(options: tls.SecureContextOptions, rest: Partial<Handshake> = {}): Handshake {
  return { ...rest, server: { ...RSA, ...options, ...rest.server }, client: { ...options, ...rest.client } };
}

/** What node knows too must be the same. */
function expectAgreement(captured: Capture): ReturnType<typeof factsOf> {
  expect(captured.error).toBeNull();
  const facts = factsOf(captured);
  const hello = facts.serverHello;
  expect(hello?.version).toBe(VERSIONS[captured.protocol ?? '']);
  const suite = suiteById(hello?.cipherSuite ?? -1);
  expect(suite?.openssl).toBe(captured.cipher.name);
  expect(suite?.iana).toBe(captured.cipher.standardName);
  expect(facts.certificates?.map((der) => Buffer.from(der)) ?? []).toEqual(captured.chain);
  expect(facts.alpn).toBe(captured.alpn);
  const { type, name, size } = captured.ephemeral;
  if (type === 'ECDH') {
    expect(groupByName(name ?? '')?.id).toBe(facts.group);
    expect(groupById(facts.group ?? -1)?.bits).toBe(size);
  }
  if (type === 'DH') expect(facts.dhBits ?? groupById(facts.group ?? -1)?.bits).toBe(size);
  return facts;
}

describe('TLS 1.0 and 1.1', () => {
  it.each(['TLSv1', 'TLSv1.1'] as const)('%s with ECDHE-RSA and with RSA', async (version) => {
    const ecdhe = expectAgreement(await capture(both({ ...only(version), ...at0('ECDHE-RSA-AES128-SHA') })));
    expect(ecdhe).toMatchObject({
      dhBits: null,
      signatureScheme: null,
      ocspStaple: null,
      certificateRequest: false,
    });
    expect(ecdhe.group).not.toBeNull();
    expect(ecdhe.serverHello).toMatchObject({
      encryptThenMac: true,
      extendedMasterSecret: true,
      renegotiationInfo: true,
    });
    const rsa = expectAgreement(await capture(both({ ...only(version), ...at0('AES256-SHA') })));
    expect(rsa).toMatchObject({ group: null, dhBits: null, signatureScheme: null });
  });

  it('TLS 1.0 with DHE-RSA has a signature without an algorithm in front', async () => {
    const options = { ...only('TLSv1'), ...at0('DHE-RSA-AES128-SHA') };
    const facts = expectAgreement(
      await capture(both(options, { server: { dhparam: dhParameters('modp2') } })),
    );
    expect(facts).toMatchObject({ dhBits: 1024, signatureScheme: null, group: null });
  });

  it('TLS 1.1 with a request for a client certificate', async () => {
    const options = { ...only('TLSv1.1'), ...at0('AES128-SHA') };
    const facts = expectAgreement(
      await capture(both(options, { server: { requestCert: true, rejectUnauthorized: false } })),
    );
    expect(facts.certificateRequest).toBe(true);
  });
});

describe('TLS 1.2', () => {
  it.each([
    ['ECDHE-RSA-AES128-GCM-SHA256', 'X25519', 'rsa_pkcs1_sha256'],
    ['ECDHE-RSA-AES256-GCM-SHA384', 'secp521r1', 'rsa_pss_rsae_sha512'],
    ['ECDHE-RSA-CHACHA20-POLY1305', 'prime256v1', 'rsa_pkcs1_sha1'],
    ['ECDHE-RSA-CAMELLIA128-SHA256', 'X448', 'rsa_pkcs1_sha224'],
  ])('%s over %s signed with %s', async (cipher, ecdhCurve, scheme) => {
    const sigalgs = scheme.replace(/^rsa_pkcs1_sha/, 'RSA+SHA');
    const facts = expectAgreement(
      await capture(both({ ...only('TLSv1.2'), ...at0(cipher), ecdhCurve, sigalgs })),
    );
    expect(facts.group).toBe(groupByName(ecdhCurve)?.id);
    expect(schemeById(facts.signatureScheme ?? -1)?.iana).toBe(scheme);
    expect(facts.serverHello?.encryptThenMac).toBe(cipher.includes('CAMELLIA'));
  });

  it('ECDHE-ECDSA sends its chain in order', async () => {
    const options = { ...ECDSA, ...only('TLSv1.2'), ...at0('ECDHE-ECDSA-AES128-GCM-SHA256') };
    const facts = expectAgreement(
      await capture({ server: options, client: { ...only('TLSv1.2'), ...at0('ALL') } }),
    );
    expect(schemeById(facts.signatureScheme ?? -1)?.iana).toMatch(/^ecdsa_/);
    expect(facts.certificates?.map((der) => Buffer.from(der))).toEqual(ders('good-ecdsa'));
  });

  it.each([
    ['modp14', 2048],
    ['modp2', 1024],
  ])('DHE-RSA with the prime of %s', async (group, bits) => {
    const options = { ...only('TLSv1.2'), ...at0('DHE-RSA-AES256-GCM-SHA384') };
    const facts = expectAgreement(await capture(both(options, { server: { dhparam: dhParameters(group) } })));
    expect(facts).toMatchObject({ dhBits: bits, group: null });
    expect(facts.signatureScheme).not.toBeNull();
  });

  it('RSA key exchange signs nothing and has no group', async () => {
    const facts = expectAgreement(await capture(both({ ...only('TLSv1.2'), ...at0('AES128-GCM-SHA256') })));
    expect(facts).toMatchObject({ group: null, dhBits: null, signatureScheme: null });
  });

  it.each([
    ['AECDH-AES128-SHA', true],
    ['ADH-AES128-SHA256', false],
  ])('%s is anonymous: no certificate, no signature', async (cipher, ec) => {
    const options = { ...only('TLSv1.2'), ...at0(cipher) };
    const captured = await capture(both(options, { server: { dhparam: dhParameters('modp14') } }));
    const facts = expectAgreement(captured);
    expect(facts).toMatchObject({ certificates: null, signatureScheme: null, dhBits: ec ? null : 2048 });
    expect(facts.group !== null).toBe(ec);
  });

  it.each([
    'PSK-AES128-CBC-SHA',
    'ECDHE-PSK-AES128-CBC-SHA',
    'DHE-PSK-AES128-CBC-SHA',
    'RSA-PSK-AES128-CBC-SHA',
  ])('%s with and without an identity hint', async (cipher) => {
    const psk = Buffer.alloc(16, 1);
    const options = { ...only('TLSv1.2'), ...at0(cipher) };
    const client = { pskCallback: () => ({ psk, identity: 'me' }), checkServerIdentity: () => undefined };
    for (const pskIdentityHint of ['a hint', undefined]) {
      const server = {
        pskCallback: () => psk,
        dhparam: dhParameters('modp14'),
        ...(pskIdentityHint ? { pskIdentityHint } : {}),
      };
      const facts = expectAgreement(await capture(both(options, { server, client })));
      expect(facts.signatureScheme).toBeNull();
      expect(facts.group !== null).toBe(cipher.startsWith('ECDHE'));
      expect(facts.dhBits).toBe(cipher.startsWith('DHE') ? 2048 : null);
    }
  });

  it('staple, client certificate request and ALPN', async () => {
    const staple = Buffer.from('not really an OCSP response');
    const captured = await capture(
      both(only('TLSv1.2'), {
        staple,
        server: { requestCert: true, rejectUnauthorized: false, ALPNProtocols: ['smtp'] },
        client: { ...ASK_FOR_STAPLE, ALPNProtocols: ['h2', 'smtp'] },
      }),
    );
    const facts = expectAgreement(captured);
    expect(captured.staple).toEqual(staple);
    expect(Buffer.from(facts.ocspStaple ?? [])).toEqual(staple);
    expect(facts).toMatchObject({ certificateRequest: true, alpn: 'smtp' });
  });

  it('a resumed session has no certificates', async () => {
    const server = { ...RSA, ...only('TLSv1.2'), ticketKeys: Buffer.alloc(48, 3) };
    const first = await capture({ server });
    const again = await capture({ server, client: { session: first.session ?? Buffer.alloc(0) } });
    expect(factsOf(again)).toMatchObject({ certificates: null, group: null });
    expect(factsOf(again).serverHello?.cipherSuite).toBe(factsOf(first).serverHello?.cipherSuite);
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
    const options = { ...only('TLSv1.3'), ...at0(`TLS_${suite}:ALL`) };
    const facts = expectAgreement(await capture(both(options, { client: { ecdhCurve: 'X25519' } })));
    expect(suiteById(facts.serverHello?.cipherSuite ?? -1)).toMatchObject({
      iana: `TLS_${suite}`,
      tls13: true,
    });
    expect(schemeById(facts.signatureScheme ?? -1)?.iana).toBe('rsa_pss_rsae_sha256');
    expect(facts).toMatchObject({
      group: 0x1d,
      dhBits: null,
      helloRetryRequest: false,
      certificateRequest: false,
    });
    expect(facts.serverHello).toMatchObject({
      encryptThenMac: false,
      extendedMasterSecret: false,
      renegotiationInfo: false,
    });
  });

  it('HelloRetryRequest, with the group of the second ServerHello', async () => {
    const captured = await capture(
      both(only('TLSv1.3'), { server: { ecdhCurve: 'P-384' }, client: { ecdhCurve: 'X25519:P-384' } }),
    );
    expect(expectAgreement(captured)).toMatchObject({ helloRetryRequest: true, group: 0x18 });
  });

  it.each(['ffdhe2048', 'X448', 'P-521'])('group %s', async (name) => {
    const facts = expectAgreement(await capture(both({ ...only('TLSv1.3'), ecdhCurve: name })));
    expect(facts.group).toBe(groupByName(name)?.id);
  });

  it('staple, client certificate request and ALPN, with an ECDSA chain', async () => {
    const staple = Buffer.from('not really an OCSP response');
    const captured = await capture({
      staple,
      server: {
        ...ECDSA,
        ...only('TLSv1.3'),
        requestCert: true,
        rejectUnauthorized: false,
        ALPNProtocols: ['smtp'],
      },
      client: { ...ASK_FOR_STAPLE, ALPNProtocols: ['smtp'] },
    });
    const facts = expectAgreement(captured);
    expect(Buffer.from(facts.ocspStaple ?? [])).toEqual(staple);
    expect(facts).toMatchObject({ certificateRequest: true, alpn: 'smtp' });
    expect(schemeById(facts.signatureScheme ?? -1)?.iana).toMatch(/^ecdsa_/);
  });
});

describe('a server that refuses', () => {
  it('the version: alert 70 and nothing else', async () => {
    const captured = await capture({ server: { ...RSA, ...only('TLSv1.3') }, client: only('TLSv1.2') });
    expect(captured.error).not.toBeNull();
    const flight = readFlight([captured.bytes], null);
    expect(flight.facts).toMatchObject({ serverHello: null, alerts: [{ level: 2, description: 70 }] });
    expect(flight.failure).toBeNull();
    expect(flight.finished).toBe(false);
  });
});

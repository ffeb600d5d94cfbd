import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { der } from './support/der-writer.js';
import {
  ask,
  caKey,
  delegate,
  expectInvalid,
  issuer,
  leaf,
  leafKey,
  OCSP_SIGNING,
  otherKey,
  otherLeaf,
  purposes,
  respond,
  responder,
  responderKey,
} from './support/ocsp-cases.js';
import { byKey, byName, keyBits } from './support/ocsp-writer.js';
import { ca, issue, keyUsage, notCa, rsaKey, type KeyPair } from './verify/issue.js';

const ANY_PURPOSE = '2.5.29.37.0';
const rsa = rsaKey(2048);
const ed25519: KeyPair = generateKeyPairSync('ed25519');

describe('a delegated responder', () => {
  it.each([
    ['by its name', byName],
    ['by its key', byKey],
  ])('is found %s', (_how, id) => {
    const cert = responder();
    const report = ask(delegate(cert, { responder: id(cert), certificates: [otherLeaf, cert] }));
    expect(report).toMatchObject({ result: 'good', responder: 'CN=OCSP responder' });
  });

  const stranger = issue({
    subject: 'OCSP responder',
    issuer: 'CA',
    key: responderKey,
    signer: otherKey,
    extensions: [purposes(OCSP_SIGNING)],
  }).cert;
  const time = (text: string): Uint8Array => der(0x17, Buffer.from(text));

  it.each<[string, Certificate, RegExp]>([
    ['has no key purpose', responder({ extensions: [notCa] }), /lacks the key purpose OCSPSigning/],
    ['has any key purpose', responder({ extensions: [purposes(ANY_PURPOSE)] }), /lacks the key purpose/],
    ['was not signed by the issuer', stranger, /signature failure \(7\)/],
    ['names another issuer', responder({ issuer: 'Another CA' }), /\(20\)/],
    ['is its own issuer', responder({ issuer: 'OCSP responder', signer: responderKey }), /\(18\)/],
    ['has expired', responder({ notAfter: time('260109000000Z') }), /has expired \(10\)/],
    ['is not valid yet', responder({ notBefore: time('260111000000Z') }), /not yet valid \(9\)/],
    [
      'has an unknown critical extension',
      responder({ extensions: [purposes(OCSP_SIGNING), ['1.3.6.1.4.1.32473.1', true, der(0x05)]] }),
      /\(34\)/,
    ],
  ])('is refused when it %s', (_what, cert, reason) => {
    expectInvalid(ask(delegate(cert)), reason);
  });

  it('has to be issued by the very issuer, not below it', () => {
    const middle = issue({
      subject: 'Sub CA',
      issuer: 'CA',
      key: otherKey,
      signer: caKey,
      extensions: [ca(), keyUsage(0x06)],
    }).cert;
    const cert = responder({ issuer: 'Sub CA', signer: otherKey });
    expectInvalid(ask(delegate(cert, { certificates: [cert, middle] })), /\(20\)/);
  });

  it('is refused when the ResponderID is not theirs', () => {
    const cert = responder();
    expectInvalid(ask(delegate(cert, { responder: byName(leaf) })), /neither the issuer nor in the response/);
    const sha256 = der(0xa2, der(0x04, keyBits(cert).subarray(0, 32)));
    expectInvalid(ask(delegate(cert, { responder: sha256 })), /neither the issuer nor/);
    expectInvalid(ask(delegate(cert, { certificates: [] })), /neither the issuer nor/);
    expectInvalid(ask(delegate(cert, { responder: byName(issuer) })), /its signature is wrong/);
  });

  it('may not be the certificate itself', () => {
    const report = ask(respond({ responder: byName(leaf), key: leafKey, certificates: [leaf] }));
    expectInvalid(report, /lacks the key purpose/);
  });
});

describe('the signature', () => {
  it.each([
    ['ed25519', ed25519],
    ['rsa-pss', rsa],
    ['rsa-sha256', rsa],
  ] as const)('may be %s', (signer, key) => {
    expect(ask(delegate(responder({ key }), { signer, key })).result).toBe('good');
  });

  it('of another key is wrong', () => {
    expectInvalid(ask(respond({ key: otherKey })), /its signature is wrong/);
    expectInvalid(ask(delegate(responder(), { key: otherKey })), /its signature is wrong/);
    // The algorithm says what the key is not.
    expectInvalid(ask(delegate(responder(), { key: rsa, signer: 'rsa-sha256' })), /its signature is wrong/);
  });

  it.each([
    ['rsa-md5', 1],
    ['rsa-sha1', 1],
    ['ecdsa-sha1', 2],
    ['ecdsa-sha256', 4],
  ] as const)('by %s is too weak for level %d', (signer, authLevel) => {
    const key = signer.startsWith('rsa') ? rsa : responderKey;
    const response = delegate(responder({ key }), { signer, key });
    expectInvalid(ask(response, { authLevel }), /too weak for level/);
    if (signer !== 'rsa-md5') expect(ask(response, { authLevel: 0 }).result).toBe('good');
  });

  it('is too weak with a key that the level refuses', () => {
    const key = rsaKey(1024);
    expectInvalid(ask(delegate(responder({ key }), { signer: 'rsa-sha256', key })), /\(66\)/);
  });
});

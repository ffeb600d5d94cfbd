import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { parseCertificate } from '../../src/x509/certificate.js';
import { toCertificateReport, toPem } from '../../src/x509/certificate-report.js';
import {
  ascii,
  certificateDer,
  cn,
  der,
  ID,
  oid,
  san,
  TRUE,
  type ExtensionSpec,
} from './support/der-writer.js';

const withExtensions = (...extensions: readonly ExtensionSpec[]): Certificate =>
  parseCertificate(certificateDer({ extensions }));

describe('toCertificateReport', () => {
  const now = Date.parse('2034-12-31T00:00:00Z');

  it('says what people want to know', () => {
    const cert = parseCertificate(
      certificateDer({
        subject: cn('mail'),
        extensions: [
          san(
            'mail.test',
            'evil\u001b[2J\\.test',
            [192, 0, 2, 1],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
            [1, 2],
          ),
          [ID.basicConstraints, true, der(0x30, TRUE)],
        ],
      }),
    );
    expect(toCertificateReport(cert, now, { pem: false })).toEqual({
      subject: 'CN=mail',
      issuer: 'CN=mail',
      serial: '01',
      notBefore: '2025-01-01T00:00:00.000Z',
      notAfter: '2035-01-01T00:00:00.000Z',
      daysLeft: 1,
      key: { type: 'ed25519', bits: 253, curve: null },
      signatureAlgorithm: 'ED25519',
      sha256: cert.sha256,
      spkiSha256: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/) as string,
      san: ['DNS:mail.test', 'DNS:evil\\1B[2J\\5C.test', 'IP:192.0.2.1', 'IP:::1', 'IP:<invalid 0102>'],
      ca: true,
      selfSigned: true,
      extendedKeyUsage: null,
      caIssuers: [],
      mustStaple: false,
    });
  });

  it('names purposes, or gives their numbers', () => {
    const purposes = der(0x30, oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.4.1.32473.1'));
    const cert = withExtensions([ID.extendedKeyUsage, false, purposes]);
    expect(toCertificateReport(cert, now, { pem: false }).extendedKeyUsage).toEqual([
      'serverAuth',
      '1.3.6.1.4.1.32473.1',
    ]);
  });

  it('says where the issuer can be had, escaped; what it cannot read says nothing', () => {
    const AIA = '1.3.6.1.5.5.7.1.1';
    const access = (method: string, location: Uint8Array): Uint8Array => der(0x30, oid(method), location);
    const value = der(
      0x30,
      access('1.3.6.1.5.5.7.48.1', der(0x86, ascii('http://ocsp.test/'))),
      access('1.3.6.1.5.5.7.48.2', der(0x86, ascii('http://ca.test/\u001b[2J'))),
      access('1.3.6.1.5.5.7.48.2', der(0x82, ascii('not.a.url'))),
      der(0x30),
    );
    const urls = (...extensions: readonly ExtensionSpec[]): readonly string[] =>
      toCertificateReport(withExtensions(...extensions), now, { pem: false }).caIssuers;
    expect(urls([AIA, false, value])).toEqual(['http://ca.test/\\1B[2J']);
    expect(urls([AIA, false, der(0x31)])).toEqual([]);
    const many = Array.from({ length: 100 }, () =>
      access('1.3.6.1.5.5.7.48.2', der(0x86, ascii('http://x/'))),
    );
    expect(urls([AIA, false, der(0x30, ...many)])).toHaveLength(8);
  });

  it('names the rarer kinds of subjectAltName', () => {
    const names = [der(0x81, ascii('a@b')), der(0x86, ascii('u:')), der(0xa4, cn('dir')), der(0x88, [0x2a])];
    const cert = withExtensions([ID.subjectAltName, false, der(0x30, ...names)]);
    expect(toCertificateReport(cert, now, { pem: false }).san).toEqual([
      'email:a@b',
      'URI:u:',
      'DirName:CN=dir',
      'other[8]:88012a',
    ]);
  });

  it('counts whole days, negative as soon as it has expired', () => {
    const cert = parseCertificate(certificateDer());
    const days = (at: string): number => toCertificateReport(cert, Date.parse(at), { pem: false }).daysLeft;
    expect(days('2034-12-31T00:00:01Z')).toBe(0);
    expect(days('2035-01-01T00:00:01Z')).toBe(-1);
  });

  it('calls an invalid time invalid, and has no days left', () => {
    const cert = parseCertificate(certificateDer({ notAfter: der(0x17, ascii('3501010000Z')) }));
    expect(toCertificateReport(cert, now, { pem: false })).toMatchObject({
      notAfter: 'invalid',
      daysLeft: 0,
    });
  });

  it('adds a PEM that reads back to the same octets', () => {
    const bytes = certificateDer({ extensions: [san('a.test')] });
    const text = toCertificateReport(parseCertificate(bytes), now, { pem: true }).pem ?? '';
    expect(text).toBe(toPem(bytes));
    expect(text.split('\n').every((line) => line.length <= 64)).toBe(true);
    expect(new X509Certificate(text).raw.equals(bytes)).toBe(true);
  });

  it('gives type, size and curve of the key', () => {
    const spki = (pair: { publicKey: { export(o: { type: 'spki'; format: 'der' }): Buffer } }): Uint8Array =>
      pair.publicKey.export({ type: 'spki', format: 'der' });
    const key = (bytes: Uint8Array) =>
      toCertificateReport(parseCertificate(certificateDer({ spki: bytes })), now, { pem: false }).key;
    expect(key(spki(generateKeyPairSync('rsa', { modulusLength: 1024 })))).toEqual({
      type: 'rsa',
      bits: 1024,
      curve: null,
    });
    expect(key(spki(generateKeyPairSync('ec', { namedCurve: 'P-256' })))).toEqual({
      type: 'ec',
      bits: 256,
      curve: 'prime256v1',
    });
    expect(key(spki(generateKeyPairSync('ec', { namedCurve: 'secp521r1' })))).toMatchObject({ bits: 521 });
    expect(key(spki(generateKeyPairSync('ed448')))).toEqual({ type: 'ed448', bits: 456, curve: null });
    const unknown = der(0x30, der(0x30, oid('1.2.3.4')), der(0x03, [0, 1]));
    expect(key(unknown)).toEqual({ type: '1.2.3.4', bits: null, curve: null });
  });

  /** `openssl x509 -text` says of it: Signature Algorithm: rsassaPss, Hash Algorithm: sha256. */
  it('has the digest of RSASSA-PSS, which the name of the algorithm does not say', () => {
    const pem = readFileSync(new URL('../../certs-fixtures/out/chains/good-rsa-pss.pem', import.meta.url));
    const cert = parseCertificate(new X509Certificate(pem).raw);
    const report = (params: Uint8Array | null): unknown =>
      toCertificateReport({ ...cert, signatureParams: params }, now, { pem: false }).signatureDigest;
    expect(toCertificateReport(cert, now, { pem: false })).toMatchObject({
      signatureAlgorithm: 'rsassaPss',
      signatureDigest: 'sha256',
    });
    // Nothing said is SHA-1 (RFC 4055 section 3.1); nothing at all says nothing.
    expect(report(der(0x30))).toBe('sha1');
    expect(report(null)).toBeNull();
    expect(report(der(0x30, [1, 2, 3]))).toBeNull();
  });

  it('leaves an unknown signature algorithm as its OID', () => {
    const cert = { ...parseCertificate(certificateDer()), signatureOid: '1.2.3.4' };
    expect(toCertificateReport(cert, now, { pem: false }).signatureAlgorithm).toBe('1.2.3.4');
  });
});

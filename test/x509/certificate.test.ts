import { describe, expect, it } from 'vitest';
import { KEY_USAGE, type Certificate } from '../../src/x509/certificate-types.js';
import { parseCertificate, parsePemCertificates } from '../../src/x509/certificate.js';
import { formatName } from '../../src/x509/name.js';
import {
  ascii,
  certificateDer,
  cn,
  der,
  hex,
  ID,
  oid,
  pem,
  san,
  TRUE,
  type ExtensionSpec,
} from './support/der-writer.js';

const withExtensions = (...extensions: readonly ExtensionSpec[]): Certificate =>
  parseCertificate(certificateDer({ extensions }));

describe('the facts of a certificate', () => {
  const bytes = certificateDer({
    subject: cn('leaf'),
    issuer: cn('ca'),
    serial: [0x00, 0x8f, 0x01],
    extensions: [
      [ID.basicConstraints, true, der(0x30, TRUE, der(0x02, [3]))],
      [ID.keyUsage, true, der(0x03, [7, 0x86, 0x80])],
      [ID.extendedKeyUsage, false, der(0x30, oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))],
      [ID.subjectKeyId, false, der(0x04, [1, 2, 3])],
      [
        ID.authorityKeyId,
        false,
        der(0x30, der(0x80, [4, 5]), der(0xa1, der(0xa4, cn('ca'))), der(0x82, [0x00, 0xff])),
      ],
      [ID.nameConstraints, true, der(0x30, der(0xa1, der(0x30, der(0x82, ascii('example.net')))))],
      san('mail.example.org'),
    ],
  });
  const cert = parseCertificate(bytes);

  it('are read from the DER', () => {
    expect(cert).toMatchObject({
      version: 2,
      serial: '8F01',
      notBefore: Date.parse('2025-01-01T00:00:00Z'),
      notAfter: Date.parse('2035-01-01T00:00:00Z'),
      signatureOid: '1.3.101.112',
      signatureParams: null,
      signatureAlgorithmsAgree: true,
      keyOid: '1.3.101.112',
      duplicateExtensions: false,
      malformedExtension: false,
      basicConstraints: { ca: true, pathLen: 3 },
      keyUsage:
        KEY_USAGE.digitalSignature | KEY_USAGE.keyCertSign | KEY_USAGE.cRLSign | KEY_USAGE.decipherOnly,
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
      subjectAltNames: [{ type: 'dns', value: 'mail.example.org' }],
      subjectKeyId: Uint8Array.of(1, 2, 3),
      nameConstraints: {
        permitted: [],
        excluded: [{ base: { type: 'dns', value: 'example.net' }, limited: false }],
      },
      selfIssued: false,
    });
    expect([formatName(cert.subject), formatName(cert.issuer)]).toEqual(['CN=leaf', 'CN=ca']);
    expect(cert.extensions.map(({ oid: id, critical }) => [id, critical]).slice(0, 3)).toEqual([
      [ID.basicConstraints, true],
      [ID.keyUsage, true],
      [ID.extendedKeyUsage, false],
    ]);
    expect(Buffer.from(cert.authorityKeyId?.keyId ?? []).toString('hex')).toBe('0405');
    expect(cert.authorityKeyId?.serial).toBe('FF');
    expect(cert.authorityKeyId?.issuer).toMatchObject([{ type: 'directory' }]);
  });

  it('agree with Node’s view', () => {
    expect(cert.sha256).toBe(cert.node.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(Buffer.from(cert.spkiDer)).toEqual(cert.publicKey?.export({ type: 'spki', format: 'der' }));
    expect(cert.serial).toBe(cert.node.serialNumber);
  });

  it('of a certificate without extensions are null, not empty', () => {
    const bare = parseCertificate(certificateDer({ version: 0 }));
    expect(bare).toMatchObject({
      version: 0,
      extensions: [],
      basicConstraints: null,
      keyUsage: null,
      extendedKeyUsage: null,
      subjectAltNames: null,
      subjectKeyId: null,
      authorityKeyId: null,
      nameConstraints: null,
      selfIssued: true,
    });
  });

  it('keep an invalid time as NaN, as long as OpenSSL reads the rest', () => {
    const cut = parseCertificate(certificateDer({ notAfter: der(0x17, ascii('3501010000Z')) }));
    expect([cut.notBefore, cut.notAfter]).toEqual([Date.parse('2025-01-01T00:00:00Z'), NaN]);
  });

  it('tell when the inner and the outer algorithm differ', () => {
    const innerAlgorithm = der(0x30, oid('1.2.840.113549.1.1.11'), der(0x05));
    expect(parseCertificate(certificateDer({ innerAlgorithm })).signatureAlgorithmsAgree).toBe(false);
  });

  it('have no public key when OpenSSL cannot read it', () => {
    const spki = der(0x30, der(0x30, oid('1.2.3.4')), der(0x03, [0, 1, 2]));
    expect(parseCertificate(certificateDer({ spki }))).toMatchObject({ keyOid: '1.2.3.4', publicKey: null });
  });

  it('cover every kind of GeneralName', () => {
    const names = der(
      0x30,
      der(0xa0, oid('1.2.3'), der(0xa0, der(0x0c, ascii('x')))),
      ...[der(0x81, ascii('a@b')), der(0x82, ascii('d')), der(0x86, ascii('u:')), der(0x87, [1, 2, 3, 4])],
      ...[der(0xa4, cn('dir')), der(0x88, [0x2a])],
    );
    const types = withExtensions([ID.subjectAltName, false, names]).subjectAltNames?.map((name) => name.type);
    expect(types).toEqual(['other', 'email', 'dns', 'uri', 'ip', 'directory', 'other']);
  });
});

describe('parsePemCertificates', () => {
  const [one, two] = [certificateDer({ serial: [1] }), certificateDer({ serial: [2] })];
  const serials = (text: string): (string | number)[] => {
    const { certificates, skipped } = parsePemCertificates(text);
    return [...certificates.map((cert) => cert.serial), skipped];
  };

  it('takes every label of OpenSSL, in order, with anything in between', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n';
    const trusted = pem(Buffer.concat([two, der(0x30)]), 'TRUSTED CERTIFICATE');
    expect(serials(`junk\n${pem(one)}${key}# text\n${pem(two, 'X509 CERTIFICATE')}${trusted}-----`)).toEqual([
      '01',
      '02',
      '02',
      0,
    ]);
  });

  it('takes CRLF and base64 in one line', () => {
    const line = `-----BEGIN CERTIFICATE-----\r\n${Buffer.from(one).toString('base64')}\r\n-----END CERTIFICATE-----`;
    expect(serials(line)).toEqual(['01', 0]);
  });

  it('counts what is no certificate, and goes on behind it', () => {
    const none = pem(certificateDer({ serial: [] })) + pem(hex('00'), 'TRUSTED CERTIFICATE');
    expect(serials(none + pem(two))).toEqual(['02', 2]);
  });

  it.each([
    ['', ''],
    ['a block that never ends', pem(one).replace('-----END', '')],
    ['a label that never ends', '-----BEGIN CERT'],
  ])('finds nothing in %j', (_why, text) => {
    expect(serials(text)).toEqual([0]);
  });
});

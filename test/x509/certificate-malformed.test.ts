import { X509Certificate } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { parseCertificate } from '../../src/x509/certificate.js';
import { toCertificateReport } from '../../src/x509/certificate-report.js';
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

/** Everything that a certificate can be asked, so that a getter that throws is found. */
function readAll(cert: Certificate): string {
  const report = toCertificateReport(cert, 0, { pem: true });
  const facts = [
    cert.version,
    cert.keyOid,
    cert.signatureAlgorithmsAgree,
    cert.duplicateExtensions,
    cert.keyUsage,
  ];
  const more = [
    cert.malformedExtension,
    cert.extendedKeyUsage,
    cert.authorityKeyId?.serial,
    cert.nameConstraints?.permitted.map(({ base }) => base.type),
  ];
  const issuers = (cert.authorityKeyId?.issuer ?? []).map((name) => name.type);
  return JSON.stringify([
    report,
    facts,
    more,
    issuers,
    cert.selfIssued,
    cert.basicConstraints,
    cert.subjectKeyId,
  ]);
}

/** What parseCertificate makes of bytes: their certificate, or null for a `certificate-malformed`. Anything else fails the test. */
function tryParse(bytes: Uint8Array): Certificate | null {
  try {
    return parseCertificate(bytes);
  } catch (error) {
    if (error instanceof SmtpcheckError && error.code === 'certificate-malformed') return null;
    throw error;
  }
}

describe('an extension that is malformed is flagged and counts as absent', () => {
  it.each<readonly [string, string, Uint8Array]>([
    ['basicConstraints that is no SEQUENCE', ID.basicConstraints, der(0x31)],
    ['basicConstraints that is empty', ID.basicConstraints, hex('')],
    ['basicConstraints with a BOOLEAN of two octets', ID.basicConstraints, der(0x30, der(0x01, [1, 1]))],
    ['basicConstraints in the wrong order', ID.basicConstraints, der(0x30, der(0x02, [1]), TRUE)],
    ['a negative pathLen', ID.basicConstraints, der(0x30, TRUE, der(0x02, [0xff]))],
    ['keyUsage without a bit', ID.keyUsage, der(0x03, [0, 0])],
    ['keyUsage without octets', ID.keyUsage, der(0x03)],
    ['keyUsage that is an INTEGER', ID.keyUsage, der(0x02, [6])],
    ['extKeyUsage that holds no OIDs', ID.extendedKeyUsage, der(0x30, der(0x02, [1]))],
    ['extKeyUsage with an empty OID', ID.extendedKeyUsage, der(0x30, der(0x06))],
    ['subjectKeyIdentifier that is no OCTET STRING', ID.subjectKeyId, der(0x30)],
    ['authorityKeyIdentifier with an unknown part', ID.authorityKeyId, der(0x30, der(0x83, [1]))],
    ['authorityKeyIdentifier with an empty serial', ID.authorityKeyId, der(0x30, der(0x82))],
    ['subjectAltName with an unknown tag', ID.subjectAltName, der(0x30, der(0x89, [1]))],
    ['subjectAltName with a broken directory name', ID.subjectAltName, der(0x30, der(0xa4, [1]))],
    ['subjectAltName with an empty registeredID', ID.subjectAltName, der(0x30, der(0x88))],
    ['subjectAltName cut off', ID.subjectAltName, hex('300582')],
    ['nameConstraints that is no SEQUENCE', ID.nameConstraints, der(0x04)],
    ['cRLDistributionPoints that is no SEQUENCE', ID.crlDistributionPoints, der(0x04)],
    ['nsCertType that is no BIT STRING', ID.netscapeCertType, der(0x04)],
  ])('%s', (_why, id, value) => {
    const cert = withExtensions([id, false, value]);
    expect(cert.malformedExtension).toBe(true);
    const { basicConstraints, keyUsage, extendedKeyUsage, subjectKeyId, authorityKeyId, subjectAltNames } =
      cert;
    const decoded = [
      basicConstraints,
      keyUsage,
      extendedKeyUsage,
      subjectKeyId,
      authorityKeyId,
      subjectAltNames,
    ];
    expect(decoded.every((value_) => value_ === null)).toBe(true);
  });

  it('one that is there twice, too', () => {
    const cert = withExtensions(san('a.test'), san('b.test'));
    expect(cert).toMatchObject({
      duplicateExtensions: true,
      malformedExtension: true,
      subjectAltNames: null,
    });
  });

  it('but not what OpenSSL lets pass: octets behind the value, an absurd pathLen, an unknown extension', () => {
    const trailing = Buffer.concat([der(0x30, TRUE), hex('00')]);
    expect(withExtensions([ID.basicConstraints, true, trailing])).toMatchObject({
      malformedExtension: false,
      basicConstraints: { ca: true, pathLen: null },
    });
    const huge = der(0x30, TRUE, der(0x02, new Uint8Array(20).fill(0x11)));
    expect(withExtensions([ID.basicConstraints, true, huge]).basicConstraints).toEqual({
      ca: true,
      pathLen: null,
    });
    expect(withExtensions(['1.2.3.4', true, hex('ff')]).malformedExtension).toBe(false);
  });
});

describe('certificates that must be rejected rather than crash', () => {
  const good = certificateDer({ extensions: [san('a.test')] });
  it.each<readonly [string, Uint8Array]>([
    ['nothing', hex('')],
    ['text', ascii('-----BEGIN CERTIFICATE-----')],
    ['a certificate as PEM, which Node would take', ascii(pem(good))],
    ['cut off', good.subarray(0, -1)],
    ['data behind it', Buffer.concat([good, hex('00')])],
    ['more than 64 KiB', certificateDer({ extensions: [['1.2.3', false, new Uint8Array(65_536)]] })],
    ['an empty SEQUENCE', der(0x30)],
    ['three empty parts', der(0x30, der(0x30), der(0x30), der(0x03, [0]))],
    ['a serial without octets', certificateDer({ serial: [] })],
    ['a serial that is not minimal', certificateDer({ serial: [0, 1] })],
    ['a validity of another type', certificateDer({ notAfter: der(0x16, ascii('350101000000Z')) })],
    [
      'a subject that is not UTF-8',
      certificateDer({ subject: der(0x30, der(0x31, der(0x30, oid('2.5.4.3'), der(0x0c, [0xff])))) }),
    ],
    ['a key without algorithm', certificateDer({ spki: der(0x30, der(0x30), der(0x03, [0])) })],
    ['a key that is empty', certificateDer({ spki: der(0x30) })],
    ['an indefinite length', Buffer.concat([hex('3080'), good.subarray(4), hex('0000')])],
  ])('%s', (_why, bytes) => {
    expect(tryParse(bytes)).toBeNull();
  });

  it('and whatever becomes of the octets of a good one, nothing but our own error is thrown', () => {
    const rich = certificateDer({
      extensions: [
        san('a.test', [1, 2, 3, 4]),
        [ID.keyUsage, true, der(0x03, [5, 0xa0])],
        [ID.authorityKeyId, false, der(0x30, der(0x80, [1]), der(0xa1, der(0xa4, cn('x'))), der(0x82, [1]))],
      ],
    });
    const mutation = fc.tuple(fc.nat(rich.length - 1), fc.nat(255));
    let accepted = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), fc.boolean(), (mutations, cut) => {
        const bytes = Uint8Array.from(rich);
        for (const [at, octet] of mutations) bytes[at] = octet;
        const cert = tryParse(cut ? bytes.subarray(0, mutations[0]?.[0]) : bytes);
        if (cert === null) return;
        accepted += 1;
        expect(readAll(cert)).toContain('CERTIFICATE');
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  it('nor by random octets', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(tryParse(bytes)).toBeNull();
      }),
    );
  });

  it('what OpenSSL refuses is refused, whatever our own reader thinks', () => {
    const badBits = certificateDer({ spki: der(0x30, der(0x30, oid('1.2.3.4')), der(0x03)) });
    expect(() => new X509Certificate(badBits)).toThrow();
    expect(tryParse(badBits)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { parseCrl, parseCrls } from '../../src/x509/crl.js';
import type { Crl } from '../../src/x509/crl-types.js';
import { formatName, parseName } from '../../src/x509/name.js';
import { interCrl, keys, root } from './support/crl-pki.js';
import {
  authorityKeyId,
  certificateIssuer,
  crlDer,
  crlNumber,
  crlPem,
  deltaOf,
  fullName,
  INDIRECT,
  issuingPoint,
  keyIdOf,
  makeCrl,
  ONLY_USER,
  reason,
  relativeName,
  SOME_REASONS,
  unknown,
  uri,
  utc,
  type CrlSpec,
} from './support/crl-writer.js';
import { ascii, cn, der, oid } from './support/der-writer.js';

const usual = { issuer: 'issuer', signer: keys.root } as const;
const make = (spec: Partial<CrlSpec> = {}): Crl => makeCrl({ ...usual, ...spec });

const errorOf = (parse: () => unknown): unknown => {
  try {
    return parse();
  } catch (error) {
    return error;
  }
};

describe('parseCrl', () => {
  it('reads the fields of a list (RFC 5280 section 5.1)', () => {
    const crl = make({ nextUpdate: der(0x18, ascii('20600101000000Z')) });
    expect(formatName(crl.issuer)).toBe('CN=issuer');
    expect(crl.thisUpdate).toBe(Date.UTC(2025, 0, 1));
    expect(crl.nextUpdate).toBe(Date.UTC(2060, 0, 1));
    expect(crl).toMatchObject({
      crlNumber: null,
      authorityKeyId: null,
      issuingPoint: null,
      isDelta: false,
      unknownCritical: false,
      malformedExtension: false,
      signatureOid: '1.2.840.10045.4.3.2',
      signatureAlgorithmsAgree: true,
      entryCount: 0,
    });
  });

  it('reads a time that is none as NaN, and no nextUpdate as null', () => {
    expect(make({ thisUpdate: utc('2501010000Z') }).thisUpdate).toBeNaN();
    expect(make({ nextUpdate: utc('251301000000Z') }).nextUpdate).toBeNaN();
    expect(make({ nextUpdate: null }).nextUpdate).toBeNull();
  });

  it('reads the extensions (RFC 5280 section 5.2)', () => {
    const point = issuingPoint(fullName(uri('http://a/')), ONLY_USER, SOME_REASONS, INDIRECT);
    const key = authorityKeyId(der(0x80, keyIdOf(keys.root)));
    const crl = make({ extensions: [crlNumber(0x7f), deltaOf(1), key, point, unknown(false)] });
    expect(crl).toMatchObject({ crlNumber: '7F', isDelta: true, unknownCritical: false });
    expect(crl.issuingPoint).toEqual({
      name: { type: 'full', names: [{ type: 'uri', value: 'http://a/' }] },
      onlyUserCerts: true,
      onlyCaCerts: false,
      onlyAttributeCerts: false,
      reasons: 0x40,
      indirect: true,
    });
    expect(Buffer.from(crl.authorityKeyId?.keyId ?? [])).toEqual(keyIdOf(keys.root));
  });

  it('reads a name relative to the issuer', () => {
    const { issuingPoint: point } = make({ extensions: [issuingPoint(relativeName('part'))] });
    expect(point?.name?.type === 'relative' && formatName(point.name.fragment)).toBe('CN=part');
  });

  it.each([
    ['list', make({ extensions: [unknown(true)] })],
    ['list, its number', make({ extensions: [crlNumber(1, true)] })],
    ['list, its freshest delta', make({ extensions: [['2.5.29.46', true, der(0x30)]] })],
    ['entry', make({ entries: [{ serial: '01', extensions: [reason(1, true)] }] })],
  ])('knows of a critical extension of a %s', (_, crl) => {
    expect(crl).toMatchObject({ unknownCritical: true, malformedExtension: false });
  });

  it('knows of signatures that are not what they seem', () => {
    expect(make({ innerAlgorithm: der(0x30, oid('1.2.3')) }).signatureAlgorithmsAgree).toBe(false);
    expect(make({ unusedBits: 4 }).signature).toBeNull();
  });
});

describe('revoked', () => {
  const SERIALS = ['00', '7F', '80', 'FF', '0100', '4000FF', 'FF'.repeat(20), '-01', '-80', '-0100'];
  const OCTETS = ['00', '7f', '0080', '00ff', '0100', '4000ff', `00${'ff'.repeat(20)}`, 'ff', '80', 'ff00'];
  const all = make({ entries: OCTETS.map((octets) => ({ serial: octets })) });

  it.each(SERIALS)('finds %s', (serial) => {
    expect(all.revoked(serial)).toEqual({ serial, date: Date.UTC(2025, 0, 1), reason: null, extensions: [] });
  });

  it.each(['01', '81', '-7F', '0200', '4100FF', 'FF'.repeat(19)])('does not find %s', (serial) => {
    expect(all.revoked(serial)).toBeNull();
  });

  it.each([0, 1, 6, 8, 10])('says reason %d', (code) => {
    expect(make({ entries: [{ serial: '01', extensions: [reason(code)] }] }).revoked('01')?.reason).toBe(
      code,
    );
  });

  it('says nothing of a reason beyond one octet', () => {
    const extensions = [['2.5.29.21', false, der(0x0a, [1, 0])]] as const;
    expect(make({ entries: [{ serial: '01', extensions }] }).revoked('01')?.reason).toBeNull();
  });

  it('takes the first of several entries', () => {
    const entries = [reason(8), reason(1)].map((one) => ({ serial: '01', extensions: [one] }));
    expect(make({ entries }).revoked('01')?.reason).toBe(8);
  });

  it('has certificateIssuer hold until the next (RFC 5280 section 5.3.3)', () => {
    const crl = make({
      entries: [
        { serial: '01' },
        { serial: '02', extensions: [certificateIssuer('one')] },
        { serial: '03' },
        { serial: '04', extensions: [certificateIssuer('two')] },
        { serial: '01' },
      ],
    });
    const found = (name: string): (string | undefined)[] =>
      ['01', '02', '03', '04'].map((serial) => crl.revoked(serial, parseName(cn(name)))?.serial);
    expect(found('issuer')).toEqual(['01', undefined, undefined, undefined]);
    expect(found('one')).toEqual([undefined, '02', '03', undefined]);
    expect(found('two')).toEqual(['01', undefined, undefined, '04']);
  });

  it('looks through 100,000 entries in no time', () => {
    const entries = Array.from({ length: 100_000 }, (_, i) => ({
      serial: [0x40, i >> 16, (i >> 8) & 0xff, i & 0xff],
      extensions: i % 2 === 0 ? [reason(i % 7)] : [],
    }));
    const bytes = crlDer({ ...usual, entries });
    const start = performance.now();
    const crl = parseCrl(bytes);
    const parsed = performance.now();
    expect(crl.entryCount).toBe(100_000);
    expect(crl.revoked('4001869E')?.reason).toBe(99_998 % 7);
    expect(crl.revoked('4001869F')?.reason).toBeNull();
    expect(crl.revoked('400186A0')).toBeNull();
    const end = performance.now();
    // Usually 60 ms and 1 ms each; the room is for a busy machine.
    expect(parsed - start).toBeLessThan(2000);
    expect(end - parsed).toBeLessThan(500);
  });
});

describe('parseCrls', () => {
  const [one, two] = [interCrl(), crlDer(usual)];
  const names = (bytes: Uint8Array | string): string[] =>
    parseCrls(Buffer.from(bytes)).map(({ issuer }) => formatName(issuer));

  it('takes one list as DER', () => {
    expect(names(one)).toEqual(['CN=inter']);
  });

  it('takes any number of PEM blocks, and passes over what stands in between', () => {
    expect(names(crlPem([one, two]))).toEqual(['CN=inter', 'CN=issuer']);
    const text = `0 of my lists\n${crlPem([one])}${root.pem}and\n${crlPem([two]).replaceAll('\n', '\r\n')}`;
    expect(names(text)).toEqual(['CN=inter', 'CN=issuer']);
  });

  it.each([
    ['only certificates', root.pem],
    ['a block without an end', crlPem([one]).slice(0, -20)],
    ['a block that is no list', crlPem([one, root.cert.der])],
    ['a block with octets missing', crlPem([one.subarray(0, -3)])],
    ['plain text', 'nothing to see'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(errorOf(() => names(text))).toMatchObject({
      code: 'crl-malformed',
      phase: 'trust',
      hint: expect.stringContaining('BEGIN X509 CRL') as unknown,
    });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import { MAX_CRL, parseCrl, parseCrls } from '../../src/x509/crl.js';
import type { Crl } from '../../src/x509/crl-types.js';
import { formatName } from '../../src/x509/name.js';
import { keys, root } from './support/crl-pki.js';
import {
  authorityKeyId,
  certificateIssuer,
  crlDer,
  crlNumber,
  dirName,
  encodeEntry,
  issuingPoint,
  makeCrl,
  ONLY_USER,
  PAST,
  reason,
  relativeName,
  SOME_REASONS,
  type CrlSpec,
} from './support/crl-writer.js';
import { cn, der, hex, oid } from './support/der-writer.js';

const usual = { issuer: 'issuer', signer: keys.root } as const;
const make = (spec: Partial<CrlSpec> = {}): Crl => makeCrl({ ...usual, ...spec });

/** What parseCrl makes of bytes, and all that the list can be asked; null for a `crl-malformed`. Anything else fails the test. */
function tryParse(bytes: Uint8Array): string | null {
  try {
    const crl = parseCrl(bytes);
    const entries = ['01', '4000FF', '-01', '00'].map((serial) => crl.revoked(serial));
    return JSON.stringify([crl.thisUpdate, crl.crlNumber, crl.issuingPoint, formatName(crl.issuer), entries]);
  } catch (error) {
    if (error instanceof SmtpcheckError && error.code === 'crl-malformed') return null;
    throw error;
  }
}

const errorOf = (parse: () => unknown): unknown => {
  try {
    return parse();
  } catch (error) {
    return error;
  }
};

describe('an extension that cannot be read is flagged', () => {
  const BAD = [
    ['2.5.29.20', der(0x02)],
    ['2.5.29.27', der(0x30)],
    ['2.5.29.28', der(0x30, der(0x86))],
    ['2.5.29.28', der(0x30, der(0x83, [8, 0]))],
    ['2.5.29.28', der(0x30, der(0x81, [1, 1]))],
    ['2.5.29.28', der(0x30, der(0xa0))],
    ['2.5.29.28', der(0x30, der(0xa0, der(0xa2)))],
    ['2.5.29.28', der(0x30, der(0xa0, der(0xa1, der(0x30))))],
    ['2.5.29.28', der(0x30, der(0xa0, der(0xa0, der(0xa4, [5]))))],
    ['2.5.29.35', der(0x30, der(0x83))],
  ] as const;

  it.each(BAD)('of the list: %s %o', (id, value) => {
    expect(make({ extensions: [[id, false, value]] }).malformedExtension).toBe(true);
  });

  it.each([
    ['a reason that is no ENUMERATED', '2.5.29.21', der(0x02, [1])],
    ['a reason without octets', '2.5.29.21', der(0x0a)],
    ['an issuer that is no list', '2.5.29.29', dirName('x')],
    ['an issuer that is none', '2.5.29.29', der(0x30, der(0x05))],
  ])('of an entry: %s', (_, id, value) => {
    const entries = [{ serial: '01' }, { serial: '02', extensions: [[id, false, value]] as const }];
    expect(make({ entries }).malformedExtension).toBe(true);
  });

  it('when it is there twice', () => {
    expect(make({ extensions: [crlNumber(1), crlNumber(1)] }).malformedExtension).toBe(true);
    const entries = [{ serial: '01', extensions: [reason(1), reason(1)] }];
    expect(make({ entries }).malformedExtension).toBe(true);
  });
});

/** A list of these elements of tbsCertList. */
function withFields(...fields: readonly Uint8Array[]): Uint8Array {
  const algorithm = der(0x30, oid('1.2.3'));
  return der(0x30, der(0x30, ...fields), algorithm, der(0x03, [0]));
}
const ALGORITHM = der(0x30, oid('1.2.3'));
const entriesOf = (...entries: readonly Uint8Array[]): Uint8Array =>
  withFields(ALGORITHM, cn('x'), PAST, der(0x30, ...entries));

describe('what is no list is refused', () => {
  it('but for the least that is one', () => {
    expect(tryParse(withFields(ALGORITHM, cn('x'), PAST))).not.toBeNull();
    expect(tryParse(entriesOf(encodeEntry({ serial: '01' })))).not.toBeNull();
  });

  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a certificate', root.cert.der],
    ['octets behind it', Buffer.concat([crlDer(usual), Buffer.of(0)])],
    ['an indefinite length', Buffer.concat([hex('3080'), crlDer(usual), hex('0000')])],
    ['no signature', der(0x30, der(0x30), ALGORITHM)],
    ['a part too many', der(0x30, der(0x30), ALGORITHM, der(0x03, [0]), der(0x05))],
  ])('for its frame: %s', (_, bytes) => {
    expect(tryParse(bytes)).toBeNull();
  });

  it.each<[string, Uint8Array]>([
    ['no fields', withFields()],
    ['no thisUpdate', withFields(ALGORITHM, cn('x'))],
    ['an issuer that is no name', withFields(ALGORITHM, der(0x30, der(0x05)), PAST)],
    ['extensions before the entries', withFields(ALGORITHM, cn('x'), PAST, der(0xa0, der(0x30)), der(0x30))],
    ['two lists of extensions', withFields(ALGORITHM, cn('x'), PAST, der(0xa0, der(0x30), der(0x30)))],
    ['no list of extensions', withFields(ALGORITHM, cn('x'), PAST, der(0xa0))],
    ['a third time', withFields(ALGORITHM, cn('x'), PAST, PAST, PAST)],
    [
      'an algorithm without an identifier',
      der(0x30, der(0x30, ALGORITHM, cn('x'), PAST), der(0x30), der(0x03, [0])),
    ],
  ])('for its fields: %s', (_, bytes) => {
    expect(tryParse(bytes)).toBeNull();
  });

  it.each<[string, Uint8Array]>([
    ['that is no SEQUENCE', entriesOf(der(0x31))],
    ['without a serial number', entriesOf(der(0x30, PAST))],
    ['with an empty serial number', entriesOf(encodeEntry({ serial: [] }))],
    ['with a padded serial number', entriesOf(encodeEntry({ serial: [0, 1] }))],
    ['without a date', entriesOf(der(0x30, der(0x02, [1])))],
    ['with a date of another kind', entriesOf(encodeEntry({ serial: '01', date: der(0x04) }))],
    ['with extensions that are none', entriesOf(der(0x30, der(0x02, [1]), PAST, der(0x05)))],
    ['with a broken extension', entriesOf(der(0x30, der(0x02, [1]), PAST, der(0x30, der(0x30))))],
    ['with data behind it', entriesOf(der(0x30, der(0x02, [1]), PAST, der(0x30), der(0x05)))],
    ['after a good one', entriesOf(encodeEntry({ serial: '01' }), der(0x30))],
  ])('for an entry %s', (_, bytes) => {
    expect(tryParse(bytes)).toBeNull();
  });

  it('for its size', () => {
    const error = errorOf(() => parseCrl(new Uint8Array(MAX_CRL + 1)));
    expect(error).toMatchObject({ code: 'crl-malformed', phase: 'trust' });
    expect(String(error)).toContain(`longer than ${MAX_CRL} octets`);
  });
});

describe('any bytes give a list or crl-malformed', () => {
  const rich = crlDer({
    ...usual,
    entries: [
      { serial: '01', extensions: [reason(1)] },
      { serial: '4000FF', extensions: [certificateIssuer('x'), reason(8)] },
    ],
    extensions: [
      crlNumber(1),
      authorityKeyId(der(0x80, [1, 2]), der(0xa1, dirName('y')), der(0x82, [3])),
      issuingPoint(relativeName('part'), ONLY_USER, SOME_REASONS),
    ],
  });

  it('when they are cut off', () => {
    for (let length = 0; length < rich.length; length++)
      expect(tryParse(rich.subarray(0, length))).toBeNull();
  });

  it('when some are changed', () => {
    const change = fc.tuple(fc.nat(rich.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const bytes = Uint8Array.from(rich);
        for (const [at, octet] of changes) bytes[at] = octet;
        tryParse(bytes);
      }),
      { seed: 5280, numRuns: 5000 },
    );
  });

  it('when they are anything', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        tryParse(bytes);
        const outcome = errorOf(() => parseCrls(bytes));
        expect(Array.isArray(outcome) || outcome instanceof SmtpcheckError).toBe(true);
      }),
      { seed: 5280, numRuns: 1000 },
    );
  });
});

import { describe, expect, it } from 'vitest';
import { SmtpcheckError } from '../../src/core/errors.js';
import type { TlsaRecord } from '../../src/core/tlsa-record.js';
import type { Certificate } from '../../src/x509/certificate-types.js';
import { parseCrl } from '../../src/x509/crl.js';
import { verifyDane, type DaneInput, type DaneResult } from '../../src/x509/verify-dane.js';
import { der, oid } from './support/der-writer.js';
import { inter, interCrl, leaf, rootCrl } from './support/crl-pki.js';
import { findCase, readCertificates } from './verify/fixtures.js';
import { ca, ecKey, issue, notCa, san } from './verify/issue.js';
import { recordOf, wrongRecord } from './verify/tlsa-records.js';

/* OpenSSL's verdicts on hundreds of questions are compared in test/interop/dane.test.ts; here is what each rule does. */

const HOST = 'mail.smtpcheck.test';
const chainOf = (id: string): [Certificate, Certificate, ...Certificate[]] =>
  readCertificates(findCase(id).chain) as [Certificate, Certificate, ...Certificate[]];

const verify = (
  chain: readonly Certificate[],
  records: readonly TlsaRecord[],
  more: Partial<DaneInput> = {},
): DaneResult => verifyDane({ chain, records, now: Date.now(), authLevel: 2, hostname: HOST, ...more });

/** `match 0`, or the result with its errors. */
function inShort(result: DaneResult): string {
  if (result.result === 'unusable') return 'unusable';
  const errors = result.errors.map(({ code, depth }) => `${code}@${depth}`);
  return [result.result, ...(result.matched === null ? [] : [result.matched.depth]), ...errors].join(' ');
}

describe('DANE-EE(3)', () => {
  it.each([
    'good-rsa',
    'expired-leaf',
    'wrong-name',
    'bad-signature-leaf',
    'client-auth-only-leaf',
    'incomplete',
  ])('decides alone: nothing else matters about %s (RFC 7672 section 3.1.1)', (id) => {
    const chain = chainOf(id);
    for (const parameters of ['3 1 1', '3 0 2', '3 0 0', '3 1 0']) {
      const result = verify(chain, [wrongRecord('3 1 1'), recordOf(parameters, chain[0])]);
      expect([parameters, inShort(result)]).toEqual([parameters, 'match 0']);
    }
  });

  it('is not met by an issuer, and says so at the leaf', () => {
    const chain = chainOf('good-rsa');
    const result = verify(chain, [recordOf('3 1 1', chain[1])]);
    expect(inShort(result)).toBe('mismatch 65@0');
    expect(result).toMatchObject({ path: [chain[0]], fromChain: 1, matched: null });
  });

  it('does not make a weak key strong, as in OpenSSL', () => {
    const chain = chainOf('rsa-1024-leaf');
    const records = [recordOf('3 1 1', chain[0])];
    expect(inShort(verify(chain, records))).toBe('invalid 0 66@0');
    expect(inShort(verify(chain, records, { authLevel: 0 }))).toBe('match 0');
    expect(inShort(verify(chain, [wrongRecord('3 1 1')]))).toBe('mismatch 66@0 65@0');
    expect(inShort(verify(chain, [wrongRecord('2 1 1')]))).toMatch(/^mismatch 66@0 66@1/);
  });

  it('does not make up for a key that cannot be read', () => {
    const spki = der(0x30, der(0x30, oid('1.3.6.1.4.1.32473.1')), der(0x03, [0, 1, 2, 3]));
    const { cert } = issue({ subject: HOST, key: ecKey(), spki });
    const records = [recordOf('3 1 1', cert)];
    expect(inShort(verify([cert], records))).toBe('invalid 0 66@0');
    expect(inShort(verify([cert], records, { authLevel: 0 }))).toBe('invalid 0 1@0');
  });

  it('says which record it was', () => {
    const chain = chainOf('good-rsa');
    const record = recordOf('3 1 1', chain[0]);
    const result = verify(chain, [wrongRecord('3 0 1'), record]);
    expect(result).toMatchObject({ matched: { depth: 0, bareKey: false } });
    expect(result.result === 'match' && result.matched.record).toBe(record);
  });
});

describe('DANE-TA(2)', () => {
  it('is an anchor wherever it is in the path, whoever is above it', () => {
    const chain = chainOf('untrusted-root-sent');
    for (const depth of [1, 2]) {
      const result = verify(chain, [recordOf('2 0 1', chain[depth] ?? chain[0])]);
      expect(inShort(result)).toBe(`match ${depth}`);
      expect(result).toMatchObject({ path: chain.slice(0, depth + 1), fromChain: depth + 1 });
    }
  });

  it.each([
    ['expired-leaf', 'invalid 1 10@0'],
    ['wrong-name', 'invalid 1 62@0'],
    ['bad-signature-leaf', 'invalid 1 7@0'],
    ['client-auth-only-leaf', 'invalid 1 26@0'],
    ['intermediate-not-ca', 'invalid 1 79@1 26@1'],
    ['expired-intermediate', 'match 1'],
  ])('has the chain below it checked: %s', (id, wanted) => {
    const chain = chainOf(id);
    expect(inShort(verify(chain, [recordOf('2 1 1', chain[1])]))).toBe(wanted);
  });

  it('does not match the leaf', () => {
    const chain = chainOf('good-rsa');
    expect(inShort(verify(chain, [recordOf('2 1 1', chain[0])]))).toBe('mismatch 65@1 20@1');
  });

  it('does not match an issuer that is not sent, unless the record brings it', () => {
    const one = findCase('good-rsa');
    const chain = chainOf('good-rsa');
    const [root] = one.trust.flatMap(readCertificates) as [Certificate];
    expect(inShort(verify(chain, [recordOf('2 0 1', root)]))).toBe('mismatch 65@1 20@1');
    const whole = verify(chain, [recordOf('2 0 0', root)]);
    expect(inShort(whole)).toBe('match 2');
    expect(whole).toMatchObject({ fromChain: 2, matched: { bareKey: false } });
    const bare = verify(chain, [recordOf('2 1 0', root)]);
    expect(inShort(bare)).toBe('match 1');
    expect(bare).toMatchObject({ path: chain, matched: { bareKey: true } });
  });

  it('of a bare key wants a signature of that key, of the one algorithm that the certificate names', () => {
    const [leaf, issuer] = chainOf('signature-algorithm-mismatch');
    expect(inShort(verify([leaf], [recordOf('2 1 0', issuer)]))).toBe('mismatch 65@0 20@0 21@0');
    const [good, goodIssuer] = chainOf('good-rsa');
    expect(inShort(verify([good], [recordOf('2 1 0', goodIssuer)]))).toBe('match 0');
    expect(inShort(verify([good], [recordOf('2 1 0', chainOf('good-ecdsa')[1])]))).toMatch(/^mismatch/);
  });

  it('does not match a stray that is not in the path', () => {
    const chain = chainOf('surplus-unrelated');
    const path = verify(chain, [wrongRecord('2 1 1')]);
    if (path.result === 'unusable') throw new Error('unusable');
    const stray = chain.find((cert) => !path.path.includes(cert));
    expect(stray).toBeDefined();
    expect(inShort(verify(chain, [recordOf('2 0 1', stray ?? chain[0])]))).toMatch(/^mismatch 65@/);
  });

  it('keeps to the path that was built, though by its name the anchor could have issued the leaf', () => {
    const [leafKey, firstKey, middleKey, topKey] = [ecKey(), ecKey(), ecKey(), ecKey()];
    const chain = [
      issue({ subject: HOST, issuer: 'CA', key: leafKey, signer: firstKey, extensions: [notCa, san(HOST)] }),
      issue({ subject: 'CA', issuer: 'middle', key: firstKey, signer: middleKey, extensions: [ca()] }),
      issue({ subject: 'middle', issuer: 'CA', key: middleKey, signer: topKey, extensions: [ca()] }),
      issue({ subject: 'CA', key: topKey, extensions: [ca()] }),
    ].map(({ cert }) => cert);
    expect(inShort(verify(chain, [recordOf('2 0 1', chain[3] as Certificate)]))).toBe('match 3');
  });

  it('keeps to the depth limit', () => {
    const chain = chainOf('good-deep');
    const records = [recordOf('2 1 1', chain.at(-1) ?? chain[0])];
    expect(inShort(verify(chain, records))).toBe(`match ${chain.length - 1}`);
    expect(inShort(verify(chain, records, { depth: 1 }))).toMatch(/^mismatch 22@2 65@2/);
    const bare = [recordOf('2 1 0', chain[3] ?? chain[0])];
    const sent = chain.slice(0, 3);
    expect(inShort(verify(sent, bare, { depth: 2 }))).toBe('match 2');
    expect(inShort(verify(sent, bare, { depth: 0 }))).toMatch(/^mismatch 22@1 65@1/);
  });
});

describe('several records', () => {
  const chain = chainOf('wrong-name');

  it('of both usages: the leaf comes first, then the issuers', () => {
    expect(inShort(verify(chain, [recordOf('2 1 1', chain[1]), recordOf('3 1 1', chain[0])]))).toBe(
      'match 0',
    );
    expect(inShort(verify(chain, [recordOf('2 1 1', chain[1]), wrongRecord('3 1 1')]))).toBe(
      'invalid 1 62@0',
    );
  });

  it('with a stronger digest, which alone counts (RFC 7671 section 9)', () => {
    expect(inShort(verify(chain, [recordOf('3 1 1', chain[0]), wrongRecord('3 1 2')]))).toBe('mismatch 65@0');
    expect(inShort(verify(chain, [recordOf('3 1 1', chain[0]), wrongRecord('3 0 2')]))).toBe('match 0');
    expect(inShort(verify(chain, [recordOf('3 1 0', chain[0]), wrongRecord('3 1 2')]))).toBe('match 0');
  });

  it('that are all unusable are no DANE; one that is usable is', () => {
    const pkix = ['0 0 1', '1 1 1'].map((parameters) => recordOf(parameters, chain[0]));
    const odd = { ...recordOf('3 1 1', chain[0]), matchingType: 77 };
    expect(inShort(verify(chain, [...pkix, odd]))).toBe('unusable');
    expect(inShort(verify(chain, []))).toBe('unusable');
    expect(inShort(verify(chain, [...pkix, odd, wrongRecord('3 1 1')]))).toBe('mismatch 65@0');
  });
});

// Lists that a user names were not even part of the question. OpenSSL passes over them under DANE-EE; here that is stricter.
describe('revocation lists', () => {
  const entries = [{ serial: leaf.cert.serial }];
  const look = (
    records: readonly TlsaRecord[],
    crls: readonly Uint8Array[],
    more: Partial<DaneInput> = {},
  ): string => {
    const revocation = { crls: crls.map(parseCrl), scope: 'leaf' as const };
    return inShort(verify([leaf.cert, inter.cert], records, { revocation, ...more }));
  };

  it.each(['2 0 1', '3 1 1'])('are looked up with %s', (parameters) => {
    const [certificate, depth] = parameters.startsWith('2') ? [inter.cert, 1] : [leaf.cert, 0];
    const records = [recordOf(parameters, certificate)];
    expect(look(records, [interCrl()])).toBe(`match ${depth}`);
    expect(look(records, [interCrl({ entries })])).toBe(`invalid ${depth} 23@0`);
    expect(look(records, [rootCrl()])).toBe(`invalid ${depth} 3@0`);
  });

  it('under DANE-EE are believed by an issuer that was not sent, which is no anchor for that', () => {
    const revocation = { crls: [parseCrl(interCrl({ entries }))], scope: 'leaf' as const };
    const alone = (record: TlsaRecord): string =>
      inShort(verify([leaf.cert], [record], { revocation, untrusted: [inter.cert] }));
    expect(alone(recordOf('3 1 1', leaf.cert))).toBe('invalid 0 23@0');
    expect(alone(recordOf('2 0 1', inter.cert))).toMatch(/^mismatch 65@0/);
  });
});

it('is no verdict without a certificate', () => {
  expect(() => verify([], [wrongRecord('3 1 1')])).toThrow(SmtpcheckError);
});

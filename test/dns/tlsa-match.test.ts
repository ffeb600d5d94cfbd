import { describe, expect, it } from 'vitest';
import { applicable, whyUnusable, type TlsaRecord, type TlsaSubject } from '../../src/core/tlsa-record.js';
import { matchTlsa } from '../../src/dns/tlsa-match.js';
import { tlsaReport } from '../../src/dns/tlsa-report.js';
import { suggestTlsa } from '../../src/dns/tlsa-suggest.js';
import { formatTlsa } from '../../src/dns/tlsa.js';
import { readCertificates } from '../x509/verify/fixtures.js';
import { recordOf, wrongRecord } from '../x509/verify/tlsa-records.js';

const chain = readCertificates('chains/root-sent.pem');
const [leaf, issuer, root] = chain as TlsaSubject[] as [TlsaSubject, TlsaSubject, TlsaSubject];

const results = (...records: TlsaRecord[]): string[] =>
  matchTlsa(records, chain).map(({ result, depth }) => `${result} ${depth ?? '-'}`);
const reason = (record: TlsaRecord): string | null => matchTlsa([record], chain)[0]?.reason ?? null;

describe('matching', () => {
  it.each(['0 0', '0 1', '0 2', '1 0', '1 1', '1 2'])(
    'finds %s: the leaf by usage 3, issuers by usage 2',
    (rest) => {
      expect(results(recordOf(`3 ${rest}`, leaf))).toEqual(['match 0']);
      expect(results(recordOf(`2 ${rest}`, issuer))).toEqual(['match 1']);
      expect(results(recordOf(`2 ${rest}`, root))).toEqual(['match 2']);
      expect(results(recordOf(`2 ${rest}`, leaf), recordOf(`3 ${rest}`, issuer))).toEqual([
        'no-match -',
        'no-match -',
      ]);
    },
  );

  it('finds nothing by other digests', () => {
    expect(results(wrongRecord('3 1 1'), wrongRecord('2 0 2'))).toEqual(['no-match -', 'no-match -']);
    expect(reason(wrongRecord('3 1 1'))).toBeNull();
  });

  it('recognises the usual mistakes', () => {
    expect(reason({ ...recordOf('3 0 1', leaf), selector: 1 })).toMatch(
      /certificate of the leaf: that is selector 0/,
    );
    expect(reason({ ...recordOf('2 1 1', issuer), selector: 0 })).toMatch(/key of issuer 1 .*selector 1/);
    expect(reason(recordOf('2 1 1', leaf))).toMatch(/that of the leaf, where usage 2 does not look/);
    expect(reason(recordOf('3 1 1', root))).toMatch(
      /that of issuer 2 of the chain, where usage 3 does not look/,
    );
  });

  it('says of each record by itself whether it matches, also of the same one twice', () => {
    const right = recordOf('3 1 1', leaf);
    expect(results(wrongRecord('3 1 1'), right, right)).toEqual(['no-match -', 'match 0', 'match 0']);
  });

  it('says which record a stronger digest puts out of use (RFC 7671 section 9)', () => {
    const [weaker, stronger] = matchTlsa([recordOf('3 1 1', leaf), wrongRecord('3 1 2')], chain);
    expect([weaker?.result, stronger?.result]).toEqual(['match', 'no-match']);
    expect(weaker?.reason).toMatch(/stronger digest/);
    expect(matchTlsa([recordOf('3 1 1', leaf), wrongRecord('3 0 2')], chain)[0]?.reason).toBeNull();
    expect(matchTlsa([recordOf('3 1 0', leaf), wrongRecord('3 1 2')], chain)[0]?.reason).toBeNull();
  });
});

describe('a record is unusable', () => {
  it.each([
    ['for usage 0', { usage: 0 }, /public CA/],
    ['for usage 1', { usage: 1 }, /3\.1\.3/],
    ['for usage 4', { usage: 4 }, /usage 4/],
    ['for selector 2', { selector: 2 }, /selector 2/],
    ['for matching type 3', { matchingType: 3 }, /type 3/],
    ['for a short digest', { data: new Uint8Array(31) }, /31 octets/],
    ['as no key', { matchingType: 0 }, /no public key/],
    ['as no certificate', { matchingType: 0, selector: 0 }, /no certificate/],
  ])('%s', (_why, changes, words) => {
    const record = { ...recordOf('3 1 1', leaf), ...changes };
    expect(whyUnusable(record)).toMatch(words);
    expect(results(record)).toEqual(['unusable -']);
    expect(applicable([record], record.usage)).toEqual([]);
  });

  it.each(['2 0 0', '3 1 0'])('with anything after the certificate or key: %s', (parameters) => {
    const record = recordOf(parameters, leaf);
    expect(whyUnusable({ ...record, data: Buffer.concat([record.data, Buffer.from([0])]) })).toMatch(/is no/);
  });

  it('unless all is well, whole certificates and keys included', () => {
    for (const one of ['3 0 0', '3 1 0', '2 0 0', '2 1 0', '3 1 2'])
      expect(whyUnusable(recordOf(one, leaf))).toBeNull();
  });
});

describe('records that count', () => {
  it('are the strongest of each selector and the full ones, in the order of OpenSSL', () => {
    const all = ['3 0 1', '3 1 1', '3 0 2', '3 1 0', '2 1 1', '3 0 0'].map((one) => recordOf(one, leaf));
    const order = (usage: number): string[] =>
      applicable(all, usage).map((record) => formatTlsa(record).slice(0, 5));
    expect(order(3)).toEqual(['3 1 1', '3 1 0', '3 0 2', '3 0 0']);
    expect(order(2)).toEqual(['2 1 1']);
  });
});

describe('suggested records', () => {
  it('all match, 3 1 1 in front, and none asks for an issuer that is not sent', () => {
    const suggested = suggestTlsa(chain);
    expect(suggested.map((record) => formatTlsa(record).slice(0, 5))).toEqual([
      ...['3 1 1', '3 0 1', '2 0 1', '2 1 1', '2 0 1', '2 1 1'],
    ]);
    expect(matchTlsa(suggested, chain).map(({ result, depth }) => [result, depth])).toEqual(
      [0, 0, 1, 1, 2, 2].map((depth) => ['match', depth]),
    );
    expect(suggestTlsa([leaf])).toHaveLength(2);
    expect(suggestTlsa([])).toEqual([]);
  });
});

describe('a report', () => {
  it('has the facts about each record and the verdict', () => {
    const records = [wrongRecord('3 1 1'), recordOf('2 0 1', issuer)];
    const matched = { record: records[1] ?? wrongRecord('2 0 1'), depth: 1 };
    const report = tlsaReport(records, chain, { result: 'match', matched, errors: [] });
    expect(report.records.map(({ result, depth }) => [result, depth])).toEqual([
      ['no-match', null],
      ['match', 1],
    ]);
    expect(report.authenticated).toEqual({ record: formatTlsa(matched.record), depth: 1 });
    expect(report.suggested[0]).toMatch(/^3 1 1 [0-9a-f]{64}$/);
  });

  it('says that a record brought the anchor itself', () => {
    const record = recordOf('2 0 0', root);
    const report = tlsaReport([record], [leaf, issuer], {
      result: 'match',
      matched: { record, depth: 2 },
      errors: [],
    });
    expect(report.records[0]).toMatchObject({ result: 'match', depth: 2 });
    expect(report.records[0]?.reason).toMatch(/brings the anchor/);
  });

  it('says that what matches is a stray', () => {
    const record = recordOf('2 0 1', root);
    const report = tlsaReport([record], chain, { result: 'mismatch', matched: null, errors: [] });
    expect(report.records[0]).toMatchObject({ result: 'match', depth: 2 });
    expect(report.records[0]?.reason).toMatch(/not in the path/);
    expect(report.authenticated).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import { judgeTlsa, TLSA_FINDINGS } from '../../src/checks/tlsa.js';
import type { TlsaRecordReport, TlsaReport } from '../../src/core/tlsa-report.js';

const record = (
  parameters: string,
  result: TlsaRecordReport['result'],
  reason: string | null = null,
): TlsaRecordReport => {
  const [usage = 0, selector = 0, matchingType = 0] = parameters.split(' ').map(Number);
  return {
    record: `${parameters} ab`,
    usage,
    selector,
    matchingType,
    result,
    reason,
    depth: result === 'match' ? 0 : null,
  };
};

const report = (changes: Partial<TlsaReport>): TlsaReport => ({
  result: 'match',
  records: [record('3 1 1', 'match')],
  authenticated: { record: '3 1 1 ab', depth: 0 },
  errors: [],
  suggested: ['3 1 1 cd', '3 0 1 ef'],
  ...changes,
});

const failed = (result: TlsaReport['result'], records: TlsaRecordReport[]): TlsaReport =>
  report({ result, records, authenticated: null });

const judge = (tlsa: TlsaReport | null): string[] =>
  judgeTlsa(tlsa).map(({ id, severity }) => `${id} ${severity}`);

describe('TLSA records', () => {
  it('that nobody asked about are no finding', () => {
    expect(judge(null)).toEqual([]);
  });

  it('that match are told', () => {
    expect(judge(report({}))).toEqual(['tlsa-matched info']);
    expect(judgeTlsa(report({}))[0]?.evidence).toBe('3 1 1 ab');
    const byIssuer = report({ authenticated: { record: '2 0 1 ab', depth: 2 } });
    expect(judgeTlsa(byIssuer)[0]?.message).toMatch(/issuer at depth 2/);
  });

  it('that do not match are an error that says what would, why, and in which order to roll', () => {
    const tlsa = failed('mismatch', [record('3 1 1', 'no-match', 'it is another')]);
    const [finding, ...others] = judgeTlsa(tlsa);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ id: 'tlsa-mismatch', severity: 'error' });
    expect(finding?.evidence).toBe('what would match: 3 1 1 cd, 3 0 1 ef; 3 1 1 ab: it is another');
    expect(finding?.fix).toMatch(/beside.*two TTLs.*deploy.*remove/);
    expect(finding?.refs).toContain('RFC 7671 section 8.1');
  });

  it('that match a chain which does not hold are an error with the reasons', () => {
    const errors = [{ code: 10, name: 'X509_V_ERR_CERT_HAS_EXPIRED', depth: 0, subject: 'CN=a' }];
    const [finding] = judgeTlsa({ ...failed('invalid', [record('2 1 1', 'match')]), errors });
    expect(finding).toMatchObject({ id: 'tlsa-invalid', severity: 'error' });
    expect(finding?.evidence).toBe('X509_V_ERR_CERT_HAS_EXPIRED (10) at depth 0');
  });

  it('that are unusable are a warning, all of them or some', () => {
    const pkix = record('1 1 1', 'unusable', 'no');
    expect(judge(failed('unusable', [pkix]))).toEqual(['tlsa-unusable warning']);
    const [all] = judgeTlsa(failed('unusable', [pkix]));
    expect(all?.message).toMatch(/none .* do not authenticate/);
    expect(all?.refs).toContain('RFC 7672 section 3.1.3');
    const [, some] = judgeTlsa(
      report({ records: [record('3 1 1', 'match'), record('3 1 9', 'unusable', 'odd')] }),
    );
    expect(some).toMatchObject({ id: 'tlsa-unusable', evidence: '3 1 9 ab: odd' });
    expect(some?.message).toMatch(/^1 of 2/);
    expect(some?.refs).not.toContain('RFC 7672 section 3.1.3');
  });

  it('must match in each combination of parameters (RFC 7671 section 8)', () => {
    const both = [record('3 1 1', 'no-match'), record('3 1 1', 'match')];
    expect(judge(report({ records: both }))).toEqual(['tlsa-matched info']);
    const [, finding] = judgeTlsa(report({ records: [...both, record('2 1 1', 'no-match')] }));
    expect(finding).toMatchObject({ id: 'tlsa-combination-unmatched', severity: 'warning' });
    expect(finding?.evidence).toMatch(/2 1 1$/);
    expect(
      judge(failed('mismatch', [record('2 1 1', 'no-match'), record('3 1 1', 'no-match')])),
    ).toHaveLength(1);
  });

  it('have better choices only where an RFC says so', () => {
    const advised = (parameters: string): number =>
      judge(report({ records: [record(parameters, 'match')] })).length - 1;
    expect(['3 0 1', '3 1 0', '2 0 0', '3 0 0'].map(advised)).toEqual([1, 1, 1, 1]);
    expect(['3 1 1', '3 1 2', '2 0 1', '2 1 1'].map(advised)).toEqual([0, 0, 0, 0]);
  });

  it('have no findings but those that are listed, each with its reference', () => {
    const all = [
      report({
        records: [record('3 0 1', 'match'), record('2 1 1', 'no-match'), record('0 0 1', 'unusable')],
      }),
      failed('mismatch', []),
      failed('invalid', []),
    ].flatMap(judgeTlsa);
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set(TLSA_FINDINGS));
    for (const { refs } of all) expect(refs?.length).toBeGreaterThan(0);
  });
});

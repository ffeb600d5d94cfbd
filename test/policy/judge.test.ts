import { describe, expect, it } from 'vitest';
import type { ReportError } from '../../src/core/errors.js';
import type { Report } from '../../src/core/report.js';
import { missingFacts } from '../../src/policy/judge.js';
import type { Profile } from '../../src/policy/profile.js';
import { profileByName, PROFILES } from '../../src/policy/profiles/index.js';
import type { Waiver } from '../../src/policy/waivers.js';
import { pass } from '../report/sample-parts.js';
import { judged, NOW, notPassed, protocols, ruleOf, scanned, version } from './support.js';

const mx = profileByName('mx') as Profile;
const submission = profileByName('submission') as Profile;

const TLS12 = version('TLSv1.2', ['ECDHE-ECDSA-AES128-GCM-SHA256']);
const TLS13 = version('TLSv1.3', ['TLS_AES_128_GCM_SHA256']);
const rc4 = version('TLSv1', ['RC4-SHA']);
const OLD = { protocols: protocols(version('TLSv1', ['ECDHE-RSA-AES128-SHA']), TLS12, TLS13) };
const OPEN = {
  protocols: protocols(version('TLSv1', [], { answer: 'inconclusive', evidence: '421' }), TLS12, TLS13),
  smtp: [{ id: 'tls-enforced', answer: 'yes', evidence: '530' }],
} as const;

const error = (code: ReportError['code']): ReportError => ({
  code,
  phase: 'connect',
  message: `it was ${code}`,
});

describe('the outcome of a policy', () => {
  it.each<[string, Report, Partial<Parameters<typeof judged>[2] & object>, string, number]>([
    ['everything holds', scanned(), {}, 'pass', 0],
    ['a warning', scanned(OLD), {}, 'pass', 0],
    ['a warning that is to fail', scanned(OLD), { failOn: 'warning' }, 'fail', 1],
    [
      'DNS says no',
      scanned({}, { tls: null, scan: undefined, error: error('dns-not-found') } as never),
      {},
      'error',
      3,
    ],
    ['421', scanned({}, { tls: null, error: error('service-closing') }), {}, 'inconclusive', 4],
    [
      '421, which is to fail',
      scanned({}, { tls: null, error: error('service-closing') }),
      { inconclusive: 'fail' },
      'fail',
      1,
    ],
    [
      '421, which is to warn: nothing was measured',
      scanned({}, { tls: null, error: error('service-closing') }),
      { inconclusive: 'warn' },
      'inconclusive',
      4,
    ],
    [
      'interrupted',
      scanned({}, { error: error('interrupted') }),
      { inconclusive: 'fail' },
      'inconclusive',
      130,
    ],
    [
      'a scan without an answer and without TLS, which is to warn: nothing was measured',
      scanned({}, { tls: null, error: error('scan-incomplete') }),
      { inconclusive: 'warn' },
      'inconclusive',
      4,
    ],
    // What a scan as a whole does not know is nobody's business but that of the rules that need it.
    [
      'a scan without an answer that no rule needs',
      scanned({}, { error: error('scan-incomplete') }),
      {},
      'pass',
      0,
    ],
  ])('%s', (_what, report, options, outcome, exitCode) => {
    const result = judged(report, mx, options);
    expect({ outcome: result.outcome, exitCode: result.exitCode }).toEqual({ outcome, exitCode });
  });

  it('is inconclusive when a rule that could fail is not known, and names it', () => {
    const report = judged(scanned(OPEN), submission, { expect: {} });
    expect(report).toMatchObject({ outcome: 'inconclusive', exitCode: 4 });
    expect(report.error?.message).toContain('tls-1-0-accepted (421)');
    expect(judged(scanned(OPEN), submission, { inconclusive: 'fail' }).exitCode).toBe(1);
    const warned = judged(scanned(OPEN), submission, { inconclusive: 'warn' });
    expect(warned).toMatchObject({ outcome: 'pass', exitCode: 0, error: null });
    expect(warned.findings.map(({ id, severity }) => `${severity} ${id}`)).toContain(
      'warning rules-inconclusive',
    );
    expect(judged(scanned(OPEN), submission, { inconclusive: 'warn', failOn: 'warning' }).exitCode).toBe(1);
  });

  it('fails for a breach, whatever else is not known', () => {
    const facts = {
      protocols: protocols(
        rc4,
        version('TLSv1.1', [], { answer: 'inconclusive', evidence: '421' }),
        TLS12,
        TLS13,
      ),
    };
    expect(judged(scanned(facts), submission).exitCode).toBe(1);
  });

  it('does not pass a report without the facts', () => {
    const report = judged({ ...pass, findings: [] }, mx);
    expect(report.exitCode).toBe(4);
    expect(missingFacts(pass, mx).join('; ')).toContain('protocol versions');
    expect(missingFacts(scanned(), mx)).toEqual([]);
  });

  /** A pin that was not honoured is a failure of `tls`: to judge the saved report by a profile must not make a pass of it. */
  it('keeps what was asked of the one probe that is judged', () => {
    const finding = {
      id: 'pin-not-honoured',
      severity: 'error',
      message: 'another suite',
      evidence: 'x',
    } as const;
    expect(judged(scanned({}, { findings: [finding] }), mx).exitCode).toBe(1);
  });
});

/**
 * `scan --no-verify` says as a note that the chain would not have verified. A profile that judged its saved report took the note for
 * no breach, and passed a chain that `openssl s_client -verify_return_error` refuses.
 */
describe('a report of a scan that was not to judge the chain', () => {
  const unjudged = (id: string, verify = pass.verify): Report =>
    scanned({}, { findings: [{ id, severity: 'info', message: 'not judged', evidence: '20' }], verify });
  const untrusted = {
    ...pass.verify,
    code: 20,
    name: 'X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  } as never;

  it.each([
    ['verification-not-judged', unjudged('verification-not-judged', untrusted)],
    ['no-certificate', unjudged('no-certificate', null)],
    ['other-chain-untrusted', unjudged('other-chain-untrusted')],
  ])('does not pass: %s', (_id, report) => {
    for (const profile of PROFILES) {
      expect(missingFacts(report, profile).join()).toContain('--no-verify');
      const { outcome } = judged(report, profile);
      expect(outcome === 'pass' && !profile.name.startsWith('ncsc')).toBe(false);
    }
  });

  it('is a matter of the rules about the chain alone', () => {
    const report = judged(unjudged('verification-not-judged', untrusted), mx);
    expect(ruleOf(report, 'chain-untrusted').result).toBe('inconclusive');
    expect(ruleOf(report, 'starttls-not-offered').result).toBe('pass');
  });
});

describe('a waiver', () => {
  const waiver = (until: string, rule = 'tls-1-0-accepted'): Waiver => ({
    rule,
    until,
    reason: 'fax gateway, ticket 4711',
    where: 'smtpcheck.yaml:12:5',
  });
  const of = (waivers: Waiver[], facts = OLD) => judged(scanned(facts), submission, { waivers });
  const lines = (report: Report) => report.findings.map(({ severity, id }) => `${severity} ${id}`);

  const without = of([]);

  it('lets one breach pass for a time, and stays visible', () => {
    expect(without.exitCode).toBe(1);
    const report = of([waiver('2026-03-01')]);
    expect(ruleOf(report, 'tls-1-0-accepted')).toMatchObject({
      result: 'waived',
      waiver: { until: '2026-03-01', reason: 'fax gateway, ticket 4711' },
    });
    expect(lines(report)).toContain('info tls-1-0-accepted');
    expect(notPassed(report).filter((line) => line.startsWith('fail'))).toEqual(
      notPassed(without).filter((line) => line.startsWith('fail') && !line.includes('tls-1-0')),
    );
  });

  it('counts to the end of its day', () => {
    const day = new Date(NOW).toISOString().slice(0, 10);
    expect(ruleOf(of([waiver(day)]), 'tls-1-0-accepted').result).toBe('waived');
    const before = new Date(NOW - 86_400_000).toISOString().slice(0, 10);
    const report = of([waiver(before)]);
    expect(ruleOf(report, 'tls-1-0-accepted').result).toBe('fail');
    expect(lines(report)).toContain('warning waiver-ended');
    expect(report.findings.find(({ id }) => id === 'waiver-ended')?.evidence).toContain(
      'smtpcheck.yaml:12:5',
    );
  });

  it('is reported when it matches nothing', () => {
    expect(lines(of([waiver('2027-01-01', 'ssl-3-accepted')]))).toContain('warning waiver-unused');
  });

  it('covers a rule of which nothing is known', () => {
    expect(ruleOf(of([waiver('2027-01-01')], OPEN), 'tls-1-0-accepted').result).toBe('waived');
  });

  /** Who has waived TLS 1.0 has not waived suites without encryption in it. */
  it('of a version does not cover what does not encrypt inside it', () => {
    const facts = { protocols: protocols(version('TLSv1', ['NULL-SHA']), TLS12, TLS13) };
    const finding = {
      id: 'null-suites-accepted',
      severity: 'error',
      message: 'NULL',
      evidence: 'NULL-SHA',
    } as const;
    const report = judged(scanned(facts, { findings: [finding] }), submission, {
      waivers: [waiver('2027-01-01')],
    });
    expect(report.exitCode).toBe(1);
    expect(ruleOf(report, 'null-suites-accepted').result).toBe('fail');
  });
});

describe('a baseline', () => {
  const intermediate = profileByName('intermediate') as Profile;
  const suites = (...names: string[]) => ({
    protocols: protocols(version('TLSv1.2', ['ECDHE-ECDSA-AES128-GCM-SHA256', ...names]), TLS13),
  });

  it('lets pass what was there before', () => {
    const before = scanned(suites('AES128-SHA', 'AES256-SHA'));
    expect(judged(before, intermediate).exitCode).toBe(1);
    const report = judged(scanned(suites('AES128-SHA')), intermediate, { baseline: before });
    expect(ruleOf(report, 'suite-not-allowed').result).toBe('known');
    expect(report.policy?.baseline).toEqual({ startedAt: before.startedAt });
    expect(report.exitCode).toBe(0);
  });

  it('fails for what got worse, also inside one rule', () => {
    const report = judged(scanned(suites('AES128-SHA', 'DES-CBC3-SHA')), intermediate, {
      baseline: scanned(suites('AES128-SHA')),
    });
    expect(ruleOf(report, 'suite-not-allowed').result).toBe('fail');
  });

  const finding = (id: string, evidence: string, severity: 'warning' | 'error' = 'warning') =>
    ({ id, severity, message: 'it is weak', evidence }) as const;

  /** A gate asks for one suite of a kind, and a scan names eight of all: the same server was no longer the same. */
  it('compares suites by name, and not by the words of the evidence', () => {
    const withFinding = (evidence: string, ...names: string[]): Report =>
      scanned(suites(...names), { findings: [finding('null-suites-accepted', evidence)] });
    const baseline = withFinding('NULL-MD5, NULL-SHA and 7 more', 'NULL-MD5', 'NULL-SHA');
    const result = (report: Report): string =>
      ruleOf(judged(report, submission, { baseline }), 'null-suites-accepted').result;
    expect(result(withFinding('NULL-SHA', 'NULL-SHA'))).toBe('known');
    expect(result(withFinding('NULL-SHA, NULL-SHA256', 'NULL-SHA', 'NULL-SHA256'))).toBe('fail');
  });

  it('knows a trait again whatever number of hellos it stands on', () => {
    const of = (hellos: number): Report =>
      scanned(
        {},
        { findings: [finding('extended-master-secret-missing', `no … in ${hellos} ServerHellos`)] },
      );
    const report = judged(of(7), profileByName('rfc9325') as Profile, { baseline: of(81) });
    expect(ruleOf(report, 'extended-master-secret-missing').result).toBe('known');
  });

  it('fails for what was a warning then and is an error now', () => {
    const of = (severity: 'warning' | 'error'): Report =>
      scanned({}, { findings: [finding('certificate-expiring', 'notAfter 2026-02-20', severity)] });
    const result = (now: 'warning' | 'error', then: 'warning' | 'error'): string =>
      ruleOf(judged(of(now), submission, { baseline: of(then) }), 'certificate-expiring').result;
    expect([result('error', 'warning'), result('error', 'error'), result('warning', 'error')]).toEqual([
      'fail',
      'known',
      'known',
    ]);
  });

  it('lets nothing pass that it could not know', () => {
    const report = judged(scanned(suites('AES128-SHA')), intermediate, { baseline: pass });
    expect(ruleOf(report, 'suite-not-allowed').result).toBe('fail');
    const open = judged(scanned(OPEN), submission, { baseline: scanned(OPEN) });
    expect(open.exitCode).toBe(4);
  });
});

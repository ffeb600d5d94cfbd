import { describe, expect, it } from 'vitest';
import type { ReportError } from '../../src/core/errors.js';
import type { Report, SmtpReport } from '../../src/core/report.js';
import type { Profile } from '../../src/policy/profile.js';
import { profileByName, PROFILES } from '../../src/policy/profiles/index.js';
import type { Waiver } from '../../src/policy/waivers.js';
import { renderText } from '../../src/report/text.js';
import { pass } from '../report/sample-parts.js';
import { judged, ruleOf, scanned } from './support.js';

/*
 * A waiver for starttls-not-offered was taken, and helped nothing: the gate went on failing of the error of the same name, and said "no
 * reason was recorded". A relay without TLS, which its owner knows of, could not be in a gate at all.
 */

const mx = profileByName('mx') as Profile;
const MESSAGE = 'the server does not offer STARTTLS';
const error: ReportError = { code: 'starttls-not-offered', phase: 'starttls', message: MESSAGE };
const finding = { id: 'starttls-not-offered', severity: 'error', message: MESSAGE } as const;
const ehlo = (...keywords: string[]): SmtpReport => ({
  banner: 'mail',
  ehlo: keywords.map((keyword) => ({ keyword, params: [] })),
  ehloAfterTls: null,
  starttls: 'not-offered',
});

function plain(...keywords: string[]): Report {
  const reached = { error, findings: [finding], smtp: ehlo(...keywords) };
  return { ...pass, command: 'gate', ...reached, tls: null, chain: null, verify: null };
}

const waiver = (rule: string): Waiver => ({
  rule,
  until: '2026-12-31',
  reason: 'fax gateway',
  where: 'smtpcheck.yaml:9:5',
});

const waived = { waivers: [waiver('starttls-not-offered')] };

describe('a server without STARTTLS', () => {
  it('fails every profile', () => {
    for (const profile of PROFILES) expect(judged(plain('PIPELINING'), profile).exitCode).toBe(1);
  });

  it('passes with a waiver, which is told', () => {
    const report = judged(plain('PIPELINING'), mx, waived);
    expect(report).toMatchObject({ outcome: 'pass', exitCode: 0, error: null });
    expect(ruleOf(report, 'starttls-not-offered').result).toBe('waived');
    expect(ruleOf(report, 'chain-untrusted')).toMatchObject({
      result: 'not-applicable',
      measured: 'the server has no TLS',
    });
    expect(renderText(report, { color: false, width: 100, verbose: false })).toContain(', 1 waived\n');
  });

  it('passes where it had none in the baseline', () => {
    const baseline = plain('PIPELINING');
    expect(judged(plain('PIPELINING'), mx, { baseline }).exitCode).toBe(0);
    expect(judged(plain('PIPELINING'), mx, { baseline: scanned() }).exitCode).toBe(1);
  });

  it("is what a profile of one's own calls it", () => {
    const mild = (severity: 'warning' | 'info' | 'off'): Profile => ({
      ...mx,
      rules: { ...mx.rules, [finding.id]: { severity } },
    });
    expect(judged(plain(), mild('warning')).exitCode).toBe(0);
    expect(judged(plain(), mild('warning'), { failOn: 'warning' }).exitCode).toBe(1);
    expect(judged(plain(), mild('info')).exitCode).toBe(0);
    // Nobody says what it is: the error stands.
    expect(judged(plain(), mild('off')).exitCode).toBe(1);
  });

  it.each<[string, Report, Parameters<typeof judged>[2], number]>([
    ['a waiver that has ended', plain(), { waivers: [{ ...waiver(finding.id), until: '2026-01-31' }] }, 1],
    ['a waiver for another rule', plain(), { waivers: [waiver('starttls-masked')] }, 1],
    ['AUTH that it offers: nobody tried it', plain('AUTH'), waived, 4],
    [
      'a certificate that the target expects',
      plain(),
      { ...waived, expect: { certSha256: ['a'.repeat(64)] } },
      4,
    ],
    ['STARTTLS that the target expects', plain(), { ...waived, expect: { starttls: 'offered' } }, 1],
    ['what the target expects as well', plain(), { ...waived, expect: { starttls: 'absent' } }, 0],
    ['a 421', { ...plain(), error: { ...error, code: 'service-closing' } }, waived, 4],
    ['a greeting alone', { ...plain(), smtp: { ...ehlo(), ehlo: null } }, waived, 4],
  ])('with %s', (_what, report, options, code) => {
    expect(judged(report, mx, options).exitCode).toBe(code);
  });
});

/** The reason of a failure that no rule has as a breach was lost, when a finding of the profile had its name. */
it('a failure always has its reason', () => {
  const of = judged(
    {
      ...plain(),
      tls: pass.tls,
      error: { ...error, code: 'ehlo-after-tls-rejected', message: 'it said 502' },
    },
    mx,
    waived,
  );
  const shown = {
    ...of,
    outcome: 'fail' as const,
    findings: [{ ...finding, id: 'ehlo-after-tls-rejected' }],
  };
  expect(renderText(shown, { color: false, width: 100, verbose: false })).not.toContain('no reason');
});

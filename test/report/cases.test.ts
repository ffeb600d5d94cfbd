import { describe, expect, it } from 'vitest';
import type { RuleOutcome } from '../../src/core/policy-report.js';
import type { Report } from '../../src/core/report.js';
import { casesOf } from '../../src/report/cases.js';
import { labelsOf } from '../../src/report/labels.js';
import { nagiosStatus } from '../../src/report/nagios.js';
import { prose } from '../../src/report/markdown-text.js';
import { gateInconclusive, gateMixed, gatePass, gateUnknownAsWarning, usage } from './gate-samples.js';
import { renderRun } from './render-run.js';
import { dnsError, expiredWrongName, inconclusive421, pass, starttlsRefused } from './samples.js';

const ids = (report: Report): string[] => casesOf(report).map(({ id, weight }) => `${id} ${weight}`);

describe('the cases of a report', () => {
  it('have the verdict first, also of a pass', () => {
    expect(ids(pass)).toEqual(['verdict good']);
  });

  it('are the findings, and what stopped the probe', () => {
    expect(ids(expiredWrongName)).toEqual([
      'verdict bad',
      'chain-surplus-certificate good',
      'extended-master-secret-missing warning',
      'certificate-expired bad',
      'hostname-mismatch bad',
    ]);
    expect(ids(starttlsRefused)).toEqual(['verdict bad', 'starttls-refused bad']);
    expect(ids(dnsError)).toEqual(['verdict bad', 'dns-not-found bad']);
    expect(ids(inconclusive421)).toEqual(['verdict unknown', 'greeting-rejected unknown']);
    expect(ids(usage)).toEqual(['verdict unknown', 'usage unknown']);
  });

  it('do not say an error twice that is a finding too', () => {
    const finding = { id: 'starttls-refused', severity: 'error', message: 'x' } as const;
    expect(ids({ ...starttlsRefused, findings: [finding] })).toEqual(['verdict bad', 'starttls-refused bad']);
  });

  it('are the rules of a profile, and not the findings that they stand on', () => {
    expect(casesOf(gateMixed).map(({ id, result }) => `${id} ${result}`)).toEqual([
      'verdict fail',
      ...(gateMixed.policy?.rules ?? []).map(({ id, result }) => `${id} ${result}`),
    ]);
  });

  /** A waiver that has ended is a finding about the file, of no rule: JUnit, SARIF and Nagios had nothing of it. */
  it('are what a profile finds of its file too', () => {
    const findings = [
      ...gateMixed.findings,
      {
        id: 'waiver-ended',
        severity: 'warning',
        message: 'the waiver for x ended',
        evidence: 'fax',
      } as const,
    ];
    const report = { ...gatePass, findings };
    expect(ids(report).slice(-1)).toEqual(['waiver-ended warning']);
    for (const format of ['junit', 'sarif', 'github', 'markdown', 'nagios'] as const)
      expect(renderRun(format, [report])).toContain('waiver-ended');
  });

  it.each([
    ['inconclusive', 'unknown'],
    ['fail', 'bad'],
    ['warn', 'warning'],
  ] as const)('count what is not known as --inconclusive=%s has it: %s', (inconclusive, weight) => {
    const policy = { ...(gateMixed.policy as NonNullable<Report['policy']>), inconclusive };
    const found = casesOf({ ...gateMixed, policy }).find(({ result }) => result === 'inconclusive');
    expect(found?.weight).toBe(weight);
  });

  /** A rule that could at most warn is not known, the gate exits 0, and JUnit had an error: the pipeline stopped all the same. */
  it('weigh what is not known no more than the exit code does', () => {
    const policy = {
      ...(gateMixed.policy as NonNullable<Report['policy']>),
      inconclusive: 'inconclusive' as const,
    };
    const rules = policy.rules.filter(({ result }) => result !== 'fail');
    const passed = { ...gatePass, policy: { ...policy, rules } };
    expect(casesOf(passed).find(({ result }) => result === 'inconclusive')?.weight).toBe('warning');
    expect(renderRun('junit', [passed])).not.toContain('<error ');
    expect(nagiosStatus([passed], 0).exit).toBe(1);
  });

  it('have the words that are known of a rule, whatever was measured', () => {
    const describeRule = (id: string) => ({ title: `about ${id}`, what: 'w', why: 'y', fix: 'f' });
    const xml = renderRun('junit', [expiredWrongName], { describe: describeRule });
    expect(xml).toContain('name="certificate-expired: about certificate-expired"');
    const sarif = renderRun('sarif', [expiredWrongName], { describe: describeRule, artifact: './a b.yaml' });
    expect(sarif).toContain('"text": "w\\n\\ny"');
    expect(sarif).toContain('"uri": "a%20b.yaml"');
    expect(renderRun('github', [expiredWrongName], { artifact: 'gate.yaml' })).toContain(
      '::error file=gate.yaml,title=smtpcheck certificate-expired ',
    );
  });
});

describe('what is not known', () => {
  it('is no passed case of JUnit', () => {
    const marks = (report: Report): (string | undefined)[] =>
      /<testcase name="group-missing[^>]*>\s*<(\w+)/.exec(renderRun('junit', [report]))?.slice(1) ?? [];
    expect(marks(gateInconclusive)).toEqual(['error']);
    expect(marks(gateUnknownAsWarning)).toEqual(['skipped']);
  });

  it('hides behind no warning of Nagios', () => {
    const warned: Report = { ...pass, findings: expiredWrongName.findings.slice(1, 2) };
    const word = (...reports: readonly Report[]): string => nagiosStatus(reports).word;
    expect(word(pass)).toBe('OK');
    expect(word(pass, warned)).toBe('WARNING');
    expect(word(pass, warned, inconclusive421)).toBe('UNKNOWN');
    expect(word(pass, warned, inconclusive421, dnsError)).toBe('CRITICAL');
    expect(word()).toBe('UNKNOWN');
    expect(nagiosStatus([pass], 2).word).toBe('UNKNOWN');
    expect(nagiosStatus([pass], 130).word).toBe('UNKNOWN');
  });

  it('leaves no series of Prometheus out', () => {
    const series = (report: Report): string[] =>
      renderRun('prometheus', [report])
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'))
        .map((line) => line.replace(/ \S+$/, ''));
    const target = pass.target as NonNullable<Report['target']>;
    const gone: Report = { ...dnsError, target: { ...target, address: null, family: null } };
    expect(series(gone)).toEqual(series(pass));
    expect(series({ ...gone, command: 'scan' })).toEqual(series({ ...pass, command: 'scan' }));
    expect(renderRun('prometheus', [{ ...gone, command: 'scan' }])).toMatch(/protocol="TLSv1.3"} NaN\n/);
  });
});

describe('every result of a rule', () => {
  const RESULTS: readonly RuleOutcome[] = ['fail', 'warning', 'inconclusive', 'waived', 'known'];
  it.each(RESULTS)('%s is in SARIF, as that', (wanted) => {
    const [run] = (
      JSON.parse(renderRun('sarif', [gateMixed])) as { runs: { results: Record<string, unknown>[] }[] }
    ).runs;
    const id = gateMixed.policy?.rules.find(({ result }) => result === wanted)?.id;
    const found = run?.results.find(({ ruleId }) => ruleId === id);
    expect(found?.['level']).toBe(wanted === 'warning' ? 'warning' : 'error');
    expect(found?.['baselineState']).toBe(wanted === 'known' ? 'unchanged' : 'new');
    expect(found !== undefined && 'suppressions' in found).toBe(wanted === 'waived');
  });
});

describe('labels', () => {
  it('are never the same twice', () => {
    const at = (address: string | null): Report => ({
      ...pass,
      target: { ...(pass.target as NonNullable<Report['target']>), address },
    });
    expect(labelsOf([pass, dnsError])).toEqual(['mx.example.org:25', 'mx.exmaple.org:25']);
    expect(labelsOf([at('192.0.2.1'), at('192.0.2.2'), at('192.0.2.2'), at(null)])).toEqual([
      'mx.example.org:25 (192.0.2.1)',
      'mx.example.org:25 (192.0.2.2)',
      'mx.example.org:25 (192.0.2.2) #2',
      'mx.example.org:25',
    ]);
  });
});

describe('a sentence in Markdown', () => {
  it.each([
    ['the server accepts TLS 1.0 (and 2 more)', 'the server accepts TLS 1.0 (and 2 more)'],
    ['not for mx.example.org, expired', 'not for `mx.example.org`, expired'],
    ["the client's order", "the client's order"],
    ['ask @postmaster or #12', 'ask `@postmaster` or `#12`'],
    // GitHub makes links of these too.
    ['see (GH-1) and (abcdef0), or gh-2.', 'see `(GH-1)` and `(abcdef0)`, or `gh-2`.'],
    ['a|b `c`', '`` a\\|b `c` ``'],
  ])('%s', (text, expected) => {
    expect(prose(text)).toBe(expected);
  });
});

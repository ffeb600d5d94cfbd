import { describe, expect, it } from 'vitest';
import { renderText } from '../../src/report/text.js';
import type { Profile } from '../../src/policy/profile.js';
import { profileByName } from '../../src/policy/profiles/index.js';
import { judged, protocols, scanned, version } from '../policy/support.js';
import { gateMixed, gatePass } from './gate-samples.js';
import { renderRun } from './render-run.js';
import { expiredWrongName } from './samples.js';

const options = { color: false, width: 100, verbose: false };

/** A port where nothing listens gave eighty lines of rules that nobody could judge, and the error stood far above them. */
it('a gate that reached nothing says so once', () => {
  const error = { code: 'connection-refused', phase: 'connect', message: 'it refused' } as const;
  const report = { ...gateMixed, tls: null, error };
  expect(renderText(gateMixed, options)).toContain('not known');
  expect(renderText(report, options)).not.toMatch(/^ {2}not known /m);
  expect(renderText(report, { ...options, verbose: true })).toMatch(/^ {2}not known /m);
  const unreached = judged({ ...scanned(), tls: null, error }, profileByName('mx') as Profile);
  expect(renderText(unreached, options)).toMatch(/^\S+ +mx\.example\.org:25 +it refused$/m);
  expect(renderRun('nagios', [unreached])).not.toContain('UNKNOWN');
  // GitHub shows ten errors of a step: rules that nobody could judge took the place of the error, and of the next servers.
  expect(renderRun('github', [unreached]).match(/^::error .*$/gm)).toEqual([
    expect.stringContaining('smtpcheck connection-refused '),
  ]);
  const summary = renderRun('markdown', [unreached]);
  expect(summary).not.toContain('inconclusive');
  expect(summary).toMatch(/^\d+ of \d+ rules passed, \d+ not known\.$/m);
  // A machine gets each of them.
  expect(renderRun('junit', [unreached]).match(/<error /g)?.length).toBeGreaterThan(20);
});

it('annotations of what is broken go before those of what is not known', () => {
  const policy = gateMixed.policy as NonNullable<typeof gateMixed.policy>;
  const rules = [...policy.rules].sort((a, b) => b.result.localeCompare(a.result));
  const lines = renderRun('github', [{ ...gateMixed, policy: { ...policy, rules } }]);
  expect([...lines.matchAll(/title=smtpcheck (\S+) /g)].map(([, id]) => id)).toEqual([
    'tls-1-0-accepted',
    'group-missing',
    'signature-scheme-phase-out',
  ]);
});

const partly = protocols(version('TLSv1.2', ['AES128-SHA'], { partial: true, asked: [] }));

/** A gate asks for what its profile is about, which is not what --quick asks for. */
it('a gate does not say of its suites what --quick says', () => {
  const text = renderText(judged(scanned({ protocols: partly }), profileByName('mx') as Profile), {
    ...options,
    verbose: true,
  });
  expect(text).toContain('asked for suites that the profile is about');
  expect(text).not.toContain('weak suites alone');
});

/** The text of a gate went on for fifty lines about a server with which nothing was wrong: in the log of a pipeline nobody found the next. */
describe('the facts of a gate', () => {
  const mx = profileByName('mx') as Profile;
  const facts = scanned({ protocols: protocols(version('TLSv1.2', ['ECDHE-RSA-AES128-GCM-SHA256'])) });

  it('are told in a line each, and all of them with -v', () => {
    const text = renderText(gatePass, options);
    expect(text).toMatch(
      /^ certificate: mx\.example\.org, 61 days left; verify 0 X509_V_OK, mx\.example\.org matches$/m,
    );
    expect(text).not.toMatch(/^ +(?:banner|ehlo|time|trusted CAs): /m);
    const brief = renderText(judged(facts, mx), options);
    expect(brief).toMatch(/^ {3}protocols: TLSv1\.2$/m);
    expect(brief).not.toMatch(/^ suites$/m);
    const verbose = renderText(judged(facts, mx), { ...options, verbose: true });
    expect(verbose).toMatch(/^ suites$/m);
    expect(verbose).toMatch(/^ +trusted CAs: /m);
  });

  it('name the versions that are not known beside those that are', () => {
    const open = version('TLSv1', [], { answer: 'inconclusive', evidence: 'it closed' });
    const text = renderText(
      judged(scanned({ protocols: [...(facts.scan?.protocols ?? []).slice(0, 1), open] }), mx),
      options,
    );
    expect(text).toMatch(/protocols: .*; not known: TLSv1$/m);
  });

  it('have the whole chain where it does not hold', () => {
    const text = renderText(
      { ...gateMixed, chain: expiredWrongName.chain, verify: expiredWrongName.verify },
      options,
    );
    expect(text).toMatch(/^ ✗ 0 /m);
    expect(text).toMatch(/^ +verify: 10 X509_V_ERR_CERT_HAS_EXPIRED/m);
    expect(text).toMatch(/^ +hostname: .* does not match/m);
  });
});

it('what breaks a rule is followed by the command that shows the settings', () => {
  expect(renderText(gateMixed, { ...options, width: 200 })).toMatch(
    /^ +settings: smtpcheck explain tls-1-0-accepted signature-scheme-phase-out$/m,
  );
});

/** Whoever opens the log of a pipeline sees its end: with twenty servers, that of the last one. */
describe('below several servers', () => {
  it('stands how many of each outcome, with the names of those that did not pass', () => {
    expect(renderRun('text', [gatePass, gateMixed, gatePass])).toMatch(
      /\n\n +servers: 2 PASS, 1 FAIL\n +FAIL: mx\.example\.org:25\n$/,
    );
  });

  it('stands nothing for one server, or where no profile judged', () => {
    expect(renderRun('text', [gateMixed])).not.toContain('servers:');
    expect(renderRun('text', [expiredWrongName, expiredWrongName])).not.toContain('servers:');
  });
});

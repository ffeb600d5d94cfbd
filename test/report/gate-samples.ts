import type { PolicyReport, RuleResult } from '../../src/core/policy-report.js';
import type { Report } from '../../src/core/report.js';
import { dnsError, expiredWrongName, inconclusive421, pass } from './samples.js';

/** Reports as a gate gives them: a rule of every result there is. */

const rule = (id: string, rest: Partial<RuleResult> & Pick<RuleResult, 'title' | 'result'>): RuleResult => ({
  id,
  severity: 'error',
  required: null,
  measured: null,
  items: [],
  source: 'RFC 9325 section 3.1.1',
  ...rest,
});

const RULES: readonly RuleResult[] = [
  rule('ssl-3-accepted', {
    title: 'the server accepts SSL 3.0',
    result: 'pass',
    measured: 'alert 70 protocol_version',
  }),
  rule('tls-1-0-accepted', {
    title: 'the server accepts TLS 1.0',
    result: 'fail',
    required: 'TLSv1.2, TLSv1.3',
    measured: 'ServerHello with TLSv1',
    items: ['TLSv1'],
    source: 'RFC 8996 section 2',
    fix: 'postconf -e "smtpd_tls_protocols = >=TLSv1.2"',
    refs: ['RFC 8996', 'postconf(5)'],
  }),
  rule('suite-not-allowed', {
    title: 'the server accepts suites that the profile does not list',
    result: 'waived',
    items: ['TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_RSA_WITH_AES_256_CBC_SHA'],
    waiver: { until: '2027-03-31', reason: 'fax gateway, ticket 4711' },
  }),
  rule('group-missing', {
    title: 'a group that the profile requires is not accepted',
    result: 'inconclusive',
    required: 'X25519MLKEM768',
    measured: '421 4.7.0 Error: too many connections',
    source: 'our mx profile',
    reading: true,
  }),
  rule('signature-scheme-phase-out', {
    title: 'the server signs with a scheme that is to be phased out',
    severity: 'warning',
    result: 'warning',
    measured: 'rsa_pkcs1_sha256',
    items: ['rsa_pkcs1_sha256'],
  }),
  rule('server-order-missing', {
    title: "the client's order decides among suites",
    severity: 'info',
    result: 'note',
    measured: 'client',
  }),
  rule('chain-untrusted', {
    title: 'the chain does not verify',
    result: 'known',
    measured: '18 X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT',
  }),
  rule('dh-prime-short', {
    title: 'the DH prime is too short',
    result: 'not-applicable',
    measured: 'no suite with DHE is accepted',
  }),
];

const POLICY: PolicyReport = {
  profile: { name: 'mx', version: '1', title: 'Servers that take mail from the Internet' },
  rules: RULES,
  budget: { connections: 16, limit: 30 },
  inconclusive: 'inconclusive',
  observed: [],
};

/** Every result at once. */
export const gateMixed: Report = {
  ...pass,
  command: 'gate',
  outcome: 'fail',
  exitCode: 1,
  connections: 16,
  policy: { ...POLICY, baseline: { startedAt: '2026-01-31T06:00:00.000Z' } },
  findings: [
    { id: 'tls-1-0-accepted', severity: 'error', message: 'TLS 1.0 is accepted', evidence: 'ServerHello' },
  ],
};

const without = (...results: readonly string[]): PolicyReport => ({
  ...POLICY,
  rules: RULES.filter(({ result }) => !results.includes(result)),
});

export const gatePass: Report = {
  ...gateMixed,
  outcome: 'pass',
  exitCode: 0,
  policy: without('fail', 'inconclusive'),
  findings: [],
};

export const gateInconclusive: Report = {
  ...gateMixed,
  outcome: 'inconclusive',
  exitCode: 4,
  policy: without('fail'),
  findings: [],
};

/** What is not known lets it pass, by the wish of whoever runs it. */
export const gateUnknownAsWarning: Report = {
  ...gateInconclusive,
  outcome: 'pass',
  exitCode: 0,
  policy: { ...without('fail'), inconclusive: 'warn' },
};

/** Arguments that cannot be used: nothing was sent. */
export const usage: Report = {
  ...dnsError,
  target: null,
  outcome: 'error',
  exitCode: 2,
  timings: {},
  error: {
    code: 'usage',
    phase: 'arguments',
    message: 'unknown argument: tsl1.2',
    hint: 'did you mean --tls1.2?',
  },
};

/** What each format has a golden file for; several targets make one run. */
export const RUNS: Readonly<Record<string, readonly Report[]>> = {
  pass: [pass],
  fail: [expiredWrongName],
  inconclusive: [inconclusive421],
  'not-reached': [dnsError],
  usage: [usage],
  gate: [gateMixed],
  'gate-pass': [gatePass],
  'gate-inconclusive': [gateInconclusive],
  'gate-unknown-as-warning': [gateUnknownAsWarning],
  several: [pass, expiredWrongName, inconclusive421, dnsError, { ...pass, exitCode: 0 }],
};

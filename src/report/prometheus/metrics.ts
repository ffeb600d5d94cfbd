import type { RuleOutcome } from '../../core/policy-report.js';
import type { CertificateReport, Report, Timings } from '../../core/report.js';
import type { Answer, ScanProtocol } from '../../core/scan-report.js';
import { stateSet, type Metric, type Sample } from './exposition.js';

/** Of one report. */
export type Labels = Readonly<Record<'target' | 'command', string>>;

interface Definition extends Omit<Metric, 'samples'> {
  readonly samplesOf: (report: Report, labels: Labels) => readonly Sample[];
}

const OUTCOMES = ['pass', 'fail', 'inconclusive', 'error'];
const ANSWERS: readonly Answer[] = ['accepted', 'rejected', 'inconclusive'];
const PROTOCOLS: readonly ScanProtocol[] = ['SSLv2', 'SSLv3', 'TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];
const RESULTS: readonly RuleOutcome[] = [
  'pass',
  'fail',
  'warning',
  'note',
  'inconclusive',
  'waived',
  'known',
  'not-applicable',
];
const PHASES: readonly (readonly [string, keyof Timings])[] = [
  ['dns', 'dnsMs'],
  ['connect', 'connectMs'],
  ['banner', 'bannerMs'],
  ['starttls', 'starttlsMs'],
  ['handshake', 'handshakeMs'],
  ['total', 'totalMs'],
];

/** A state as a number: the names of units other than the base ones are no names for metrics, so there are no days here. */
const seconds = (time: string | undefined): number => (time === undefined ? NaN : Date.parse(time) / 1000);

const one = (labels: Labels, value: number): Sample[] => [{ labels, value }];

/** A series is there whatever became of the server: one that got worse has NaN, or another state, and not fewer series. */
export const METRICS: readonly Definition[] = [
  {
    name: 'smtpcheck_run_timestamp_seconds',
    help: 'When the target was checked, in seconds since 1970.',
    samplesOf: ({ startedAt }, labels) => one(labels, seconds(startedAt)),
  },
  {
    name: 'smtpcheck_verdict',
    help: 'The outcome: 1 for the one that it was.',
    samplesOf: ({ outcome }, labels) => stateSet(labels, 'verdict', OUTCOMES, outcome),
  },
  {
    name: 'smtpcheck_exit_code',
    help: 'The exit code of the target: 0 pass, 1 fail, 2 usage, 3 not reached, 4 inconclusive, 130 and 143 interrupted.',
    samplesOf: ({ exitCode }, labels) => one(labels, exitCode),
  },
  {
    name: 'smtpcheck_duration_seconds',
    help: 'How long each phase took; NaN where it was not reached.',
    samplesOf: ({ timings, target }, labels) =>
      target === null
        ? []
        : PHASES.map(([phase, key]) => ({
            labels: { ...labels, phase },
            value: (timings[key] ?? NaN) / 1000,
          })),
  },
  {
    name: 'smtpcheck_connections',
    help: 'TCP connections that were made.',
    samplesOf: ({ connections, target }, labels) => (target === null ? [] : one(labels, connections)),
  },
  {
    name: 'smtpcheck_findings',
    help: 'Findings by severity; NaN where nothing was found because the check was cut off.',
    samplesOf: findingCounts,
  },
  {
    name: 'smtpcheck_certificate_not_after_timestamp_seconds',
    help: 'When the certificate of the server ends, in seconds since 1970; NaN where none was seen.',
    samplesOf: ofCertificate((report) => seconds(leafOf(report)?.notAfter)),
  },
  {
    name: 'smtpcheck_certificate_remaining_seconds',
    help: 'How long the certificate of the server lasts, seen from the time of the check; negative when it has expired.',
    samplesOf: ofCertificate((report) => seconds(leafOf(report)?.notAfter) - seconds(report.startedAt)),
  },
  {
    name: 'smtpcheck_chain_not_after_timestamp_seconds',
    help: 'When the first certificate of the verified path ends, in seconds since 1970; NaN where there is none.',
    samplesOf: ofCertificate(({ chain }) => {
      const ends = (chain?.path ?? []).map(({ notAfter }) => seconds(notAfter));
      return ends.length === 0 ? NaN : Math.min(...ends);
    }),
  },
  {
    name: 'smtpcheck_verify_code',
    help: "OpenSSL's verify result, 0 is ok; NaN where nothing was verified.",
    samplesOf: ofCertificate(({ verify }) => verify?.code ?? NaN),
  },
  {
    name: 'smtpcheck_protocol_accepted',
    help: 'Whether a protocol version is accepted; NaN where that is not known.',
    samplesOf: (report, labels) =>
      protocolAnswers(report).map(([protocol, answer]) => ({
        labels: { ...labels, protocol },
        value: answer === null || answer === 'inconclusive' ? NaN : Number(answer === 'accepted'),
      })),
  },
  {
    name: 'smtpcheck_protocol_answer',
    help: 'What was answered to a protocol version: 1 for the answer that it was, none where it was not asked.',
    samplesOf: (report, labels) =>
      protocolAnswers(report).flatMap(([protocol, answer]) =>
        stateSet({ ...labels, protocol }, 'answer', ANSWERS, answer),
      ),
  },
  {
    name: 'smtpcheck_rule',
    help: 'What became of a rule of the profile: 1 for the result that it was.',
    samplesOf: ({ policy }, labels) =>
      (policy?.rules ?? []).flatMap(({ id, result }) =>
        stateSet({ ...labels, rule: id }, 'result', RESULTS, result),
      ),
  },
];

/** Of what has no server, and of a file that could not be read, there is no certificate to speak of. */
function ofCertificate(value: (report: Report) => number): Definition['samplesOf'] {
  return (report, labels) =>
    report.target === null && report.file === undefined ? [] : one(labels, value(report));
}

function leafOf({ chain }: Report): CertificateReport | undefined {
  return chain?.path[0] ?? chain?.sent[0];
}

function findingCounts({ findings, error, target, file }: Report, labels: Labels): Sample[] {
  if (target === null && file === undefined) return [];
  return ['error', 'warning', 'info'].map((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return { labels: { ...labels, severity }, value: count === 0 && error !== null ? NaN : count };
  });
}

/** All versions, of the commands that ask for them, also of a server that was not reached. */
function protocolAnswers({ command, target, scan }: Report): (readonly [ScanProtocol, Answer | null])[] {
  if (target === null || (command !== 'scan' && command !== 'gate')) return [];
  return PROTOCOLS.map((name) => [name, scan?.protocols?.find((one) => one.name === name)?.answer ?? null]);
}

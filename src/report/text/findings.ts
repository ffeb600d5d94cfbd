import type { Finding, Severity } from '../../core/finding.js';
import type { Report } from '../../core/report.js';
import { type Block, field, type Line, quote, splitLines } from '../layout.js';
import type { Tone } from '../style.js';
import { firstReason } from './verdict.js';

const SEVERITIES: readonly { readonly severity: Severity; readonly tone: Tone }[] = [
  { severity: 'error', tone: 'bad' },
  { severity: 'warning', tone: 'warn' },
  { severity: 'info', tone: 'note' },
];

/** What stopped the probe: its code and phase, the message unless the verdict gave it, the server's words, the hint. */
export function errorBlocks(report: Report): Block[] {
  const { error } = report;
  if (error === null) return [];
  const alert = error.alert === undefined ? '' : `, TLS alert ${error.alert}`;
  const message = firstReason(report) === error.message ? '' : `: ${error.message}`;
  return [
    field('error', `${error.code} in phase ${error.phase}${alert}${message}`, 'bad'),
    ...(error.serverSaid === undefined ? [] : quote('server said', error.serverSaid)),
    ...(error.hint === undefined ? [] : [field('hint', error.hint)]),
  ];
}

/** The findings, worst first, otherwise in the order they were made. */
export function findingBlocks(report: Report, verbose: boolean): Block[] {
  // What a rule of the profile says is not said again, unless all is asked for.
  const judged = new Set(verbose ? [] : report.policy?.rules.map(({ id }) => id));
  const findings = report.findings.filter(({ id }) => !judged.has(id));
  return SEVERITIES.flatMap(({ severity, tone }) =>
    findings
      .filter((finding) => finding.severity === severity)
      .flatMap((finding) => [
        {
          kind: 'line',
          lead: `  ${severity} `,
          leadTone: tone,
          hang: '      ',
          text: `${finding.id}: ${finding.message}`,
        },
        ...details(finding, verbose),
      ]),
  );
}

function details(finding: Finding, verbose: boolean): Line[] {
  const lines: Line[] = [];
  if (finding.evidence !== undefined) {
    const hang = '         > ';
    splitLines(finding.evidence).forEach((text, index) =>
      lines.push({ kind: 'line', lead: index === 0 ? '    saw: > ' : hang, leadTone: 'dim', hang, text }),
    );
  }
  if (finding.fix !== undefined)
    lines.push({ kind: 'line', lead: '    fix: ', leadTone: 'good', text: finding.fix });
  if (verbose && finding.refs !== undefined && finding.refs.length > 0) {
    lines.push({ kind: 'line', lead: '    see: ', leadTone: 'dim', text: finding.refs.join(', ') });
  }
  return lines;
}

/** The SMTP dialogue, line by line. The CRLF that ends a line is implied; anything else of the kind is shown. */
export function transcriptBlocks({ transcript }: Report): Block[] {
  if (transcript === undefined || transcript.length === 0) return [];
  return [
    { kind: 'line', lead: '  transcript', leadTone: 'dim', text: '' },
    ...transcript.map((line): Line => {
      const said = /^[CS]: /.exec(line)?.[0] ?? '';
      const text = line.slice(said.length).replace(/\r\n$/, '');
      return { kind: 'line', lead: `    ${said}`, leadTone: 'dim', hang: '         ', text };
    }),
  ];
}

import { createHash } from 'node:crypto';
import { EXIT } from '../core/outcome.js';
import type { Report } from '../core/report.js';
import { VERSION } from '../core/version.js';
import { casesOf, detailsOf, type Case } from './cases.js';
import { escapeForTerminal } from './escape.js';
import type { RenderOptions } from './format.js';
import { labelsOf } from './labels.js';
import { renderSafely } from './json.js';

/*
 * SARIF 2.1.0 (OASIS), in the subset that GitHub's code scanning reads. What is wrong is a result; what holds is none, for a reader
 * that does not look at `kind` would show it as an alert. Each verdict is a notification of the invocation.
 */

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Code scanning wants a file: where the run was not asked for in one, a name that is always the same. */
const NO_ARTIFACT = 'smtpcheck.yaml';

interface Found {
  readonly one: Case;
  readonly label: string;
  readonly command: string;
  /** Counts cases of one id for one target. */
  readonly count: number;
}

export function renderSarif(reports: readonly Report[], options: RenderOptions): string {
  const labels = labelsOf(reports);
  const judged = reports.map((report) => casesOf(report, options.describe));
  const found = judged.flatMap((cases, i) => resultsOf(cases, labels[i] ?? '', reports[i]?.command ?? 'tls'));
  // Those that hold too: a reader closes what it had open of them.
  const listed = [...found.map(({ one }) => one), ...judged.flatMap((cases) => cases.slice(1))];
  const rules = [...new Map(listed.map((one) => [one.id, one])).values()];
  const run = {
    tool: {
      driver: {
        name: 'smtpcheck',
        version: VERSION,
        semanticVersion: VERSION,
        rules: rules.map((one) => descriptor(one, options)),
      },
    },
    invocations: [invocation(reports, labels, options)],
    automationDetails: { id: `smtpcheck/${reports[0]?.command ?? 'tls'}/` },
    columnKind: 'unicodeCodePoints',
    results: found.map((result) => resultObject(result, rules, options)),
  };
  return renderSafely({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, 2);
}

/** What is wrong, waived or known; the verdict itself where nothing else says why it is no pass. */
function resultsOf(cases: readonly Case[], label: string, command: string): Found[] {
  const [verdict, ...rest] = cases;
  const wrong = rest.filter(
    ({ weight, result }) => weight !== 'good' || result === 'waived' || result === 'known',
  );
  const unexplained =
    verdict !== undefined &&
    verdict.weight !== 'good' &&
    !wrong.some(({ weight }) => weight === verdict.weight);
  const seen = new Map<string, number>();
  return (unexplained ? [verdict, ...wrong] : wrong).map((one) => {
    const count = (seen.get(one.id) ?? 0) + 1;
    seen.set(one.id, count);
    return { one, label, command, count };
  });
}

/** A reportingDescriptor (section 3.49): the same in every run. */
function descriptor(one: Case, { describe }: RenderOptions): object {
  const { id, title, fix, severity, source, refs } = one;
  const known = describe?.(id);
  const short = known?.title ?? title ?? id;
  const full =
    known === undefined ? short : [known.what, known.why].filter((text) => text !== '').join('\n\n');
  const see = [source, ...refs].filter((text) => text !== null);
  const help = [known?.fix ?? fix ?? full, ...(see.length === 0 ? [] : [`See: ${see.join(', ')}`])];
  return {
    id,
    shortDescription: { text: lines(short) },
    fullDescription: { text: lines(full) },
    help: { text: lines(help.join('\n\n')) },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: {
      tags: ['security', 'tls', 'smtp'],
      precision: 'very-high',
      'security-severity': SECURITY_SEVERITY[severity],
    },
  };
}

const LEVELS = { error: 'error', warning: 'warning', info: 'note' } as const;

/** GitHub sorts alerts of security by it: over 7 is high, over 4 medium. */
const SECURITY_SEVERITY = { error: '7.5', warning: '4.5', info: '1.0' } as const;

/** A result (section 3.27). `kind` stays `fail`, which alone may have a level: what is not known has to be seen. */
function resultObject(
  { one, label, command, count }: Found,
  rules: readonly Case[],
  options: RenderOptions,
): object {
  const { id, result, waiver } = one;
  const stable = [command, label, id, String(count)];
  return {
    ruleId: id,
    ruleIndex: rules.findIndex((rule) => rule.id === id),
    level: levelOf(one),
    message: { text: messageOf(one, label) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(options.artifact ?? NO_ARTIFACT) },
          region: { startLine: 1 },
        },
        logicalLocations: [{ name: lines(label), fullyQualifiedName: lines(label), kind: 'resource' }],
      },
    ],
    partialFingerprints: {
      // Without one, GitHub makes it of the line in the file, which is the same for all of them.
      primaryLocationLineHash: `${createHash('sha256').update(stable.join('\0')).digest('hex').slice(0, 16)}:1`,
      'smtpcheck/v1': lines(stable.join('|')),
    },
    ...(result === 'waived'
      ? { suppressions: [{ kind: 'external', status: 'accepted', justification: waived(waiver) }] }
      : {}),
    ...(result === 'known' ? { baselineState: 'unchanged' } : {}),
  };
}

function levelOf({ weight, severity }: Case): string {
  if (weight === 'good') return LEVELS[severity];
  return weight === 'warning' ? 'warning' : 'error';
}

const waived = (waiver: Case['waiver']): string =>
  waiver === null || waiver === undefined ? 'waived' : lines(`until ${waiver.until}: ${waiver.reason}`);

function messageOf(one: Case, label: string): string {
  const details = detailsOf(one)
    .filter(([name]) => name !== 'waived' && name !== 'see')
    .map(([name, text]) => `${name}: ${escapeForTerminal(text)}`);
  const text = [escapeForTerminal(`${label}: ${one.message}`), ...details].join('\n');
  return literal(text);
}

/** In a message, brackets make links and braces are placeholders (sections 3.11.5 and 3.11.6). */
const literal = (text: string): string => text.replace(/[[\]]/g, '\\$&').replace(/[{}]/g, '$&$&');

/** Visible, line by line: the descriptions have lines of their own. */
const lines = (text: string): string => text.split('\n').map(escapeForTerminal).join('\n');

/** A relative reference (RFC 3986 section 4.2), or a file URI. */
function uriOf(path: string): string {
  const uri = path
    .replaceAll('\\', '/')
    .split('/')
    .map(encodeURIComponent)
    .join('/')
    .replace(/^(?:\.\/)+/, '');
  return uri.startsWith('/') ? `file://${uri}` : uri;
}

/** An invocation (section 3.20). It was successful where it came to an answer, be it a bad one. */
function invocation(
  reports: readonly Report[],
  labels: readonly string[],
  { exitCode }: RenderOptions,
): object {
  const [first] = reports;
  const code = exitCode ?? first?.exitCode ?? EXIT.bug;
  return {
    executionSuccessful: code === EXIT.pass || code === EXIT.fail,
    exitCode: code,
    ...(first === undefined ? {} : { startTimeUtc: first.startedAt }),
    toolExecutionNotifications: reports.map((report, i) => {
      const [verdict] = casesOf(report);
      return {
        level: report.outcome === 'pass' ? 'note' : 'error',
        message: {
          text: literal(
            escapeForTerminal(`${report.outcome}  ${labels[i] ?? ''}  ${verdict?.message ?? ''}`),
          ),
        },
      };
    }),
  };
}

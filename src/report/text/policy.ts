import type { PolicyReport, RuleOutcome, RuleResult } from '../../core/policy-report.js';
import type { Report } from '../../core/report.js';
import { type Block, field, type Line } from '../layout.js';
import { reachedNothing } from '../reached.js';
import type { Tone } from '../style.js';

/** What is shown, worst first, in which words; with -v everything. */
const SHOWN: readonly {
  readonly result: RuleOutcome;
  readonly word: string;
  readonly tone: Tone;
  readonly verboseOnly?: true;
}[] = [
  { result: 'fail', word: 'fail', tone: 'bad' },
  { result: 'inconclusive', word: 'not known', tone: 'warn' },
  { result: 'waived', word: 'waived', tone: 'warn' },
  { result: 'warning', word: 'warning', tone: 'warn' },
  { result: 'known', word: 'known', tone: 'note', verboseOnly: true },
  { result: 'note', word: 'note', tone: 'note', verboseOnly: true },
  { result: 'pass', word: 'pass', tone: 'good', verboseOnly: true },
  { result: 'not-applicable', word: 'not applicable', tone: 'dim', verboseOnly: true },
];

const INCONCLUSIVE_AS = {
  inconclusive: null,
  fail: 'what is not known counts as a failure',
  warn: 'what is not known counts as a warning',
} as const;

/** What a profile says of the server: the rules that it breaks first, each with what to change, then how many hold. */
export function policyBlocks(report: Report, verbose: boolean): Block[] {
  const { policy } = report;
  if (policy === undefined) return [];
  const { profile, inconclusive, baseline, budget } = policy;
  const asFails = INCONCLUSIVE_AS[inconclusive];
  const nothing = !verbose && reachedNothing(report);
  return [
    field('profile', `${profile.name} ${profile.version} (${profile.title})`),
    ...(baseline === undefined ? [] : [field('baseline', `the report of ${baseline.startedAt}`)]),
    ...(asFails === null ? [] : [field('not known', asFails)]),
    ...SHOWN.filter(({ verboseOnly }) => verboseOnly !== true || verbose).flatMap(({ result, word, tone }) =>
      policy.rules
        .filter((rule) => rule.result === result && !(nothing && result === 'inconclusive'))
        .flatMap((rule) => ruleBlocks(rule, word, tone, verbose)),
    ),
    field('rules', countsOf(policy)),
    ...explainBlocks(policy, nothing),
    field('connections', connectionsOf(report, budget)),
  ];
}

/** What to type for the settings of a server: a `fix` is a sentence. */
function explainBlocks({ rules }: PolicyReport, nothing: boolean): Block[] {
  const broken = (['fail', 'warning'] as const).flatMap((of) => rules.filter(({ result }) => result === of));
  if (nothing || broken.length === 0) return [];
  const ids = [...new Set(broken.map(({ id }) => id))];
  return [field('settings', `smtpcheck explain ${ids.join(' ')}`)];
}

function connectionsOf({ scan }: Report, { connections, limit }: PolicyReport['budget']): string {
  const { throttled = 0, waitedMs = 0 } = scan?.connections ?? {};
  const parts = [
    `${connections} made`,
    ...(throttled > 0 ? [`${throttled} put off by the server`] : []),
    ...(waitedMs > 0 ? [`${Math.round(waitedMs / 1000)} s waited for it`] : []),
    ...(limit === null ? [] : [`${limit} allowed`]),
  ];
  return parts.join(', ');
}

function ruleBlocks(rule: RuleResult, word: string, tone: Tone, verbose: boolean): Line[] {
  const holds = rule.result === 'pass' || rule.result === 'not-applicable';
  // A title names the breach: where there is none, it would say the opposite.
  const text = holds ? `${rule.id}${rule.measured === null ? '' : `: ${rule.measured}`}` : titleOf(rule);
  const first: Line = { kind: 'line', lead: `  ${word} `, leadTone: tone, hang: '      ', text };
  return holds ? [first] : [first, ...details(rule, verbose)];
}

const titleOf = ({ id, title }: RuleResult): string => `${id}: ${title}`;

function details(rule: RuleResult, verbose: boolean): Line[] {
  const { required, measured, items, source, reading, fix, refs = [], waiver } = rule;
  return [
    detail('waiver', waiver === undefined ? null : `until ${waiver.until}: ${waiver.reason}`, 'warn'),
    detail('required', required),
    detail('measured', measured),
    detail('items', itemsOf(items, measured, verbose)),
    detail('source', reading === true ? `${source} (our reading)` : source),
    detail('fix', fix ?? null, 'good'),
    detail('see', verbose && refs.length > 0 ? refs.join(', ') : null),
  ].flatMap((line) => line ?? []);
}

/** What `measured` says already is not said twice. */
function itemsOf(items: readonly string[], measured: string | null, verbose: boolean): string | null {
  const text = items.join(', ');
  return text === '' || (!verbose && measured?.endsWith(text) === true) ? null : text;
}

/** Columns of the labels. */
const WIDTH = 12;

function detail(label: string, text: string | null, tone: Tone = 'dim'): Line | null {
  if (text === null || text === '') return null;
  return { kind: 'line', lead: `${label.padStart(WIDTH)}: `, leadTone: tone, text };
}

/** `24 of 30 passed, 2 failed, …`: every rule is in it once. */
function countsOf({ rules }: PolicyReport): string {
  const words: readonly (readonly [RuleOutcome, string])[] = [
    ['pass', 'passed'],
    ['fail', 'failed'],
    ['inconclusive', 'not known'],
    ['warning', 'with a warning'],
    ['waived', 'waived'],
    ['known', 'known from the baseline'],
    ['note', 'noted'],
    ['not-applicable', 'not applicable'],
  ];
  const counts = words.flatMap(([result, word]) => {
    const count = rules.filter((rule) => rule.result === result).length;
    if (result === 'pass') return [`${count} of ${rules.length} ${word}`];
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return counts.join(', ');
}

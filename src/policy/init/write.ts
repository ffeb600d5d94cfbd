import type { RuleResult } from '../../core/policy-report.js';
import type { Expect } from '../expect.js';
import type { Held, Proposal } from './propose.js';

/** What stands under `defaults`. */
export type Defaults = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface GateText {
  readonly proposals: readonly Proposal[];
  readonly defaults: Defaults;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const DAY_MS = 86_400_000;

/** How long the waivers that are suggested would hold. */
const WAIVED_DAYS = 90;

/** A gate's file, with comments that say what it stands on. Nothing that a server said can end a comment. */
export function writeGate({ proposals, defaults, now }: GateText): string {
  const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
  const options = Object.entries(defaults);
  return [
    comment(
      `What smtpcheck gate asks of these servers. smtpcheck init wrote it on ${day(now)} from what they did then:`,
    ),
    comment('read it, and mend what is too weak for you.'),
    'version: 1',
    ...(options.length === 0
      ? []
      : ['defaults:', ...options.map(([key, value]) => `  ${key}: ${written(value)}`)]),
    'targets:',
    ...proposals.flatMap(target),
    ...waivers(proposals, day(now + WAIVED_DAYS * DAY_MS)),
    '',
  ].join('\n');
}

function target({ host, profile, notes, held, open }: Proposal): string[] {
  return [
    ...notes.map((note) => `  ${comment(note)}`),
    ...open.map((rule) => `  ${comment(`not known: ${rule.id}${measured(rule)}`)}`),
    `  - host: ${scalar(host)}`,
    `    profile: ${scalar(profile)}`,
    ...(held.length === 0 ? [] : ['    expect:', ...held.map(expectation)]),
  ];
}

const KEYS: Readonly<Record<keyof Expect, string>> = {
  minTls: 'min-tls',
  groups: 'groups',
  certSha256: 'cert-sha256',
  spkiSha256: 'spki-sha256',
  authMechanisms: 'auth-mechanisms',
  starttls: 'starttls',
};

function expectation({ expect, seen }: Held): string {
  const text = Object.entries(expect)
    .map(
      ([key, value]) => `      ${KEYS[key as keyof Expect]}: ${written(value as string | readonly string[])}`,
    )
    .join('\n');
  return seen === '' ? text : `${text} ${comment(seen)}`;
}

/** Of what fails today, out of action: a waiver is somebody's decision. */
function waivers(proposals: readonly Proposal[], until: string): string[] {
  const lines = proposals.flatMap(({ host, breaches }) =>
    breaches.flatMap((rule) => [
      comment(`  ${comment(rule.measured ?? rule.title)}`),
      comment(`  - { rule: ${rule.id}, target: ${scalar(host)}, until: ${until}, reason: "" }`),
    ]),
  );
  if (lines.length === 0) return [];
  return [
    '',
    comment('This fails today. Mend it; or let it pass for a while: take the # away, and say why.'),
    comment('waivers:'),
    ...lines,
  ];
}

const measured = (rule: RuleResult): string => (rule.measured === null ? '' : `: ${rule.measured}`);

const LONGEST = 240;

/** One line, whatever the text: all but printable ASCII is written as `\u{…}`. */
function comment(text: string): string {
  const line = text.replace(/[^\x20-\x7e]/gu, (one) => `\\u{${(one.codePointAt(0) ?? 0).toString(16)}}`);
  return `# ${line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line}`;
}

function written(value: Defaults[string]): string {
  if (typeof value === 'string') return scalar(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return `[${value.map(scalar).join(', ')}]`;
}

const PLAIN = /^[A-Za-z/][A-Za-z0-9._/-]*(?::[A-Za-z0-9._/-]+)*$/;
const OTHER_TYPES = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** Plain where no YAML of any version could take it for something else, or else in quotes, as JSON has them. */
function scalar(text: string): string {
  if (PLAIN.test(text) && !OTHER_TYPES.test(text)) return text;
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

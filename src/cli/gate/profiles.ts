import { SmtpcheckError, usageError } from '../../core/errors.js';
import { EXIT } from '../../core/outcome.js';
import { planOf } from '../../policy/plan.js';
import type { Profile } from '../../policy/profile.js';
import { PROFILES } from '../../policy/profiles/index.js';
import { rulesOf } from '../../policy/rules/index.js';
import { escapeForTerminal } from '../../report/escape.js';
import { renderSafely } from '../../report/json.js';
import { wrap } from '../../report/wrap.js';
import { nearestNames } from '../../wire/nearest.js';
import type { RawArgs } from '../args/getter.js';
import type { Io } from '../io.js';
import { refuse } from '../reporting.js';
import { known } from './known.js';

/** `smtpcheck profiles` and `profiles show NAME`. Resolves to the exit code. */
export async function runProfiles(
  raw: RawArgs,
  words: readonly string[],
  io: Io,
  _signal: AbortSignal,
  argv: readonly string[],
): Promise<number> {
  const json = raw['json'] === true;
  try {
    if (words.length === 0) io.stdout(json ? jsonLines(PROFILES) : listing());
    else {
      const profiles = await named(words);
      io.stdout(json ? jsonLines(profiles) : profiles.map((profile) => text(profile, io)).join('\n'));
    }
    return EXIT.pass;
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    return refuse(error, 'gate', argv, io);
  }
}

async function named([verb, ...names]: readonly string[]): Promise<Profile[]> {
  if (verb !== 'show')
    throw usageError(`profiles takes "show NAME", not ${JSON.stringify(verb)}`, meant(verb, names));
  if (names.length === 0)
    throw usageError(
      'which profile is to be shown?',
      `there are ${PROFILES.map(({ name }) => name).join(', ')}`,
    );
  const { openProfile } = await import('../gate-file/open.js');
  return names.map((name) => openProfile(name, known()));
}

/** `profiles mx`, `profiles shwo mx`, `profiles list`. */
function meant(verb = '', names: readonly string[]): string {
  if (names.length > 0) return `smtpcheck profiles show ${names.join(' ')}`;
  const [near] = nearestNames(
    verb,
    PROFILES.map(({ name }) => name),
    1,
  );
  return near === undefined
    ? 'smtpcheck profiles lists them, smtpcheck profiles show NAME says what one asks for'
    : `smtpcheck profiles show ${near}`;
}

const jsonLines = (profiles: readonly Profile[]): string =>
  profiles.map((profile) => renderSafely(profile, undefined)).join('');

function listing(): string {
  const width = Math.max(...PROFILES.map(({ name }) => name.length));
  return PROFILES.map(({ name, title }) => `${name.padEnd(width)}  ${title}\n`).join('');
}

const FILE_COLUMNS = 100;

function text(profile: Profile, io: Io): string {
  const columns = io.stdoutIsTty ? Math.max(40, io.columns) : FILE_COLUMNS;
  const { name, version, title, summary, source, notes } = profile;
  const rules = rulesOf(profile);
  const counted = (severity: string): number => rules.filter((rule) => rule.severity === severity).length;
  const lines = [
    `${name} ${version}: ${title}`,
    '',
    ...paragraph(summary, '', columns),
    '',
    ...paragraph(`${source.title}, ${source.date}, ${source.url}`, 'source: ', columns),
    ...notes.flatMap((note) => paragraph(note, 'note:   ', columns)),
    '',
    `${rules.length} rules: ${counted('error')} fail, ${counted('warning')} warn, ${counted('as-found')} count as the check finds them`,
    ...rules
      .filter(
        ({ required, severity, sourced }) => required !== null || severity !== 'as-found' || sourced.reading,
      )
      .flatMap(({ id, severity, required, sourced }) => [
        `  ${WORDS[severity] ?? severity} ${id}`,
        ...paragraph(
          [sourced.source ?? title, sourced.reading === true ? '(our reading)' : ''].join(' ').trim(),
          '          ',
          columns,
        ),
        ...(required === null ? [] : paragraph(`required: ${required}`, '          ', columns)),
      ]),
    '',
    ...paragraph(planOf(profile).checks.join(', '), 'asked by a gate: ', columns),
  ];
  return `${lines.map((line) => escapeForTerminal(line).trimEnd()).join('\n')}\n`;
}

const WORDS: Readonly<Record<string, string>> = {
  error: 'fail   ',
  warning: 'warn   ',
  info: 'note   ',
  'as-found': 'as seen',
};

function paragraph(words: string, lead: string, columns: number): string[] {
  const hang = ' '.repeat(lead.length);
  return wrap(words, columns - lead.length).map((line, at) => `${at === 0 ? lead : hang}${line}`);
}

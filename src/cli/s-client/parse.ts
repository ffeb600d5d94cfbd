import { usageError, type SmtpcheckError } from '../../core/errors.js';
import { TLS_OPTIONS } from '../options/tls.js';
import type { SClientFlag } from './flags/flag.js';
import { SECRET_FLAGS } from './flags/mapped.js';
import { flagByName, nearestFlag } from './flags.js';

/** A command line of `openssl s_client`, read. */
export interface SClientLine {
  /** The value of each flag by name, empty for one that takes none. Of several the last, in its place. */
  readonly flags: ReadonlyMap<string, string>;
  /** Flags that were given more than once, with different values. */
  readonly repeated: readonly string[];
  /** HOST:PORT behind all flags. */
  readonly target: string | null;
}

interface Reading {
  readonly flags: Map<string, string>;
  readonly repeated: Set<string>;
  readonly problems: string[];
}

/**
 * Reads the words behind `openssl s_client` as OpenSSL's own parser does (apps/lib/opt.c): one dash or two, `-flag value` or
 * `-flag=value`, the last of several counts, and the first word that is no flag ends them.
 * @throws SmtpcheckError `usage` that names every flag that is unknown or cannot be used, each with why.
 */
export function parseSClient(argv: readonly string[]): SClientLine {
  const reading: Reading = { flags: new Map(), repeated: new Set(), problems: [] };
  let at = 0;
  while (at < argv.length && argv[at]?.startsWith('-') === true && argv[at] !== '--')
    at += readFlag(argv, at, reading);
  const rest = argv.slice(argv[at] === '--' ? at + 1 : at);
  const target = readRest(rest, reading);
  const { flags, repeated, problems } = reading;
  if (problems.length > 0) throw refusal(problems);
  return { flags, repeated: [...repeated], target };
}

/** Whether help is asked for, anywhere, as OpenSSL has it. */
export function asksForHelp(argv: readonly string[]): boolean {
  return argv.some((word) => /^--?h(?:elp)?$/.test(word));
}

/** Reads the flag at `at`; returns how many words it takes. */
function readFlag(argv: readonly string[], at: number, reading: Reading): number {
  const word = argv[at] ?? '';
  const [, name = '', attached] = /^--?([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const flag = flagByName(name);
  if (flag === undefined) {
    reading.problems.push(unknown(word, name));
    // What follows an unknown flag can be its value; the last word can be the target.
    const next = argv[at + 1];
    return attached === undefined && next?.startsWith('-') === false && at + 2 < argv.length ? 2 : 1;
  }
  if (flag.value === undefined) {
    if (attached !== undefined) reading.problems.push(`-${name}: it takes no value`);
    else keep(name, '', flag, reading);
    return 1;
  }
  const value = attached ?? argv[at + 1];
  if (value === undefined) reading.problems.push(`-${name}: it needs a value: ${flag.value}`);
  else keep(name, value, flag, reading);
  return attached === undefined ? 2 : 1;
}

function keep(name: string, value: string, flag: SClientFlag, { flags, repeated, problems }: Reading): void {
  const shown = value === '' || SECRET_FLAGS.has(name) ? `-${name}` : `-${name} ${value}`;
  const wrong = flag.kind === 'refused' ? flag.words : (flag.check?.(value) ?? null);
  if (wrong !== null) {
    const problem = `${flag.kind === 'refused' ? `-${name}` : shown}: ${wrong}`;
    if (!problems.includes(problem)) problems.push(problem);
    return;
  }
  if (flags.has(name) && flags.get(name) !== value) repeated.add(name);
  flags.delete(name);
  flags.set(name, value);
}

function readRest(rest: readonly string[], { flags, problems }: Reading): string | null {
  const [target, ...more] = rest;
  if (target === undefined) return null;
  if (more.length > 0) {
    problems.push(
      `${target}: it belongs to no flag, and s_client reads none behind it: HOST:PORT comes last`,
    );
  } else if (flags.has('connect')) {
    problems.push(`${target}: the target was named with -connect already`);
  }
  return target;
}

function unknown(word: string, name: string): string {
  const shown = word.replace(/=.*$/s, '');
  if (Object.hasOwn(TLS_OPTIONS, name) || name === 'json')
    return `${shown}: an option of smtpcheck; it goes with the native command, not with the flags of s_client`;
  const near = nearestFlag(name);
  return `${shown}: s_client has no such flag${near === null ? '' : `; did you mean -${near}?`}`;
}

function refusal(problems: readonly string[]): SmtpcheckError {
  const hint = 'smtpcheck s_client -help lists the flags, and what each becomes';
  const [only] = problems;
  if (problems.length === 1 && only !== undefined) return usageError(only, hint);
  return usageError([`${problems.length} of these words cannot be used:`, ...problems].join('\n'), hint);
}

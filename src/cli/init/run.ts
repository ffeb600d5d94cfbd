import { existsSync, lstatSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { ERROR_OUTCOMES, SmtpcheckError, usageError } from '../../core/errors.js';
import { combineExitCodes, EXIT, exitCodeOf } from '../../core/outcome.js';
import type { Report } from '../../core/report.js';
import type { Target } from '../../core/target.js';
import { formatMs } from '../../net/deadline.js';
import { ALL_EXPECTED, profileFor, propose, type Proposal } from '../../policy/init/propose.js';
import { writeGate, type Defaults } from '../../policy/init/write.js';
import { planOf } from '../../policy/plan.js';
import type { Profile } from '../../policy/profile.js';
import { profileByName, PROFILES } from '../../policy/profiles/index.js';
import { escapeForTerminal } from '../../report/escape.js';
import { endpoint } from '../../report/endpoint.js';
import { probeScan } from '../../scan/scan.js';
import { nearestNames } from '../../wire/nearest.js';
import { Getter, optional, type RawArgs } from '../args/getter.js';
import { readScanArgs, type ScanArgs } from '../args/scan.js';
import { OF_THE_FILE } from '../gate/file-keys.js';
import { NOTHING_INSIDE } from '../inside.js';
import type { Io } from '../io.js';
import { INIT_OPTIONS } from '../options/init.js';
import { startProgress } from '../progress.js';
import { sayError, sayWarning } from '../say.js';
import { openServerFiles, probeOptions, type ServerFiles } from '../server-files.js';
import { checkWritable, writeNew, writeWhole } from '../whole-file.js';

const DEFAULT_FILE = 'smtpcheck.yaml';

/** What `init` is asked for, with its files opened. */
interface Asked {
  readonly args: ScanArgs;
  readonly files: ServerFiles;
  readonly file: string;
  /** Also over one that is there. */
  readonly force: boolean;
  /** Of all targets; by their ports where it is absent. */
  readonly profile: Profile | undefined;
}

/** `smtpcheck init`. Resolves to the exit code: 0 when each server was reached, whatever it is like. */
export async function runInit(
  raw: RawArgs,
  targets: readonly string[],
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  try {
    const asked = await ask(raw, targets, io);
    const codes: number[] = [];
    const proposals: Proposal[] = [];
    // One after the other: they may be one server, which counts connections.
    for (const target of asked.args.targets) {
      const { report, profile } = await look(target, asked, io, signal);
      const now = Date.now();
      proposals.push(propose(target, report, profile, now));
      codes.push(codeOf(report));
      if (report.error !== null) sayWarning(io, `${endpoint(target)}: ${report.error.message}`);
    }
    // Half of it would be in the way of the next one.
    if (signal.aborted) throw interrupted(asked.file);
    const text = writeGate({ proposals, defaults: defaultsOf(raw, asked.file), now: Date.now() });
    if (asked.file === '-') io.stdout(text);
    else write(asked, text, io);
    return combineExitCodes(codes);
  } catch (error) {
    if (!(error instanceof SmtpcheckError) || error.code === 'internal') throw error;
    sayError(io, error);
    return exitCodeOf('inconclusive', error.toReport());
  }
}

function interrupted(file: string): SmtpcheckError {
  const what = file === '-' ? 'nothing' : `no ${file}`;
  return new SmtpcheckError('interrupted', 'scan', `interrupted: ${what} was written`);
}

/** What took a while to find out is shown where it cannot be kept. @throws SmtpcheckError */
function write({ file, force }: Asked, text: string, io: Io): void {
  try {
    if (force) writeWhole(file, text);
    // It may have come while the servers were asked.
    else if (!writeNew(file, text)) throw alreadyThere(file);
  } catch (error) {
    if (error instanceof SmtpcheckError) io.stdout(text);
    throw error;
  }
  sayDone(file, io);
}

/** A link that leads nowhere is there too. */
function exists(file: string): boolean {
  try {
    lstatSync(file);
    return true;
  } catch {
    return false;
  }
}

const alreadyThere = (file: string): SmtpcheckError =>
  usageError(`${file} is there already`, '--force writes it anew, -o FILE another one, -o - shows it');

function sayDone(file: string, io: Io): void {
  const named = file === DEFAULT_FILE ? '' : ` ${file}`;
  io.stderr(`${escapeForTerminal(file)} was written; now: smtpcheck gate${escapeForTerminal(named)}\n`);
}

/** @throws SmtpcheckError `usage`: nothing was sent then. */
async function ask(raw: RawArgs, targets: readonly string[], io: Io): Promise<Asked> {
  const get = new Getter(raw, INIT_OPTIONS);
  const file = get.one('output') ?? DEFAULT_FILE;
  const force = get.flag('force');
  if (file !== '-' && !force && exists(file)) throw alreadyThere(file);
  if (file !== '-' && !existsSync(dirname(file)))
    throw usageError(`${file} cannot be written: there is no folder ${dirname(file)}`);
  const args = readScanArgs(raw, targets);
  refuseTwins(args.targets);
  if (file !== '-') checkWritable(file);
  return {
    args,
    file,
    force,
    files: await openServerFiles(args, io),
    profile: profileOf(get.one('profile')),
  };
}

/** The file could not name one twice. */
function refuseTwins(targets: readonly Target[]): void {
  const keys = targets.map(({ host, port, mode }) => `${mode} ${host} ${port}`);
  const twin = targets.find((_, i) => keys.indexOf(keys[i] ?? '') !== i);
  if (twin !== undefined) throw usageError(`${endpoint(twin)} was given twice`);
}

function profileOf(name: string | undefined): Profile | undefined {
  if (name === undefined) return undefined;
  const profile = profileByName(name);
  if (profile !== undefined) return profile;
  const names = PROFILES.map((one) => one.name);
  const [near] = nearestNames(name, names, 1);
  throw usageError(
    `there is no profile ${JSON.stringify(name)}`,
    near === undefined ? `there are ${names.join(', ')}` : `did you mean ${near}?`,
  );
}

/** What a gate would ask, and what it could expect. */
async function look(
  target: Target,
  { args, files, profile: forAll }: Asked,
  io: Io,
  signal: AbortSignal,
): Promise<{ readonly report: Report; readonly profile: Profile }> {
  const name = profileFor(target);
  const profile = forAll ?? profileByName(name);
  if (profile === undefined) throw new Error(`there is no profile ${name}`);
  const { checks, scope } = planOf(profile, ALL_EXPECTED);
  const progress = startProgress(io, endpoint(target));
  try {
    const report = await probeScan(target, {
      ...args,
      ...probeOptions(args, files, NOTHING_INSIDE),
      ...optional('maxConnections', args.maxConnections),
      only: checks,
      scope,
      signal,
      onProgress: ({ made }) => progress.say(`${made} connections`),
      onWait: (ms, reason) => progress.say(`${reason}; waiting ${formatMs(ms)}`),
    });
    return { report, profile };
  } finally {
    progress.stop();
  }
}

/** A server that is bad was looked at all the same; one that was not reached, or not to the end, was not. */
function codeOf({ error }: Report): number {
  if (error === null) return EXIT.pass;
  const kind = ERROR_OUTCOMES[error.code];
  if (kind === 'fail') return EXIT.pass;
  return exitCodeOf(kind === 'error' ? 'error' : 'inconclusive', error);
}

const PATHS: readonly string[] = ['ca-path', 'ca-file', 'crl-file'];
const NUMBERS: readonly string[] = ['depth', 'auth-level', 'max-connections', 'concurrency'];

/** The options of the command line that the file can have, with paths from its folder on. */
function defaultsOf(raw: RawArgs, file: string): Defaults {
  const folder = file === '-' ? '.' : dirname(resolve(file));
  const get = new Getter(raw, INIT_OPTIONS);
  const found = OF_THE_FILE.flatMap((name): [string, Defaults[string]][] => {
    if (INIT_OPTIONS[name]?.type === 'boolean') return get.flag(name) ? [[name, true]] : [];
    const values = get.many(name).map((value) => {
      // The file has no duration without its unit.
      if (name === 'max-wait' && value === '0') return '0s';
      if (!PATHS.includes(name) || isAbsolute(value)) return value;
      return relative(folder, resolve(value)) || '.';
    });
    const [first, ...more] = values;
    if (first === undefined) return [];
    if (more.length > 0) return [[name, values]];
    return [[name, NUMBERS.includes(name) ? Number(first) : first]];
  });
  return Object.fromEntries(found);
}

import { usageError } from '../../core/errors.js';
import type { Report } from '../../core/report.js';
import { judgePolicy, missingFacts } from '../../policy/judge.js';
import type { Profile } from '../../policy/profile.js';
import { endpoint } from '../../report/endpoint.js';
import { readJudgingArgs, type JudgingArgs } from '../args/gate.js';
import { optional, type RawArgs } from '../args/getter.js';
import type { Io } from '../io.js';
import { JUDGE_OPTIONS } from '../options/gate.js';
import { openOrRefuse, openOutput, type Output } from '../reporting.js';
import { readSavedReports } from '../saved-reports.js';
import { openBaseline, type Baseline } from './baseline.js';
import { describeRule, known } from './known.js';

interface Opened {
  readonly args: JudgingArgs;
  readonly output: Output;
  readonly reports: readonly Report[];
  readonly profile: Profile;
  readonly baseline: Baseline;
}

/** `smtpcheck judge`: saved reports by another profile, without a connection. Resolves to the exit code. */
export async function runJudge(
  raw: RawArgs,
  words: readonly string[],
  io: Io,
  _signal: AbortSignal,
  argv: readonly string[],
): Promise<number> {
  const opened = await openOrRefuse('gate', argv, io, () => open(raw, words, argv, io));
  if (typeof opened === 'number') return opened;
  const { args, output, reports, profile, baseline } = opened;
  const codes = reports.map((report) => {
    const judged = judgePolicy(asSaved(report), {
      profile,
      ...optional('baseline', before(report, baseline)),
      ...optional('inconclusive', inconclusiveOf(report, args)),
      ...optional('failOn', args.failOn),
      limit: report.policy?.budget.limit ?? null,
      now: Date.now(),
    });
    output.add(judged);
    return judged.exitCode;
  });
  return output.end(codes);
}

async function open(
  raw: RawArgs,
  words: readonly string[],
  argv: readonly string[],
  io: Io,
): Promise<Opened> {
  const args = readJudgingArgs(raw, JUDGE_OPTIONS);
  if (args.profile === undefined)
    throw usageError('judge needs --profile', 'smtpcheck profiles lists what there is');
  if ([...words, args.baseline].filter((word) => word === '-').length > 1)
    throw usageError('standard input can be read once', 'give the others as files');
  const { openProfile } = await import('../gate-file/open.js');
  const profile = openProfile(args.profile, known());
  const reports: Report[] = [];
  for (const file of words) {
    const found = await readSavedReports(file);
    for (const report of found) refuseIncomplete(report, profile, file);
    reports.push(...found);
  }
  const output = await openOutput(args, argv, io, { describe: describeRule });
  return { args, output, reports, profile, baseline: await openBaseline(args.baseline, io) };
}

const wasCutShort = ({ error }: Report): boolean =>
  error?.code === 'interrupted' || error?.code === 'terminated';

/** What is not known because nobody waited for it is never let pass as a warning; nor does the run itself pass. */
const inconclusiveOf = (report: Report, { inconclusive }: JudgingArgs): JudgingArgs['inconclusive'] =>
  wasCutShort(report) && inconclusive === 'warn' ? undefined : inconclusive;

/** 130 and 143 are for a run that was interrupted. This one was not: it has a report that says too little. */
function asSaved(report: Report): Report {
  const { error } = report;
  if (error === null || !wasCutShort(report)) return report;
  return {
    ...report,
    error: { ...error, code: 'scan-incomplete', message: `the run that made the report was ${error.code}` },
  };
}

const before = ({ target }: Report, baseline: Baseline): Report | undefined =>
  target === null ? undefined : baseline({ ...target, literal: 0 });

/** A profile that a report cannot answer would be inconclusive for ever: better is to say what to run. */
function refuseIncomplete(report: Report, profile: Profile, file: string): void {
  const { target } = report;
  if (target === null) throw usageError(`${file}: a report of no server cannot be judged by a profile`);
  // What was not reached has no facts, and is inconclusive or an error in its own right.
  if (report.tls === null && report.scan === undefined && report.error !== null) return;
  const facts = missingFacts(report, profile);
  if (facts.length === 0) return;
  throw usageError(
    `${file}: the report of ${endpoint(target)} does not say what ${profile.name} needs: ${facts.join('; ')}`,
    'smtpcheck scan TARGET --json says everything; gate asks only what its own profile needs',
  );
}

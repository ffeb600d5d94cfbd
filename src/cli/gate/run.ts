import { existsSync } from 'node:fs';
import { usageError } from '../../core/errors.js';
import type { Report } from '../../core/report.js';
import { formatMs } from '../../net/deadline.js';
import type { GateTarget } from '../../policy/gate-file/gate.js';
import { judgePolicy } from '../../policy/judge.js';
import { planOf } from '../../policy/plan.js';
import type { Waiver } from '../../policy/waivers.js';
import type { Profile } from '../../policy/profile.js';
import { probeScan } from '../../scan/scan.js';
import { readJudgingArgs, type JudgingArgs } from '../args/gate.js';
import { optional, type RawArgs } from '../args/getter.js';
import { looksLikeFile, noSuchFile } from '../files.js';
import type { Io } from '../io.js';
import { GATE_OPTIONS } from '../options/gate.js';
import { probeEach } from '../probes.js';
import { openOrRefuse, openOutput, type Output } from '../reporting.js';
import { openTrustFiles, type TrustFiles } from '../trust-files.js';
import type { ProxyServer } from '../../core/proxy.js';
import { openBaseline, type Baseline } from './baseline.js';
import { DEFAULT_FILES } from './default-files.js';
import { withFileWords } from './file-words.js';
import { describeRule, known } from './known.js';
import { Turns } from './turns.js';

/**
 * Connections to one target: a server that follows its profile takes 13 to 26, one that breaks every rule of it some eighty. Stops a
 * server that accepts everything from being asked for hundreds.
 */
const MAX_CONNECTIONS = 100;

/** Everything that one target is probed and judged with. */
interface Prepared {
  readonly entry: GateTarget;
  readonly profile: Profile;
  readonly files: TrustFiles;
  readonly proxy?: ProxyServer;
}

interface Opened {
  readonly args: JudgingArgs;
  readonly output: Output;
  readonly prepared: readonly Prepared[];
  readonly baseline: Baseline;
}

/** Hosts that are probed side by side. */
const HOSTS = 4;

/** `smtpcheck gate`. Resolves to the exit code. Targets of one host are taken one after the other; reports come out in the order of the file. */
export async function runGate(
  raw: RawArgs,
  words: readonly string[],
  io: Io,
  signal: AbortSignal,
  argv: readonly string[],
): Promise<number> {
  const opened = await openOrRefuse('gate', argv, io, () => open(raw, words, argv, io));
  if (typeof opened === 'number') return opened;
  const { args, output, prepared, baseline } = opened;
  const byTarget = new Map(prepared.map((one) => [one.entry.target, one]));
  const targets = prepared.map(({ entry }) => entry.target);
  const look = { ...args, targets, debug: false, trace: false };
  const waivers = new WaiversOfAll(prepared.map(({ entry }) => entry));
  const byHost = new Turns();
  let before: Promise<unknown> = Promise.resolve();
  const codes = await probeEach(look, io, output, HOSTS, (target, _onPhase, say) => {
    const one = byTarget.get(target);
    if (one === undefined) throw new Error('a target that is not in the file');
    const probed = byHost.take(target.host, () => probe(one, signal, say));
    // In the order of the file: whether a waiver was of use is known when its last target has been judged.
    const judged = Promise.all([probed, before]).then(([report]) =>
      waivers.note(one.entry, judge(report, one, { args, baseline, settled: waivers.settled(one.entry) })),
    );
    before = judged.catch(() => undefined);
    return judged.then(withFileWords);
  });
  return output.end(codes);
}

/** All files, before anything is sent. @throws SmtpcheckError */
async function open(
  raw: RawArgs,
  words: readonly string[],
  argv: readonly string[],
  io: Io,
): Promise<Opened> {
  const args = readJudgingArgs(raw, GATE_OPTIONS);
  const file = gateFile(words);
  const { openGate } = await import('../gate-file/open.js');
  const { gate, profileOf } = openGate(file, known());
  const artifact = file === '-' ? undefined : file;
  const output = await openOutput(args, argv, io, {
    describe: describeRule,
    ...optional('artifact', artifact),
  });
  const prepared: Prepared[] = [];
  for (const entry of gate.targets) prepared.push(await prepare(entry, profileOf(entry), io));
  return { args, output, prepared, baseline: await openBaseline(args.baseline, io) };
}

function gateFile(words: readonly string[]): string {
  if (words.length > 1)
    throw usageError(
      `gate takes one file, not ${words.length}`,
      'targets stand in the file, under "targets"',
    );
  const [named] = words;
  if (named !== undefined) {
    if (named === '-' || existsSync(named)) return named;
    const isTarget = /:\/\//.test(named) || !looksLikeFile(named);
    throw noSuchFile(
      "the gate's file",
      named,
      isTarget
        ? `a gate takes a file, in which the targets stand: smtpcheck init ${named} writes one`
        : `smtpcheck init mail.example.org -o ${named} writes one`,
    );
  }
  const found = DEFAULT_FILES.find((name) => existsSync(name));
  if (found !== undefined) return found;
  throw usageError(
    `there is no ${DEFAULT_FILES[0] ?? ''} here`,
    'smtpcheck init mail.example.org writes one; another file is named: smtpcheck gate FILE',
  );
}

async function prepare(entry: GateTarget, profile: Profile, io: Io): Promise<Prepared> {
  const { options } = entry;
  const { proxyUrl } = options;
  const proxy =
    proxyUrl === undefined
      ? undefined
      : (await import('../proxy.js')).openProxy(proxyUrl, { ...options, targets: [entry.target] }, io);
  return { entry, profile, files: await openTrustFiles(options, io), ...optional('proxy', proxy) };
}

async function probe(
  { entry, profile, files, proxy }: Prepared,
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<Report> {
  const { target, options, expect } = entry;
  const { checks, scope } = planOf(profile, expect);
  return probeScan(target, {
    ...options,
    ...files,
    ...optional('proxy', proxy),
    signal,
    maxConnections: limitOf(entry),
    only: checks,
    scope,
    onProgress: ({ made }) => say(`${target.host}: ${made} connections`),
    onWait: (ms, reason) => say(`${target.host}: ${reason}; waiting ${formatMs(ms)}`),
  });
}

/** One waiver may be for several targets: it is unused when it was for none of them. */
class WaiversOfAll {
  private readonly used = new Set<Waiver>();
  private readonly toCome: GateTarget[];

  constructor(entries: readonly GateTarget[]) {
    this.toCome = [...entries];
  }

  /** Those that have matched before, and those that a later target has too. */
  settled(entry: GateTarget): ReadonlySet<Waiver> {
    this.toCome.splice(0, this.toCome.indexOf(entry) + 1);
    return new Set([...this.used, ...this.toCome.flatMap(({ waivers }) => waivers)]);
  }

  note(entry: GateTarget, report: Report): Report {
    for (const waiver of entry.waivers)
      if (report.policy?.rules.some(({ id, result }) => id === waiver.rule && result === 'waived') === true)
        this.used.add(waiver);
    return report;
  }
}

const limitOf = ({ options }: GateTarget): number => options.maxConnections ?? MAX_CONNECTIONS;

interface JudgedWith extends Pick<Opened, 'args' | 'baseline'> {
  readonly settled: ReadonlySet<Waiver>;
}

function judge(report: Report, one: Prepared, { args, baseline, settled }: JudgedWith): Report {
  const { entry, profile } = one;
  const { expect, waivers, options, target } = entry;
  return judgePolicy(report, {
    profile,
    expect,
    waivers,
    settled,
    ...optional('baseline', baseline(target)),
    inconclusive: args.inconclusive ?? options.inconclusive,
    failOn: args.failOn ?? options.failOn,
    limit: limitOf(entry),
    now: Date.now(),
  });
}

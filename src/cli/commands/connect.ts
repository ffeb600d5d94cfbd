import { Readable } from 'node:stream';
import { combineExitCodes, EXIT } from '../../core/outcome.js';
import type { Report } from '../../core/report.js';
import { holdSession, type Sit } from '../../probe/connect/hold.js';
import type { HoldSessionOptions } from '../../probe/connect/options.js';
import { renderBrief } from '../../report/session.js';
import { escapeForTerminal } from '../../report/index.js';
import type { Secret } from '../../smtp/sasl/index.js';
import type { HeldSession } from '../../probe/connect/held-session.js';
import { readConnectArgs, type ConnectArgs } from '../args/connect.js';
import { optional, type RawArgs } from '../args/getter.js';
import { complete } from '../connect/complete.js';
import { lookOf } from '../connect/dot-commands.js';
import { GivenLines, PipedLines } from '../connect/lines.js';
import { sit } from '../connect/sit.js';
import type { LineSource } from '../connect/source.js';
import { openInside, withDialogue, type Inside } from '../inside.js';
import type { Io } from '../io.js';
import { sessionFile } from '../session-file.js';
import { startProgress } from '../progress.js';
import { openOrRefuse } from '../reporting.js';
import { sayError, sayWarning } from '../say.js';
import { givenSecret } from '../secrets.js';
import { openServerFiles, probeOptions, type ServerFiles } from '../server-files.js';
import { saveChain } from './tls.js';

/** For each reply inside the session, unless --timeout says otherwise (RFC 5321 section 4.5.3.2). */
const REPLY_TIMEOUT_MS = 300_000;

/** `smtpcheck connect`. Resolves to the exit code. */
export async function runConnect(
  raw: RawArgs,
  targets: readonly string[],
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  // A session has no report that a refusal could be: it is told in words.
  const opened = await openOrRefuse('tls', [], io, async () => {
    const args = readConnectArgs(raw, targets);
    const files = await openServerFiles(args, io);
    const inside = await openInside(args, io, true);
    return { args, files, inside, secret: givenSecret(args, io), io };
  });
  if (typeof opened === 'number') return opened;
  if (opened.args.insecureAuth) {
    sayWarning(io, 'with --insecure-auth credentials go to whoever answers, verified or not');
  }
  return connect(opened, signal);
}

interface Connecting {
  readonly args: ConnectArgs;
  readonly files: ServerFiles;
  readonly inside: Inside;
  readonly secret: Secret | null;
  readonly io: Io;
}

/** What a session left behind. */
interface Sat {
  readonly allDone: boolean;
  readonly interactive: boolean;
  readonly refusals: number;
}

async function connect(connecting: Connecting, signal: AbortSignal): Promise<number> {
  const { args, files, inside, secret, io } = connecting;
  const ctrlC = new AbortController();
  const progress = args.quiet || args.verbose || inside.oneByOne ? null : startProgress(io, 'smtpcheck');
  const kept = sessionFile(args.sessionOut);
  const sitting: Sitting = { begun: false, sat: null };
  const options: HoldSessionOptions = {
    ...probeOptions(args, files, inside),
    ...optional('onSession', kept.onSession),
    showCerts: true,
    signal: AbortSignal.any([signal, ctrlC.signal]),
    onPhase: (phase) => {
      inside.onPhase(phase);
      progress?.phase(phase);
    },
    onLine: (side, line) => printLine(side, line, sitting.begun, connecting),
    replyTimeoutMs: args.timeoutMs ?? REPLY_TIMEOUT_MS,
    insecureAuth: args.insecureAuth,
    showReplies: args.showReplies,
    ...(secret === null ? {} : { secret }),
  };
  const sitDown: Sit = async (session, before) => {
    progress?.stop();
    await sitThrough(session, before, connecting, sitting, options.signal, () => ctrlC.abort('SIGINT'));
  };
  const report = await withDialogue(inside, args, io, args.target, (onDialogue) =>
    holdSession(args.target, { ...options, ...optional('onDialogue', onDialogue) }, sitDown),
  );
  progress?.stop();
  sayEnd(report, sitting.begun, connecting);
  return combineExitCodes([
    report.exitCode,
    ...saveChain(report, args.saveChain, io),
    ...kept.save(io, report.exitCode),
    ...inside.close(),
    ...ownCodes(sitting.sat, connecting),
  ]);
}

interface Sitting {
  begun: boolean;
  sat: Sat | null;
}

async function sitThrough(
  session: HeldSession,
  before: Report,
  connecting: Connecting,
  sitting: Sitting,
  signal: AbortSignal | undefined,
  onInterrupt: () => void,
): Promise<void> {
  const { args, inside, secret, io } = connecting;
  // From now on anything may be a secret, or what a server makes of one.
  inside.onPhase('auth');
  if (!args.quiet) io.stderr(renderBrief(before, { ...lookOf(io), pem: args.showCerts }));
  sitting.begun = true;
  const source = await openSource(connecting, session, onInterrupt);
  const stop = (): void => source.stop();
  signal?.addEventListener('abort', stop);
  if (signal?.aborted === true) stop();
  session.watch(stop);
  let allDone = true;
  try {
    allDone = await sit({ args, io, session, report: before, source, secret });
  } finally {
    source.close();
    sitting.sat = { allDone, interactive: source.interactive, refusals: session.refusals };
  }
}

/** The server's words alone go to stdout; what is said to it is seen with --verbose. */
function printLine(side: 'C' | 'S', line: string, begun: boolean, { args, io }: Connecting): void {
  const shown = escapeForTerminal(line);
  if (begun && side === 'S') io.stdout(`${shown}\n`);
  else if (args.verbose) io.stderr(`${side}: ${shown}\n`);
}

async function openSource(
  { args, io }: Connecting,
  session: HeldSession,
  onInterrupt: () => void,
): Promise<LineSource> {
  if (args.commands !== null) return new GivenLines(args.commands);
  const { early = new Uint8Array(), input, terminal, stdinIsTty = false } = io;
  if (terminal === undefined) return new PipedLines(input?.() ?? Readable.from([]), early, !stdinIsTty);
  const { Terminal } = await import('../connect/terminal.js');
  if (!args.quiet) io.stderr('.help lists what there is; every other line goes to the server\n');
  return new Terminal(terminal(), {
    early,
    name: args.target.mode === 'lmtp' ? 'lmtp' : 'smtp',
    complete: (line) => complete(line, session.ehlo),
    onInterrupt,
  });
}

/** Why there was no session, or why it ended before it was left. */
function sayEnd(report: Report, begun: boolean, { args, io }: Connecting): void {
  const { error } = report;
  if (error === null || error.code === 'interrupted' || error.code === 'terminated') return;
  if (!begun && !args.quiet) {
    io.stderr(renderBrief(report, { ...lookOf(io), pem: args.showCerts }));
    return;
  }
  sayError(io, error);
  if (error.serverSaid !== undefined) io.stderr(`the server said: ${escapeForTerminal(error.serverSaid)}\n`);
}

/** Exit codes beside that of `tls`. */
function ownCodes(sat: Sat | null, { args, io }: Connecting): number[] {
  if (sat === null) return [];
  const { allDone, interactive, refusals } = sat;
  if (args.strict && refusals > 0) {
    const were = refusals === 1 ? 'reply was' : 'replies were';
    sayError(io, { message: `${refusals} ${were} 4yz or 5yz (--strict)` });
    return [EXIT.fail];
  }
  return allDone || (interactive && !args.strict) ? [] : [EXIT.fail];
}

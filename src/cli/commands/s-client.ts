import { SmtpcheckError, usageError } from '../../core/errors.js';
import { decideOutcome, EXIT, exitCodeOf } from '../../core/outcome.js';
import { suitesOfCipherList } from '../../net/cipher-list.js';
import { escapeForTerminal } from '../../report/escape.js';
import { suiteName } from '../../wire/names.js';
import type { Io } from '../io.js';
import { handOver } from '../s-client/hand-over.js';
import { flagTable } from '../s-client/help.js';
import { asksForHelp, parseSClient, type SClientLine } from '../s-client/parse.js';
import { shellLine } from '../s-client/quote.js';
import { aheadOfStdin, type Ahead } from '../s-client/stdin.js';
import { passphraseFile, translate, type Translation } from '../s-client/translate.js';
import { listToExpand, type Expansion } from '../s-client/translate/ciphers.js';
import { sayError } from '../say.js';

/** What `runSClient` needs beside the terminal; tests hand in their own. */
export interface Surroundings {
  /** Runs a native command line in this process. */
  readonly run: (argv: readonly string[]) => Promise<number>;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly readAhead?: () => Promise<Ahead>;
}

/**
 * `smtpcheck s_client`: what stands behind `openssl s_client`, in our words, said and then run. Resolves to the exit code of
 * what was run.
 */
export async function runSClient(argv: readonly string[], io: Io, around: Surroundings): Promise<number> {
  if (asksForHelp(argv)) {
    io.stdout(flagTable());
    return EXIT.pass;
  }
  try {
    const { signal, readAhead = () => aheadOfStdin(signal) } = around;
    const { translation, ahead } = await understand(argv, readAhead);
    if (signal.aborted) return signal.reason === 'SIGTERM' ? EXIT.terminated : EXIT.interrupted;
    sayTranslation(translation, io);
    const { command, words } = translation;
    return command === 'connect'
      ? await handOver(words, ahead.bytes, around.run)
      : await around.run([command, ...words]);
  } catch (error) {
    if (!(error instanceof SmtpcheckError) || error.code === 'internal') throw error;
    sayList(error, io);
    const report = error.toReport();
    return exitCodeOf(decideOutcome([], report, 'error'), report);
  }
}

async function understand(
  argv: readonly string[],
  readAhead: () => Promise<Ahead>,
): Promise<{ readonly translation: Translation; readonly ahead: Ahead }> {
  const line = parseSClient(argv);
  const expansion = await expand(line);
  // What is wrong with the flags is said before anybody waits for stdin.
  const report = translate(line, { hasInput: false, expansion });
  if (!mayReadStdin(line)) return { translation: report, ahead: { hasInput: false, bytes: Buffer.alloc(0) } };
  const ahead = await readAhead();
  if (line.flags.has('reconnect')) {
    refuseDialogue(ahead);
    return { translation: report, ahead };
  }
  return { translation: ahead.hasInput ? translate(line, { hasInput: true, expansion }) : report, ahead };
}

/** Two connections are compared, and none of them is a session to sit in. Who has said nothing yet loses nothing by it. */
function refuseDialogue({ hasInput, bytes }: Ahead): void {
  if (!hasInput || bytes.length === 0) return;
  throw usageError(
    '-reconnect compares two connections, and has no dialogue: what stands on stdin would not be said',
    'leave stdin empty (</dev/null), or add -no-interactive',
  );
}

/** Whether stdin is for the server: not where the passphrase comes from there. */
function mayReadStdin({ flags }: SClientLine): boolean {
  return !flags.has('no-interactive') && passphraseFile(flags.get('pass') ?? '') !== '-';
}

async function expand(line: SClientLine): Promise<Expansion | null> {
  const list = listToExpand(line);
  if (list === null) return null;
  const [suites, usual] = await Promise.all([suitesOfCipherList(list), suitesOfCipherList('DEFAULT')]);
  return { suites: suites?.map(suiteName) ?? null, usual: usual?.map(suiteName) ?? [] };
}

/** On stderr, since stdout is piped into other commands. The line stands alone, to be pasted. */
function sayTranslation({ command, words, notes }: Translation, io: Io): void {
  io.stderr(`${shellLine(['smtpcheck', command, ...words])}\n`);
  for (const note of notes) io.stderr(`note: ${escapeForTerminal(note)}\n`);
}

/** Of a list of flags each has a line of its own. */
function sayList(error: SmtpcheckError, io: Io): void {
  const [message = '', ...items] = error.message.split('\n');
  sayError(io, { message, hint: undefined });
  for (const item of items) io.stderr(`  ${escapeForTerminal(item)}\n`);
  if (error.hint !== undefined) io.stderr(`hint: ${escapeForTerminal(error.hint)}\n`);
}

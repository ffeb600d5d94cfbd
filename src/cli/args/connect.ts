import { usageError } from '../../core/errors.js';
import type { Target } from '../../core/target.js';
import { readTypedLine } from '../../smtp/typed-line.js';
import { CONNECT_OPTIONS } from '../options/connect.js';
import { SUBMISSION_PORT } from './auth.js';
import { Getter, type RawArgs } from './getter.js';
import { readLoginArgs, type LoginArgs } from './login.js';
import { stdinFiles } from './stdin.js';
import { readTlsArgs, type TlsArgs } from './tls.js';

/** `smtpcheck connect` as asked for, checked as far as that goes without opening a file. */
export interface ConnectArgs extends TlsArgs, LoginArgs {
  readonly target: Target;
  /** What to say in the place of stdin; null where stdin is read. */
  readonly commands: readonly string[] | null;
  readonly strict: boolean;
  readonly showReplies: boolean;
}

/**
 * Checks and converts a parsed command line.
 * @throws SmtpcheckError `usage`: what was expected, what came, and a hint.
 */
export function readConnectArgs(raw: RawArgs, targets: readonly string[]): ConnectArgs {
  const get = new Getter(raw, CONNECT_OPTIONS);
  const args = readTlsArgs(raw, targets, {
    command: 'connect',
    options: CONNECT_OPTIONS,
    port: SUBMISSION_PORT,
  });
  const [target] = args.targets;
  if (target === undefined || args.targets.length > 1) {
    throw usageError('connect takes one target', 'smtpcheck tls checks several');
  }
  const login = readLoginArgs(get);
  const commands = commandsOf(raw['command']);
  const fromStdin = stdinFiles([login.passwordFile, login.tokenFile, args.passphraseFile, ...args.crlFiles]);
  if (fromStdin > 0 && commands === null) {
    throw usageError(
      'a file cannot come from standard input, which is the session',
      'name it, or say all with --command',
    );
  }
  return {
    ...args,
    ...login,
    target,
    commands,
    strict: get.flag('strict'),
    showReplies: get.flag('show-replies'),
  };
}

/** Lines to say. An empty one is a line too: it ends the header of a mail. */
function commandsOf(given: unknown): string[] | null {
  if (given === undefined) return null;
  const lines = [given].flat().map(String).flatMap(linesOf);
  for (const line of lines) {
    const typed = readTypedLine(line);
    if (typed.kind === 'auth' && typed.initial !== null) {
      throw usageError(
        'a secret may not be an argument, where every user of the machine can read it',
        "--command '.auth USER' with --password-file or SMTPCHECK_PASSWORD logs in; so do commands out of a pipe",
      );
    }
  }
  return lines;
}

/** A line end in a line would be a command more; one at its end is the shell's. */
function linesOf(text: string): string[] {
  return text.replace(/\r?\n$/, '').split(/\r\n|\r|\n/);
}

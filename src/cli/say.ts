import type { ErrorPart } from '../core/errors.js';
import { escapeForTerminal } from '../report/escape.js';
import type { Io } from './io.js';

/*
 * Everything that is said to the user beside a report. The rules: a report goes to stdout, all else to stderr; lower
 * case, no final period; `error:` first, `hint:` on a line of its own.
 */

/** What is said of an error. */
interface Said extends ErrorPart {
  readonly parts?: readonly ErrorPart[] | undefined;
}

/** An error that is not part of a report: usage, files. Several that came at once are said one by one. */
export function sayError(io: Io, error: Said): void {
  if (error.parts !== undefined) {
    for (const part of error.parts) sayError(io, part);
    return;
  }
  io.stderr(`smtpcheck: error: ${escapeForTerminal(error.message)}\n`);
  if (error.hint !== undefined) io.stderr(`hint: ${escapeForTerminal(error.hint)}\n`);
}

export function sayWarning(io: Io, message: string): void {
  io.stderr(`smtpcheck: warning: ${escapeForTerminal(message)}\n`);
}

/** A bug of ours: the only case with a stack trace, since whoever reads the report needs it. */
export function sayBug(io: Io, error: unknown, version: string): void {
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  io.stderr(
    `smtpcheck: this is a bug in smtpcheck ${version} (Node.js ${process.versions.node}), not in your server\n` +
      `please report it with the command line and these lines, which hold no secrets:\n${escapeForTerminal(trace).replaceAll('\\n', '\n')}\n`,
  );
}

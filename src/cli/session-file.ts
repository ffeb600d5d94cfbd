import { SmtpcheckError } from '../core/errors.js';
import { EXIT } from '../core/outcome.js';
import { writeSecretFile } from './files.js';
import { sessionDer } from '../net/session-der.js';
import type { Io } from './io.js';
import { sayError, sayWarning } from './say.js';

/** Columns of PEM's base64 (RFC 7468 section 2). */
const COLUMNS = 64;

/** Keeps the last session that a server gives, and writes it when the probe is over: `--session-out`. */
export interface SessionFile {
  readonly onSession?: (session: Uint8Array) => void;
  /** An exit code of its own, as for every file that was asked for and is not there; `exitCode` is the probe's. */
  save(io: Io, exitCode: number): number[];
}

export function sessionFile(file: string | undefined): SessionFile {
  if (file === undefined) return { save: () => [] };
  let last: Uint8Array | null = null;
  return {
    onSession: (session) => void (last = sessionDer(session)),
    save: (io, exitCode) => saveSession(last, file, io, exitCode),
  };
}

/** As `openssl s_client -sess_out` writes it and `openssl sess_id` reads it. */
function sessionPem(der: Uint8Array): string {
  const lines = Buffer.from(der)
    .toString('base64')
    .match(new RegExp(`.{1,${COLUMNS}}`, 'g'));
  return [
    '-----BEGIN SSL SESSION PARAMETERS-----',
    ...(lines ?? []),
    '-----END SSL SESSION PARAMETERS-----',
    '',
  ].join('\n');
}

function saveSession(der: Uint8Array | null, file: string, io: Io, exitCode: number): number[] {
  if (der === null) {
    sayWarning(io, `the server gave no session that could be resumed: ${file} was not written`);
    // A file of that name from another day may not be taken for this server's.
    return exitCode === EXIT.pass ? [EXIT.inconclusive] : [];
  }
  try {
    writeSecretFile('--session-out', file, sessionPem(der));
    return [];
  } catch (error) {
    if (!(error instanceof SmtpcheckError)) throw error;
    sayError(io, error);
    return [EXIT.usage];
  }
}

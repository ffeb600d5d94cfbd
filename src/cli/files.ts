import { isUtf8 } from 'node:buffer';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { SmtpcheckError } from '../core/errors.js';

/** Reads a file that an option names; `-` is stdin. @throws SmtpcheckError `file-unreadable` (exit 2). */
export function readOptionFile(option: string, file: string): string {
  return readOptionBytes(option, file).toString('utf8');
}

const MIB = 1024 * 1024;

/** Octets of a file: revocation lists may be large. Stops `/dev/zero`, an endless pipe and a disk image from filling memory. */
const MAX_FILE = 64 * MIB;
const CHUNK = 64 * 1024;

/** The octets of a file that an option names; `-` is stdin. @throws SmtpcheckError `file-unreadable` (exit 2). */
export function readOptionBytes(option: string, file: string, most = MAX_FILE): Buffer {
  const what = `${option} cannot be read`;
  let bytes: Buffer | null;
  try {
    bytes = canKeepWaiting(file) ? interruptibly(() => readUpTo(file, most)) : readUpTo(file, most);
  } catch (error) {
    throw fileError(what, file, error);
  }
  if (bytes !== null) return bytes;
  throw new SmtpcheckError(
    'file-unreadable',
    'arguments',
    `${what}: ${file}: it is larger than ${most / MIB} MiB`,
  );
}

/** The text of a file that an option names, without a byte order mark; `-` is stdin. @throws SmtpcheckError `file-unreadable`, also for what is no UTF-8. */
export function readOptionText(option: string, file: string, most = MAX_FILE): string {
  const bytes = readOptionBytes(option, file, most);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const utf16 = /^(?:\xff\xfe|\xfe\xff)/.test(bytes.subarray(0, 2).toString('latin1'));
    const where = utf16 ? '' : `:${firstBadLine(bytes)}`;
    throw new SmtpcheckError('file-unreadable', 'arguments', `${option}: ${file}${where}: it is not UTF-8`, {
      hint: utf16
        ? 'it is UTF-16, as PowerShell writes it with ">": save it as UTF-8'
        : 'iconv -f ISO-8859-1 -t UTF-8 turns Latin-1 into it',
    });
  }
}

/** No octet of a character of UTF-8 is a line feed: each line can be read by itself. */
function firstBadLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf('\n', start);
    const part = bytes.subarray(start, end < 0 ? bytes.length : end);
    if (!isUtf8(part)) break;
    start += part.length + 1;
  }
  return line;
}

/** A pipe or a terminal says nothing as long as it likes, a FIFO from the opening on. */
function canKeepWaiting(file: string): boolean {
  return file === '-' || !statSync(file).isFile();
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** While the process waits, no handler is run: without any, Ctrl-C ends it, and nothing was sent yet. */
function interruptibly<T>(read: () => T): T {
  const handlers = SIGNALS.flatMap((name) => process.listeners(name).map((handler) => ({ name, handler })));
  for (const { name, handler } of handlers) process.off(name, handler);
  try {
    return read();
  } finally {
    for (const { name, handler } of handlers) process.on(name, handler);
  }
}

const PAUSE_MS = 20;

/** `readSync`, which does not wait where whoever started us left the pipe non-blocking. */
function readSome(descriptor: number, chunk: Buffer): number {
  for (;;) {
    try {
      return readSync(descriptor, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

/** Read piece by piece, for what is no regular file has no size. Null when there is more. */
function readUpTo(file: string, most: number): Buffer | null {
  const descriptor = file === '-' ? 0 : openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    for (let total = 0; total <= most;) {
      const chunk = Buffer.alloc(CHUNK);
      const count = readSome(descriptor, chunk);
      if (count === 0) return Buffer.concat(chunks);
      chunks.push(chunk.subarray(0, count));
      total += count;
    }
    return null;
  } finally {
    if (descriptor !== 0) closeSync(descriptor);
  }
}

/**
 * A secret out of a file: one newline at the end is the editor's, not the secret's.
 * @throws SmtpcheckError `file-unreadable`, also for what is no UTF-8: with the octets replaced it would be another secret, and
 * a wrong one counts against the account.
 */
export function readSecretFile(option: string, file: string): string {
  const bytes = readOptionBytes(option, file);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    if (!text.startsWith('\ufeff')) return text.replace(/\r?\n$/, '');
  } catch {
    // Said below; the decoder's words say less.
  }
  throw new SmtpcheckError(
    'file-unreadable',
    'arguments',
    `${option}: ${file}: it is not UTF-8 without a byte order mark`,
    {
      hint: 'iconv -f ISO-8859-1 -t UTF-8 turns Latin-1 into it',
    },
  );
}

// Without O_NONBLOCK a FIFO that nobody reads would hold us, and Ctrl-C with us, for ever.
const OPEN = constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NONBLOCK;

/** Writes a file that an option names. @throws SmtpcheckError `file-unreadable`. */
export function writeOptionFile(option: string, file: string, text: string): void {
  try {
    const descriptor = openSync(file, OPEN, 0o666);
    try {
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw fileError(`${option} cannot be written`, file, error);
  }
}

/** Writes what nobody else may read, also where a file of that name was open to all. @throws SmtpcheckError `file-unreadable`. */
export function writeSecretFile(option: string, file: string, text: string): void {
  try {
    const descriptor = openSync(file, OPEN, 0o600);
    try {
      // Not the mode of a terminal, a pipe or /dev/null.
      if (fstatSync(descriptor).isFile()) fchmodSync(descriptor, 0o600);
      writeFileSync(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw fileError(`${option} cannot be written`, file, error);
  }
}

function fileError(what: string, file: string, error: unknown, hint?: string): SmtpcheckError {
  return new SmtpcheckError('file-unreadable', 'arguments', `${what}: ${file}: ${fileProblem(error)}`, {
    cause: error,
    hint,
  });
}

/** Of a word that is to name a file: who knows `tls` and `scan` names a server. `hint` says what would be there. */
export const noSuchFile = (what: string, file: string, hint: string): SmtpcheckError =>
  fileError(`${what} cannot be read`, file, { code: 'ENOENT' }, hint);

/** A name is a word alone. */
export const looksLikeFile = (word: string): boolean => /[/\\]|\.(?:ya?ml|json)$/i.test(word);

/** What the system says of a file, in words. */
export function fileProblem(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const words: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
    ENOSPC: 'no space is left',
    ENXIO: 'nobody reads from it',
    EAGAIN: 'its reader is too slow',
  };
  return words[code] ?? code;
}

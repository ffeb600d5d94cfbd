import { readFileSync, writeFileSync } from 'node:fs';
import { SmtpcheckError } from '../core/errors.js';

/** Reads a file that an option names; `-` is stdin. @throws SmtpcheckError `file-unreadable` (exit 2). */
export function readOptionFile(option: string, file: string): string {
  return readOptionBytes(option, file).toString('utf8');
}

/** The octets of a file that an option names; `-` is stdin. @throws SmtpcheckError `file-unreadable` (exit 2). */
export function readOptionBytes(option: string, file: string): Buffer {
  try {
    return readFileSync(file === '-' ? 0 : file);
  } catch (error) {
    throw fileError(`${option} cannot be read`, file, error);
  }
}

/** A secret out of a file: one newline at the end is the editor's, not the secret's. */
export function readSecretFile(option: string, file: string): string {
  return readOptionFile(option, file).replace(/\r?\n$/, '');
}

/** Writes a file that an option names. @throws SmtpcheckError `file-unreadable`. */
export function writeOptionFile(option: string, file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw fileError(`${option} cannot be written`, file, error);
  }
}

function fileError(what: string, file: string, error: unknown): SmtpcheckError {
  const code = (error as NodeJS.ErrnoException).code ?? String(error);
  const words: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
  };
  return new SmtpcheckError('file-unreadable', 'arguments', `${what}: ${file}: ${words[code] ?? code}`, {
    cause: error,
  });
}

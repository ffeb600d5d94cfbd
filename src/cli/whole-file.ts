import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { randomBytes } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { SmtpcheckError } from '../core/errors.js';
import { fileProblem, writeOptionFile } from './files.js';

const OPTION = '--output';

/**
 * Finds out, before anything is sent, whether a file can be written; leaves it as it is.
 * @throws SmtpcheckError `file-unreadable`
 */
export function checkWritable(file: string): void {
  try {
    const place = placeOf(file);
    if (place.kind === 'beside') {
      closeSync(openSync(place.draft, EXCLUSIVE, 0o600));
      rmSync(place.draft);
    }
  } catch (error) {
    throw problemWith(file, error);
  }
}

/**
 * Writes a file whole or not at all: beside it, and then renamed, so that nobody reads half of it (node_exporter wants it so). What is
 * no regular file is written to as it stands, and so is a file in a folder where nothing can be made.
 * @throws SmtpcheckError `file-unreadable`
 */
export function writeWhole(file: string, text: string): void {
  const place = attempt(file, () => placeOf(file));
  if (place.kind === 'beside') writeBeside(file, place, text);
  else if (place.kind === 'in-place') writeOptionFile(OPTION, file, text);
  else attempt(file, () => writeFileSync(place.to, text, { flag: 'a' }));
}

/** Writes a file that is not there yet; false where there is one. What cannot be written whole is taken away again. @throws SmtpcheckError `file-unreadable` */
export function writeNew(file: string, text: string): boolean {
  let descriptor: number;
  try {
    descriptor = openSync(file, EXCLUSIVE, 0o666);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw problemWith(file, error);
  }
  try {
    attempt(file, () => writeFileSync(descriptor, text));
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
  return true;
}

function writeBeside(file: string, place: Beside, text: string): void {
  attempt(file, () => {
    const descriptor = openSync(place.draft, EXCLUSIVE, 0o666);
    try {
      try {
        writeFileSync(descriptor, text);
        // Who could read the old file can read the new one.
        if (place.mode !== null) fchmodSync(descriptor, place.mode);
      } finally {
        closeSync(descriptor);
      }
      renameSync(place.draft, place.file);
    } catch (error) {
      rmSync(place.draft, { force: true });
      throw error;
    }
  });
}

const EXCLUSIVE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

interface Beside {
  readonly kind: 'beside';
  /** Behind symbolic links: a link stays one. */
  readonly file: string;
  readonly draft: string;
  /** Of the file that is there. */
  readonly mode: number | null;
}

/** A device, or what this process has open already: not to be cut off and not to be replaced. */
interface Stream {
  readonly kind: 'stream';
  readonly to: string | number;
}

type Place = Beside | Stream | { readonly kind: 'in-place' };

/** Opened by its name, a descriptor would begin at its file's start again. */
function streamOf(file: string): Stream | null {
  const [, descriptor] = /^\/(?:dev|proc\/self)\/(?:fd\/(\d+)|stderr)$/.exec(file) ?? [];
  if (descriptor !== undefined) return { kind: 'stream', to: Number(descriptor) };
  if (file === '/dev/stderr') return { kind: 'stream', to: STDERR };
  return /^\/(?:dev|proc)\//.test(file) ? { kind: 'stream', to: file } : null;
}

const STDERR = 2;

function placeOf(file: string): Place {
  const stream = streamOf(file);
  if (stream !== null) return stream;
  const there = statSync(file, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) throw Object.assign(new Error(), { code: 'EISDIR' });
  if (there !== undefined && !there.isFile()) return { kind: 'in-place' };
  const real = there === undefined ? whereLinksEnd(file) : realpathSync(file);
  if (there !== undefined) {
    accessSync(real, constants.W_OK);
    if (!allows(dirname(real))) return { kind: 'in-place' };
  }
  // Hidden, and without the extension by which somebody may look for files. Short, for the name may be as long as names can be; and
  // never the same, for in a container each run has the same number, and one that was killed leaves its draft.
  const draft = join(dirname(real), `.smtpcheck.${randomBytes(6).toString('hex')}.tmp`);
  return { kind: 'beside', file: real, draft, mode: there === undefined ? null : there.mode & 0o777 };
}

/** Where a file would be made that links lead to and that is not there yet. */
function whereLinksEnd(file: string): string {
  const link = lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return link ? whereLinksEnd(resolve(realpathSync(dirname(file)), readlinkSync(file))) : file;
}

function allows(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function attempt<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw problemWith(file, error);
  }
}

function problemWith(file: string, error: unknown): SmtpcheckError {
  const code = (error as NodeJS.ErrnoException).code;
  const problem = code === 'ENOENT' ? 'there is no such folder' : fileProblem(error);
  return new SmtpcheckError(
    'file-unreadable',
    'arguments',
    `${OPTION} cannot be written: ${file}: ${problem}`,
    {
      cause: error,
    },
  );
}

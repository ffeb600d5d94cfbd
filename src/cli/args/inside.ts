import { usageError } from '../../core/errors.js';
import { optional, type Getter } from './getter.js';

/** The options of INSIDE_OPTIONS. */
export interface InsideArgs {
  readonly debug: boolean;
  readonly trace: boolean;
  readonly transcriptFile?: string;
  readonly keylogFile?: string;
}

/** @throws SmtpcheckError `usage` */
export function readInsideArgs(get: Getter): InsideArgs {
  const transcript = outputFile(get, 'transcript', '-v prints the dialogue with the report');
  const keylog = outputFile(get, 'keylog', 'other programs have to find it');
  if (transcript !== undefined && transcript === keylog)
    throw usageError('--transcript and --keylog take a file each');
  return {
    debug: get.flag('debug'),
    trace: get.flag('trace'),
    ...optional('transcriptFile', transcript),
    ...optional('keylogFile', keylog),
  };
}

/** Standard output is the report's. */
function outputFile(get: Getter, name: string, hint: string): string | undefined {
  const file = get.one(name);
  if (file === '-') throw usageError(`--${name} takes the name of a file, not "-"`, hint);
  return file;
}

import { usageError } from '../../core/errors.js';
import type { Getter } from './getter.js';

/** The options of OUTPUT_OPTIONS. */
export interface OutputArgs {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly showCerts: boolean;
  /** Of the commands that have --show-leaf. */
  readonly showLeaf?: boolean;
  readonly verbose: boolean;
}

/** @throws SmtpcheckError `usage` */
export function readOutputArgs(get: Getter): OutputArgs {
  const args = {
    json: get.flag('json'),
    quiet: get.flag('quiet'),
    showCerts: get.flag('show-certs'),
    verbose: get.flag('verbose'),
  };
  if (args.quiet && args.json) throw usageError('--quiet and --json exclude each other');
  return args;
}

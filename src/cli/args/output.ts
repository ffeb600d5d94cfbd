import { usageError } from '../../core/errors.js';
import type { Getter } from './getter.js';

/** The options of OUTPUT_OPTIONS. */
export interface OutputArgs {
  readonly json: boolean;
  /** As given; which of them goes to which file only the order on the command line says. */
  readonly formats: readonly string[];
  readonly outputFiles: readonly string[];
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
    formats: get.many('format'),
    outputFiles: get.many('output'),
    quiet: get.flag('quiet'),
    showCerts: get.flag('show-certs'),
    verbose: get.flag('verbose'),
  };
  if (args.quiet && args.json && args.outputFiles.length === 0)
    throw usageError('--quiet and --json exclude each other');
  return args;
}

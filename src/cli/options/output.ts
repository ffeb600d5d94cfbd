import { FORMAT_NAMES } from '../../report/format-names.js';
import type { CliOptions } from './option.js';

const OUTPUT = 'Output:';

/** What to print: of every command that reports. */
export const OUTPUT_OPTIONS: CliOptions = {
  json: { type: 'boolean', group: OUTPUT, describe: 'one JSON object a target, a line each: --format json' },
  format: {
    type: 'string',
    placeholder: 'FORMAT',
    group: OUTPUT,
    choices: FORMAT_NAMES,
    repeatable: true,
    describe: 'how to report; several, where each but one goes to a file',
  },
  output: {
    type: 'string',
    alias: 'o',
    placeholder: 'FILE',
    group: OUTPUT,
    repeatable: true,
    describe: 'write the format before it to a file ("-" for stdout); without one, its extension says which',
  },
  quiet: {
    type: 'boolean',
    alias: 'q',
    group: OUTPUT,
    describe: 'print nothing on stdout; the exit code says it',
  },
  'show-certs': { type: 'boolean', group: OUTPUT, describe: 'print the certificates as PEM' },
  verbose: { type: 'boolean', alias: 'v', group: OUTPUT, describe: 'more detail, and the SMTP dialogue' },
};

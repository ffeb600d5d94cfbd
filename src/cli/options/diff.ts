import type { CliOptions } from './option.js';

const OUTPUT = 'Output:';

/** The options of `smtpcheck diff`. */
export const DIFF_OPTIONS: CliOptions = {
  json: { type: 'boolean', group: OUTPUT, describe: 'one JSON object' },
  quiet: { type: 'boolean', alias: 'q', group: OUTPUT, describe: 'print nothing; the exit code says it' },
};

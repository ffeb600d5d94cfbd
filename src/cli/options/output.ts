import type { CliOptions } from './option.js';

const OUTPUT = 'Output:';

/** What to print: of every command that reports. */
export const OUTPUT_OPTIONS: CliOptions = {
  json: { type: 'boolean', group: OUTPUT, describe: 'one JSON object a target, a line each' },
  quiet: { type: 'boolean', alias: 'q', group: OUTPUT, describe: 'print nothing; the exit code says it' },
  'show-certs': { type: 'boolean', group: OUTPUT, describe: 'print the certificates as PEM' },
  verbose: { type: 'boolean', alias: 'v', group: OUTPUT, describe: 'more detail, and the SMTP dialogue' },
};

import type { CliOptions } from './option.js';

const OUTPUT = 'Output:';

export const EXPLAIN_OPTIONS: CliOptions = {
  list: { type: 'boolean', group: OUTPUT, describe: 'all that can be explained, each with its title' },
  json: { type: 'boolean', group: OUTPUT, describe: 'one JSON object an explanation, a line each' },
};

import type { CliOptions } from './option.js';

/** Of every command that takes several targets. */
export const TARGET_OPTIONS: CliOptions = {
  'targets-file': {
    type: 'string',
    placeholder: 'FILE',
    group: 'Targets:',
    describe: 'more targets, one a line, after those of the command line ("-" for stdin); # begins a comment',
  },
};

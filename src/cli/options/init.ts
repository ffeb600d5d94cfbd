import { OF_THE_FILE } from '../gate/file-keys.js';
import type { CliOptions } from './option.js';
import { SCAN_OPTIONS } from './scan.js';

const FILE = 'The file:';

/** The options of `smtpcheck init`. What a gate's file can say too is written under its `defaults`, so that the gate asks as `init` did. */
export const INIT_OPTIONS: CliOptions = {
  output: {
    type: 'string',
    alias: 'o',
    placeholder: 'FILE',
    group: FILE,
    describe: 'where to write it ("-" for stdout; default smtpcheck.yaml)',
  },
  force: { type: 'boolean', group: FILE, describe: 'write it also where there is one already' },
  profile: {
    type: 'string',
    placeholder: 'NAME',
    group: FILE,
    describe: 'the profile of all targets (default mx for port 25, submission for 587 and 465)',
  },
  ...Object.fromEntries(Object.entries(SCAN_OPTIONS).filter(([name]) => OF_THE_FILE.includes(name))),
};

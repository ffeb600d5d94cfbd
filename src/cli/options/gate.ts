import { PROFILE_NAMES } from '../../policy/profiles/names.js';
import type { CliOptions } from './option.js';
import { OUTPUT_OPTIONS } from './output.js';
import { TRUST_OPTIONS } from './trust.js';

const POLICY = 'Policy:';

/** An option means the same in every command. */
const FAIL_ON: CliOptions = Object.fromEntries(
  Object.entries(TRUST_OPTIONS).filter(([name]) => name === 'fail-on'),
);

const JUDGING: CliOptions = {
  baseline: {
    type: 'string',
    placeholder: 'FILE',
    group: POLICY,
    describe: 'a saved report: what it has too does not fail, only what got worse',
  },
  inconclusive: {
    type: 'string',
    placeholder: 'AS',
    choices: ['fail', 'warn'],
    group: POLICY,
    describe: 'how a rule that cannot be judged counts; by default the exit code is 4',
  },
  ...FAIL_ON,
};

/** The options of `smtpcheck gate`. */
export const GATE_OPTIONS: CliOptions = { ...JUDGING, ...OUTPUT_OPTIONS };

/** The options of `smtpcheck judge`. */
export const JUDGE_OPTIONS: CliOptions = {
  profile: {
    type: 'string',
    placeholder: 'PROFILE',
    suggests: PROFILE_NAMES,
    group: POLICY,
    describe: 'what to judge by: a name of `smtpcheck profiles`, or the file of one of your own',
  },
  ...JUDGING,
  ...OUTPUT_OPTIONS,
};

/** The options of `smtpcheck profiles`. */
export const PROFILES_OPTIONS: CliOptions = {
  json: { type: 'boolean', group: 'Output:', describe: 'the profile as data' },
};

import type { CliOptions } from './option.js';
import { SCAN_OPTIONS } from './scan.js';

const FILE = 'The file:';

/** What a gate's file can say too: given here, it is written under `defaults`, so that the gate asks as `init` did. */
export const OF_THE_FILE: readonly string[] = [
  'ca-path',
  'ca-file',
  'ca-store',
  'depth',
  'auth-level',
  'partial-chain',
  'x509-strict',
  'crl-file',
  'crl-check',
  'expires-within',
  'fail-on',
  'timeout',
  'connect-timeout',
  'ehlo',
  'servername',
  'no-sni',
  'verify-hostname',
  'ipv4',
  'ipv6',
  'bind',
  'proxy',
  'rate',
  'max-wait',
  'max-connections',
  'concurrency',
];

/** The options of `smtpcheck init`. */
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

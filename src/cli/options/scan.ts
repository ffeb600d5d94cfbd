import { CONNECTION_OPTIONS } from './connection.js';
import { INSIDE_OPTIONS } from './inside.js';
import type { CliOptions } from './option.js';
import { TLS_OPTIONS } from './tls.js';

const SCAN = 'What to find out:';
const PACE = 'How fast:';

/** What a scan offers is not the user's to say: it offers everything. */
const OF_ONE_HANDSHAKE: readonly string[] = [
  'tls1',
  'tls1.1',
  'tls1.2',
  'tls1.3',
  'min-tls',
  'max-tls',
  'cipher',
  'groups',
  'sigalgs',
  'alpn',
  'save-chain',
  'show-leaf',
  'session-out',
  'reconnect',
  ...Object.keys(INSIDE_OPTIONS),
];

const SHARED: CliOptions = Object.fromEntries(
  Object.entries(TLS_OPTIONS).filter(([name]) => !OF_ONE_HANDSHAKE.includes(name)),
);

/** The options of `smtpcheck scan`. */
export const SCAN_OPTIONS: CliOptions = {
  only: {
    type: 'string',
    placeholder: 'CHECK',
    repeatable: true,
    group: SCAN,
    describe: 'run this check alone, and those it needs; repeatable',
  },
  skip: {
    type: 'string',
    placeholder: 'CHECK',
    repeatable: true,
    group: SCAN,
    describe: 'leave this check out; repeatable',
  },
  quick: {
    type: 'boolean',
    group: SCAN,
    describe: 'protocols, weak suites and certificates alone: a handful of connections',
  },
  'all-addresses': {
    type: 'boolean',
    group: SCAN,
    describe: 'scan each A and AAAA address, and say what they do not have in common',
  },
  'list-checks': { type: 'boolean', group: SCAN, describe: 'list the checks and scan nothing' },
  concurrency: {
    type: 'string',
    placeholder: 'N',
    group: PACE,
    describe: 'connections at a time, 1 to 64 (default 4)',
  },
  'max-connections': {
    type: 'string',
    placeholder: 'N',
    group: PACE,
    describe: 'connections in all; what is left undone is said (default 500)',
  },
  rate: {
    type: 'string',
    placeholder: 'N/m',
    group: PACE,
    describe: 'connections a minute or a second, such as 20/m (default: as many as the server takes)',
  },
  'max-wait': {
    type: 'string',
    placeholder: 'TIME',
    group: PACE,
    describe: 'wait this long in all when the server asks to slow down (default 5m; 0s: not at all)',
  },
  ...SHARED,
  timeout: {
    ...(CONNECTION_OPTIONS['timeout'] ?? { type: 'string', group: PACE }),
    describe: 'for the whole scan, such as 20m (default 15m)',
  },
};

import { LOGIN_OPTIONS } from './auth.js';
import type { CliOptions } from './option.js';
import { TLS_OPTIONS } from './tls.js';

const SESSION = 'Session:';

/** A session is no report: its output is what the server says. And it is one connection to one server. */
const OF_A_REPORT: readonly string[] = ['json', 'format', 'output', 'reconnect', 'targets-file'];

const SERVER_OPTIONS: CliOptions = Object.fromEntries(
  Object.entries(TLS_OPTIONS).filter(([name]) => !OF_A_REPORT.includes(name)),
);

/** Options that mean the same as elsewhere, and are put otherwise here. */
const IN_OTHER_WORDS: Readonly<Record<string, string>> = {
  user: 'whom .auth logs in; the password is asked for, or comes from one of the following',
  timeout: 'until the session is there (default 60s), and then for each reply (default 5m)',
  quiet: 'print what the server says, and nothing else but errors',
  verbose: 'also print, on stderr, what came before the session, and each line that is sent',
};

/** The options of `smtpcheck connect`: what to say, how to log in, and those of `tls`. */
export const CONNECT_OPTIONS: CliOptions = Object.fromEntries(
  Object.entries({
    command: {
      type: 'string',
      alias: 'c',
      placeholder: 'LINE',
      repeatable: true,
      group: SESSION,
      describe: 'say this, in the place of what stdin says; repeatable, in order; QUIT follows',
    },
    strict: {
      type: 'boolean',
      group: SESSION,
      describe: 'fail when any reply is 4yz or 5yz (all is said to the end)',
    },
    'show-replies': {
      type: 'boolean',
      group: SESSION,
      describe: 'after a login, hide the secret alone and not every unknown word of the server',
    },
    ...LOGIN_OPTIONS,
    ...SERVER_OPTIONS,
  } satisfies CliOptions).map(([name, option]) => [
    name,
    { ...option, describe: IN_OTHER_WORDS[name] ?? option.describe },
  ]),
);

import type { CliOptions } from './option.js';

const INSIDE = 'Looking inside:';

/** What passes over the wire: of every command that connects. */
export const INSIDE_OPTIONS: CliOptions = {
  transcript: {
    type: 'string',
    placeholder: 'FILE',
    group: INSIDE,
    describe: 'write the SMTP dialogue to a file as it goes, secrets left out',
  },
  debug: { type: 'boolean', group: INSIDE, describe: 'every byte both ways in hex, on stderr' },
  trace: { type: 'boolean', group: INSIDE, describe: 'every TLS message both ways, decoded, on stderr' },
  keylog: {
    type: 'string',
    placeholder: 'FILE',
    group: INSIDE,
    describe: 'append the TLS secrets to a file, for Wireshark; or set SSLKEYLOGFILE',
  },
};

/** Of `tls` alone: another command's second connection would do more than shake hands. */
export const RECONNECT_OPTIONS: CliOptions = {
  reconnect: {
    type: 'boolean',
    group: INSIDE,
    describe: 'connect a second time: does the server resume the session?',
  },
};
